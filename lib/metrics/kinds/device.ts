/** What the model costs: accuracy in 8 bits, memory and time. */
import { type MetricKind, positive, share } from "./kind.ts";

const common = { group: "Size and latency", better: "lower", range: positive } as const;

const int8 = { group: "8-bit arithmetic", better: "higher" } as const;

const quantiles = [["mean", "mean"], ["p50", "p50"], ["p95", "p95"], ["p99", "p99"]] as const;

export const device: MetricKind[] = [
  {
    ...int8,
    name: "accuracy_int8",
    title: "accuracy in 8 bits",
    range: share,
    about:
      "Accuracy that the int8 estimate of the export reaches; estimated on CPU, not measured on a device.",
  },
  // Without a range: the same windows twice are surer than the share of the range that they would be.
  {
    ...int8,
    name: "accuracy_int8_change",
    title: "accuracy, 8 bits less float",
    about: "Accuracy in 8 bits less that of float32 on the same windows.",
  },
  {
    ...int8,
    name: "code_agreement_int8",
    title: "codes alike in 8 bits",
    range: share,
    about: "Share of the windows whose code stays the same in 8 bits.",
  },
  {
    ...common,
    name: "parameter_bytes",
    title: "weights",
    unit: "B",
    about: "Size of the weights as float32.",
  },
  {
    ...common,
    name: "quantizer_parameters",
    title: "quantizer parameters",
    about: "Trained parameters of the quantiser itself.",
  },
  {
    ...common,
    name: "peak_activation_bytes",
    title: "activations, at most",
    unit: "B",
    about: "Most memory that the activations of one window hold at once.",
  },
  ...quantiles.map(([key, word]): MetricKind => ({
    ...common,
    name: `latency_${key}_ms`,
    title: `latency, ${word}`,
    unit: "ms",
    timed: true,
    ...(key === "p95" ? { rank: 11 } : {}),
    about: `Latency of one window, ${word} over back-to-back windows.`,
  })),
  ...quantiles.map(([key, word]): MetricKind => ({
    ...common,
    name: `paced_latency_${key}_ms`,
    title: `paced latency, ${word}`,
    unit: "ms",
    timed: true,
    about: `Latency of one window, ${word} over windows at the sensor's pace.`,
  })),
  ...["pre", "device", "post"].map((stage): MetricKind => ({
    ...common,
    name: `latency_${stage}_ms`,
    title: `latency, ${stage}`,
    unit: "ms",
    timed: true,
    about: `Mean latency of the stage "${stage}".`,
  })),
  {
    ...common,
    name: "throughput_fps",
    title: "throughput",
    better: "higher",
    unit: "1/s",
    timed: true,
    about: "Windows per second with one window in flight.",
  },
];
