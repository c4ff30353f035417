/** `compare-motifs`: motifs of several seeds beside each other and beside what needs no learning. */
import { z } from "zod";
import { Behaviours } from "../artifacts/behaviours.ts";
import { Metrics } from "../artifacts/metrics.ts";
import { Motifs } from "../artifacts/motifs.ts";
import { Split } from "../artifacts/split.ts";
import { Windows } from "../artifacts/windows.ts";
import { baselineNames } from "../model/discover/baseline_names.ts";
import { defineStep, many } from "./define.ts";

export default defineStep({
  type: "compare-motifs",
  summary:
    "Hold motifs, and what smoothing makes of them, against those of other seeds and clusters of plain statistics",
  inputs: { windows: Windows, split: Split, motifs: many(Motifs), behaviours: many(Behaviours) },
  params: z.strictObject({
    part: z.enum(["test", "validation", "all"]).default("test").describe(
      "Part of the split that is judged; labels, where it has some, are outside evidence.",
    ),
    baselines: z.array(z.enum(baselineNames)).default([...baselineNames]).describe(
      "Clusterings of principal components of generic statistics, fitted on the training part: k-means, a mixture of " +
        "normals, a hidden Markov model with normal states, and a sticky one whose states are linear dynamics (ar-hmm, " +
        "what MoSeq does).",
    ),
    components: z.int().min(1).max(100).default(10).describe(
      "Principal components that the baselines see.",
    ),
    k: z.int().min(2).optional().describe(
      "Clusters of the baselines; by default as many as the first motifs have.",
    ),
    min_purity: z.number().min(0).max(1).default(0).describe(
      "Share of a window that its label must cover for the label to judge: where behaviours are short beside a window, " +
        "many windows hold two, of which no motif can say but one.",
    ),
  }),
  outputs: { metrics: Metrics },
  random: true,
  async run({ inputs: { windows, split, motifs, behaviours }, params, rng, progress }) {
    const { baselineMotifs, statisticsOf } = await import("../model/discover/baselines.ts");
    const { judgeClusterings } = await import("../metrics/scores/judge_clusterings.ts");
    const k = params.k ?? motifs[0].value.k;
    const { baselines, components } = params;
    const statistics = baselines.length === 0
      ? new Float64Array(0)
      : statisticsOf(windows, split, components);
    const clusterings = [
      ...motifs.map(({ cell, value }) => ({
        name: nameOf(cell) || "motifs",
        kind: "learnt" as const,
        labels: value.labels,
      })),
      ...behaviours.map(({ cell, value }) => ({
        name: [nameOf(cell), "smoothed"].filter(Boolean).join(", "),
        kind: "smoothed" as const,
        labels: value.labels,
      })),
      ...baselines.map((name, i) => {
        progress({ fraction: i / baselines.length, message: `baseline ${name}` });
        const labels = baselineMotifs(name, windows, split, statistics, k, rng.fork(name));
        return { name: `statistics, ${name}`, kind: "baseline" as const, labels };
      }),
    ];
    const { metrics, tables } = judgeClusterings(windows, split, clusterings, params.part, params.min_purity);
    return {
      metrics: {
        metrics,
        tables,
        details: { k, components, min_purity: params.min_purity, origin: windows.recordings.origin },
      },
    };
  },
});

function nameOf(cell: Record<string, unknown>): string {
  return Object.entries(cell).map(([axis, at]) => `${axis} ${at}`).join(", ");
}
