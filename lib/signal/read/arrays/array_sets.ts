/** Arrays that make recordings: those of a `.npz`, `.mat` or HDF5 file, which are what by their names. */
import type { NpyArray } from "../../../artifacts/npy.ts";
import { InputError } from "../../../errors.ts";
import type { DataFile } from "../archive.ts";
import { typicalStep } from "../laws/steps.ts";
import {
  namedArray,
  type NamedArrays,
  namesLike,
  numbersOf,
  openNamedArrays,
  shapesOf,
} from "./named_arrays.ts";
import type { StoredArray } from "./stored_array.ts";

/** Labels of samples: numbers, or texts. */
export type SampleLabels = { name: string } & ({ array: NpyArray } | { texts: readonly string[] });

/** The arrays of one recording. */
export interface ArraySet {
  /** What the samples are called in messages. */
  name: string;
  samples: NpyArray;
  labels?: SampleLabels;
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

const lengthOf = ({ shape }: Shaped) => shape.reduce((a, b) => a * b, 1);
const isVector = ({ shape }: Shaped) => shape.length === 1 || shape.length === 2 && shape[1] === 1;
const isTable = (own: StoredArray) => own.shape.length >= 2 && !isVector(own) && own.texts === undefined;

type Shaped = Pick<StoredArray, "shape">;

/** Name of the array of so many values that a pattern on names finds, nearest to another one. */
const vectorNamed = ({ arrays }: NamedArrays, pattern: RegExp, rows: number, beside?: string) =>
  namesLike(arrays.keys(), pattern, beside)
    .find((name) => isVector(arrays.get(name)!) && lengthOf(arrays.get(name)!) === rows);

/** The array or fact of one number that tells samples per second, nearest to the samples. */
async function rateAmong(
  named: NamedArrays,
  beside?: string,
): Promise<{ name: string; rate: number } | undefined> {
  const { arrays, facts } = named;
  const single = [...arrays].filter(([, own]) => lengthOf(own) === 1 && own.texts === undefined).map((
    [name],
  ) => name);
  const [name] = namesLike([...single, ...facts.keys()], usual.rate, beside);
  if (name === undefined) return undefined;
  const rate = facts.get(name) ?? Number((await numbersOf(named, name, arrays.get(name)!)).data[0]);
  return rate > 0 ? { name, rate } : undefined;
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
 * The samples of a file with several arrays: the named ones, or the only one of two dimensions; with labels, times and rate
 * of its other arrays.
 *
 * @param rate What the user states.
 * @throws {InputError} where it does not show which array holds samples, and where the file tells another rate.
 */
export async function openArrays(
  file: DataFile,
  { array, labelArray, timeArray }: ArrayNames,
  rate: number,
): Promise<ArraySet> {
  const named = await openNamedArrays(file);
  const get = async (name: string, what: string) => {
    const { name: own, array } = namedArray(named, name, what);
    return await numbersOf(named, own, array);
  };
  const names = (array === undefined ? [theOnly(named)] : [array].flat())
    .map((name) => namedArray(named, name, "array").name);
  const parts: NpyArray[] = [];
  for (const name of names) parts.push(await get(name, "array"));
  const samples = sideBySide(parts, file.name, names);
  const [rows] = samples.shape;
  const told = await rateAmong(named, names[0]);
  if (told !== undefined && Math.abs(told.rate / rate - 1) > 0.02) {
    throw new InputError(`Cannot use rate ${rate}: ${told.name} of the file is ${told.rate}`, {
      file: file.name,
      hint: `Set rate: ${told.rate}.`,
    });
  }
  const labels = await labelsOf(named, labelArray, rows, names[0]);
  const clock = timeArray ?? vectorNamed(named, usual.times, rows, names[0]);
  return {
    name: `${file.name}/${names.join("+")}`,
    samples,
    ...(labels === undefined ? {} : { labels }),
    ...(clock === undefined ? {} : {
      times: { values: Float64Array.from((await get(clock, "array of times")).data, Number), name: clock },
    }),
  };
}

/** The labels that are named, or that are called so. @throws {InputError} for what is called so and cannot be read. */
async function labelsOf(
  named: NamedArrays,
  wanted: string | undefined,
  rows: number,
  beside: string,
): Promise<SampleLabels | undefined> {
  const { file, broken } = named;
  const found = wanted ?? vectorNamed(named, usual.labels, rows, beside);
  const [unread] = found === undefined ? namesLike(broken.keys(), usual.labels, beside) : [];
  if (unread !== undefined) {
    throw new InputError(`Cannot use labels: ${broken.get(unread)!.message.split("\n")[0]}`, {
      file,
      hint:
        `Save ${unread} as whole numbers and name them under labels, or name another array under label_array.`,
    });
  }
  if (found === undefined) return undefined;
  const { name, array } = namedArray(named, found, "array of labels");
  const told = `${file}/${name}`;
  return array.texts === undefined
    ? { array: await numbersOf(named, name, array), name: told }
    : { texts: await array.texts(), name: told };
}

/** What the arrays of one file look like: which hold samples, and the rate that a number or times tell. */
export async function lookAtSet(
  file: DataFile,
): Promise<{ array?: string | string[]; rate?: number; labelled: boolean }> {
  const named = await openNamedArrays(file);
  const { arrays } = named;
  const tables = [...arrays].filter(([, own]) => isTable(own) && own.shape[0] > 1);
  const rows = Math.max(0, ...tables.map(([, { shape }]) => shape[0]));
  const long = tables.filter(([, { shape }]) => shape[0] === rows).map(([name]) => name);
  const clock = vectorNamed(named, usual.times, rows, long[0]);
  const step = clock === undefined
    ? 0
    : typicalStep(Float64Array.from((await numbersOf(named, clock, arrays.get(clock)!)).data, Number));
  return {
    ...(tables.length > 1 ? { array: long.length === 1 ? long[0] : long } : {}),
    // Steps of seconds; in another unit there would be no such rate of a motion sensor.
    rate: (await rateAmong(named, long[0]))?.rate ??
      (step > 0.0005 && step < 0.5 ? Math.round(1000 / step) / 1000 : undefined),
    labelled: vectorNamed(named, usual.labels, rows, long[0]) !== undefined,
  };
}

function theOnly(named: NamedArrays): string {
  const { arrays, broken, file } = named;
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
      hint: `Name it: array: <name>, or array: [<name>, <name>] for channels side by side; there are ${
        shapesOf(named)
      }.`,
    },
  );
}
