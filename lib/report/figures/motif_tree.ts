/** Which motifs are alike. */
import type { Motifs } from "../../artifacts/motifs.ts";
import { motifTree as treeOf } from "../../cluster/motif_tree.ts";
import { percent } from "../../text/numbers.ts";
import { markup } from "../../text/html.ts";
import { draw, Figure, Plot, type Provenance } from "../plot.ts";

/** The dendrogram of the motifs: branches join at the distance of what they hold. */
export function motifTree(
  motifs: Pick<Motifs, "k" | "centroids" | "dimensions" | "support" | "names">,
  provenance: Provenance,
): Figure {
  const { k, support, names } = motifs;
  if (
    k < 2 || motifs.centroids.length !== k * motifs.dimensions || !motifs.centroids.every(Number.isFinite)
  ) {
    const why = k < 2
      ? "Fewer than two motifs have no likeness."
      : "Some motifs have no place among the others.";
    return new Figure({ title: "Which motifs are alike", caption: why, provenance }, markup``);
  }
  const { merges, heights } = treeOf(motifs);
  const total = support.reduce((sum, count) => sum + count, 0) || 1;
  const nameOf = (id: number) => names?.[id] ?? `motif ${id}`;
  const places = new Float64Array(2 * k - 1), reached = new Float64Array(2 * k - 1);
  leavesOf(2 * k - 2).forEach((leaf, row) => places[leaf] = row);
  const brackets = Array.from(heights, (height, i) => {
    const [a, b] = [merges[2 * i], merges[2 * i + 1]];
    const corners = [
      { x: reached[a], y: places[a] },
      { x: height, y: places[a] },
      { x: height, y: places[b] },
      { x: reached[b], y: places[b] },
    ];
    places[k + i] = (places[a] + places[b]) / 2;
    reached[k + i] = height;
    return corners.map((corner) => ({ ...corner, merge: i }));
  });
  const leaves = Array.from({ length: k }, (_, id) => ({
    y: places[id],
    text: `${nameOf(id)} (${percent(support[id] / total)})`,
  }));
  const svg = draw("Dendrogram of the motifs", {
    width: 560,
    height: 40 + 20 * k,
    marginLeft: 170,
    marginTop: 8,
    marginBottom: 34,
    x: { label: "distance", labelAnchor: "center", labelArrow: "none", ticks: 5, zero: true },
    y: { axis: null, domain: [-0.5, k - 0.5], reverse: true },
    marks: [
      Plot.line(brackets.flat(), {
        x: "x",
        y: "y",
        z: "merge",
        stroke: "#0072b2",
        strokeWidth: 1.5,
      }),
      Plot.text(leaves, { x: 0, y: "y", text: "text", textAnchor: "end", dx: -6 }),
    ],
  });
  const [a, b] = merges;
  return new Figure({
    title: "Which motifs are alike",
    caption:
      `Branches join at the mean distance of the motifs they hold; the most alike are ${nameOf(a)} and ` +
      `${nameOf(b)}. The step enforce-support merges the most alike where it is given merge_to.`,
    provenance,
  }, markup`${svg}`);

  /** The motifs below a node, in an order in which no two branches cross. */
  function leavesOf(node: number): number[] {
    if (node < k) return [node];
    const at = 2 * (node - k);
    return [...leavesOf(merges[at]), ...leavesOf(merges[at + 1])];
  }
}
