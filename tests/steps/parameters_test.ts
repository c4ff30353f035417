/** Every parameter reaches what it is for: two values of it give different outputs, whatever is merely told back. */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import cluster from "../../lib/steps/cluster.ts";
import enforceSupport from "../../lib/steps/enforce_support.ts";
import load from "../../lib/steps/load.ts";
import quantize from "../../lib/steps/quantize.ts";
import selectLevels from "../../lib/steps/select_levels.ts";
import smooth from "../../lib/steps/smooth.ts";
import split from "../../lib/steps/split.ts";
import window from "../../lib/steps/window.ts";
import type { StepDefinition } from "../../lib/workflow/step.ts";
import { codesOf, someLatents } from "../cluster/make_request.ts";
import { makeWindows } from "../temporal/fixtures.ts";
import { judgementMotifs, judgementWindows } from "./judgement_fixtures.ts";
import { runStep } from "./run_step.ts";

/** Two values of a parameter, what stands beside them, and inputs instead of the step's usual ones. */
interface Trial {
  values: [unknown, unknown];
  with?: Record<string, unknown>;
  inputs?: Record<string, unknown>;
  files?: [Record<string, string[]>, Record<string, string[]>];
}

/** A step with its inputs, and a trial or the reason for none by parameter. */
interface Tried {
  step: StepDefinition<any, any, any>;
  inputs: () => Record<string, unknown> | Promise<Record<string, unknown>>;
  trials: Record<string, Trial | string>;
}

const pair = (
  a: unknown,
  b: unknown,
  beside?: Record<string, unknown>,
  inputs?: Record<string, unknown>,
): Trial => ({
  values: [a, b],
  with: beside,
  inputs,
});

const { latents } = someLatents(400, 6, 3, 0.5);
const codes = codesOf(latents, [5, 5, 5]);
const slow = makeWindows(
  Array.from({ length: 8 }, (_, s) => ({ subject: `s${s}`, samples: 255 })),
  { label: (r, start) => (r + Math.floor(start / 60)) % 3 },
);
const names = async (text: string) => {
  const path = await Deno.makeTempFile({ suffix: ".yaml" });
  await Deno.writeTextFile(path, `version: 1\nbehaviours: { sit: ${text} }\n`);
  return { names: [path] };
};
const soft = () => {
  const windows = judgementWindows();
  const motifs = judgementMotifs(windows, 3);
  return {
    windows,
    motifs: { ...motifs, posterior: Float32Array.of(0.7, 0.2, 0.1, 0.3, 0.5, 0.2, 0.35, 0.2, 0.45) },
  };
};
const hsmm = { method: "hsmm" };

const tried: Tried[] = [
  {
    step: cluster,
    inputs: () => ({ latents, codes }),
    trials: {
      method: pair("kmeans", "gmm", { k: 4, space: "latent" }),
      k: pair(3, 4),
      k_range: pair([2, 3], [5, 6]),
      criterion: pair("bic", "silhouette", { k_range: [2, 8] }),
      bic_variant: pair("mle", "corrected", { k: 4 }),
      space: pair("code", "latent", { k: 4 }),
      n_init: pair(1, 10, { k: 12, space: "latent" }),
      max_iter: pair(1, 300, { k: 8, space: "latent", n_init: 1 }),
      tol: pair(0, 1, { k: 8, space: "latent", n_init: 1 }),
      covariance: pair("full", "spherical", { method: "gmm", k: 4, space: "latent" }),
      reg_covar: pair(1e-6, 0.1, { method: "gmm", k: 4, space: "latent" }),
      linkage: pair("ward", "single", { method: "hierarchical", k: 4, space: "latent" }),
      height: pair(1, 4, { method: "hierarchical", space: "latent" }),
      eps: pair(0.2, 0.5, { method: "dbscan", space: "latent" }),
      min_samples: pair(2, 8, { method: "dbscan", space: "latent", eps: 0.3 }),
      stable_self_transition: pair(0.05, 0.95, { k: "adaptive" }, {
        windows: slow,
        codes: { ...codes, codes: Uint32Array.from(slow.start, (_, i) => Math.floor(i / 6) % 9) },
      }),
      bootstraps: pair(0, 2, { k: 3 }),
      max_points: pair(100, 400, { method: "hierarchical", k: 4, space: "latent" }),
    },
  },
  {
    step: enforceSupport,
    inputs: soft,
    trials: { min_support: pair(0, 0.34) },
  },
  {
    step: smooth,
    inputs: soft,
    trials: {
      method: pair("pipeline", "hsmm"),
      median_k: pair(1, 9),
      hysteresis_high: pair(0.42, 0.65, { median_k: 1, min_dwell_ms: 0, hysteresis_low: 0.4 }),
      hysteresis_low: pair(0.1, 0.4, { median_k: 1, min_dwell_ms: 0, hysteresis_high: 0.42 }),
      hysteresis_rule: pair("permissive", "none", { median_k: 1, min_dwell_ms: 0, hysteresis_high: 0.65 }),
      max_hold_ms: pair(100, 2000, { median_k: 1, min_dwell_ms: 0 }),
      min_dwell_ms: pair(0, 1000, { median_k: 1, hysteresis_rule: "none" }),
      causal: pair(false, true),
      names: { values: ["a.yaml", "b.yaml"], files: [await names("Sitting"), await names("Seated")] },
      "hsmm.n_states": pair(2, 3, hsmm),
      "hsmm.duration": pair("geometric", "poisson", hsmm),
      "hsmm.max_duration": pair(5, 40, hsmm),
      "hsmm.stickiness": pair(0, 40, hsmm),
      "hsmm.stickiness_scan": pair([0], [0, 50], hsmm),
      "hsmm.restarts": pair(1, 2, { ...hsmm, hsmm: { iterations: 2 } }),
      "hsmm.iterations": pair(1, 20, hsmm),
    },
  },
  {
    step: quantize,
    inputs: () => ({ latents }),
    trials: {
      levels: pair([5, 5, 5], [8, 6, 5]),
      variant: "one variant is implemented, and every other is refused",
    },
  },
  {
    step: selectLevels,
    inputs: () => ({ latents }),
    trials: {
      max_codes: pair(64, 240),
      max_distortion: pair(0.3, 0.1),
      min_level: pair(3, 5),
      max_level: pair(5, 16),
      try_levels: pair([], [[8, 6, 5]]),
      frontier_size: pair(2, 8),
    },
  },
  {
    step: window,
    inputs: async () =>
      (await runStep(load, {}, { source: "simulate", subjects: 2, minutes: 1, seed: 3 })).outputs,
    trials: {
      length: pair(50, 100, { hop: 25 }),
      hop: pair(25, 50, { length: 50 }),
      within: pair("recording", "label", { length: 50, hop: 25 }),
      context: pair(0, 10, { length: 50, hop: 25 }),
    },
  },
  {
    step: split,
    inputs: () => ({ windows: slow }),
    trials: {
      by: pair("subject", "time"),
      folds: pair(2, 4),
      fold: pair(0, 1),
      test: pair(0.2, 0.5, { folds: "none" }),
      validation: pair(0, 0.4),
      test_subjects: pair(["s0"], ["s1"], { by: "listed" }),
      validation_subjects: pair(["s2"], ["s3"], { by: "listed", test_subjects: ["s0"] }),
      embargo: pair(0, 60, { by: "time" }),
    },
  },
];

/** Paths of the leaves of a step's parameters. */
function leavesOf(schema: any, path: string[] = []): string[] {
  if (schema.properties === undefined) return [path.join(".")];
  return Object.entries(schema.properties).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
}

/** Parameters with one of them set, at a path such as `hsmm.n_states`. */
function withValue(params: Record<string, any>, path: string, value: unknown): Record<string, unknown> {
  const [name, ...rest] = path.split(".");
  return {
    ...params,
    [name]: rest.length === 0 ? value : withValue(params[name] ?? {}, rest.join("."), value),
  };
}

/** Outputs without details that repeat the parameter: a value that is told back does not show that it was used. */
function withoutEcho(outputs: Record<string, any>, value: unknown): unknown {
  return Object.entries(outputs).map(([port, output]) => {
    if (output?.details === undefined) return [port, output];
    const details = Object.entries(output.details).filter(([, told]) => !isDeepStrictEqual(told, value));
    return [port, { ...output, details }];
  });
}

for (const { step, inputs, trials } of tried) {
  Deno.test(`every parameter of ${step.type} has a trial or a reason for none`, () => {
    const leaves = leavesOf(z.toJSONSchema(step.params, { io: "input", unrepresentable: "any" }));
    assert.deepEqual(Object.keys(trials).sort(), leaves.sort());
  });
  for (const [path, trial] of Object.entries(trials)) {
    if (typeof trial === "string") continue;
    Deno.test(`two values of ${path} give ${step.type} different outputs`, async () => {
      const given = { ...await inputs(), ...trial.inputs };
      const [a, b] = await Promise.all(trial.values.map(async (value, i) => {
        const { outputs } = await runStep(step, given, withValue(trial.with ?? {}, path, value), {
          files: trial.files?.[i],
        });
        return withoutEcho(outputs, value);
      }));
      assert.ok(!isDeepStrictEqual(a, b), `${path}: ${JSON.stringify(trial.values)} make no difference`);
    });
  }
}
