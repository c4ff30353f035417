/** How the number of clusters was chosen. */
import type { Candidate, Motifs } from "../../../artifacts/motifs.ts";
import { valueAxis } from "../../axes.ts";
import { draw, Figure, Plot, type Provenance, sideBySide } from "../../plot.ts";
import { typesetNumber } from "../../../text/typeset.ts";

type Criterion = "bic" | "silhouette" | "inertia";

const titles: Record<Criterion, string> = {
  bic: "BIC (lower is better)",
  silhouette: "silhouette (higher is better)",
  inertia: "inertia",
};

/** BIC, silhouette and inertia by number of clusters; the dashed line is the number that was taken. */
export function kCurve(
  motifs: Pick<Motifs, "curve" | "k" | "reason" | "bicVariant">,
  provenance: Provenance,
): Figure {
  const curve = motifs.curve.toSorted((a, b) => a.k - b.k);
  const svgs = (Object.keys(titles) as Criterion[]).flatMap((criterion) => {
    const points = curve.flatMap((c: Candidate) =>
      c[criterion] === null ? [] : [{ k: c.k, value: c[criterion] }]
    );
    if (points.length < 2) return [];
    return draw(`${titles[criterion]} by number of clusters`, {
      width: 250,
      height: 200,
      marginLeft: 62,
      marginRight: 8,
      marginTop: 28,
      marginBottom: 36,
      x: {
        label: "clusters",
        labelAnchor: "center",
        labelArrow: "none",
        ticks: Math.min(6, points.length),
        tickFormat: "d",
      },
      y: valueAxis(titles[criterion]),
      marks: [
        Plot.ruleX([motifs.k], { strokeDasharray: "3 3", strokeOpacity: 0.6 }),
        Plot.lineY(points, { x: "k", y: "value", stroke: "#0072b2", strokeWidth: 1.5 }),
        Plot.dot(points, {
          x: "k",
          y: "value",
          r: 2.5,
          fill: "#0072b2",
          title: (p) => `k ${p.k}: ${typesetNumber(p.value, 4)}`,
        }),
      ],
    });
  });
  const variant = motifs.bicVariant === null ? "" : ` BIC variant: ${motifs.bicVariant}.`;
  return new Figure({
    title: "Number of clusters",
    caption: `${motifs.k} clusters were taken (${motifs.reason}; dashed).${variant}`,
    provenance,
  }, sideBySide(svgs));
}
