/** Arrays that make recordings: a `.npy` file with labels beside it, or the arrays of a `.npz` or `.mat` file. */
import { decodeNpy, type NpyArray } from "../../artifacts/npy.ts";
import { InputError } from "../../errors.ts";
import { suggestion } from "../../text/suggest.ts";
import type { DataFile } from "./archive.ts";
import { listed } from "./laws/notes.ts";
import { typicalStep } from "./laws/steps.ts";
import { readMatlab } from "./matlab.ts";
import { readZip } from "./zip.ts";

/** The arrays of one recording. */
export interface ArraySet {
  /** What the samples are called in messages. */
  name: string;
  samples: NpyArray;
  labels?: { array: NpyArray; name: string };
  /** Times of the samples. */
  times?: { values: Float64Array; name: string };
}

/** Which arrays of a file with several are what. */
export interface ArrayNames {
  /** Array of samples, or several whose channels follow each other. */
  array?: string | readonly string[];
  labelArray?: string;
  timeArray?: string;
}

const usual = {
  labels: /^(y|labels?|targets?|classes|activity)$/i,
  times: /^(t|times?|time_?stamps?|seconds)$/i,
  rate: /^(fs|sfreq|rate|hz|sampling_?(rate|freq(uency)?)|sample_?rate|frequency)$/i,
};

const lengthOf = ({ shape }: NpyArray) => shape.reduce((a, b) => a * b, 1);
const isVector = ({ shape }: NpyArray) => shape.length === 1 || shape.length === 2 && shape[1] === 1;
const isTable = (own: NpyArray) => own.shape.length >= 2 && !isVector(own);

type Arrays = ReadonlyMap<string, NpyArray>;

/** Name of the array of so many numbers that a pattern on names finds. */
const vectorNamed = (arrays: Arrays, pattern: RegExp, rows: number) =>
  [...arrays].find(([name, own]) => pattern.test(name) && isVector(own) && lengthOf(own) === rows)?.[0];

/** The array of one number that tells samples per second. */
function rateAmong(arrays: Arrays): { name: string; rate: number } | undefined {
  const found = [...arrays].find(([name, own]) => usual.rate.test(name) && lengthOf(own) === 1);
  return found && { name: found[0], rate: Number(found[1].data[0]) };
}

/** All arrays of a `.npz` or `.mat` file by name; those that hold no numbers are only named. */
function arraysOf(file: DataFile): { arrays: Map<string, NpyArray>; broken: Map<string, InputError> } {
  const arrays = new Map<string, NpyArray>();
  const broken = new Map<string, InputError>();
  const bytes = file.read();
  if (/\.mat$/i.test(file.name)) return matlabArrays(file.name, bytes);
  let entries;
  try {
    entries = readZip(bytes);
  } catch (cause) {
    throw new InputError(`Cannot read arrays: ${(cause as Error).message}`, {
      file: file.name,
      hint: "Write it again with numpy.savez.",
      cause,
    });
  }
  for (const entry of entries) {
    const name = entry.name.replace(/\.npy$/, "");
    try {
      arrays.set(name, decodeNpy(entry.read(), `${file.name}/${name}`));
    } catch (cause) {
      const { message } = cause as Error;
      broken.set(
        name,
        cause instanceof InputError
          ? cause
          : new InputError(`Cannot read arrays: ${message}`, { file: file.name, cause }),
      );
    }
  }
  return { arrays, broken };
}

/** The arrays of a `.mat` file, and the reasons why other variables are none. */
function matlabArrays(file: string, bytes: Uint8Array): ReturnType<typeof arraysOf> {
  const told = (message: string, hint: string) =>
    new InputError(`Cannot read arrays: ${message}`, { file, hint });
  const hint = "Save matrices of numbers: save(file, '-v7', 'name', …).";
  try {
    const { arrays, others } = readMatlab(bytes);
    const broken = [...others].map(([name, what]) => [name, told(`${name} is ${what}`, hint)] as const);
    return { arrays, broken: new Map(broken) };
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw told(cause.message, hint);
  }
}

/** Arrays `[T, …]` side by side, the channels of one behind those of the other. */
function sideBySide(parts: readonly NpyArray[], file: string, names: readonly string[]): NpyArray {
  if (parts.length === 1) return parts[0];
  const [rows] = parts[0].shape;
  const other = parts.findIndex(({ shape }) => shape.length > 2 || shape[0] !== rows);
  if (other >= 0) {
    throw new InputError(
      `Cannot join arrays: ${names[other]} is [${parts[other].shape}], ${names[0]} is [${parts[0].shape}]`,
      { file, hint: "Arrays of one recording are [T, channels] with the same T." },
    );
  }
  const widths = parts.map(({ shape }) => shape[1] ?? 1);
  const width = widths.reduce((a, b) => a + b, 0);
  const data = new Float32Array(rows * width);
  let column = 0;
  for (const [p, part] of parts.entries()) {
    for (let i = 0; i < part.data.length; i++) {
      data[Math.floor(i / widths[p]) * width + column + i % widths[p]] = Number(part.data[i]);
    }
    column += widths[p];
  }
  return { data, shape: [rows, width] };
}

/**
 * The samples of a `.npz` or `.mat` file: the named arrays, or the only one of two dimensions; with labels, times and rate
 * of its other arrays.
 *
 * @param rate What the user states.
 * @throws {InputError} where it does not show which array holds samples, and where the file tells another rate.
 */
export function openArrays(
  file: DataFile,
  { array, labelArray, timeArray }: ArrayNames,
  rate: number,
): ArraySet {
  const { arrays, broken } = arraysOf(file);
  const all = [...arrays.keys(), ...broken.keys()];
  const shapes = listed([...arrays].map(([name, { shape }]) => `${name} [${shape}]`));
  const get = (name: string, what: string): NpyArray => {
    const found = arrays.get(name);
    if (found !== undefined) return found;
    throw broken.get(name) ??
      new InputError(`Cannot find ${what} "${name}"`, {
        file: file.name,
        hint: suggestion(name, all).hint ?? `It has ${shapes}.`,
      });
  };
  const names = array === undefined ? [theOnly(arrays, broken, file.name, shapes)] : [array].flat();
  const samples = sideBySide(names.map((name) => get(name, "array")), file.name, names);
  const [rows] = samples.shape;
  const unread = [...broken].find(([name]) => usual.labels.test(name));
  if (unread !== undefined && labelArray === undefined) {
    const [name, { message }] = unread;
    throw new InputError(`Cannot use labels: ${message.split("\n")[0]}`, {
      file: file.name,
      hint:
        `Save ${name} as whole numbers and name them under labels, or name another array under label_array.`,
    });
  }
  const labels = labelArray ?? vectorNamed(arrays, usual.labels, rows);
  const told = rateAmong(arrays);
  if (told !== undefined && Math.abs(told.rate / rate - 1) > 0.02) {
    throw new InputError(`Cannot use rate ${rate}: ${told.name} of the file is ${told.rate}`, {
      file: file.name,
      hint: `Set rate: ${told.rate}.`,
    });
  }
  const clock = timeArray ?? vectorNamed(arrays, usual.times, rows);
  return {
    name: `${file.name}/${names.join("+")}`,
    samples,
    ...(labels === undefined
      ? {}
      : { labels: { array: get(labels, "array of labels"), name: `${file.name}/${labels}` } }),
    ...(clock === undefined
      ? {}
      : { times: { values: Float64Array.from(get(clock, "array of times").data, Number), name: clock } }),
  };
}

/** What the arrays of one file look like: which hold samples, and the rate that a number or times tell. */
export function lookAtSet(file: DataFile): { array?: string | string[]; rate?: number; labelled: boolean } {
  const { arrays } = arraysOf(file);
  const tables = [...arrays].filter(([, own]) => isTable(own) && own.shape[0] > 1);
  const rows = Math.max(0, ...tables.map(([, { shape }]) => shape[0]));
  const long = tables.filter(([, { shape }]) => shape[0] === rows).map(([name]) => name);
  const clock = vectorNamed(arrays, usual.times, rows);
  const step = clock === undefined ? 0 : typicalStep(Float64Array.from(arrays.get(clock)!.data, Number));
  return {
    ...(tables.length > 1 ? { array: long.length === 1 ? long[0] : long } : {}),
    // Steps of seconds; in another unit there would be no such rate of a motion sensor.
    rate: rateAmong(arrays)?.rate ??
      (step > 0.0005 && step < 0.5 ? Math.round(1000 / step) / 1000 : undefined),
    labelled: vectorNamed(arrays, usual.labels, rows) !== undefined,
  };
}

function theOnly(
  arrays: Arrays,
  broken: ReadonlyMap<string, InputError>,
  file: string,
  shapes: string,
): string {
  const tables = [...arrays].filter(([, own]) => isTable(own));
  if (tables.length === 1) return tables[0][0];
  const [first] = broken.values();
  if (tables.length === 0 && first !== undefined) throw first;
  throw new InputError(
    `Cannot tell which array holds samples: ${
      tables.length === 0 ? "none is" : `${tables.length} are`
    } [T, channels]`,
    {
      file,
      hint:
        `Name it: array: <name>, or array: [<name>, <name>] for channels side by side; there are ${shapes}.`,
    },
  );
}
