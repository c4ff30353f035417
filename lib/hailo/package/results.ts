/** `deployment_results.json`: the numbers of a package in one place, each with n and origin. */
import { type Json, jsonOf } from "../../artifacts/artifact.ts";
import { headline } from "../../artifacts/benchmark.ts";
import type { PackageFacts } from "./facts.ts";

const codeMetrics = [
  "used_codes",
  "codebook_utilization",
  "codebook_utilization_ceiling",
  "code_entropy_bits",
  "perplexity",
  "top_code_share",
];

/** Accuracy, per class, latency and code statistics; `null` with a reason where nothing was measured. */
export function deploymentResults(facts: PackageFacts): { [key: string]: Json } {
  const { metrics, benchmark, status } = facts;
  const get = (name: string) => (metrics?.metrics[name] ?? null) as Json;
  const row = benchmark === null ? undefined : headline(benchmark);
  return {
    schema: 1,
    status: { ...status },
    accuracy: get("accuracy"),
    majority_accuracy: get("majority_accuracy"),
    macro_f1: get("macro_f1"),
    per_class: (metrics?.tables.per_class ?? metrics?.tables.classes ?? []) as Json,
    latency: row === undefined ? null : {
      mean: row.mean,
      std: row.sd,
      p50: row.p50,
      p95: row.p95,
      p99: row.p99,
      max: row.max,
      fps: 1000 / row.mean,
      n: row.n,
      unit: "ms",
      percentile: row.percentile,
      mode: row.mode,
      device: benchmark!.device,
      origin: benchmark!.origin,
    },
    latency_reason: row === undefined ? status.latencyReason : null,
    code_stats: Object.fromEntries(codeMetrics.map((name) => [name, get(name)])),
    motifs: facts.motifs === null
      ? null
      : { method: facts.motifs.method, k: facts.motifs.k, support: facts.motifs.support },
    judged_on: metrics === null ? null : jsonOf({ ...metrics.judgedOn, held_out: metrics.heldOut ?? null }),
  };
}

/** Names of behaviours and what they were found to be; goes into the metadata of the package. */
export function motifMap(facts: PackageFacts): Json {
  const { behaviours } = facts;
  if (behaviours === null) return null;
  return behaviours.dictionary.map(({ id, name, label, purity, windows }) => ({
    id,
    name,
    label,
    purity,
    windows,
  }));
}
