/** Trials of the steps that find behaviours, from recordings in memory to smoothed labels. */
import cluster from "../../../lib/steps/cluster.ts";
import enforceSupport from "../../../lib/steps/enforce_support.ts";
import label from "../../../lib/steps/label.ts";
import load from "../../../lib/steps/load.ts";
import quantize from "../../../lib/steps/quantize.ts";
import selectLevels from "../../../lib/steps/select_levels.ts";
import smooth from "../../../lib/steps/smooth.ts";
import split from "../../../lib/steps/split.ts";
import window from "../../../lib/steps/window.ts";
import { codesOf, someLatents } from "../../cluster/make_request.ts";
import { makeWindows } from "../../temporal/fixtures.ts";
import { judgementMotifs, judgementWindows } from "../judgement_fixtures.ts";
import { runStep } from "../run_step.ts";
import { onFiles, pair, type Tried } from "./trial.ts";

const { latents } = someLatents(400, 6, 3, 0.5);
const codes = codesOf(latents, [5, 5, 5]);
const slow = makeWindows(
  Array.from({ length: 8 }, (_, s) => ({ subject: `s${s}`, samples: 255 })),
  { label: (r, start) => (r + Math.floor(start / 60)) % 3 },
);
/** Six motifs of three classes in eight people; s1 shows one class only, and a label in nine is wrong. */
const labelled = () => {
  const { latents, truth } = someLatents(400, 6, 3, 0.1);
  const labels = Int32Array.from(truth, (g, i) => {
    const wrong = i % 9 === 4 ? 1 : 0;
    return Math.floor(i / 50) === 1 && g % 3 !== 0 ? -1 : (g + wrong) % 3;
  });
  return { windows: { ...slow, labels }, latents };
};
const names = (text: string) => `version: 1\nbehaviours: { sit: ${text} }\n`;
const soft = () => {
  const windows = judgementWindows();
  const motifs = judgementMotifs(windows, 3);
  return {
    windows,
    motifs: { ...motifs, posterior: Float32Array.of(0.7, 0.2, 0.1, 0.3, 0.5, 0.2, 0.35, 0.2, 0.45) },
  };
};
const hsmm = { method: "hsmm" };

export const tried: Tried[] = [
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
      weigh: pair("persistence", "equal", { k: 4 }, { codes: { ...codes, persistence: [0.9, 0.01, 0.01] } }),
      neighbors: pair(0, 2, { k: 4 }, { windows: slow }),
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
    trials: { min_support: pair(0, 0.34), merge_to: pair(2, 3) },
  },
  {
    step: label,
    inputs: async () => {
      const { windows, latents } = labelled();
      const { outputs } = await runStep(cluster, { latents }, { k: 6, space: "latent" });
      return { windows, motifs: outputs.motifs };
    },
    trials: {
      subjects: pair(["s0"], ["s1"]),
      per_class: pair(1, 20, { min_windows: 1 }),
      min_purity: pair(0.5, 1),
      min_windows: pair(1, 70),
      merge: pair(true, false),
      novelty: pair(0, 0.3),
    },
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
      names: onFiles({ "a.yaml": names("Sitting"), "b.yaml": names("Seated") }, "a.yaml", "b.yaml"),
      "hsmm.n_states": pair(2, 3, hsmm),
      "hsmm.duration": pair("geometric", "poisson", hsmm),
      "hsmm.max_duration": pair(5, 40, hsmm),
      "hsmm.stickiness": pair(0, 40, hsmm),
      "hsmm.stickiness_scan": pair([0], [0, 50], hsmm),
      "hsmm.restarts": pair(1, 2, { ...hsmm, hsmm: { iterations: 2 } }),
      "hsmm.iterations": pair(1, 20, hsmm),
      "hsmm.sample": pair(100, 200, hsmm),
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
