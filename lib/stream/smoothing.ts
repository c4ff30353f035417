/** Settings of a stream's smoothing, in the words of the `smooth` step. */
import type { SmoothingRules } from "../artifacts/smoothing.ts";
import { InputError } from "../errors.ts";
import { dwellPredictions } from "../temporal/dwell.ts";
import type { PipelineOptions } from "../temporal/pipeline.ts";

/** Parameters of the `smooth` step that a stream can keep, with its defaults. */
export const smoothDefaults = {
  median_k: 7,
  hysteresis_high: 0.6,
  hysteresis_low: 0.4,
  hysteresis_rule: "strict" as "strict" | "permissive" | "none",
  max_hold_ms: 10_000,
  min_dwell_ms: 300,
};

export type SmoothParams = typeof smoothDefaults;

/**
 * Reads `median_k=7,min_dwell_ms=300`; what is not named keeps its default.
 *
 * ```ts
 * import { parseSmoothing } from "./smoothing.ts";
 * import assert from "node:assert/strict";
 * assert.equal(parseSmoothing("median_k=3").median_k, 3);
 * assert.equal(parseSmoothing("median_k=3").min_dwell_ms, 300);
 * ```
 *
 * @throws {InputError} for unknown names and values that cannot be.
 */
export function parseSmoothing(text: string): SmoothParams {
  const out: Record<string, number | string> = { ...smoothDefaults };
  for (const part of text.split(",").map((p) => p.trim()).filter((p) => p !== "")) {
    const [name, value = ""] = part.split("=").map((p) => p.trim());
    if (!Object.hasOwn(smoothDefaults, name)) {
      throw new InputError(`Cannot read smoothing: there is no ${name}`, {
        hint: `Known are ${Object.keys(smoothDefaults).join(", ")}.`,
      });
    }
    if (name === "hysteresis_rule") {
      if (!["strict", "permissive", "none"].includes(value)) {
        throw new InputError(
          `Cannot read smoothing: hysteresis_rule must be strict, permissive or none, got ${value}`,
        );
      }
      out[name] = value;
    } else {
      const number = Number(value);
      if (value === "" || !Number.isFinite(number) || number < 0) {
        throw new InputError(`Cannot read smoothing: ${name} must be a number from 0, got "${value}"`);
      }
      out[name] = number;
    }
  }
  const params = out as SmoothParams;
  if (!Number.isInteger(params.median_k) || params.median_k % 2 === 0) {
    throw new InputError(`Cannot read smoothing: median_k must be odd, got ${params.median_k}`);
  }
  if (params.max_hold_ms === 0) {
    throw new InputError("Cannot read smoothing: max_hold_ms must be positive, got 0");
  }
  if (params.hysteresis_low > params.hysteresis_high || params.hysteresis_high > 1) {
    throw new InputError(
      `Cannot read smoothing: need hysteresis_low ≤ hysteresis_high ≤ 1, got ${params.hysteresis_low} and ` +
        `${params.hysteresis_high}`,
    );
  }
  return params;
}

/** The same in predictions, as the smoother wants it; `predictionRate` is rate / hop, in Hz. */
export function smoothingOf(params: SmoothParams, predictionRate: number): PipelineOptions {
  const inPredictions = (milliseconds: number) => dwellPredictions(milliseconds, predictionRate).predictions;
  const { hysteresis_rule: rule } = params;
  return {
    modeWidth: params.median_k,
    minDwell: inPredictions(params.min_dwell_ms),
    ...(rule === "none" ? {} : {
      hysteresis: {
        high: params.hysteresis_high,
        low: params.hysteresis_low,
        rule,
        maxHold: inPredictions(params.max_hold_ms),
      },
    }),
  };
}

/** Rules as the smoother takes them. */
export function optionsOf({ hysteresis, ...filters }: SmoothingRules): PipelineOptions {
  return { ...filters, ...(hysteresis === null ? {} : { hysteresis }) };
}

/** The rules of `smooth` as a stream runs them where nothing else is said. */
export function usualRules(predictionRate: number): SmoothingRules {
  const { modeWidth = 1, minDwell = 1, hysteresis } = smoothingOf(smoothDefaults, predictionRate);
  return {
    modeWidth,
    minDwell,
    hysteresis: hysteresis === undefined ? null : { ...hysteresis, maxHold: hysteresis.maxHold! },
  };
}
