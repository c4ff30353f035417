/** Step `load`: recordings from the simulator, from files, or from public data sets in their original layout. */
import { z } from "zod";
import { Recordings } from "../artifacts/recordings.ts";
import { InputError } from "../errors.ts";
import type { TableOptions } from "../signal/read/table_recordings.ts";
import { defineStep } from "./define.ts";
import { checkPath, fileAt, sha256 } from "./remote_path.ts";

const path = z.string().min(1)
  .describe(
    "A file, folder, glob or .zip archive; relative paths start at the project's root. Or the URL of a file.",
  );
const column = z.union([z.string().min(1), z.int().min(1)]);

const inName = [
  z.strictObject({ from: z.literal("filename"), pattern: z.string().min(1) }),
  z.strictObject({ from: z.literal("constant"), value: z.string().min(1) }),
] as const;
const source = z.union([column, z.strictObject({ from: z.literal("column"), column }), ...inName]);

/** What every source of files can be narrowed to. */
const part = {
  keep_labels: z.array(z.string()).min(1).optional()
    .describe("Classes to keep, in this order; samples of all others become unlabelled."),
  subjects: z.array(z.string()).min(1).optional().describe("Subjects to keep; all when left out."),
  max_seconds: z.number().positive().optional().describe("Only the first seconds of every recording."),
};

const gravity = z.boolean().default(false)
  .describe(
    "Add a gravity triad to every sensor: acceleration below 0.3 Hz, Butterworth of order 3, zero phase.",
  );

const filePart = z.strictObject({
  files: z.string().min(1).describe(
    "Pattern on file names; what remains without it is equal in all files of a recording.",
  ),
  columns: z.array(column).min(1).describe("Columns by name or position from 1."),
});

const table = {
  path,
  sha256,
  rate: z.number().positive().optional()
    .describe("Samples per second; inferred from the time column when left out."),
  sensors: z.record(z.string(), z.array(column).min(1)).optional()
    .describe(
      "Columns by sensor, by name or position from 1; all other columns as one sensor when left out.",
    ),
  channels: z.array(z.string().min(1)).min(1).optional()
    .describe("Channel names of a sensor, in the order of its columns, e.g. acc_x; x, y and z form a triad."),
  units: z.union([z.array(z.string()), z.record(z.string(), z.string())]).optional()
    .describe("Unit per channel, or by the beginning of channel names, e.g. acc: m/s^2."),
  label: source.optional().describe(
    "Class labels: a column (empty cells are unlabelled), the first group of a pattern on the file's name or folder, or " +
      "a constant.",
  ),
  label_names: z.record(z.string(), z.string()).optional()
    .describe("Class names by label text, e.g. 1: walking; several texts may share one name."),
  unlabelled: z.array(z.string()).default([])
    .describe("Label texts that mean unlabelled, besides empty, nan, null and none."),
  subject: source.optional()
    .describe(
      "Who was recorded: a column, the first group of a pattern on the file's name, or a constant. Without it all " +
        "recordings count as one subject, because windows of one person in two parts would leak.",
    ),
  session: column.optional().describe("Column that tells recordings within one file apart."),
  time: z.union([
    column,
    z.strictObject({ column, unit: z.enum(["auto", "s", "ms", "us", "ns"]).default("auto") }),
  ])
    .optional().describe(
      "Column of sample times; samples are brought to a uniform clock and breaks become gaps.",
    ),
  unsorted: z.enum(["error", "sort"]).default("error")
    .describe(
      "What a time before that of the row above does: stop with its row, or have the recording's rows sorted.",
    ),
  missing: z.enum(["error", "gap"]).default("error")
    .describe(
      "What an empty or NaN sample does: stop with its row, or be filled, and kept away from where it lasts beyond max_gap.",
    ),
  max_gap: z.number().positive().default(0.2).describe(
    "Seconds without a sample above which there is a gap.",
  ),
  min_seconds: z.number().min(0).default(1).describe("Least length of a recording in seconds."),
  short: z.enum(["error", "skip"]).default("error").describe(
    "What a shorter recording does: stop, or be left out.",
  ),
};

const params = z.discriminatedUnion("source", [
  z.strictObject({
    source: z.literal("simulate").describe(
      "People who differ, two sensors, ten behaviours; nothing to download.",
    ),
    subjects: z.int().min(1).max(1000).default(12).describe("Number of subjects."),
    minutes: z.number().positive().max(10000).default(40).describe("Minutes per subject."),
    rate: z.number().min(10).max(1000).default(50).describe("Samples per second."),
    difference: z.number().min(0).max(3).default(1)
      .describe("Factor on how much subjects differ in body and style; 0 makes them alike."),
    seed: z.int().min(0).default(7).describe("Seed of the data, apart from the run's seed."),
    keep_labels: part.keep_labels,
  }),
  z.strictObject({
    source: z.literal("hapt").describe("HAPT, the raw recordings behind UCI HAR, as published."),
    path,
    sha256,
    gravity,
    ...part,
    keep_labels: z.union([z.literal("basic"), z.array(z.string()).min(1)]).optional()
      .describe("Classes to keep, in this order, or basic for the six that are no transitions."),
  }),
  z.strictObject({
    source: z.literal("sp-sw-har").describe(
      "SP+SW HAR, phone in the pocket and watch on the wrist, as published.",
    ),
    path,
    sha256,
    rate: z.number().positive().max(1000).default(100).describe(
      "Samples per second of the devices' common clock.",
    ),
    max_gap: table.max_gap,
    gravity,
    ...part,
  }),
  z.strictObject({
    source: z.literal("csv").describe("Text tables, one or more recordings each."),
    ...table,
    sensors: z.record(z.string(), z.union([z.array(column).min(1), filePart, z.array(filePart).min(1)]))
      .optional()
      .describe(
        "Columns by sensor, by name or position from 1, all other columns as one sensor when left out; or, for sensors in " +
          "files of their own, a pattern on file names with columns, or a list of those.",
      ),
    gravity,
    ...part,
  }),
  z.strictObject({
    source: z.literal("parquet").describe("Parquet tables, as csv."),
    ...table,
    gravity,
    ...part,
  }),
  z.strictObject({
    source: z.literal("npy")
      .describe("Arrays <id>.npy [T, sensors, channels] or [T, channels], with labels in <id>.labels.npy."),
    path,
    sha256,
    rate: z.number().positive().describe("Samples per second."),
    sensors: z.array(z.string().min(1)).min(1).optional().describe(
      "Sensor names in the order of the arrays.",
    ),
    channels: table.channels,
    units: table.units,
    labels: z.array(z.string()).min(1).optional().describe("Class names by label; numbers when left out."),
    subject: z.union(inName).optional().describe(
      "Who was recorded: the first group of a pattern on the file's name, or a constant.",
    ),
    missing: table.missing,
    max_gap: table.max_gap,
    gravity,
    ...part,
  }),
]);

type Params = z.output<typeof params>;
type TextSensors = Extract<Params, { source: "csv" }>["sensors"];
type Columns = (string | number)[];

export default defineStep({
  type: "load",
  summary: "Load recordings: simulated, from files, or public data sets",
  inputs: {},
  params,
  outputs: { recordings: Recordings },
  files: (params) => "path" in params ? [fileAt(params)] : [],
  check: (params) => "path" in params ? checkPath(params) : [],
  async run({ params, files, progress, log, warn }) {
    const { addGravity } = await import("../signal/triads.ts");
    const { keepLabels, keepSeconds, keepSubjects } = await import("../signal/select.ts");
    const report = (fraction: number) => progress({ fraction, message: `reading ${params.source}` });
    let recordings = await read(params, files.path ?? [], report, warn);
    const { keep_labels } = params;
    if (keep_labels !== undefined) {
      const { haptBasicLabels } = await import("../signal/read/hapt.ts");
      recordings = keepLabels(recordings, keep_labels === "basic" ? haptBasicLabels : keep_labels);
    }
    if (params.source !== "simulate") {
      if (params.subjects !== undefined) recordings = keepSubjects(recordings, params.subjects);
      if (params.max_seconds !== undefined) recordings = keepSeconds(recordings, params.max_seconds);
      if (params.gravity) recordings = addGravity(recordings);
    }
    const { assessQuality } = await import("../signal/quality.ts");
    const { quality, warnings } = assessQuality(recordings);
    warnings.forEach(warn);
    const { sensors, channels, labelNames, rate } = recordings;
    log(
      `${recordings.recordings.length} recordings of ${quality.subjects} subjects, ${
        (quality.seconds / 3600).toFixed(2)
      } h at ${rate} Hz, ${sensors.length} sensors × ${channels.length} channels, ${labelNames.length} classes, ${
        (100 * quality.unlabelledShare).toFixed(1)
      } % unlabelled, ${quality.gaps} gaps of ${quality.gapSeconds.toFixed(1)} s in all`,
    );
    for (const { name, seconds, subjects } of quality.classes) {
      log(`class ${name}: ${seconds.toFixed(1)} s of ${subjects} subjects`);
    }
    return { recordings: { ...recordings, quality } };
  },
});

async function read(
  params: Params,
  paths: readonly string[],
  progress: (fraction: number) => void,
  warn: (message: string) => void,
): Promise<Recordings> {
  switch (params.source) {
    case "simulate": {
      const { simulateRecordings } = await import("../signal/simulate/simulate.ts");
      return simulateRecordings({ ...params, progress });
    }
    case "hapt": {
      const { readHapt } = await import("../signal/read/hapt.ts");
      return await readHapt(paths, progress);
    }
    case "sp-sw-har": {
      const { readSpSwHar } = await import("../signal/read/sp_sw_har.ts");
      return await readSpSwHar(paths, { rate: params.rate, maxGap: params.max_gap }, progress);
    }
    case "csv":
    case "parquet": {
      const options = {
        ...params,
        sensors: undefined,
        labelNames: params.label_names,
        maxGap: params.max_gap,
        minSeconds: params.min_seconds,
      };
      const { recordings, skipped, otherRates } = params.source === "csv"
        ? await readText(params.sensors, paths, options, progress)
        : await (await import("../signal/read/parquet.ts")).readParquet(paths, {
          ...options,
          sensors: params.sensors,
        }, progress);
      if (otherRates.length > 0) {
        const [low, high] = [Math.min(...otherRates), Math.max(...otherRates)].map((rate) =>
          rate.toPrecision(4)
        );
        warn(
          `${otherRates.length} of ${
            recordings.recordings.length + skipped.length
          } recordings were sampled at ${
            low === high ? low : `${low} to ${high}`
          } Hz and brought to ${recordings.rate} Hz by linear interpolation`,
        );
      }
      if (skipped.length > 0) {
        warn(
          `${skipped.length} recordings are shorter than ${params.min_seconds} s and left out: ${
            skipped.slice(0, 5).join(", ")
          }${skipped.length > 5 ? ", …" : ""}`,
        );
      }
      return recordings;
    }
    case "npy": {
      const { readNpyRecordings } = await import("../signal/read/npy_recordings.ts");
      return await readNpyRecordings(
        paths,
        { ...params, labelNames: params.labels, maxGap: params.max_gap },
        progress,
      );
    }
  }
}

/** Text tables, with all sensors in each or with files of their own. */
async function readText(
  sensors: TextSensors,
  paths: readonly string[],
  options: TableOptions,
  progress: (fraction: number) => void,
) {
  const { readCsv, readJoinedCsv } = await import("../signal/read/csv.ts");
  const entries = Object.entries(sensors ?? {});
  if (entries.every(([, value]) => isColumns(value))) {
    return await readCsv(
      paths,
      { ...options, sensors: sensors as Record<string, Columns> | undefined },
      progress,
    );
  }
  const parts = entries.map(([name, value]) => {
    if (isColumns(value)) {
      throw new InputError(
        `Cannot use sensors: ${name} names columns only, other sensors have files of their own`,
        {
          hint: "Give every sensor files and columns.",
        },
      );
    }
    return [name, Array.isArray(value) ? value : [value]];
  });
  return await readJoinedCsv(paths, Object.fromEntries(parts), options, progress);
}

function isColumns(value: NonNullable<TextSensors>[string]): value is Columns {
  return Array.isArray(value) && typeof value[0] !== "object";
}
