/** Step `load`: recordings from the simulator, from files, or from public data sets in their original layout. */
import { z } from "zod";
import { jsonOf } from "../artifacts/artifact.ts";
import { Recordings } from "../artifacts/recordings.ts";
import type { ClockFacts, Quality, WornFacts } from "../artifacts/recording/quality.ts";
import { whereToGet } from "../signal/read/published/data_sets.ts";
import { readers } from "../signal/read/readers.ts";
import type { Axis } from "../signal/worn/axes.ts";
import { defineStep, type StepContext } from "./define.ts";
import { checkPath, fileAt } from "./shared/remote_path.ts";

/** What the step itself needs of the parameters; the rest is the reader's. */
interface Shared {
  source: string;
  path?: string;
  sha256?: string;
  /** A word stands for classes that the reader has chosen itself. */
  keep_labels?: string[] | string;
  subjects?: string[] | number;
  max_seconds?: number;
  gravity?: boolean | "causal";
  egocentric?: { center: string[]; front: string };
  rate_assumed?: boolean;
  calibrate?: boolean;
  align_gravity?: Axis;
  non_wear?: "keep" | "report" | "gap";
  days?: boolean;
}

const [first, ...others] = readers.map(({ params }) => params);
// The readers differ in their other fields, which only they see; these they have in common.
const params = z.discriminatedUnion("source", [first, ...others]) as unknown as z.ZodType<Shared>;

const at = ({ path, sha256 }: Shared) => path === undefined ? undefined : { path, sha256 };

export default defineStep({
  type: "load",
  summary: "Load recordings: simulated, from files, or public data sets",
  inputs: {},
  params,
  outputs: { recordings: Recordings },
  notLive: ({ gravity, align_gravity, egocentric, calibrate }) => [
    ...(gravity === true
      ? [{
        path: ["gravity"],
        message: "gravity: true filters with samples to come, so that no sensor can feed the model",
        hint: "gravity: causal is its twin over past samples",
      }]
      : []),
    ...(align_gravity !== undefined
      ? [{
        path: ["align_gravity"],
        message: "align_gravity turns by the mean of a whole recording, so that no sensor can feed the model",
        hint: "rotation of train learns to do without it",
      }]
      : []),
    ...(calibrate === true
      ? [{
        path: ["calibrate"],
        message:
          "calibrate corrects an accelerometer by a whole recording's still moments, which a live sensor lacks",
        hint: "correct the sensor itself, or leave calibrate out",
      }]
      : []),
    ...(egocentric !== undefined
      ? [{
        path: ["egocentric"],
        message:
          "egocentric moves points before they are cut into windows, which neither a stream nor a device does",
        hint: "give it points that are aligned already, with body_x and body_y, or leave egocentric out",
      }]
      : []),
  ],
  files(params) {
    const place = at(params);
    const { published } = readerOf(params);
    const missing = published === undefined ? {} : { missing: whereToGet(published) };
    return place === undefined ? [] : [{ ...fileAt(place), ...missing }];
  },
  check(params) {
    const place = at(params);
    return place === undefined ? [] : checkPath(place);
  },
  map(params) {
    const { keep_labels, subjects, max_seconds } = params;
    if ([keep_labels, subjects, max_seconds].some((one) => one !== undefined)) return undefined;
    const parts = readerOf(params).parts?.(params);
    if (parts === undefined) return undefined;
    const { named, together, each } = parts;
    return {
      files: {
        request: "path",
        named,
        ...(together === undefined ? {} : { together }),
        ...(each === undefined ? {} : { each }),
      },
    };
  },
  async merge({ shards, params, files, log, warn, progress }) {
    const { mergeParts } = await import("../signal/read/parts/merge_parts.ts");
    const merged = await mergeParts(shards.recordings, readerOf(params).parts!(params)!, files.path!);
    if (merged === undefined) return undefined;
    const { set, findings, rates } = merged;
    const worn = await mergeWorn(set, merged.worn, params);
    if (worn === undefined) return undefined;
    const notes = [...merged.notes, ...worn.notes];
    const { assessQuality } = await import("../signal/quality.ts");
    const judged = assessQuality(set, findings, await stillIn(set, params));
    [...notes, ...judged.warnings].forEach(warn);
    const facts = { ...judged.quality, ...worn.facts };
    const quality = await describe(set, params, { quality: facts, notes, rates }, { log, warn, progress });
    const { labelNames, source } = set;
    return { recordings: jsonOf({ labelNames, source, quality }) };
  },
  async run({ params, files, shard, out, draft, progress, log, warn }) {
    const reader = readerOf(params);
    const notes: string[] = [];
    const note = (message: string) => {
      notes.push(message);
      warn(message);
    };
    let doing = `reading ${params.source}`;
    let rates: readonly number[] = [];
    let clocks: readonly ClockFacts[] | undefined;
    let recordings = await reader.read(params, {
      paths: files.path ?? [],
      progress: (fraction) => progress({ fraction, message: doing }),
      ...(draft === undefined ? {} : { draft }),
      resumed: (message) => {
        doing = `reading ${params.source}, ${message}`;
        log(`Reading was interrupted and ${message}`);
      },
      warn: note,
      part: shard !== undefined,
      measured: (all) => rates = all,
      aligned: (all) => clocks = all,
    });
    const { tracesOf, writeFindings } = shard === undefined
      ? { tracesOf: () => [], writeFindings: undefined }
      : await import("../signal/read/parts/part_findings.ts");
    const traces = tracesOf(recordings.recordings);
    if (recordings.origin !== "simulated" && shard === undefined) {
      const { checkWholeSet } = await import("../signal/read/laws/whole_set.ts");
      checkWholeSet(recordings).forEach(note);
    }
    const { keepLabels, keepSeconds, keepSubjects } = await import("../signal/select.ts");
    const { keep_labels, subjects, max_seconds } = params;
    if (Array.isArray(keep_labels)) recordings = keepLabels(recordings, keep_labels);
    if (Array.isArray(subjects)) recordings = keepSubjects(recordings, subjects);
    if (max_seconds !== undefined) recordings = keepSeconds(recordings, max_seconds);
    const worn = await prepareWorn(recordings, params);
    // Of parts, all together are told.
    if (shard === undefined) worn.notes.forEach(note);
    if (params.align_gravity !== undefined) {
      const { alignGravity } = await import("../signal/worn/upright.ts");
      const turned = alignGravity(recordings, params.align_gravity);
      turned.notes.forEach(note);
      recordings = turned.recordings;
    }
    if (params.egocentric !== undefined) {
      const { alignEgocentric } = await import("../signal/egocentric.ts");
      recordings = alignEgocentric(recordings, params.egocentric);
    }
    if (params.gravity === true || params.gravity === "causal") {
      const { addGravity } = await import("../signal/triads.ts");
      recordings = addGravity(recordings, params.gravity === true ? "zero" : "causal");
    }
    if (writeFindings !== undefined) {
      await writeFindings(out("recordings"), recordings, {
        traces,
        notes,
        rates: [...rates],
        worn: worn.facts,
      });
      return { recordings };
    }
    const { assessQuality } = await import("../signal/quality.ts");
    const { quality, warnings } = assessQuality(recordings, undefined, await stillIn(recordings, params));
    warnings.forEach(warn);
    const facts = { ...quality, ...worn.facts, ...(clocks === undefined ? {} : { clocks: [...clocks] }) };
    const known = await describe(recordings, params, { quality: facts, notes, rates }, {
      log,
      warn,
      progress,
    });
    return { recordings: { ...recordings, quality: known } };
  },
});

function readerOf({ source }: Shared) {
  return readers.find((reader) => reader.source === source)!;
}

/** Channels that never change since points are seen from the body. */
async function stillIn(recordings: Recordings, { egocentric }: Shared): Promise<string[]> {
  if (egocentric === undefined) return [];
  const { stillChannels } = await import("../signal/egocentric.ts");
  return stillChannels(recordings, egocentric);
}

/** Says what was read, and completes what is known of it. */
async function describe(
  recordings: Recordings,
  params: Shared,
  { quality, notes, rates }: { quality: Quality; notes: readonly string[]; rates: readonly number[] },
  { log, warn, progress }: Pick<StepContext, "log" | "warn" | "progress">,
) {
  const { assumedRate, rateFacts, rateSourceOf, describeRecordings } = await import(
    "../signal/describe_recordings.ts"
  );
  const measuredRate = rateFacts(rates);
  const rateSource = rateSourceOf(recordings, params.rate_assumed === true, measuredRate);
  const assumed = rateSource === "assumed" ? [assumedRate(recordings.rate)] : [];
  assumed.forEach(warn);
  const known = { ...quality, notes: [...notes, ...assumed], measuredRate, rateSource };
  const [summary, ...more] = describeRecordings(recordings, known);
  [summary, ...more].forEach(log);
  progress({ fraction: 1, message: summary });
  return known;
}

/** Calibrates in place, looks for time without a wearer and sums up days, where that is asked for. */
async function prepareWorn(set: Recordings, { calibrate, non_wear: nonWear = "keep", days }: Shared) {
  if (calibrate !== true && nonWear === "keep" && days !== true) return { facts: {}, notes: [] };
  const { calibrateRecordings, daysOf, findNotWorn } = await import("../signal/worn/prepare.ts");
  const calibration = calibrate === true ? calibrateRecordings(set) : undefined;
  const notWorn = nonWear === "keep" ? undefined : findNotWorn(set, nonWear === "gap");
  return {
    facts: {
      calibration: calibration?.facts,
      notWorn: notWorn?.facts,
      days: daysOf(set, notWorn?.stretches),
    },
    notes: [...calibration?.notes ?? [], ...notWorn?.notes ?? []],
  };
}

/** What {@linkcode prepareWorn} found of parts; undefined where a device recorded files of two parts. */
async function mergeWorn(set: Recordings, parts: readonly WornFacts[], { calibrate, non_wear }: Shared) {
  if (parts.every((part) => part.days === undefined)) return { facts: {}, notes: [] };
  const { mergeWornParts } = await import("../signal/worn/merge_worn.ts");
  return mergeWornParts(set, parts, { calibrated: calibrate === true, nonWear: non_wear ?? "keep" });
}
