/** The timed loop: one window in flight, back to back or paced, with the stages before, on and behind the device. */
import type { Arrival, LatencyRow } from "../artifacts/benchmark.ts";
import type { DeviceBundle } from "../hailo/bundle.ts";
import { scaleWindow } from "../hailo/bundle.ts";
import { summarizeLatency } from "./latency_summary.ts";
import type { DevicePart } from "./golden_windows.ts";

/** What to measure. */
export interface LoopOptions {
  arrival: Arrival;
  iterations: number;
  /** Discarded runs at the start, at least this many and at least `warmupSeconds`. */
  warmup: number;
  warmupSeconds: number;
  /** Windows per second; for `paced`. */
  pacedHz: number;
  /** Back-to-back loops stop early, but never below 20 windows; paced ones run all their windows. */
  maxSeconds: number;
  signal?: AbortSignal;
  onProgress?: (done: number) => void;
}

/** One series. */
export interface LoopResult {
  /** Nanoseconds, `[n, 4]`: before the device, device, behind it, end to end. */
  samples: Float64Array<ArrayBuffer>;
  warmup: number;
  n: number;
}

const ns = 1e6; // performance.now() counts milliseconds

/**
 * Measures end to end: scaling of one raw golden window, device part, host head. Inputs rotate through the golden
 * windows. Paced times count from the scheduled arrival, so that a late start is not forgotten (coordinated omission).
 */
export async function runLoop(
  bundle: DeviceBundle,
  device: DevicePart,
  options: LoopOptions,
): Promise<LoopResult> {
  const { golden, head, metadata, input } = bundle;
  const size = input[1] * input[2] * input[3];
  const scaled = new Float32Array(size);
  const samples = new Float64Array(options.iterations * 4);
  const once = async (i: number, into: number | null, scheduled?: number) => {
    const raw = golden.inputs.subarray((i % golden.n) * size, (i % golden.n + 1) * size);
    const t0 = performance.now();
    scaleWindow(raw, metadata.scaler, input[3], scaled);
    const t1 = performance.now();
    const given = await device(scaled);
    const t2 = performance.now();
    head.run(given);
    const t3 = performance.now();
    if (into === null) return;
    samples.set([(t1 - t0) * ns, (t2 - t1) * ns, (t3 - t2) * ns, (t3 - (scheduled ?? t0)) * ns], into * 4);
  };

  let warmup = 0;
  const warmStart = performance.now();
  while (warmup < options.warmup || performance.now() - warmStart < options.warmupSeconds * 1000) {
    await once(warmup++, null);
    options.signal?.throwIfAborted();
  }

  const start = performance.now();
  let n = 0;
  for (; n < options.iterations; n++) {
    if (n % 64 === 0) options.onProgress?.(n);
    options.signal?.throwIfAborted();
    if (options.arrival !== "paced" && n >= 20 && performance.now() - start > options.maxSeconds * 1000) {
      break;
    }
    let scheduled: number | undefined;
    if (options.arrival === "paced") {
      scheduled = start + (n + 1) * 1000 / options.pacedHz;
      const wait = scheduled - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      // A timer may fire early by a fraction of a millisecond; the window is not there yet then.
      while (performance.now() < scheduled);
    }
    await once(n, n, scheduled);
  }
  return { samples: samples.slice(0, n * 4), warmup, n };
}

/** Summarises a series, end to end and by stage. */
export function latencyRow(mode: Arrival, launch: number, warmup: number, samples: Float64Array): LatencyRow {
  const n = samples.length / 4;
  const column = (k: number) => Float64Array.from({ length: n }, (_, i) => samples[i * 4 + k]);
  const mean = (k: number) => column(k).reduce((a, b) => a + b, 0) / n / 1e6;
  return {
    mode,
    launch,
    warmup,
    ...summarizeLatency(column(3)),
    stages: { pre: mean(0), device: mean(1), post: mean(2) },
  };
}
