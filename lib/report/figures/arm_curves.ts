/** Learning curves of several variants. */
import type { Epoch } from "../../artifacts/model.ts";
import { labelColor } from "../palette.ts";
import { draw, Figure, legend, Plot, type Provenance, sideBySide } from "../plot.ts";
import { epochPanel } from "../axes.ts";
import { markup } from "../../text/html.ts";

/** The history of one trained model of a variant. */
export interface ArmCurve {
  arm: string;
  history: readonly Epoch[];
}

const panels: { title: string; of: (e: Epoch) => number | null }[] = [
  { title: "validation accuracy", of: (e) => e.validationAccuracy },
  { title: "validation loss", of: (e) => e.validationLoss },
  { title: "code perplexity", of: (e) => e.perplexity },
];

/** Validation curves, one thin line a trained model, coloured by variant. */
export function armCurves(curves: readonly ArmCurve[], provenance: Provenance): Figure {
  const arms = [...new Set(curves.map((c) => c.arm))];
  const color = (arm: string) => labelColor(arms.indexOf(arm));
  const svgs = panels.flatMap(({ title, of }) => {
    const points = curves.flatMap(({ arm, history }, run) =>
      history.map((e) => ({ arm, run, epoch: e.epoch, value: of(e) })).filter((p) => p.value !== null)
    );
    if (points.length === 0) return [];
    return draw(`${title} by epoch`, {
      ...epochPanel(title, points.map((p) => p.value)),
      marks: [
        Plot.lineY(points, {
          x: "epoch",
          y: "value",
          z: "run",
          stroke: (p) => color(p.arm),
          strokeWidth: 1.25,
          strokeOpacity: 0.75,
        }),
      ],
    });
  });
  return new Figure(
    {
      title: "Learning curves by variant",
      caption: "One line for each trained model, on its validation subjects.",
      provenance,
    },
    markup`${legend(arms.map((arm) => ({ name: arm, color: color(arm) })))}${sideBySide(svgs)}`,
  );
}
