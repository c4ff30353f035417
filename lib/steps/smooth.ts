/** `smooth`: motif labels to behaviours that last. */
import { basename } from "../path.ts";
import { z } from "zod";
import { Behaviours } from "../artifacts/behaviours.ts";
import { Codes } from "../artifacts/codes.ts";
import { Motifs } from "../artifacts/motifs.ts";
import { Split } from "../artifacts/split.ts";
import { Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import { Random } from "../random.ts";
import type { StageReport } from "../temporal/pipeline.ts";
import type { SmoothingOptions } from "../temporal/smoothing_request.ts";
import type { ParamProblem } from "../workflow/step.ts";
import { defineStep, optional } from "./define.ts";
import { readIfThere } from "./shared/read_if_there.ts";

/** Shortest believable bout where predictions are dense; without effect at a prediction a second, and not warned of. */
const DEFAULT_DWELL_MS = 300;

const hsmm = z.strictObject({
  n_states: z.union([z.int().min(2).max(64), z.tuple([z.int().min(2).max(64), z.int().min(2).max(64)])])
    .optional()
    .describe(
      "Number of states, or the smallest and largest to choose from by the likelihood of people that were held out (the " +
        "curve is kept); the number of motifs by default.",
    ),
  duration: z.enum(["negative_binomial", "poisson", "geometric", "nonparametric"]).default(
    "negative_binomial",
  )
    .describe("Family of the duration distributions."),
  max_duration: z.union([z.int().min(1).max(10000), z.literal("auto")]).default("auto")
    .describe(
      "Longest duration of a state, in predictions, that has a probability of its own; beyond it durations have a " +
        "geometric tail, so that a behaviour may last as long as it does. `auto` takes the longest mean duration that a " +
        "model with geometric durations finds in the data, from 25 to 100; time and memory grow with it.",
    ),
  stickiness: z.number().min(0).max(1000).default(0).describe(
    "Nats that each change of state costs in decoding, beside the model's own probability of it; more means fewer, " +
      "longer bouts.",
  ),
  stickiness_scan: z.array(z.number().min(0).max(1000)).min(1).max(50).optional().describe(
    "Values of stickiness for which the number of bouts and their median are told as well, to choose one by.",
  ),
  restarts: z.int().min(1).max(100).default(3).describe("Seeded starts of EM; the best is kept."),
  iterations: z.int().min(1).max(1000).default(50).describe("EM passes at most."),
  sample: z.int().min(100).default(200_000).describe(
    "Most windows to fit on. Of more, pieces of recordings are drawn by the step's seed, whatever order they come in, and a fit " +
      "on a second sample tells how far another draw would differ; every window is then labelled.",
  ),
});

const smoothParams = z.strictObject({
  method: z.enum(["pipeline", "hsmm"]).default("pipeline")
    .describe(
      "Hysteresis, mode filter and minimum dwell; or a hidden semi-Markov model with explicit durations.",
    ),
  median_k: z.int().min(1).default(7)
    .describe(
      "Odd width of the mode filter in predictions (a median of class numbers has no meaning); 1 is off.",
    ),
  hysteresis_high: z.number().min(0).max(1).default(0.6)
    .describe("A challenger takes over when its posterior reaches this."),
  hysteresis_low: z.number().min(0).max(1).default(0.4)
    .describe("A state may be left when its posterior falls below this."),
  hysteresis_rule: z.enum(["strict", "permissive", "none"]).default("strict")
    .describe("`strict` needs both thresholds, `permissive` either one, `none` leaves the stage out."),
  max_hold_ms: z.number().positive().default(10_000)
    .describe(
      "Under the strict rule, time after which the leading class takes over from a state that no longer leads.",
    ),
  min_dwell_ms: z.number().min(0).default(DEFAULT_DWELL_MS)
    .describe(
      "Shortest bout in milliseconds, counted at the prediction rate (rate / hop) and rounded up; 0 is off.",
    ),
  causal: z.boolean().default(false)
    .describe(
      "Decide every label with a bounded delay, as a device must; the delay is stated in the result. hsmm then takes the " +
        "most probable state of each window given the past, in place of the most probable path of a whole recording.",
    ),
  names: z.string().min(1).optional().describe(
    "A names file: YAML that gives behaviours names, colors and notes, also after a refit. smooth writes one to start " +
      "from, names.yaml; see workflows/README.md.",
  ),
  hsmm: hsmm.prefault({}).describe("Settings of the hidden semi-Markov model, used with `method: hsmm`."),
});

export default defineStep({
  type: "smooth",
  summary: "Smooth motif labels into behaviours with bouts, transitions and usage",
  inputs: {
    motifs: Motifs,
    windows: Windows,
    codes: optional(Codes),
    split: optional(Split),
    fitted: optional(Behaviours),
  },
  params: smoothParams,
  outputs: { behaviours: Behaviours },
  random: true,
  files: ({ names }) => names === undefined ? [] : [{ name: "names", pattern: names }],
  check(p) {
    const problems: ParamProblem[] = [];
    if (p.median_k % 2 === 0) {
      problems.push({
        path: ["median_k"],
        message: `must be odd, got ${p.median_k}: a centred window needs a centre (try ${p.median_k + 1})`,
      });
    }
    if (p.hysteresis_rule !== "none" && p.hysteresis_low > p.hysteresis_high) {
      problems.push({
        path: ["hysteresis_low"],
        message: `must not exceed hysteresis_high, got ${p.hysteresis_low} > ${p.hysteresis_high}`,
      });
    }
    const states = p.hsmm.n_states;
    if (Array.isArray(states) && states[0] > states[1]) {
      problems.push({
        path: ["hsmm", "n_states"],
        message: `the first must not exceed the second, got [${states}]`,
      });
    }
    return problems;
  },
  notLive: ({ method, causal }) =>
    method === "hsmm" && !causal
      ? [{
        path: ["method"],
        message: "method: hsmm sees whole recordings, so that a package does not smooth with it",
        hint:
          "causal: true decodes the same model from past windows alone, and method: pipeline smooths as a stream does",
      }]
      : [],
  // Switches that the YAML package looks for when it reads a names file.
  permissions: { env: ["LOG_STREAM", "LOG_TOKENS"] },
  // A model is fitted on all recordings.
  map: ({ method }) => method === "pipeline" ? { whole: ["fitted"], mergeFiles: ["names"] } : undefined,
  async merge({ shards, inputDirs, params, files, warn, write }) {
    const { smoothBehaviours } = await import("../temporal/smooth_behaviours.ts");
    const { joinSmoothed } = await import("../temporal/pipeline.ts");
    const inputs = {
      motifs: await Motifs.read(inputDirs.motifs!),
      windows: await Windows.read(inputDirs.windows!),
      codes: await readIfThere(Codes, inputDirs.codes),
      split: await readIfThere(Split, inputDirs.split),
      fitted: await readIfThere(Behaviours, inputDirs.fitted),
    };
    checkLengths(inputs);
    const done = await Promise.all(shards.behaviours.map(async (dir) => {
      const { labels, details } = await Behaviours.read(dir);
      return { labels, stages: details.stages as unknown as StageReport[] };
    }));
    const behaviours = smoothBehaviours(
      { ...inputs, names: await readNames(params.names, files.names) },
      optionsOf(params, inputs.motifs),
      new Random(0), // rules draw nothing
      undefined,
      joinSmoothed(done),
    );
    behaviours.warnings.forEach(warn);
    await write("behaviours", behaviours);
    return {};
  },
  async run({ inputs, params, files, shard, rng, warn, progress }) {
    const { smoothBehaviours } = await import("../temporal/smooth_behaviours.ts");
    const options = optionsOf(params, inputs.motifs);
    if (shard !== undefined) {
      // What only all recordings show, names among it, is told when all are there.
      const { split: _, ...own } = inputs;
      checkLengths(own);
      const { windowTable: _table, namesFile: _names, ...behaviours } = smoothBehaviours(own, options, rng);
      return { behaviours: { ...behaviours, warnings: [] } };
    }
    checkLengths(inputs);
    const behaviours = smoothBehaviours(
      { ...inputs, names: await readNames(params.names, files.names) },
      options,
      rng,
      (message) => progress({ message }),
    );
    behaviours.warnings.forEach(warn);
    return { behaviours };
  },
});

/** Throws an InputError where inputs are of other windows than these. */
function checkLengths(
  { motifs, windows, codes, split }: { motifs: Motifs; windows: Windows; codes?: Codes; split?: Split },
): void {
  const n = windows.start.length;
  const lengths = {
    motifs: motifs.labels.length,
    codes: codes?.codes.length ?? n,
    split: split?.part.length ?? n,
  };
  for (const [name, length] of Object.entries(lengths)) {
    if (length !== n) {
      throw new InputError(`Cannot smooth: ${name} cover ${length} windows, there are ${n}`, {
        hint: "Connect motifs, codes, split and windows that come from the same `window` step.",
      });
    }
  }
}

function optionsOf(params: z.output<typeof smoothParams>, { k }: Motifs): SmoothingOptions {
  return {
    method: params.method,
    modeWidth: params.median_k,
    hysteresis: params.hysteresis_rule === "none" ? undefined : {
      high: params.hysteresis_high,
      low: params.hysteresis_low,
      rule: params.hysteresis_rule,
    },
    maxHoldMs: params.max_hold_ms,
    minDwellMs: params.min_dwell_ms,
    dwellByDefault: params.min_dwell_ms === DEFAULT_DWELL_MS,
    causal: params.causal,
    hsmm: {
      states: params.hsmm.n_states ?? Math.max(2, k),
      family: params.hsmm.duration,
      maxDuration: params.hsmm.max_duration === "auto" ? undefined : params.hsmm.max_duration,
      restarts: params.hsmm.restarts,
      iterations: params.hsmm.iterations,
      stickiness: params.hsmm.stickiness,
      sample: params.hsmm.sample,
    },
    stickinessScan: params.hsmm.stickiness_scan,
  };
}

/** Reads the names file that a pattern stands for; undefined without one. */
async function readNames(pattern: string | undefined, paths: readonly string[] = []) {
  if (pattern === undefined) return undefined;
  if (paths.length !== 1) {
    throw new InputError(
      `Cannot name behaviours: "${pattern}" stands for ${paths.length} files, one is needed`,
    );
  }
  const { parseNames } = await import("../temporal/names_file.ts");
  return parseNames(await Deno.readTextFile(paths[0]), basename(paths[0]));
}
