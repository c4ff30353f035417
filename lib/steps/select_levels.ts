/** `select-levels`: the levels that tell most of latents within a number of codes, measured on them. */
import { z } from "zod";
import type { Json } from "../artifacts/artifact.ts";
import { Latents } from "../artifacts/latents.ts";
import { type Metric, Metrics } from "../artifacts/metrics.ts";
import { Part, Split } from "../artifacts/split.ts";
import { InputError } from "../errors.ts";
import { defineStep, optional } from "./define.ts";

export default defineStep({
  type: "select-levels",
  summary: "Find the FSQ levels that tell most of latents within a number of codes",
  inputs: { latents: Latents, split: optional(Split) },
  params: z.strictObject({
    max_codes: z.int().min(3).max(1_000_000).default(240).describe(
      "Largest number of codes, the product of the levels.",
    ),
    max_distortion: z.number().gt(0).lt(1).nullable().default(null).describe(
      "Share of the variance that may be lost, as measured; null takes the least that max_codes allows.",
    ),
    min_level: z.int().min(3).max(100).default(3).describe(
      "Fewest levels of a dimension; the FSQ paper recommends 5.",
    ),
    max_level: z.int().min(3).max(100).default(16).describe("Most levels of a dimension."),
    try_levels: z.array(z.array(z.int().min(3)).min(1)).default([]).describe(
      "Further choices of levels to measure beside the frontier, e.g. [[4, 4, 4], [8, 6, 5]].",
    ),
    frontier_size: z.int().min(1).max(200).default(20).describe(
      "Choices of the frontier to measure, spread evenly over its bits; the recommended one is always among them.",
    ),
  }),
  outputs: { selection: Metrics },
  async run({ inputs: { latents, split }, params, progress, warn }) {
    const { latentMoments, measureLevels } = await import("../fsq/levels_measured.ts");
    const { optimizeMeasured } = await import("../fsq/levels_feasible.ts");
    const { lintLevels } = await import("../fsq/levels_analysis.ts");
    const { firstNonFiniteRow } = await import("../fsq/quantizer.ts");
    const d = latents.dimensions;
    const n = latents.latents.length / d;
    const bad = firstNonFiniteRow(latents.latents, d);
    if (bad >= 0) throw new InputError(`Cannot select levels: the latent of window ${bad} is not finite`);
    for (const levels of params.try_levels) {
      if (levels.length !== d) {
        throw new InputError(
          `Cannot select levels: try_levels [${levels}] has not the latents' ${d} dimensions`,
        );
      }
    }
    if (split !== undefined && split.part.length !== n) {
      throw new InputError(`Cannot use split: it divides ${split.part.length} windows, there are ${n}`);
    }
    const rows = Int32Array.from({ length: n }, (_, i) => i);
    const fitted = split === undefined ? rows : rows.filter((i) => split.part[i] === Part.train);
    const judged = split === undefined ? rows : rows.filter((i) => split.part[i] === Part.validation);
    const held = judged.length > 0 ? judged : fitted;
    if (fitted.length === 0) throw new InputError("Cannot select levels: there are no training windows");
    const moments = latentMoments(latents.latents, d, fitted);
    const values = new Float32Array(held.length * d);
    held.forEach((row, i) => values.set(latents.latents.subarray(row * d, (row + 1) * d), i * d));
    const found = optimizeMeasured(values, moments, {
      maxCodes: params.max_codes,
      minLevel: params.min_level,
      maxLevel: params.max_level,
      ...(params.max_distortion === null ? {} : { maxDistortion: params.max_distortion }),
    });
    if (found.reason !== null) warn(`Not feasible: ${found.reason}`);
    const chosen = spread(found.frontier, params.frontier_size, found.best);
    const tried = [...chosen.map((p) => p.levels), ...params.try_levels];
    const measured = tried.map((levels, i) => {
      progress({ fraction: i / tried.length, message: `measure [${levels.join(", ")}]` });
      return measureLevels(values, moments, levels);
    });
    const model = new Map(found.frontier.map((p) => [p.levels.join(), p.relativeDistortion]));
    const table = measured.map((m) => ({
      levels: m.levels.join(" "),
      codes: m.codes,
      bits: m.bits,
      entropy_bits: m.entropyBits,
      perplexity: m.perplexity,
      used: m.used,
      relative_utilization: m.relativeUtilization,
      modelled_distortion: model.get(m.levels.join()) ?? null,
      measured_distortion: m.relativeDistortion,
      on_frontier: model.has(m.levels.join()),
      recommended: m.levels.join() === found.best?.levels.join(),
    }));
    const best = measured.find((m) => m.levels.join() === found.best?.levels.join());
    if (found.best !== null) {
      for (const f of lintLevels(found.best.levels, { windows: held.length })) {
        // Levels below five are what min_level allows: `levels` tells of them.
        if (f.rule !== "below-5") warn(f.message);
      }
    }
    const metric = (value: number | null | undefined, unit?: string): Metric => ({
      value: value ?? null,
      n: held.length,
      of: "windows",
      ...(unit === undefined ? {} : { unit }),
      // Imported latents do not tell; those of encode carry what their recordings are.
      origin: latents.origin ?? "measured",
    });
    return {
      selection: {
        metrics: {
          recommended_codes: metric(found.best?.codes),
          recommended_bits: metric(found.best?.bits, "bit"),
          code_entropy: metric(best?.entropyBits, "bit"),
          code_perplexity: metric(best?.perplexity),
          relative_distortion: metric(best?.relativeDistortion),
        },
        tables: {
          frontier: table,
          dimensions: moments.variance.map((variance, j) => ({
            dimension: j,
            mean: moments.mean[j],
            variance,
          })),
        },
        levelsChoice: { levels: found.best?.levels ?? null, feasible: found.feasible, reason: found.reason },
        details: {
          modelled_levels: found.modelled?.levels ?? null,
          needed_bits: found.neededBits,
          fitted_on: split === undefined ? "all windows" : "training part",
          measured_on: split === undefined
            ? "all windows"
            : held === judged
            ? "validation part"
            : "training part",
          variances: "of the latents before the bound; each dimension is standardised before it is quantised",
        } satisfies { [key: string]: Json },
      },
    };
  },
});

/** At most `count` points, even in bits, with the ends and `must` among them. */
function spread<T extends { bits: number; levels: number[] }>(
  points: T[],
  count: number,
  must: T | null,
): T[] {
  if (points.length <= count) return points;
  const [low, high] = [points[0].bits, points.at(-1)!.bits];
  const taken = new Set<T>();
  for (let i = 0; i < count; i++) {
    const wanted = count === 1 ? high : low + (high - low) * i / (count - 1);
    taken.add(points.reduce((a, b) => Math.abs(b.bits - wanted) < Math.abs(a.bits - wanted) ? b : a));
  }
  if (must !== null) taken.add(points.find((p) => p.levels.join() === must.levels.join())!);
  return points.filter((p) => taken.has(p));
}
