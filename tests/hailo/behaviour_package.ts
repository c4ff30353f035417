/** A package with everything between raw samples and behaviours: causal gravity, context, motifs, behaviours. */
import { join } from "node:path";
import type { Behaviours } from "../../lib/artifacts/behaviours.ts";
import type { Architecture, Model } from "../../lib/artifacts/model.ts";
import type { HsmmRecord } from "../../lib/artifacts/smoothing.ts";
import type { Motifs } from "../../lib/artifacts/motifs.ts";
import type { Recordings } from "../../lib/artifacts/recordings.ts";
import { clusterWindows } from "../../lib/cluster/cluster.ts";
import { fitOf } from "../../lib/cluster/identity.ts";
import { buildPackage } from "../../lib/hailo/package/build.ts";
import type { PackageSources } from "../../lib/hailo/package/facts.ts";
import { exportBundle } from "../../lib/model/export/export.ts";
import { Random } from "../../lib/random.ts";
import { fitByHsmm } from "../../lib/temporal/hsmm/motifs.ts";
import { stretchesOf } from "../../lib/temporal/stretches.ts";
import { simulateRecordings } from "../../lib/signal/simulate/simulate.ts";
import { addGravity } from "../../lib/signal/triads.ts";
import { cutWindows } from "../../lib/signal/window/windows.ts";
import { batchOf, modelFor } from "../stream/batch.ts";

/** Folder of the templates that the package step adds. */
const templates = new URL("../../hailo/package/", import.meta.url).pathname;

/** Recordings without and with the channels that a filter makes. */
export function gravityRecordings(
  phase: "zero" | "causal" = "causal",
): { raw: Recordings; whole: Recordings } {
  const set = simulateRecordings({ subjects: 2, minutes: 1, seed: 8 });
  const raw = {
    ...set,
    recordings: set.recordings.map((r) => ({ ...r, gaps: [[900, 1000]] as [number, number][] })),
  };
  return { raw, whole: addGravity(raw, phase) };
}

/** What was packed, and what the batch makes of the same recordings. */
export interface Packed {
  dir: string;
  model: Model;
  rules: NonNullable<Behaviours["rules"]>;
  /** Absent without motifs. */
  motifs?: Motifs;
  names?: string[];
  /** Codes of the windows that made the motifs. */
  seen?: Set<number>;
  states?: HsmmRecord;
}

/** Writes the package into `dir`. */
export async function packBehaviours(
  dir: string,
  recordings: Recordings,
  changes: Partial<Architecture> = {},
  /** Whether there are motifs, or how they are clustered; k-means of codes by default. */
  withMotifs: boolean | Record<string, unknown> = true,
  { targets, compile, states }: {
    /** Behaviours are states of a model that observes these, in place of motifs smoothed by rules. */
    states?: "motifs" | "codes";
    targets?: PackageSources["targets"];
    /** Compiles the bundle, and gives the folder of its HEF. */
    compile?: (bundle: string) => Promise<string>;
  } = {},
): Promise<Packed> {
  const [length, hop, context] = [60, 25, 10];
  const untrained = modelFor(recordings, length + 2 * context, changes);
  const model: Model = { ...untrained, context, filters: recordings.filters ?? [] };
  const rules = { modeWidth: 3, minDwell: 2, hysteresis: { high: 0.6, low: 0.4, maxHold: 4 } };
  const found = withMotifs === false
    ? undefined
    : await motifsOf(model, recordings, hop, withMotifs === true ? {} : withMotifs);
  const behaviours = found && states && await statesOf(model, recordings, hop, found.motifs, states);
  const bundle = join(dir, "bundle");
  await Deno.mkdir(bundle);
  const windows = cutWindows(recordings, { length, hop, within: "recording", context });
  const sizes = { parityWindows: 30, calibrationWindows: 64, selftestWindows: 16, int8Windows: 30 };
  await exportBundle(bundle, model, windows, undefined, sizes, new Random(3));
  const out = join(dir, "package");
  await Deno.mkdir(out);
  await buildPackage(
    out,
    {
      ...{ name: "motiflow-package", version: "0.1.0", license: "MIT", targetNamed: () => undefined },
      bundle,
      ...(compile && { hef: await compile(bundle) }),
      ...(targets && { targets }),
      ...(found && {
        motifs: found.motifs,
        behaviours: {
          ...{ names: found.names, rules, fit: fitOf(found.motifs)!, predictionRate: model.rate / hop },
          dictionary: [],
          ...behaviours,
        } as unknown as Behaviours,
      }),
    },
    await filesBelow(templates),
  );
  return { dir: out, model, rules, ...found, ...(behaviours && { states: behaviours.hsmm!.record }) };
}

/** Packs the bundle that {@linkcode packBehaviours} has left in `dir` once more, without motifs, as another version. */
export async function packVersion(dir: string, name: string, version: string): Promise<void> {
  const out = join(dir, name);
  await Deno.mkdir(out);
  const facts = { name: "motiflow-package", version, license: "MIT", targetNamed: () => undefined };
  await buildPackage(out, { ...facts, bundle: join(dir, "bundle") }, await filesBelow(templates));
}

/** Motifs of the first recording, so that the second has codes that they never saw. */
async function motifsOf(model: Model, recordings: Recordings, hop: number, how: Record<string, unknown>) {
  const first = { ...recordings, recordings: recordings.recordings.slice(0, 1) };
  const { codes, latents } = await batchOf(model, first, hop, {});
  const motifs = clusterWindows({
    codes: { codes, levels: model.architecture.levels! },
    latents: { latents, dimensions: model.architecture.latent, classes: [], details: {} },
    ...{ method: "kmeans", space: "code", k: 4, nInit: 2 },
    ...how,
  } as any, new Random(2));
  return { motifs, names: motifs.support.map((_, id) => `behaviour “${id}”`), seen: new Set(codes) };
}

/** States of the first recording, decoded causally. */
async function statesOf(
  model: Model,
  recordings: Recordings,
  hop: number,
  motifs: Motifs,
  emission: "motifs" | "codes",
): Promise<Partial<Behaviours>> {
  const first = { ...recordings, recordings: recordings.recordings.slice(0, 1) };
  const { codes, windows } = await batchOf(model, first, hop, {});
  const { levels } = model.architecture;
  const { record } = fitByHsmm(
    { motifs, ...(emission === "codes" && { codes: { codes, levels } as any }) },
    stretchesOf(windows),
    {
      ...{
        states: 3,
        stickiness: 0.5,
        maxDuration: 5,
        family: "negative_binomial",
        restarts: 1,
        iterations: 5,
      },
      groupOf: () => "one",
    },
    new Random(4),
  );
  const causal = { ...record, causal: true as const };
  return {
    rules: undefined,
    fit: "of the model",
    names: ["a", "b", "c"],
    hsmm: { record: causal, durations: [] },
  };
}

async function filesBelow(dir: string, prefix = ""): Promise<{ path: string; source: string }[]> {
  const found: { path: string; source: string }[] = [];
  for await (const { name, isDirectory } of Deno.readDir(dir)) {
    if (name === "__pycache__") continue;
    if (isDirectory) found.push(...await filesBelow(join(dir, name), `${prefix}${name}/`));
    else found.push({ path: prefix + name, source: join(dir, name) });
  }
  return found;
}

/** One recording as a CSV text with a time column, its gaps left out. */
export function csvOf({ sensors, channels, rate, recordings }: Recordings, index: number): string {
  const { data, samples, gaps } = recordings[index];
  const width = sensors.length * channels.length;
  const names = sensors.flatMap((sensor) => channels.map((channel) => `${sensor}.${channel}`));
  const rows = [["time", ...names].join(",")];
  for (let t = 0; t < samples; t++) {
    if (gaps.some(([from, to]) => from <= t && t < to)) continue;
    rows.push([t / rate, ...data.subarray(t * width, (t + 1) * width)].join(","));
  }
  return rows.join("\n") + "\n";
}
