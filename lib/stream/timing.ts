/** How late the answers of a stream are. */
import { quantileSorted } from "../metrics/statistics/summary.ts";

/** Delay from a window's last sample to its answers. */
export interface StreamTiming {
  /** Predictions that were timed, and the first ones that were left out because the program was warming up. */
  n: number;
  warmup: number;
  /** Milliseconds of computing a prediction. */
  p50: number;
  p95: number;
  p99: number;
  /** Seconds that the smoother waits for predictions to come; `null` without smoothing. */
  smoothingSeconds: number | null;
  /** Milliseconds until the smoothed label, at the 95th percentile; `null` without smoothing. */
  endToEnd95: number | null;
}

/** Most predictions that are kept for the quantiles. */
const most = 100_000;

/** Collects times; its memory does not grow. */
export class TimingLog {
  readonly #times = new Float64Array(most);
  #count = 0;

  constructor(readonly warmup = 10) {}

  add(milliseconds: number): void {
    const i = this.#count++ - this.warmup;
    if (i >= 0) this.#times[i % most] = milliseconds;
  }

  /**
   * @param waits Predictions that the smoother waits; `null` without smoothing.
   * @param secondsPerPrediction Hop over rate.
   * @returns undefined before anything was timed.
   */
  summary(waits: number | null, secondsPerPrediction: number): StreamTiming | undefined {
    const n = Math.min(most, this.#count - this.warmup);
    if (n <= 0) return undefined;
    const sorted = this.#times.slice(0, n).sort();
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => quantileSorted(sorted, q));
    const smoothingSeconds = waits === null ? null : waits * secondsPerPrediction;
    return {
      n,
      warmup: this.warmup,
      p50,
      p95,
      p99,
      smoothingSeconds,
      endToEnd95: smoothingSeconds === null ? null : 1000 * smoothingSeconds + p95,
    };
  }
}
