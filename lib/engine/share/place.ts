/** Where a shared cache lies: files by name, as a folder and a bucket both have them. */

export interface SharedPlace {
  /** How messages name it. */
  readonly name: string;
  /** The bytes of a file; undefined where there is none. @param size How many are expected, where that is known. */
  read(file: string, size?: number): Promise<ReadableStream<Uint8Array> | undefined>;
  has(file: string): Promise<boolean>;
  /** Puts a whole file in place. One that is there stays, unless it is to be replaced. */
  write(file: string, bytes: Uint8Array<ArrayBuffer>, replace: boolean): Promise<void>;
  /** Removes a file; one that is not there is no failure. */
  remove(file: string): Promise<void>;
}

/** What lies in a shared cache is not what its name says, or cannot be read at all. */
export class Damaged extends Error {
  constructor(readonly file: string, why: string) {
    super(`${file} is damaged: ${why}`);
  }
}
