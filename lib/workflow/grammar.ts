/** The shape of a workflow file, as one definition for the checker and for editors' JSON Schema. */
import { z } from "zod";
import { BYTE_SIZE, parseByteSize } from "./byte_size.ts";
import { DURATION, parseDuration } from "./duration.ts";

/** Step ids and matrix axes: words that are safe in task ids, file names and expressions. */
export const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** The five or six fields of a schedule; what may stand in them the scheduler knows. */
export const CRON = /^\s*\S+(\s+\S+){4,5}\s*$/;

/** One line: what stands in lists, reports and file names. */
// deno-lint-ignore no-control-regex
const LINE = /^[^\u0000-\u001f\u007f]+$/;

const name = z.string().regex(NAME);
const json = z.unknown();
const duration = z.union([
  z.number().positive(),
  z.string().regex(DURATION, { error: "a duration such as 30s, 5m or 2h", abort: true })
    .refine((text) => parseDuration(text) !== undefined, "a duration must be longer than nothing"),
]);

/** Host or address with an optional port, as Deno takes them: no URL, no blank. */
const HOST = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+)(?::\d{1,5})?$/;
/** What Deno tells of a system, by the names of its `sys` permission; `*` is all of it. */
const SYSTEM_FACTS = [
  "*",
  "cpus",
  "getPriority",
  "getegid",
  "gid",
  "homedir",
  "hostname",
  "inspector",
  "loadavg",
  "networkInterfaces",
  "osRelease",
  "osUptime",
  "setPriority",
  "setuid",
  "statfs",
  "systemMemoryInfo",
  "uid",
  "userInfo",
  "username",
] as const;

/** What a user's own step may do. */
const permissionsSchema = z.strictObject({
  net: z.array(
    z.string().regex(HOST, { error: "a host or host:port, no URL", abort: true })
      .refine((host) => Number(/:(\d+)$/.exec(host)?.[1] ?? 0) < 65536, "a port is at most 65535"),
  ).optional().describe(
    "Hosts, as host or host:port. The step then runs each time, unless it says `cache`.",
  ),
  run: z.array(z.string().min(1)).optional().describe(
    "Programs that may be started. The step then runs each time, unless it says `cache`.",
  ),
  read: z.array(z.string().min(1)).optional().describe(
    "Further files and folders that may be read, from the project's root. A change in them runs the step again.",
  ),
  env: z.array(z.string().min(1)).optional().describe(
    "Environment variables that may be read. A change of one runs the step again; with `*`, for all, it runs each time, unless it says `cache`.",
  ),
  ffi: z.boolean().optional().describe(
    "Whether native libraries may be loaded. The step then runs each time, unless it says `cache`.",
  ),
  sys: z.array(z.enum(SYSTEM_FACTS)).optional().describe(
    "System information that may be asked for, e.g. cpus. The step then runs each time, unless it says `cache`.",
  ),
});

/** A word that goes to Slurm as it is. */
const slurmWord = (description: string) =>
  z.string().regex(/^[\w.:,=&|*!()[\]/@+-]+$/, { error: "one word, as Slurm takes it" }).optional()
    .describe(description);

/** One entry of `steps:`. */
export const stepSchema = z.strictObject({
  uses: z.string().min(1).describe("The step type, or the path of your own step, e.g. ./my-step.ts."),
  with: z.record(z.string(), json).optional().describe("Parameters of the step."),
  from: z.union([
    z.string(),
    z.array(z.string()).min(1),
    z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])),
  ]).optional().describe(
    "Where inputs come from: a step, a list matched by type, or a map from port to step.",
  ),
  over: z.union([z.string(), z.array(z.string()).min(1)]).optional()
    .describe("Matrix axes that this step gathers: it runs once and receives all their cells."),
  if: z.union([z.boolean(), z.string()]).optional().describe(
    "Condition; the step is skipped where it is false.",
  ),
  retries: z.int().min(0).max(10).optional().describe("Attempts after the first, for passing failures only."),
  timeout: duration.optional().describe("Longest duration of one attempt, e.g. 30s, 5m, 2h."),
  resources: z.object({
    cpu: z.int().min(1).optional().describe("CPU threads that the step uses."),
    memory: z.string().regex(BYTE_SIZE, { error: "a size such as 512MiB or 2GiB", abort: true })
      .refine((text) => (parseByteSize(text) ?? 0) > 0, "a size must be more than nothing").optional()
      .describe(
        "Memory that the step may need, e.g. 2GiB; steps run beside each other only where it is enough.",
      ),
    exclusive: z.boolean().optional().describe("Whether the step runs alone on the machine."),
    partition: slurmWord("Partition of the cluster, or several with commas."),
    account: slurmWord("Account that the cluster charges."),
    qos: slurmWord("Quality of service of the cluster."),
    constraint: slurmWord("Features that a node of the cluster must have, e.g. haswell&ib."),
    gres: slurmWord("Generic resources of the cluster, e.g. gpu:1."),
    time: duration.optional().describe(
      "Time limit of the cluster's job, e.g. 2h; else it follows from `timeout`.",
    ),
  }).catchall(z.int().min(1)).optional()
    .describe(
      "What the step holds while it runs; of anything else named here there is one, or as much as the greediest step wants.",
    ),
  cache: z.union([z.enum(["pure", "never"]), z.strictObject({ ttl: duration })]).optional()
    .describe(
      "How results may be reused: pure (always), never, or { ttl: 7d }. Without it always, except where a permission lets the step see what no key holds.",
    ),
  publish: z.string().min(1).optional().describe("Folder of the project that receives a copy of the result."),
  permissions: permissionsSchema.optional().describe("What your own step may do; nothing else is allowed."),
});

const scalarMap = z.record(z.string(), json);

const axisValues = z.union([z.array(json), z.string()]).describe(
  "The values of the axis as a list, e.g. [0, 1, 2, 3, 4], or an expression that gives one.",
);

/** Named values that lie over those of the file. */
const profileSchema = z.strictObject({
  description: z.string().optional().describe("One sentence about the profile."),
  params: z.record(name, json).optional().describe(
    "Values of params; maps are merged, all else is replaced.",
  ),
  matrix: z.record(name, axisValues).optional().describe("Values of matrix axes."),
  steps: z.record(name, z.record(z.string(), json)).optional()
    .describe("Parts of steps, e.g. { model: { resources: { cpu: 8 } } }."),
});

/** The whole file. */
export const workflowSchema = z.strictObject({
  version: z.literal(1).optional().describe("Version of the workflow language."),
  name: z.string().regex(LINE, { error: "one line of text" }).optional()
    .describe("Name of the workflow; by default the file's name."),
  description: z.string().optional().describe("One sentence about the workflow."),
  params: z.record(name, json).optional().describe(
    "Values that --param name=value and --params-file FILE can override.",
  ),
  include: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional()
    .describe(
      "Files whose steps, params, matrix, env, profiles and alerts belong to this one, from its folder.",
    ),
  profiles: z.record(name, profileSchema).optional()
    .describe("Named values that lie over the file's own: run FILE --profile NAME, or $MOTIFLOW_PROFILE."),
  env: z.array(z.string().min(1)).optional().describe("Environment variables that expressions may read."),
  matrix: z.object({
    include: z.array(scalarMap).optional().describe("Further cells, each naming every axis."),
    exclude: z.array(scalarMap).optional().describe("Cells to leave out; a part of the axes is enough."),
  }).catchall(axisValues).optional()
    .describe(
      "Axes; a step that uses an axis, or depends on one that does, runs once for each of its values.",
    ),
  steps: z.record(name, stepSchema).describe("The steps by id."),
  schedule: z.strictObject({
    cron: z.string().regex(CRON, "five or six fields with blanks between, such as 0 3 * * 1").describe(
      "Five or six fields, e.g. 0 3 * * 1.",
    ),
    timezone: z.string().optional().describe("Name of the time zone; UTC by default."),
  }).optional().describe("When `schedule` runs this workflow; ignored by `run`."),
  alerts: z.array(
    z.strictObject({
      metric: z.string().min(1).describe("Name of a metric."),
      below: z.number().optional().describe("Alert when the value is below."),
      above: z.number().optional().describe("Alert when the value is above."),
      min_n: z.int().min(1).optional().describe("Values that rest on fewer are not judged."),
      confirm: z.int().min(1).max(100).optional()
        .describe("Sent only when so many runs in a row break the limit; 1 by default."),
      cool_down: duration.optional()
        .describe(
          "How long the same alert is not sent again, e.g. 7d; exit code and files tell it all the same.",
        ),
    }),
  ).optional().describe("Limits on metrics; a run that breaks one ends with exit code 3."),
});
