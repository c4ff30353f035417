/** Files of loggers. */
import { z } from "zod";
import { defineReader, type ReadContext } from "../reader.ts";
import { column, gravity, inName, maxGap, part, path, sha256, worn } from "./common.ts";
import { regularExpression } from "./regular_expression.ts";
import { reportTables, tableParams } from "./table.ts";

/** Names of loggers' files. */
const logger = "\\.(cwa|gt3x|bin)(\\.gz)?$";
const fromMetadata = z.strictObject({ from: z.literal("metadata"), column: z.string().min(1) });
const { label_names, unlabelled, metadata, files, min_seconds, short } = tableParams;
const intervals = tableParams.label.unwrap().options.at(-1)!;

export default defineReader({
  source: "device",
  params: z.strictObject({
    source: z.literal("device").describe(
      "Files of loggers, recognized by their content: Axivity .cwa, ActiGraph .gt3x, GENEActiv .bin. Channels, units, rate " +
        "and clock are the file's.",
    ),
    path,
    sha256,
    sensor: z.string().min(1).default("sensor").describe("Name of the sensor, e.g. where it was worn."),
    sensors: z.record(z.string().min(1), z.strictObject({ files: regularExpression })).optional().describe(
      "Several loggers on one body, each with a pattern on the names of its files; what remains of a name without it is equal " +
        "for files that belong together. Labels are those of the first.",
    ),
    align: z.discriminatedUnion("by", [
      z.strictObject({
        by: z.literal("movement").describe("What both feel: the magnitude of acceleration."),
        max_offset: z.number().positive().default(60).describe(
          "Seconds by which clocks may differ at first.",
        ),
      }),
      z.strictObject({
        by: z.literal("events").describe("Events that several loggers recorded, such as taps, in tables."),
        files: regularExpression.describe(
          "Pattern on names of tables with a column of times for each sensor; a name without it is that of the recording.",
        ),
        file: column.optional().describe("Column that names the recording, where one table has several."),
        times: z.enum(["clock", "relative"]).default("clock").describe(
          "Whether times are what each logger's clock told, or count from the begin of its file.",
        ),
        unit: z.number().positive().default(1).describe("Seconds per unit of numbers."),
      }),
    ]).optional().describe(
      "Find offset and drift of the other loggers' clocks against the first one's, tell them, and take them out. Clocks are " +
        "believed when left out.",
    ),
    rate: z.number().positive().optional().describe(
      "Samples per second; the first file's own when left out. A lower one goes through a low-pass.",
    ),
    label: z.union([...inName, fromMetadata, intervals]).optional().describe(
      "Class labels: intervals in files of their own, or one label for the whole file.",
    ),
    label_names,
    unlabelled,
    subject: z.union([...inName, fromMetadata, z.strictObject({ from: z.literal("header") })]).optional()
      .describe(
        "Who was recorded: the first group of a pattern on the file's name, what the device was told (header), a list, or a " +
          "constant. Without it all recordings count as one subject.",
      ),
    metadata,
    files,
    on_bad: z.enum(["error", "skip"]).default("error").describe(
      "What a file does that cannot be read: stop, or be left out (and named). Broken blocks are gaps either way.",
    ),
    max_gap: maxGap,
    min_seconds,
    short,
    gravity,
    ...worn,
    ...part,
  }),
  parts: ({ sensors, label, metadata, files, on_bad, short, label_names, unlabelled }) => {
    const few = [sensors, metadata, files, label_names].every((one) => one === undefined) &&
      unlabelled.length === 0;
    const intervals = typeof label === "object" && label.from === "intervals" ? label : undefined;
    const listed = intervals?.file !== undefined || typeof label === "object" && label.from === "metadata";
    // Without a rate it is the first file's; where others differ, all are read together.
    if (!few || listed || on_bad === "skip" || short === "skip") return undefined;
    const kinds = [logger, ...(intervals === undefined ? [] : [intervals.files])];
    const any = kinds.map((kind) => `(?:${kind})`).join("|");
    return {
      named: `^(?=[^/]+$)(?=.*(?:${any}))`,
      ...(intervals === undefined ? {} : { together: any, each: kinds, whole: /label interval/ }),
      name: (paths) => `${paths.filter((path) => new RegExp(logger).test(path)).length} files of loggers`,
      tables: true,
    };
  },
  async read(params, context) {
    const { readDevices, readSensors } = await import("../devices/read_devices.ts");
    using draft = await openDraft(context);
    const { label, label_names, max_gap, min_seconds, on_bad, sensors, align, ...rest } = params;
    const options = {
      ...rest,
      ...(typeof label === "object" && label.from === "intervals" ? { intervals: label } : { label }),
      labelNames: label_names,
      maxGap: max_gap,
      minSeconds: min_seconds,
      onBad: on_bad,
      part: context.part,
    };
    if (sensors === undefined) {
      return reportTables(
        await readDevices(context.paths, options, context.progress, draft),
        params,
        context,
      );
    }
    const { clocks, ...read } = await readSensors(
      context.paths,
      sensors,
      { ...options, align: align?.by === "movement" ? align.max_offset : align },
      context.progress,
      draft,
    );
    if (align !== undefined) context.aligned?.(clocks);
    return reportTables(read, params, context);
  },
});

async function openDraft({ draft, resumed }: ReadContext) {
  if (draft === undefined) return undefined;
  const { SampleDraft } = await import("../devices/sample_draft.ts");
  return new SampleDraft(draft, resumed);
}
