/** How training went. */
import type { Epoch, ModelFacts } from "../../artifacts/model.ts";
import { draw, Figure, legend, Plot, sideBySide } from "../plot.ts";
import { epochPanel } from "../axes.ts";
import { typesetNumber } from "../../text/typeset.ts";
import { percent } from "../../text/numbers.ts";
import { markup } from "../../text/html.ts";

const trainingColor = "#0072b2";
const validationColor = "#d55e00";

interface Panel {
  title: string;
  training?: (e: Epoch) => number | null;
  validation?: (e: Epoch) => number | null;
  log?: boolean;
}

const panels: Panel[] = [
  { title: "loss", training: (e) => e.loss, validation: (e) => e.validationLoss },
  { title: "accuracy", training: (e) => e.accuracy, validation: (e) => e.validationAccuracy },
  { title: "code perplexity (validation)", validation: (e) => e.perplexity },
  {
    title: "gradient through the quantiser",
    // 1 for a straight-through codebook; falls where latents lie in the flat part of the bound.
    training: ({ gradientNorms: g }) => g === undefined || g.quantized === 0 ? null : g.latent / g.quantized,
  },
];

/** What learning curves read of a model. */
export interface TrainingCourse extends Pick<ModelFacts, "history" | "bestEpoch"> {
  training: Pick<ModelFacts["training"], "windows" | "validationWindows" | "origin">;
}

/**
 * Loss, accuracy and code perplexity by epoch for training and validation parts.
 *
 * ```ts
 * import { learningCurves } from "./learning_curves.ts";
 * import assert from "node:assert/strict";
 * const epoch = (n: number, loss: number) => ({
 *   ...{ epoch: n, learningRate: 0.001, loss, accuracy: 0.5, perplexity: 4 },
 *   ...{ validationLoss: loss, validationAccuracy: 0.5 },
 * });
 * const training = { windows: 40, validationWindows: 10, origin: "simulated" as const };
 * const figure = learningCurves({ history: [epoch(1, 2), epoch(2, 1)], bestEpoch: 2, training });
 * assert.match(figure.caption, /epoch 2 of 2/);
 * ```
 */
export function learningCurves(model: TrainingCourse): Figure {
  const { history, bestEpoch } = model;
  const parts = new Set<string>();
  const svgs = panels.flatMap(({ title, training, validation }) => {
    const series = [["training", training], ["validation", validation]] as const;
    const points = series.flatMap(([part, of]) =>
      of === undefined
        ? []
        : history.map((e) => ({ epoch: e.epoch, value: of(e), part })).filter((p) => p.value !== null)
    );
    // A value of one epoch among many, as training without labels has for its codes, is no curve.
    if (points.length === 0 || history.length > 2 && points.length < 2) return [];
    points.forEach(({ part }) => parts.add(part));
    return draw(`${title} by epoch`, {
      ...epochPanel(title, points.map((p) => p.value), Math.min(5, history.length)),
      marks: [
        Plot.ruleX([bestEpoch], { strokeDasharray: "3 3", strokeOpacity: 0.5 }),
        Plot.lineY(points, {
          x: "epoch",
          y: "value",
          z: "part",
          stroke: (p) => p.part === "training" ? trainingColor : validationColor,
          strokeWidth: 1.75,
        }),
        history.length < 3
          ? Plot.dot(points, {
            x: "epoch",
            y: "value",
            fill: (p) => p.part === "training" ? trainingColor : validationColor,
          })
          : null,
      ],
    });
  });
  const best = history.find((e) => e.epoch === bestEpoch);
  const kept = best?.validationAccuracy === null || best?.validationAccuracy === undefined
    ? ""
    : ` with validation accuracy ${percent(best.validationAccuracy)}`;
  return new Figure(
    {
      title: "Learning curves",
      caption:
        `The weights of epoch ${bestEpoch} of ${history.length} were kept (dashed)${kept}. Loss at the end of training: ` +
        `${typesetNumber(history.at(-1)?.loss)}.`,
      provenance: [
        { n: model.training.windows, of: "training windows", origin: model.training.origin },
        { n: model.training.validationWindows, of: "validation windows", origin: model.training.origin },
      ],
    },
    markup`${
      legend(
        [{ name: "training", color: trainingColor }, { name: "validation", color: validationColor }].filter((
          { name },
        ) => parts.has(name)),
      )
    }${sideBySide(svgs)}`,
  );
}
