/** An array of a file with several, read when it is asked for. */
import type { NpyArray } from "../../../artifacts/npy.ts";

export interface StoredArray {
  readonly shape: readonly number[];
  /** @throws {Error} for one of texts, and where the file is broken. */
  read(): NpyArray | Promise<NpyArray>;
  /** What it holds, where it holds texts. */
  texts?(): string[] | Promise<string[]>;
}
