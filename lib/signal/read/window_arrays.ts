/** Windows that someone else has cut: arrays of them become recordings of one window each. */
import { own } from "../../own.ts";
import { basename } from "../../path.ts";
import { decodeNpy, type NpyArray } from "../../artifacts/npy.ts";
import type { Recording } from "../../artifacts/recordings.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { InputError } from "../../errors.ts";
import { findTriads, usualChannels } from "../triads.ts";
import { dataFiles } from "./archive.ts";
import { readMatrix } from "./array_file.ts";
import { severalArrays } from "./arrays/array_endings.ts";
import { namedArray, numbersOf, openNamedArrays, shapesOf } from "./arrays/named_arrays.ts";
import { knownText, type Texts, textsOf, textsOfArray, usualName } from "./window_texts.ts";

/** What the arrays mean. */
export interface WindowArrayOptions {
  /** Samples per second. */
  rate: number;
  /** Which dimension follows that of windows; the longer of the two is time when left out. */
  order?: "time-channels" | "channels-time";
  sensors?: readonly string[];
  channels?: readonly string[];
  units?: readonly string[];
  /** Names of the arrays of windows, labels and groups in a file with several. */
  array?: string;
  labelArray?: string;
  groupArray?: string;
  /** Class names in the order of labels, or by label. */
  classes?: readonly string[] | Readonly<Record<string, string>>;
}

/** Files of labels and groups, where they are not in the same file. */
export interface Beside {
  labels?: string;
  groups?: string;
}

/** An array `[N, T, C]`, with names of its channels where files tell them. */
interface Samples {
  data: Float32Array;
  windows: number;
  length: number;
  width: number;
  names?: string[];
  file: string;
}

/** Windows, with labels and groups where the same file has them. */
interface Found {
  samples: Samples;
  labels?: Texts;
  groups?: Texts;
}

/**
 * Reads windows from an array `[N, T, C]` or `[N, C, T]` in `.npy`, from an `.npz`, `.mat` or HDF5 file with `X` and, where
 * it has them, `y` and `groups`, or from one array or table `[N, T]` for each channel. Each window becomes a recording of
 * its group.
 *
 * @param paths One file, or a file for each channel, in the order of channels.
 * @throws {InputError} for shapes that are no windows, values that are not finite, and labels of another number.
 */
export async function readWindowArrays(
  paths: readonly string[],
  beside: Beside,
  options: WindowArrayOptions,
): Promise<{ windows: Windows; warnings: string[] }> {
  const [path] = paths;
  const file = basename(path);
  const { samples, ...inside }: Found = paths.length === 1 && severalArrays.test(path)
    ? await fromSeveral(path, options)
    : paths.length === 1 && /\.npy$/i.test(path)
    ? { samples: arrange(decodeNpy(await Deno.readFile(path), file), options, file) }
    : { samples: await byChannel(paths) };
  const bad = samples.data.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    throw new InputError(`Cannot import windows: a sample is ${samples.data[bad]}`, {
      file: samples.file,
      row: Math.floor(bad / (samples.length * samples.width)) + 1,
      hint: "Leave windows with missing samples out.",
    });
  }
  const labels = beside.labels === undefined ? inside.labels : await textsOf(beside.labels);
  const groups = beside.groups === undefined ? inside.groups : await textsOf(beside.groups);
  for (const [what, texts] of [["labels", labels], ["groups", groups]] as const) {
    if (texts === undefined || texts.length === samples.windows) continue;
    throw new InputError(`Cannot import windows: ${samples.windows} windows, but ${texts.length} ${what}`, {
      file: beside[what] === undefined ? file : basename(beside[what]),
    });
  }
  const warnings = groups === undefined
    ? [
      "Nobody says whose window each is: a person's windows may lie in several parts of a split. State groups: <file>",
    ]
    : [];
  return { windows: assemble(samples, labels, groups, options, paths), warnings };
}

/** Windows of a file with several arrays: those that are named, `X`, or the only array of three dimensions. */
async function fromSeveral(path: string, options: WindowArrayOptions): Promise<Found> {
  const [file] = await dataFiles([path], () => true);
  const named = await openNamedArrays(file);
  const { arrays } = named;
  const cubes = [...arrays].filter(([, { shape }]) => shape.length === 3).map(([name]) => name);
  const wanted = options.array ??
    (arrays.has("X") || named.broken.has("X") ? "X" : cubes.length === 1 ? cubes[0] : undefined);
  if (wanted === undefined) {
    const [first] = named.broken.values();
    if (arrays.size === 0 && first !== undefined) throw first;
    throw new InputError(
      `Cannot tell which array holds windows: ${
        cubes.length === 0 ? "none is" : `${cubes.length} are`
      } [N, T, C]`,
      { file: file.name, hint: `Name it: array: <name>; there are ${shapesOf(named)}.` },
    );
  }
  const { name, array } = namedArray(named, wanted, "array");
  const samples = arrange(await numbersOf(named, name, array), options, `${file.name}/${name}`);
  const texts = async (wanted: string | undefined, kind: "labels" | "groups"): Promise<Texts | undefined> => {
    const found = wanted ?? usualName(named, name, kind, samples.windows);
    if (found === undefined) return undefined;
    const { name: own, array: stored } = namedArray(named, found, "array");
    const texts = stored.texts === undefined
      ? textsOfArray(await numbersOf(named, own, stored), `${file.name}/${own}`)
      : (await stored.texts()).map(knownText);
    if (texts.length === samples.windows) return texts;
    throw new InputError(
      `Cannot import windows: ${samples.windows} windows, but ${texts.length} ${kind}`,
      {
        file: `${file.name}/${own}`,
        hint: `Name the array that has one for each window: ${
          kind === "labels" ? "label_array" : "group_array"
        }: <name>; there are ${shapesOf(named)}.`,
      },
    );
  };
  const [labels, groups] = [
    await texts(options.labelArray, "labels"),
    await texts(options.groupArray, "groups"),
  ];
  return { samples, labels, groups };
}

/** An array with time before channels. */
function arrange({ data, shape: stored }: NpyArray, { order }: WindowArrayOptions, file: string): Samples {
  // Convolutions over images want a fourth dimension of length one.
  const within = stored.slice(1).filter((length) => length !== 1);
  const shape = stored.length > 3 && within.length === 2 ? [stored[0], ...within] : stored;
  if (shape.length !== 3) {
    throw new InputError(
      `Cannot import windows: shape [${shape}] has ${shape.length} dimensions, not three`,
      {
        file,
        hint: "Windows are [N, T, C] or [N, C, T]; give a file [N, T] for each channel as a glob.",
      },
    );
  }
  if (data.length === 0) throw new InputError(`Cannot import windows: shape [${shape}] holds none`, { file });
  const [windows, second, third] = shape;
  if (order === undefined && second === third) {
    throw new InputError(`Cannot tell time from channels: shape [${shape}]`, {
      file,
      hint: "State order: time-channels or channels-time.",
    });
  }
  const last = order === undefined ? third > second : order === "channels-time";
  const [length, width] = last ? [third, second] : [second, third];
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const [n, within] = [Math.floor(i / (length * width)), i % (length * width)];
    const at = last ? (within % length) * width + Math.floor(within / length) : within;
    out[n * length * width + at] = Number(data[i]);
  }
  return { data: out, windows, length, width, file };
}

/** One file `[N, T]` for each channel, which is called by what tells the files' names apart. */
async function byChannel(paths: readonly string[]): Promise<Samples> {
  const arrays = await Promise.all(paths.map(readMatrix));
  const [{ rows, columns }] = arrays;
  const other = arrays.findIndex((a) => a.rows !== rows || a.columns !== columns);
  if (other >= 0) {
    throw new InputError(
      `Cannot import windows: ${arrays[other].rows} × ${
        arrays[other].columns
      } values, the first file has ${rows} × ${columns}`,
      { file: basename(paths[other]) },
    );
  }
  const width = paths.length;
  const data = new Float32Array(rows * columns * width);
  arrays.forEach((array, c) => array.data.forEach((v, i) => data[i * width + c] = v));
  const words = paths.map((path) => basename(path).replace(/\.[^.]*$/, "").split("_"));
  while (width > 1 && words.every((w) => w.length > 1 && w.at(-1) === words[0].at(-1))) {
    words.forEach((w) => w.pop());
  }
  return {
    data,
    windows: rows,
    length: columns,
    width,
    names: words.map((w) => w.join("_")),
    file: basename(paths[0]),
  };
}

/** Class names and the label of each window. */
function numberLabels(texts: Texts, classes: WindowArrayOptions["classes"], file: string) {
  const found = [...new Set(texts.filter((text) => text !== undefined))];
  const numbers = found.every((text) => Number.isFinite(Number(text)));
  found.sort((a, b) => numbers ? Number(a) - Number(b) : a < b ? -1 : 1);
  const named = (text: string) => {
    const name = Array.isArray(classes) && numbers
      ? classes[Number(text)]
      : own((classes ?? {}) as Record<string, string>, text);
    if (classes === undefined || name !== undefined) return name ?? text;
    throw new InputError(`Cannot import windows: classes has no name for label ${text}`, {
      file,
      hint: "Name all of them: a list counts from 0; labels from 1 need classes: { 1: …, 2: … }.",
    });
  };
  const labelNames = Array.isArray(classes) && numbers ? [...classes] : [...new Set(found.map(named))];
  const labels = Int32Array.from(texts, (text) => text === undefined ? -1 : labelNames.indexOf(named(text)));
  return { labelNames, labels };
}

function assemble(
  { data, windows: count, length, width, names, file }: Samples,
  texts: Texts | undefined,
  groups: Texts | undefined,
  { rate, sensors, channels, units, classes }: WindowArrayOptions,
  paths: readonly string[],
): Windows {
  const places = sensors?.length ?? 1;
  const each = width / places;
  if (!Number.isInteger(each) || (channels !== undefined && channels.length !== each)) {
    throw new InputError(
      `Cannot import windows: ${width} channels are not ${places} sensors of ${
        channels?.length ?? "as many"
      } channels`,
      { file, hint: "Name all sensors, and the channels that each has, in the order of the array." },
    );
  }
  if (units !== undefined && units.length !== each) {
    throw new InputError(`Cannot import windows: ${units.length} units for ${each} channels`, { file });
  }
  const own = [...channels ?? (places === 1 ? names : undefined) ?? usualChannels(each)];
  const { labels, labelNames } = numberLabels(texts ?? new Array(count).fill(undefined), classes, file);
  const digits = String(count - 1).length;
  const recordings = Array.from({ length: count }, (_, n): Recording => ({
    id: `w${String(n).padStart(digits, "0")}`,
    subject: groups?.[n] ?? "subject",
    samples: length,
    data: data.subarray(n * length * width, (n + 1) * length * width),
    labels: new Int32Array(length).fill(labels[n]),
    gaps: [],
  }));
  return {
    recordings: {
      rate,
      sensors: [...sensors ?? ["sensor"]],
      channels: own,
      units: [...units ?? own.map(() => "unknown")],
      triads: findTriads(own),
      labelNames,
      origin: "measured",
      source: { name: paths.length === 1 ? file : `${paths.length} arrays` },
      recordings,
    },
    recording: Int32Array.from({ length: count }, (_, n) => n),
    start: new Int32Array(count),
    labels,
    purity: new Float32Array(count).fill(1),
    length,
    hop: length,
  };
}
