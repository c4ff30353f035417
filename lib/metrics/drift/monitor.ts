/** New recordings against a reference, seen through one model: drift of codes, motifs and confidence. */
import type { Codes } from "../../artifacts/codes.ts";
import type { Latents } from "../../artifacts/latents.ts";
import type { Metric, Metrics } from "../../artifacts/metrics.ts";
import type { Motifs } from "../../artifacts/motifs.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { refitAgreement } from "../../cluster/refit.ts";
import { InputError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { type DriftTest, testDrift } from "./drift.ts";
import { commonMotifs } from "./motif_identity.ts";
import { softmax } from "../calibration/probabilities.ts";
import { mean, quantile } from "../statistics/summary.ts";

/** One side; all by window. */
export interface MonitoredSide {
  windows: Windows;
  codes?: Codes;
  motifs?: Motifs;
  latents?: Latents;
}

/** Settings of {@linkcode monitor}. */
export interface MonitorOptions {
  level: number;
  draws: number;
  /** Fewer new windows than this decide nothing. */
  minCount: number;
  /** Least adjusted Rand index between motifs that are refitted to the new windows and the reference's. */
  minStability: number;
  /** Refits to people of the reference that say what to expect of it. */
  refits: number;
}

/** Compares `current` with `reference`; the numbers belong to `current`. */
export function monitor(
  reference: MonitoredSide,
  current: MonitoredSide,
  options: MonitorOptions,
  rng: Random,
): Metrics {
  checkSide("reference", reference);
  checkSide("current", current);
  const out: Metrics = { metrics: {}, tables: { drift_bins: [], drift: [] }, details: {} };
  const drifted: string[] = [];
  const add = (
    name: string,
    unit: string,
    a: ArrayLike<number>,
    b: ArrayLike<number>,
    ids: (string | number)[],
  ) => {
    const found = testDrift(
      bySubject(reference.windows, a),
      bySubject(current.windows, b),
      ids.length,
      rng.fork(name),
      options,
    );
    const few = found.m < options.minCount
      ? `only ${found.m} new windows, ${options.minCount} are needed`
      : null;
    const test = few === null ? found : { ...found, drifted: false, undecided: few };
    if (test.drifted) drifted.push(name);
    Object.assign(out.metrics, driftMetrics(name, test, current.windows));
    const { bins, subjects: [before, now], ...row } = test;
    out.tables.drift.push({ distribution: name, ...row, subjects: before, new_subjects: now });
    out.tables.drift_bins.push(
      ...bins.map((bin) => ({ distribution: name, ...bin, bin: ids[bin.bin], unit })),
    );
  };
  if (reference.codes !== undefined && current.codes !== undefined) {
    const ids = [...new Set([...reference.codes.codes, ...current.codes.codes])].sort((a, b) => a - b);
    const index = new Map(ids.map((code, i) => [code, i]));
    const dense = (codes: Uint32Array) => Int32Array.from(codes, (code) => index.get(code)!);
    add("code", "code", dense(reference.codes.codes), dense(current.codes.codes), ids);
    Object.assign(out.metrics, codebookMetrics(reference.codes, current.codes, current.windows));
  }
  if (reference.motifs !== undefined && current.motifs !== undefined) {
    const motifs = commonMotifs(reference.motifs, current.motifs);
    add("motif", "motif", motifs.reference, motifs.current, motifs.names);
    Object.assign(
      out.metrics,
      stabilityMetrics(reference, current, options, rng.fork("refit")),
    );
  }
  if (reference.latents?.logits !== undefined && current.latents?.logits !== undefined) {
    Object.assign(out.metrics, entropyMetrics(reference.latents, current.latents, current.windows));
  }
  if (Object.keys(out.metrics).length === 0) {
    throw new InputError("Cannot monitor: both sides have nothing in common to compare", {
      hint: "Connect codes, motifs or latents of the reference and of the new recordings.",
    });
  }
  out.metrics.drifted = driftedMetric(drifted, out.tables.drift, current.windows);
  out.monitored = {
    reference: reference.windows.recordings.source.name,
    current: current.windows.recordings.source.name,
    minStability: options.minStability,
  };
  out.details = { level: options.level, min_count: options.minCount };
  return out;
}

/** How many distributions drifted; unknown where nothing could be told of any, which is not "none". */
function driftedMetric(
  drifted: readonly string[],
  rows: Metrics["tables"][string],
  windows: Windows,
): Metric {
  const open = rows.filter((row) => row.undecided !== null);
  const value = drifted.length === 0 && open.length > 0 && open.length === rows.length
    ? null
    : drifted.length;
  return over(windows, value, {
    n: rows.length,
    of: "distributions",
    note: drifted.length > 0
      ? drifted.join(", ")
      : open.length > 0
      ? `${value === null ? "" : "none that could be told: "}${open[0].undecided}`
      : "none",
  });
}

function driftMetrics(name: string, test: DriftTest, windows: Windows): Record<string, Metric> {
  const [before, now] = test.subjects;
  return {
    [`${name}_psi`]: over(windows, test.psi, {
      note: test.threshold === null
        ? test.undecided!
        : `above ${test.threshold.toFixed(4)} with probability ${+(1 - test.level).toFixed(
          6,
        )} without any change (${before + now} people dealt to ${before} and ${now}); p = ${
          test.p.toPrecision(2)
        }`,
    }),
    [`${name}_psi_threshold`]: over(
      windows,
      test.threshold,
      test.threshold === null ? { note: test.undecided! } : {},
    ),
    [`${name}_js`]: over(windows, test.js, { unit: "nat" }),
    [`${name}_drift`]: over(windows, test.undecided === null ? Number(test.drifted) : null, {
      note: test.undecided ?? "1 when the PSI exceeds its threshold",
    }),
  };
}

function codebookMetrics(reference: Codes, current: Codes, windows: Windows): Record<string, Metric> {
  const known = new Set(reference.codes);
  const unseen = current.codes.reduce((n, code) => n + (known.has(code) ? 0 : 1), 0);
  return {
    unseen_code_share: over(windows, unseen / current.codes.length, {
      note: "windows whose code never occurs in the reference",
    }),
    codebook_utilization: over(windows, current.utilization),
    perplexity: over(windows, current.perplexity),
    perplexity_change: over(windows, current.perplexity / reference.perplexity - 1, {
      note: "relative to the reference",
    }),
  };
}

/**
 * Whether the new windows alone would lead to the same motifs; beside it what people of the reference give, as many
 * windows of them, because a refit never agrees wholly.
 */
function stabilityMetrics(
  reference: MonitoredSide,
  current: MonitoredSide,
  { minCount, minStability, refits }: MonitorOptions,
  rng: Random,
): Record<string, Metric> {
  const now = refitAgreement(current.motifs!, rng);
  const enough = now.n >= minCount;
  const why = now.reason ?? (enough ? undefined : `only ${now.n} new windows, ${minCount} are needed`);
  const metrics: Record<string, Metric> = {
    cluster_stability: over(current.windows, enough ? now.ari : null, {
      n: now.n,
      note: why ??
        "adjusted Rand index of motifs refitted to the new windows with those of the reference; " +
          `below ${minStability} the motifs no longer hold`,
    }),
  };
  if (why !== undefined || refits === 0) return metrics;
  const draws = Array.from({ length: refits }, () => {
    const rows = drawSubjects(reference.windows, now.n, rng);
    return refitAgreement(reference.motifs!, rng, rows).ari ?? NaN;
  }).filter((ari) => !Number.isNaN(ari)).sort((x, y) => x - y);
  metrics.cluster_stability_reference = over(
    current.windows,
    draws.length === 0 ? null : quantile(draws, 0.5),
    {
      n: draws.length,
      of: "refits",
      note: draws.length === 0
        ? "the reference cannot be refitted"
        : `median of refits to people of the reference, ${draws[0].toFixed(3)} to ${
          draws.at(-1)!.toFixed(3)
        }`,
    },
  );
  return metrics;
}

/** Windows of whole subjects, drawn with replacement until there are `size`. */
function drawSubjects(windows: Windows, size: number, rng: Random): number[] {
  const groups = [...rowsBySubject(windows).values()];
  const rows: number[] = [];
  while (rows.length < size) rows.push(...groups[rng.below(groups.length)]);
  return rows.slice(0, size);
}

function rowsBySubject({ recording, recordings: { recordings } }: Windows): Map<string, number[]> {
  return Map.groupBy(recording.keys(), (row) => recordings[recording[row]].subject);
}

function entropyMetrics(reference: Latents, current: Latents, windows: Windows): Record<string, Metric> {
  const [before, after] = [meanEntropy(reference), meanEntropy(current)];
  return {
    prediction_entropy: over(windows, after, { unit: "nat" }),
    prediction_entropy_change: over(windows, after / before - 1, { note: "relative to the reference" }),
  };
}

function meanEntropy({ logits, classes }: Latents): number {
  const p = softmax(logits!, classes.length);
  return -mean(p.map((v) => (v > 0 ? v * Math.log(v) : 0))) * classes.length;
}

function over(windows: Windows, value: number | null, extra: Partial<Metric> = {}): Metric {
  return { value, n: windows.start.length, of: "windows", origin: windows.recordings.origin, ...extra };
}

function bySubject(windows: Windows, labels: ArrayLike<number>): Int32Array[] {
  return [...rowsBySubject(windows).values()].map((rows) => Int32Array.from(rows, (row) => labels[row]));
}

function checkSide(name: string, { windows, codes, motifs, latents }: MonitoredSide): void {
  const n = windows.start.length;
  if (n === 0) throw new InputError(`Cannot monitor: the ${name} has no windows`);
  const lengths = {
    codes: codes?.codes.length,
    motifs: motifs?.labels.length,
    latents: latents && latents.latents.length / latents.dimensions,
  };
  for (const [what, length] of Object.entries(lengths)) {
    if (length === undefined || length === n) continue;
    throw new InputError(`Cannot monitor: ${what} of the ${name} cover ${length} windows, there are ${n}`, {
      hint: `Connect ${what} and windows of the same recordings.`,
    });
  }
}
