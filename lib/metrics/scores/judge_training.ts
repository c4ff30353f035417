/** What a model's training says about it: size of the quantiser, epochs, codes on the validation part. */
import type { Metric, Metrics } from "../../artifacts/metrics.ts";
import type { Model } from "../../artifacts/model.ts";

/** The part of a model that is read. */
export type TrainedModel = Pick<
  Model,
  "architecture" | "history" | "bestEpoch" | "health" | "parameters" | "training" | "discovery"
>;

/** Metrics of the training; none for an imported encoder, which has no history. */
export function judgeTraining(model: TrainedModel): Pick<Metrics, "metrics"> {
  const { architecture, history, bestEpoch, health, parameters, training, discovery } = model;
  const unlabelled = architecture.classes === 0;
  const best = history[bestEpoch - 1];
  if (best === undefined) return { metrics: {} };
  const own = (architecture.codebook ?? 0) * architecture.latent;
  const of = { n: history.length, of: "epochs", origin: training.origin };
  const metrics: Record<string, Metric> = {
    // Without labels nothing chooses an epoch: the last is kept.
    ...(!unlabelled
      ? { best_epoch: { value: bestEpoch, ...of, note: "epochs to the weights that are kept" } }
      : {}),
    quantizer_parameters: {
      value: own,
      n: parameters,
      of: "parameters",
      origin: "measured",
      note: architecture.levels === null
        ? "vectors of a learned codebook"
        : "levels have no parameters; the projection to the latent is counted with the network",
    },
  };
  if (discovery?.neighbors != null) {
    const { correlations, n } = discovery.neighbors;
    metrics.neighbor_agreement = {
      value: correlations.reduce((sum, r) => sum + r, 0) / correlations.length,
      n,
      of: "pairs",
      origin: training.origin,
      note: `by dimension ${
        correlations.map((r) => r.toFixed(2)).join(", ")
      }, within recordings of the validation part`,
    };
  }
  if (best.perplexity === null || health === undefined) return { metrics };
  metrics.validation_perplexity = {
    value: best.perplexity,
    n: training.validationWindows,
    of: "windows",
    origin: training.origin,
  };
  metrics.collapsed = {
    value: Number(health.collapsedEpochs.at(-1) === history.length),
    ...of,
    note: "1 if validation codes had a perplexity below 1.5 or 80 % in one code " +
      (!unlabelled ? "over the last two epochs" : "at the end"),
  };
  return { metrics };
}
