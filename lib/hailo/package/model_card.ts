/** The model card, as data and as a page. Every number carries n and origin; the verdict is computed, never written. */
import { type Json, jsonOf } from "../../artifacts/artifact.ts";
import type { PackageFacts } from "./facts.ts";
import { describeMetric, quoted } from "./facts.ts";
import type { Readiness } from "./readiness.ts";

/** `docs/model_card.json`. */
export function modelCard(facts: PackageFacts, ready: Readiness): { [key: string]: Json } {
  const { metadata, metrics, parity, model, status } = facts;
  return {
    schema: 1,
    name: facts.name,
    version: facts.version,
    license: facts.license,
    intended_use: "Discrete behaviours from windows of inertial sensors worn as in the training data",
    input: {
      shape: [1, metadata.channels.length, metadata.sensors.length, windowLength(metadata.window)],
      sensors: metadata.sensors,
      channels: metadata.channels,
      units: metadata.units,
      rate_hz: metadata.rate,
    },
    output: { labels: metadata.labels, levels: metadata.levels },
    training: model === null ? null : {
      windows: model.training.windows,
      subjects: model.training.subjects.length,
      origin: model.training.origin,
      parameters: model.parameters,
      best_epoch: model.bestEpoch,
    },
    data_origin: facts.dataOrigin,
    metrics: jsonOf(metrics?.metrics ?? {}),
    parity: parity as Json,
    status: { ...status },
    readiness: jsonOf(ready),
  };
}

function windowLength(window: { length: number } | number): number {
  return typeof window === "number" ? window : window.length;
}

/** Whose recordings, where they come from and under which licence. */
function trainingData({ dataOrigin, metadata: { data, training } }: PackageFacts): string {
  const simulated = dataOrigin === "simulated"
    ? " Simulated data say nothing about how well real people are recognised."
    : "";
  const people = training?.subjects;
  return [
    `- origin: ${dataOrigin ?? "unknown"}.${simulated}`,
    `- data set: ${data?.name ?? "not named"}${
      data?.citation === undefined ? "" : `; cite ${data.citation}`
    }`,
    `- licence of the data: ${data?.licence ?? "not stated"}`,
    `- subjects: ${people === undefined ? "not named" : `${people.length} (${people.join(", ")})`}`,
  ].join("\n");
}

const box = (done: boolean | null) => done === true ? "[x]" : "[ ]";

/** `docs/MODEL_CARD.md`. */
export function modelCardPage(facts: PackageFacts, ready: Readiness): string {
  const { metadata, metrics, parity, status } = facts;
  const rows = quoted.flatMap((name) => {
    const metric = metrics?.metrics[name];
    return metric === undefined ? [] : [`- ${name.replaceAll("_", " ")}: ${describeMetric(metric)}`];
  });
  return `# Model card: ${facts.name} ${facts.version}

**Verdict: ${
    ready.verdict === "recommended" ? "recommended for deployment" : "not recommended for deployment"
  }.**
${ready.reasons.map((r) => `- ${r}`).join("\n")}

## What it does

Takes windows of ${
    windowLength(metadata.window)
  } samples at ${metadata.rate} Hz from ${metadata.sensors.length} sensors
(${metadata.sensors.join(", ")}) with ${metadata.channels.length} channels (${
    metadata.channels.join(", ")
  }), and gives
${
    metadata.levels === null
      ? "a latent vector"
      : `one of ${metadata.levels.reduce((a, b) => a * b, 1)} codes`
  } and one of ${metadata.labels.length} labels: ${metadata.labels.join(", ") || "none"}.

## Numbers

${rows.length === 0 ? "No metrics were part of the workflow." : rows.join("\n")}
- parity with the trainer: ${
    parity === null
      ? "not proven in this package"
      : `largest difference ${parity.max_abs_difference.toExponential(2)} over ${parity.n} windows, codes ${
        parity.codes_identical ? "identical" : "differ"
      }, measured`
  }
${
    facts.targets.includes("hailo8")
      ? `- HEF: ${status.hef}${status.reason === null ? "" : ` (${status.reason})`}\n`
      : ""
  }- latency: ${status.latency}${status.latencyReason === null ? "" : ` (${status.latencyReason})`}

## Training data

${trainingData(facts)}

## Readiness

${
    ready.checklist.map((c) =>
      `- ${box(c.done)} ${c.item} (${c.done === null ? "unknown; " : ""}${c.evidence})`
    ).join("\n")
  }

Every box is computed from the artifacts; none is ticked by hand.

## Risks

${ready.risks.map((r) => `- ${r.level}: ${r.risk}. ${r.because}.`).join("\n")}
`;
}
