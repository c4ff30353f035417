/** Labels and groups of windows that someone else has cut: one text for each, from whatever holds them. */
import { basename } from "../../path.ts";
import { decodeNpy, type NpyArray } from "../../artifacts/npy.ts";
import { InputError } from "../../errors.ts";
import { readLabels } from "./array_file.ts";
import { type NamedArrays, namesLike } from "./arrays/named_arrays.ts";
import { decodeNpyTexts } from "./arrays/npy_texts.ts";

/** One text for each window. */
export type Texts = (string | undefined)[];

/** Usual names of arrays. */
const usual = {
  labels: /^(y|labels?|targets?|classes|activity)$/i,
  groups: /^(groups?|subjects?|subject_?ids?|persons?|people|participants?|users?)$/i,
};

/**
 * The array beside the windows that its usual name finds: `y` beside `X`, `y_train` beside `X_train`. One that has as many rows
 * comes first; one that cannot be read, or has others, is the one all the same, so that it is not passed over in silence.
 */
export function usualName(
  { arrays, broken }: NamedArrays,
  beside: string,
  kind: keyof typeof usual,
  windows: number,
): string | undefined {
  const ending = /_(train|test|val|valid|validation|dev)$/i.exec(beside)?.[0] ?? "";
  const own = (name: string) => name.endsWith(ending) ? name.slice(0, name.length - ending.length) : "";
  const all = [...arrays.keys(), ...broken.keys()].filter((name) => name !== beside);
  const found = namesLike(all.map(own), usual[kind], own(beside)).map((name) => name + ending);
  const rows = (name: string) => arrays.get(name)?.shape ?? [];
  return found.find((name) => rows(name)[0] === windows) ??
    found.find((name) => rows(name).at(-1) === windows) ??
    // A list of the classes' names stands beside labels, or alone.
    found.find((name) => arrays.get(name)?.texts === undefined);
}

/** An empty text is none. */
export const knownText = (text: string): string | undefined => text === "" ? undefined : text;

/** Texts of a file that holds nothing else. @throws {InputError} */
export async function textsOf(path: string): Promise<Texts> {
  const file = basename(path);
  if (/\.npy$/i.test(path)) {
    const bytes = await Deno.readFile(path);
    return decodeNpyTexts(bytes)?.map(knownText) ?? textsOfArray(decodeNpy(bytes, file), file);
  }
  const { labels, names } = await readLabels(path);
  return Array.from(labels, (label) => names[label]);
}

/** A text for each window of numbers, of which −1 and NaN are none; the place of the one in each row of flags. */
export function textsOfArray({ data, shape }: NpyArray, file: string): Texts {
  const values = data as ArrayLike<number | bigint>;
  if (shape.length === 1 || shape.length === 2 && shape.includes(1)) {
    return Array.from(values, (v, i) => {
      const number = Number(v);
      if (number === -1 || Number.isNaN(number)) return undefined;
      if (Number.isInteger(number)) return String(v);
      throw new InputError(`Cannot import windows: ${number} is no whole number, as labels and people are`, {
        file,
        row: i + 1,
      });
    });
  }
  const [rows, width] = shape;
  if (shape.length === 2) {
    const flags = Array.from({ length: rows }, (_, n) => {
      const own = Array.from({ length: width }, (_, k) => Number(values[n * width + k]));
      return own.every((v) => v === 0 || v === 1) && own.filter((v) => v === 1).length <= 1
        ? own.indexOf(1)
        : NaN;
    });
    if (!flags.some(Number.isNaN)) return flags.map((k) => k < 0 ? undefined : String(k));
  }
  throw new InputError(`Cannot import windows: shape [${shape}], one value for each window is needed`, {
    file,
    hint: "Of scores take the class: numpy.argmax(y, axis=1).",
  });
}
