/** All arrays of a file that holds several, by name: NumPy's `.npz`, MATLAB's `.mat`, HDF5. */
import { decodeNpy } from "../../../artifacts/npy.ts";
import { InputError } from "../../../errors.ts";
import { suggestion } from "../../../text/suggest.ts";
import type { DataFile } from "../archive.ts";
import { listed } from "../laws/notes.ts";
import { readZip } from "../zip.ts";
import { openHdf5 } from "./hdf5.ts";
import { isHdf5 } from "./hdf5_library.ts";
import { readMatlab } from "./matlab.ts";
import { decodeNpyTexts } from "./npy_texts.ts";
import type { StoredArray } from "./stored_array.ts";

/** What a file holds. */
export interface NamedArrays {
  file: string;
  arrays: Map<string, StoredArray>;
  /** Facts that are one number, as `path@name`. */
  facts: Map<string, number>;
  /** Why others are no arrays. */
  broken: Map<string, InputError>;
}

const hints = {
  mat: "Save matrices of numbers, or texts for labels: save(file, '-v7', 'name', …).",
  npz: "Write it again with numpy.savez.",
  h5: "Write arrays of numbers, or of texts for labels.",
};

/** @throws {InputError} for a file that cannot be read. */
export async function openNamedArrays(file: DataFile): Promise<NamedArrays> {
  const bytes = file.read();
  const matlab = /\.mat$/i.test(file.name);
  const hint = hints[matlab ? "mat" : /\.npz$/i.test(file.name) ? "npz" : "h5"];
  const told = (message: string, cause?: unknown, anew = "") =>
    new InputError(`Cannot read arrays: ${message}`, { file: file.name, hint: anew + hint, cause });
  try {
    const found: NamedArrays = { file: file.name, arrays: new Map(), facts: new Map(), broken: new Map() };
    if (isHdf5(bytes)) {
      const { arrays, facts, others } = await openHdf5(bytes, matlab);
      Object.assign(found, { arrays, facts });
      for (const [name, what] of others) found.broken.set(name, told(`${name} is ${what}`));
    } else if (matlab) {
      const { arrays, texts, others } = readMatlab(bytes);
      for (const [name, array] of arrays) found.arrays.set(name, { shape: array.shape, read: () => array });
      for (const [name, rows] of texts) {
        const read = () => Promise.reject(told(`${name} is text`));
        found.arrays.set(name, { shape: [rows.length], texts: () => rows, read });
      }
      for (const [name, what] of others) found.broken.set(name, told(`${name} is ${what}`));
    } else if (/\.npz$/i.test(file.name)) addEntries(bytes, found, told);
    else throw new RangeError("it is no HDF5 file");
    return found;
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof InputError) throw cause;
    throw told(cause.message, cause, "Copy the file again, or write it anew. ");
  }
}

/** The arrays of a `.npz` file. */
function addEntries(
  bytes: Uint8Array,
  { file, arrays, broken }: NamedArrays,
  told: (message: string, cause?: unknown) => InputError,
): void {
  for (const entry of readZip(bytes)) {
    const name = entry.name.replace(/\.npy$/, "");
    try {
      const content = entry.read();
      const texts = decodeNpyTexts(content);
      if (texts !== undefined) {
        const read = () => decodeNpy(content, `${file}/${name}`);
        arrays.set(name, { shape: [texts.length], texts: () => texts, read });
        continue;
      }
      const array = decodeNpy(content, `${file}/${name}`);
      arrays.set(name, { shape: array.shape, read: () => array });
    } catch (cause) {
      broken.set(name, cause instanceof InputError ? cause : told((cause as Error).message, cause));
    }
  }
}

/** Names with their shapes, for messages. */
export const shapesOf = ({ arrays }: NamedArrays): string =>
  listed([...arrays].map(([name, { shape }]) => `${name} [${shape}]`));

/**
 * An array by its name, which may be a path: `imu/acc`, `/imu/acc`, or with dots as MATLAB's structures.
 *
 * @param what Words for what it is, in messages.
 * @throws {InputError} where there is none.
 */
export function namedArray(
  named: NamedArrays,
  name: string,
  what: string,
): { name: string; array: StoredArray } {
  const { file, arrays, broken } = named;
  const plain = name.replace(/^\//, "");
  for (const own of [name, plain, plain.replaceAll("/", ".")]) {
    const array = arrays.get(own);
    if (array !== undefined) return { name: own, array };
    if (broken.has(own)) throw broken.get(own)!;
  }
  throw new InputError(`Cannot find ${what} "${name}"`, {
    file,
    hint: suggestion(name, [...arrays.keys(), ...broken.keys()]).hint ?? `It has ${shapesOf(named)}.`,
  });
}

/** What the last part of a name says; `imu/fs`, `trial.fs` and `imu@fs` are called alike. */
const lastPart = (name: string) => name.replace(/^.*[/.@]/, "");

/** The names that a pattern finds, those that stand nearest to `beside` first. */
export function namesLike(names: Iterable<string>, pattern: RegExp, beside = ""): string[] {
  const shared = (name: string) => {
    let n = 0;
    while (n < name.length && name[n] === beside[n]) n++;
    return n;
  };
  return [...names].filter((name) => pattern.test(lastPart(name)))
    .map((name) => ({ name, near: shared(name) }))
    .sort((a, b) => b.near - a.near)
    .map(({ name }) => name);
}

/** Numbers of an array. @throws {InputError} naming the file, where it is of texts or broken. */
export async function numbersOf({ file }: NamedArrays, name: string, array: StoredArray) {
  try {
    return await array.read();
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError(`Cannot read array ${name}: ${(cause as Error).message}`, { file, cause });
  }
}
