/** What codes of so many bits can tell. */
import { Metrics } from "../../artifacts/metrics.ts";
import { frontierFigure } from "../figures/frontier.ts";
import { numberIn } from "../judged_metrics.ts";
import { defineSection } from "../section.ts";
import { type Loaded } from "../sources.ts";
import { type Fragment, stack, table } from "../table.ts";
import { numberOf, withTable } from "../with_table.ts";

export default defineSection({
  id: "levels",
  title: "Levels",
  claims: ["frontier", "dimensions"],
  needs: (sources) => withTable(sources, "frontier"),
  missing: "No select-levels step is connected to this report.",
  draw,
});

/** The frontier of levels that a `select-levels` step measured, with its recommendation. */
async function draw(found: Loaded<Metrics>[]): Promise<Fragment> {
  return stack(...found.map(({ value }) => {
    const { n, of, origin } = Object.values(value.metrics)[0];
    // Levels that were asked for may lie on the frontier as well.
    const rows = [...new Map(value.tables.frontier.map((r) => [String(r.levels), r])).values()];
    const points = rows.map((r) => ({
      levels: String(r.levels),
      codes: numberIn(r.codes),
      bits: numberIn(r.bits),
      modelled: numberOf(r.modelled_distortion),
      measured: numberIn(r.measured_distortion),
      perplexity: numberIn(r.perplexity),
      onFrontier: r.on_frontier === true,
      recommended: r.recommended === true,
    }));
    const { feasible = true, reason } = value.levelsChoice ?? {};
    return stack(
      frontierFigure(points, {
        provenance: { n, of, origin },
        feasible,
        reason: reason ?? undefined,
      }),
      table(
        [
          "levels",
          "codes",
          "bits",
          "variance lost, modelled",
          "measured",
          "entropy (bits)",
          "codes used",
          "perplexity",
        ],
        rows.map((r) => [
          `[${String(r.levels).replaceAll(" ", ", ")}]${r.recommended === true ? " ← recommended" : ""}`,
          ...[
            "codes",
            "bits",
            "modelled_distortion",
            "measured_distortion",
            "entropy_bits",
            "used",
            "perplexity",
          ]
            .map((c) => numberOf(r[c])),
        ]),
      ),
    );
  }));
}
