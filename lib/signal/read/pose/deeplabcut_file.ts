/**
 * DeepLabCut's results: tables of pandas in HDF5 or as text, with scorer, (individual,) body part and coordinate above each
 * column.
 *
 * https://deeplabcut.github.io/DeepLabCut, "analyzing videos"
 */
import { InputError } from "../../../errors.ts";
import type { DataFile } from "../archive.ts";
import { isHdf5 } from "../arrays/hdf5_library.ts";
import { type PandasFrame, pandasFrame } from "../arrays/pandas_frame.ts";
import { listed } from "../laws/notes.ts";
import { deeplabcutTable, isDeeplabcutTable } from "./deeplabcut_table.ts";
import type { TrackedPoints, Tracker } from "./tracked_points.ts";

/** What DeepLabCut calls its table. */
const usualKey = "df_with_missing";

/** More frames than rows by this factor are a mistake in the numbers of frames. */
const mostSpread = 100;

/** A column: whose, of which body part, and what. */
interface Place {
  scorer: string;
  individual: string;
  part: string;
  coordinate: string;
}

export const deeplabcut: Tracker = {
  name: "DeepLabCut",
  least: "min_likelihood",
  choose(names) {
    const plain = (name: string) => name.replace(/_filtered(?=\.(h5|csv)$)/i, "");
    const twice = names.find((name) => plain(name) !== name && names.includes(plain(name)));
    if (twice === undefined) return;
    throw new InputError(`Cannot use one video twice: ${plain(twice)} and ${twice} are of the same`, {
      hint: "Name those that you want, e.g. path: videos/*_filtered.h5.",
    });
  },
  isTable: isDeeplabcutTable,
  // The network's name stands behind the video's: m1DLC_resnet50_cageOct30shuffle1_100000.h5.
  videoOf: (name) => name.replace(/DLC_[^/]*_\d+(?=(_filtered)?\.[^./]+$)/, ""),
  async read(file, least) {
    const frame = await openFrame(file);
    const refuse = (what: string, hint?: string) =>
      new InputError(`Cannot read points: ${what}`, {
        file: file.name,
        ...(hint === undefined ? {} : { hint }),
      });
    const places = placesOf(frame);
    if (places === undefined) {
      throw refuse(
        `columns of ${frame.key} have ${frame.columns[0]?.length ?? 0} names each`,
        "DeepLabCut's have scorer, bodyparts and coords, and individuals where there are several.",
      );
    }
    const scorers = [...new Set(places.map(({ scorer }) => scorer))];
    if (scorers.length > 1) {
      throw refuse(
        `points of ${scorers.length} scorers, ${listed(scorers)}`,
        "Write the table of one of them.",
      );
    }
    if (frame.index === undefined && frame.rows > 0) {
      throw refuse(
        "rows are images, not frames of a video",
        "Labelled images have no time; use the files that analyze_videos wrote.",
      );
    }
    const rowOf = framesOf(frame.index ?? new Float64Array(0));
    if (typeof rowOf === "string") throw refuse(rowOf);
    return { ...pointsOf(frame, places, rowOf, least, refuse), start: frame.index?.[0] ?? 0 };
  },
};

/** @throws {InputError} where there is no table of pandas. */
async function openFrame(file: DataFile): Promise<PandasFrame> {
  if (/\.csv$/i.test(file.name)) {
    const table = await deeplabcutTable(file);
    if (table !== undefined) return table;
    throw new InputError(
      "Cannot read points: there are no rows of body parts and coordinates above the table",
      {
        file: file.name,
        hint:
          "DeepLabCut's tables begin with scorer, bodyparts and coords; SLEAP's are source: sleap, others source: csv.",
      },
    );
  }
  const bytes = file.read();
  let frame: PandasFrame | undefined;
  try {
    if (!isHdf5(bytes)) throw new RangeError("it is no HDF5 file");
    frame = await pandasFrame(bytes, usualKey);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new InputError(`Cannot read points: ${cause.message}`, {
      file: file.name,
      hint: "Copy the file again, or let DeepLabCut write it anew.",
      cause,
    });
  }
  if (frame !== undefined) return frame;
  throw new InputError(`Cannot read points: there is no table ${usualKey}`, {
    file: file.name,
    hint: "DeepLabCut's .h5 files hold one; analysis files of SLEAP are source: sleap.",
  });
}

function placesOf({ levels, columns }: PandasFrame): Place[] | undefined {
  const usual = levels.length === 4
    ? ["scorer", "individuals", "bodyparts", "coords"]
    : ["scorer", "bodyparts", "coords"];
  const names = levels.map((level, i) => level ?? usual[i]);
  const at = (name: string) => names.indexOf(name);
  if (columns.length === 0 || at("bodyparts") < 0 || at("coords") < 0) return undefined;
  const text = (column: string[], name: string) => at(name) < 0 ? "" : column[at(name)];
  return columns.map((column) => ({
    scorer: text(column, "scorer"),
    individual: text(column, "individuals"),
    part: text(column, "bodyparts"),
    coordinate: text(column, "coords"),
  }));
}

/** The row of every frame from the first to the last, −1 where one is missing; or what is wrong with their numbers. */
function framesOf(index: Float64Array): Int32Array | string {
  for (let row = 1; row < index.length; row++) {
    if (index[row] <= index[row - 1]) {
      return `frame ${index[row]} in row ${row + 1} comes after frame ${index[row - 1]}`;
    }
  }
  const frames = index.length === 0 ? 0 : index[index.length - 1] - index[0] + 1;
  if (frames > mostSpread * index.length) {
    return `${index.length} rows go from frame ${index[0]} to ${index.at(-1)}`;
  }
  const rowOf = new Int32Array(frames).fill(-1);
  index.forEach((frame, row) => rowOf[frame - index[0]] = row);
  return rowOf;
}

function pointsOf(
  frame: PandasFrame,
  places: readonly Place[],
  rowOf: Int32Array,
  least: number | undefined,
  refuse: (what: string, hint?: string) => InputError,
): TrackedPoints {
  const width = frame.columns.length;
  const notes: [string, string][] = [];
  const animals = Map.groupBy(
    places.map((place, column) => ({ ...place, column })),
    (place) => place.individual,
  );
  let channels: string[] | undefined;
  const tracks: TrackedPoints["tracks"] = [];
  for (const [name, own] of animals) {
    const coordinates = own.filter(({ coordinate }) => coordinate !== "likelihood");
    const names = coordinates.map(({ part, coordinate }) => `${part}_${coordinate}`);
    // "single" holds what is in the scene once, such as the corners of an arena.
    if (channels !== undefined && names.join() !== channels.join()) {
      notes.push(["Left out because its points are others than the first animal's", name]);
      continue;
    }
    channels ??= names;
    const sure = coordinates.map(({ part }) => {
      const column = own.find((other) => other.part === part && other.coordinate === "likelihood")?.column;
      if (least !== undefined && column === undefined) {
        throw refuse(`${part} has no likelihood`, "Leave min_likelihood out.");
      }
      return column;
    });
    const values = new Float32Array(rowOf.length * names.length).fill(NaN);
    let dropped = 0;
    for (let t = 0; t < rowOf.length; t++) {
      if (rowOf[t] < 0) continue;
      const from = rowOf[t] * width;
      for (let c = 0; c < names.length; c++) {
        const value = frame.values[from + coordinates[c].column];
        if (least === undefined || frame.values[from + sure[c]!] >= least) {
          values[t * names.length + c] = value;
        } else if (!Number.isNaN(value) && coordinates[c].coordinate === "x") dropped++;
      }
    }
    tracks.push({ name, values, dropped });
  }
  const flat = !channels!.some((channel) => channel.endsWith("_z"));
  return { channels: channels!, unit: flat ? "px" : "", frames: rowOf.length, tracks, notes };
}
