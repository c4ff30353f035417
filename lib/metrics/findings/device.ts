/** What the model takes on a machine. */
import { type FindingRule, show } from "./rule.ts";

export const slow: FindingRule = {
  id: "high_latency",
  needs: ["latency_p95_ms"],
  severity: "warning",
  finding: "Inference is slow",
  advice:
    "Work on the longest stage; a smaller encoder or int8 shortens `device`. The number of levels has no effect.",
  evidence({ of, n }) {
    if (!(of("latency_p95_ms") > 20)) return undefined;
    return `p95 ${show(of("latency_p95_ms"))} ms over ${n("latency_p95_ms")} windows; mean by stage: ` +
      (["pre", "device", "post"] as const).map((stage) => `${stage} ${show(of(`latency_${stage}_ms`))} ms`)
        .join(", ");
  },
};

export const memory: FindingRule = {
  id: "memory",
  needs: ["parameter_bytes"],
  severity: "info",
  finding: "What the model takes",
  advice:
    "Levels hardly change it, because FSQ stores no codebook. If memory runs out, reduce the batch: activations grow with it.",
  evidence({ of }) {
    const bytes = of("parameter_bytes");
    if (Number.isNaN(bytes)) return undefined;
    return `weights ${show(bytes / 1024)} KiB as float32, at most ${
      show(of("peak_activation_bytes") / 1024)
    } KiB of activations a window`;
  },
};
