/**
 * What is kept of recordings that were read as a part of many, so that all of them together can be judged without reading
 * their samples again: `findings.json` and `traces.npy` beside them.
 */
import { join } from "../../../path.ts";
import { z } from "zod";
import { readNpy, writeNpy } from "../../../artifacts/npy.ts";
import { readJson } from "../../../artifacts/read_json.ts";
import type { Recording, Recordings } from "../../../artifacts/recordings.ts";
import type { WornFacts } from "../../../artifacts/recording/quality.ts";
import { findingsOf, type RecordingFindings } from "../../quality.ts";
import { sketchOf } from "../laws/copies.ts";
import { fingerprint, type Trace } from "../laws/whole_set.ts";

const names = { findings: "findings.json", traces: "traces.npy" };

/** Findings of the recordings of one part, in their order. */
export interface PartFindings {
  recordings: RecordingFindings[];
  traces: Trace[];
  /** What the reader said, and the rates that times showed. */
  notes: string[];
  rates: number[];
  /** What was asked for of accelerometers that people wear. */
  worn: WornFacts;
}

/** What can be found again of recordings as they were read. */
export function tracesOf(recordings: readonly Recording[]): Trace[] {
  return recordings.map((r) => {
    const sketch = sketchOf(r);
    // Samples are changed in place afterwards.
    const distinct = Uint8Array.from(
      { length: sketch.hashes.length },
      (_, i) => Number(sketch.isDistinct(i)),
    );
    return { print: fingerprint(r), sketch: { ...sketch, isDistinct: (i) => distinct[i] === 1 } };
  });
}

/** Writes what is kept of `set` into the folder of its artifact. */
export async function writeFindings(
  dir: string,
  set: Recordings,
  { traces, notes, rates, worn }: Omit<PartFindings, "recordings">,
): Promise<void> {
  const blocks = traces.map(({ sketch }) => sketch.hashes.length);
  const rows = new Float64Array(2 * blocks.reduce((sum, n) => sum + n, 0));
  let at = 0;
  for (const { sketch: { hashes, starts, isDistinct } } of traces) {
    for (let i = 0; i < hashes.length; i++) {
      rows[at++] = hashes[i];
      rows[at++] = isDistinct(i) ? starts[i] : -1 - starts[i];
    }
  }
  await writeNpy(join(dir, names.traces), rows, [rows.length / 2, 2]);
  const recordings = set.recordings.map((r, i) => ({
    findings: findingsOf(r, set),
    print: traces[i].print,
    blocks: blocks[i],
  }));
  await Deno.writeTextFile(join(dir, names.findings), JSON.stringify({ recordings, notes, rates, worn }));
}

interface Stored {
  recordings: { findings: RecordingFindings; print: string; blocks: number }[];
  notes: string[];
  rates: number[];
  worn: WornFacts;
}

// Written a moment ago by the same step; what it holds is looked at where it is used.
const schema = () =>
  z.object({
    recordings: z.array(z.object({ findings: z.any(), print: z.string(), blocks: z.int() })),
    notes: z.array(z.string()),
    rates: z.array(z.number()),
    worn: z.record(z.string(), z.any()),
  }) as unknown as z.ZodType<Stored>;

/** Reads what {@linkcode writeFindings} wrote. @throws {InputError} */
export async function readFindings(dir: string): Promise<PartFindings> {
  const { recordings, notes, rates, worn } = await readJson(dir, names.findings, schema, "Recordings");
  const rows = (await readNpy(join(dir, names.traces), Float64Array, [null, 2])).data;
  let first = 0;
  const traces = recordings.map(({ print, blocks }): Trace => {
    const own = rows.subarray(2 * first, 2 * (first + blocks));
    first += blocks;
    return {
      print,
      sketch: {
        hashes: Float64Array.from({ length: blocks }, (_, i) => own[2 * i]),
        starts: Float64Array.from(
          { length: blocks },
          (_, i) => own[2 * i + 1] < 0 ? -1 - own[2 * i + 1] : own[2 * i + 1],
        ),
        isDistinct: (i) => own[2 * i + 1] >= 0,
      },
    };
  });
  return { recordings: recordings.map(({ findings }) => findings), traces, notes, rates, worn };
}
