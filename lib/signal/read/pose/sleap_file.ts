/** SLEAP's analysis files: HDF5 with one array of all tracks (https://docs.sleap.ai, "analysis HDF5"). */
import { InputError } from "../../../errors.ts";
import type { DataFile } from "../archive.ts";
import { listed } from "../laws/notes.ts";
import { type NamedArrays, numbersOf, openNamedArrays, shapesOf } from "../arrays/named_arrays.ts";
import { isSleapTable, sleapTable } from "./sleap_table.ts";
import type { Track, TrackedPoints, Tracker } from "./tracked_points.ts";

export const sleap: Tracker = {
  name: "SLEAP",
  least: "min_score",
  isTable: isSleapTable,
  read: (file, least) => /\.csv$/i.test(file.name) ? readTable(file, least) : readSleap(file, least),
};

async function readTable(file: DataFile, least: number | undefined): Promise<TrackedPoints> {
  if (isSleapTable(file)) return await sleapTable(file, least);
  throw new InputError(
    "Cannot read points: there is no column frame_idx, or none such as nose.x and nose.y",
    {
      file: file.name,
      hint:
        "SLEAP's tables have track, frame_idx and the points; DeepLabCut's are source: deeplabcut, others source: csv.",
    },
  );
}

/**
 * Reads `tracks` `[tracks, 2, points, frames]` with the names of `node_names` and `track_names`. Points whose score in
 * `point_scores` `[tracks, points, frames]` is below `least`, or that have none, are missing.
 *
 * @throws {InputError} where an array is not there or of another shape.
 */
async function readSleap(file: DataFile, least: number | undefined): Promise<TrackedPoints> {
  const named = await openNamedArrays(file);
  const points = await textsOf(named, "node_names");
  const { data, shape } = await arrayOf(named, "tracks");
  const [animals, two, count, frames] = shape;
  if (shape.length !== 4 || two !== 2 || count !== points.length) {
    throw new InputError(
      `Cannot use tracks: [${shape}] is not [tracks, 2, ${points.length} nodes, frames]`,
      {
        file: file.name,
        hint: "Export the analysis file again from SLEAP, or by sleap-convert --format analysis.",
      },
    );
  }
  const given = named.arrays.has("track_names") ? await textsOf(named, "track_names") : [];
  if (given.length > 0 && given.length !== animals) {
    throw new InputError(
      `Cannot use tracks: ${given.length} names (${listed(given)}) for ${animals} of them`,
      {
        file: file.name,
      },
    );
  }
  const scores = least === undefined ? undefined : await arrayOf(named, "point_scores");
  if (scores !== undefined && scores.shape.join() !== [animals, count, frames].join()) {
    throw new InputError(
      `Cannot use point_scores: [${scores.shape}] is not [${animals}, ${count}, ${frames}]`,
      {
        file: file.name,
      },
    );
  }
  const tracks = Array.from({ length: animals }, (_, a): Track => {
    const values = new Float32Array(frames * 2 * count);
    let dropped = 0;
    for (let p = 0; p < count; p++) {
      for (let t = 0; t < frames; t++) {
        const score = scores === undefined ? 1 : Number(scores.data[(a * count + p) * frames + t]);
        const sure = scores === undefined || score >= least!;
        for (let axis = 0; axis < 2; axis++) {
          const value = Number(data[((a * 2 + axis) * count + p) * frames + t]);
          values[(t * count + p) * 2 + axis] = sure ? value : NaN;
          if (axis === 0 && !sure && !Number.isNaN(value)) dropped++;
        }
      }
    }
    return { name: given[a] ?? `track_${a}`, values, dropped };
  });
  const channels = points.flatMap((point) => [`${point}_x`, `${point}_y`]);
  return { channels, unit: "px", frames, tracks, notes: [] };
}

function stored(named: NamedArrays, name: string) {
  const { arrays, broken, file } = named;
  const array = arrays.get(name);
  if (array !== undefined) return array;
  if (broken.has(name)) throw broken.get(name)!;
  const pandas = [...arrays.keys(), ...broken.keys()].some((key) => key.startsWith("df_with_missing/"));
  throw new InputError(`Cannot read points: there is no array ${name}`, {
    file,
    hint: pandas
      ? "This is DeepLabCut's file: source: deeplabcut."
      : `An analysis file of SLEAP has tracks, track_names, node_names and point_scores; this one has ${
        shapesOf(named)
      }.`,
  });
}

function arrayOf(named: NamedArrays, name: string) {
  return numbersOf(named, name, stored(named, name));
}

async function textsOf(named: NamedArrays, name: string): Promise<string[]> {
  const texts = await stored(named, name).texts?.();
  if (texts !== undefined) return texts.map((text) => text.replace(/\0+$/, ""));
  throw new InputError(`Cannot read points: ${name} holds no texts`, { file: named.file });
}
