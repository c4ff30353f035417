/** Whether training went on for long enough. */
import { type FindingRule, show } from "./rule.ts";

/** Least fall of the loss in the last epoch, as a share of it, that more epochs would go on with. */
const FALLING = 0.02;

export const stillImproving: FindingRule = {
  id: "still_improving",
  needs: ["best_epoch"],
  severity: "advice",
  finding: "Training stopped while the model was still improving",
  advice: "Train for more epochs; early stopping ends the training when nothing is gained any more.",
  evidence({ history }) {
    const [before, last] = history.slice(-2);
    const validated = history.every(({ validationLoss }) => validationLoss !== null);
    const losses = history.map(({ loss, validationLoss }) => validated ? validationLoss! : loss);
    // Of one epoch or none there is no second loss, which is not the least.
    const [from, to] = losses.slice(-2);
    if (!(to === Math.min(...losses) && from - to > FALLING * Math.abs(from))) return undefined;
    return `${validated ? "validation" : "training"} loss ${show(from)} after epoch ${before.epoch}, ` +
      `${show(to)} after epoch ${last.epoch}, the last`;
  },
};
