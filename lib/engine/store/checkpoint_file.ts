/**
 * What a long step saved on its way: one file per action key, so that only an attempt at the very same action finds
 * it. A file that was cut short, by a full disk or a power cut, does not match its checksum and counts as absent.
 * Beside it lies the step's draft, where it writes one: another name of the file that the step itself writes.
 */
import { dirname } from "../../path.ts";
import type { StoreFs } from "../system/fs.ts";
import { look } from "../system/stat.ts";

const checksumBytes = 32;

export class CheckpointFile {
  readonly #fs: StoreFs;
  readonly #path: string;

  constructor(fs: StoreFs, path: string) {
    this.#fs = fs;
    this.#path = path;
  }

  /** The saved state; undefined where there is none that is whole. */
  load(): Uint8Array | undefined {
    if (!look(this.#path)) return undefined;
    let bytes: Uint8Array;
    try {
      bytes = Deno.readFileSync(this.#path);
    } catch {
      return undefined;
    }
    const state = bytes.slice(checksumBytes);
    return checksum(state).equals(bytes.subarray(0, checksumBytes)) ? state : undefined;
  }

  /** @throws When the disk does not take it. */
  save(state: Uint8Array): void {
    const bytes = new Uint8Array(checksumBytes + state.length);
    bytes.set(checksum(state));
    bytes.set(state, checksumBytes);
    this.#fs.writeWhole(this.#path, bytes);
  }

  /** Where a draft is kept. */
  get draftPlace(): string {
    return `${this.#path}.draft`;
  }

  /** Path of the draft; undefined where there is none. */
  draft(): string | undefined {
    return look(this.draftPlace) ? this.draftPlace : undefined;
  }

  /** Keeps the file that a step of this process has begun. */
  keepDraft(path: string): void {
    keepDraft(this.#fs, path, this.draftPlace);
  }

  remove(): void {
    for (const path of [this.#path, this.draftPlace]) if (look(path)) this.#fs.remove(path);
  }
}

/** Keeps the file that a step has begun at `place`, whatever becomes of the folder in which the step writes it. */
export function keepDraft(fs: StoreFs, path: string, place: string): void {
  if (look(place)) fs.remove(place);
  fs.makeDir(dirname(place));
  fs.link(path, place);
}

function checksum(bytes: Uint8Array) {
  // Loaded with the first step that saves something: it would delay every start of the program.
  // deno-lint-ignore no-process-global
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(bytes).digest();
}
