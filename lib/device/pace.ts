/** How fast windows come in the user's own work: what a paced loop must imitate to say anything about it. */
import { InputError } from "../errors.ts";
import type { ModelMetadata } from "../artifacts/onnx_bundle.ts";
import type { Arrival } from "../artifacts/benchmark.ts";

/** What was asked for. */
export interface PaceRequest {
  modes: readonly Arrival[];
  /** Windows per second; the workflow's own rate when left out. */
  hz?: number;
  /** Timed windows a launch at most. */
  windows: number;
  launches: number;
  /** Seconds for all paced loops together. */
  seconds: number;
}

/** What is run. */
export interface Pace {
  modes: Arrival[];
  /** `undefined` where no paced loop is run. */
  paced?: { hz: number; from: "workflow" | "parameter" };
  /** Timed windows a launch; 0 without a paced loop. */
  windows: number;
  warnings: string[];
}

/**
 * Predictions per second of the workflow that made a bundle: its sampling rate ÷ its hop.
 *
 * ```ts
 * import { predictionRate } from "./pace.ts";
 * import assert from "node:assert/strict";
 * assert.equal(predictionRate({ rate: 50, window: { length: 100, hop: 25 } }), 2);
 * assert.equal(predictionRate({ rate: 50, window: { length: 100, hop: null } }), null);
 * ```
 *
 * @returns `null` where the bundle does not know its hop, as an imported model.
 */
export function predictionRate({ rate, window }: Pick<ModelMetadata, "rate" | "window">): number | null {
  const hop = window?.hop ?? null;
  return hop === null || !(hop > 0) || !(rate > 0) ? null : rate / hop;
}

/**
 * Decides rate and number of the paced windows. At one window a second a loop of many would take minutes, so `seconds`
 * bounds their number; n tells what the numbers rest on.
 *
 * @throws {InputError} when only paced loops were asked for and nothing says their rate.
 */
export function choosePace(metadata: Pick<ModelMetadata, "rate" | "window">, request: PaceRequest): Pace {
  const { modes, hz, windows, launches, seconds } = request;
  if (!modes.includes("paced")) return { modes: [...modes], windows: 0, warnings: [] };
  const rate = hz ?? predictionRate(metadata);
  if (rate !== null) {
    const paced = { hz: rate, from: hz === undefined ? "workflow" as const : "parameter" as const };
    const fitting = Math.floor(seconds * rate / launches);
    return { modes: [...modes], paced, windows: Math.max(1, Math.min(windows, fitting)), warnings: [] };
  }
  const rest = modes.filter((mode) => mode !== "paced");
  const hint = "Set paced_hz to the windows per second of your use.";
  if (rest.length === 0) {
    throw new InputError("Cannot pace windows: the bundle does not say the hop of its windows", { hint });
  }
  return {
    modes: rest,
    windows: 0,
    warnings: [`no paced loop: the bundle does not say the hop of its windows. ${hint}`],
  };
}
