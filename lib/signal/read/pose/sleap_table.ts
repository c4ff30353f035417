/** SLEAP's results as text: a CSV file with a row for every animal in every frame. */
import { InputError } from "../../../errors.ts";
import type { DataFile } from "../archive.ts";
import { openCsv } from "../csv.ts";
import { listed } from "../laws/notes.ts";
import type { Columns } from "../table.ts";
import { splitLine } from "../text/csv_dialect.ts";
import { firstLines } from "./first_lines.ts";
import type { Track, TrackedPoints } from "./tracked_points.ts";

/** No video has more frames: a month at 30 a second. */
const mostFrames = 8e7;

/** Whether a text file is a table of SLEAP's, by its header. */
export function isSleapTable(file: DataFile): boolean {
  const [header] = firstLines(file, 1).map((line) => splitLine(line, 44));
  return header.includes("frame_idx") && pointsIn(header).length > 0;
}

/** Names of points: those that have columns `.x` and `.y`. */
function pointsIn(header: readonly string[]): string[] {
  return header.filter((name) => name.endsWith(".x") && header.includes(name.replace(/x$/, "y")))
    .map((name) => name.slice(0, -2));
}

/**
 * Reads columns `track`, `frame_idx`, and for each point `nose.x`, `nose.y`, `nose.score`. Frames without a row, and points
 * whose score is below `least`, are missing.
 *
 * @throws {InputError} for a frame that holds one track twice.
 */
export async function sleapTable(file: DataFile, least: number | undefined): Promise<TrackedPoints> {
  const table = openCsv(file);
  const header = table.header!;
  const at = (name: string) => header.indexOf(name);
  const points = pointsIn(header);
  const channels = points.flatMap((point) => [`${point}_x`, `${point}_y`]);
  const scored = points.map((point) => at(`${point}.score`));
  if (least !== undefined && scored.includes(-1)) {
    const without = points.filter((_, p) => scored[p] < 0);
    throw new InputError(`Cannot use min_score: ${listed(without)} has no score`, {
      file: file.name,
      hint: "Leave min_score out.",
    });
  }
  const width = least === undefined ? 2 : 3;
  const values = points.flatMap((point, p) =>
    [at(`${point}.x`), at(`${point}.y`), scored[p]].slice(0, width)
  );
  const texts = at("track") < 0 ? [] : [at("track")];
  const read = await table.read({ values, time: at("frame_idx"), texts, missing: "gap" });
  const frames = framesIn(read, file);
  const names = read.texts[0]?.names ?? [""];
  const several = names.some((name) => name !== "");
  const rowsOf = Map.groupBy(read.time.keys(), (row) => names[read.texts[0]?.codes[row] ?? 0]);
  const nobodys = several ? rowsOf.get("")?.length ?? 0 : 0;
  if (several) rowsOf.delete("");
  const tracks = [...rowsOf].map(([name, rows]): Track => {
    // Of many short tracks in a long video each holds its own frames.
    const start = rows.reduce((least, row) => Math.min(least, read.time[row]), Infinity);
    const end = rows.reduce((most, row) => Math.max(most, read.time[row]), 0) + 1;
    const track = {
      name,
      start,
      values: new Float32Array((end - start) * channels.length).fill(NaN),
      dropped: 0,
    };
    const taken = new Uint8Array(end - start);
    for (const row of rows) {
      const frame = read.time[row] - start;
      if (taken[frame]++ > 0) {
        throw new InputError(`Cannot use frame ${read.time[row]}: ${name || "it"} stands there twice`, {
          file: file.name,
          row: read.lineOf(row),
          hint: several
            ? "Each track has one row a frame: export the table again."
            : "Animals without tracks cannot be told apart: track them before the export.",
        });
      }
      for (let p = 0; p < points.length; p++) {
        const own = read.values.subarray((row * points.length + p) * width);
        if (least === undefined || own[2] >= least) {
          track.values.set(own.subarray(0, 2), (frame * points.length + p) * 2);
        } else if (!Number.isNaN(own[0])) track.dropped++;
      }
    }
    return track;
  });
  const notes: [string, string][] = nobodys === 0
    ? []
    : [["Left out because they belong to no track", `${nobodys} rows`]];
  return { channels, unit: "px", frames, tracks, notes };
}

/** The number of frames. @throws {InputError} for a number that is none of a frame's. */
function framesIn({ time, lineOf }: Columns, file: DataFile): number {
  let frames = 0;
  time.forEach((frame, row) => {
    frames = Math.max(frames, frame + 1);
    if (Number.isInteger(frame) && frame >= 0 && frame < mostFrames) return;
    throw new InputError(`Cannot use frame_idx ${frame}: frames are counted from 0`, {
      file: file.name,
      row: lineOf(row),
      hint: "Export the table again.",
    });
  });
  return frames;
}
