/** How codes were grouped into motifs. */
import { MotifFacts } from "../../artifacts/motifs.ts";
import { motifTree } from "../figures/motif_tree.ts";
import { kCurve } from "../figures/choices/k_curve.ts";
import { typesetCount, typesetNumber } from "../../text/typeset.ts";
import { percent } from "../../text/numbers.ts";
import { defineSection } from "../section.ts";
import { cellNote, originOf } from "../shown.ts";
import { type Loaded, type Sources } from "../sources.ts";
import { facts, type Fragment, note, stack } from "../table.ts";

export default defineSection({
  id: "motifs",
  title: "Motifs",
  needs: (sources) => sources.first(MotifFacts),
  missing: "No motifs are connected to this report.",
  draw,
});

/** How codes were grouped into motifs. */
async function draw(found: Loaded<MotifFacts>, sources: Sources): Promise<Fragment> {
  const m = found.value;
  const origin = await originOf(sources);
  return stack(
    cellNote(sources, found),
    facts({
      Method: `${m.method} on ${
        m.space === "code" ? "quantised values" : "latents"
      }, ${m.dimensions} dimensions`,
      Clusters: `${m.k} (${m.reason})`,
      "Distinct points": typesetCount(m.pointValues.length / m.dimensions),
      Silhouette: m.silhouette === null || m.silhouetteError === null
        ? m.silhouette ?? undefined
        : `${typesetNumber(m.silhouette)} ± ${
          typesetNumber(m.silhouetteError)
        } (95 %, on a sample of the points)`,
      BIC: m.bic === null ? undefined : `${typesetNumber(m.bic)} (${m.bicVariant})`,
      Inertia: m.inertia ?? undefined,
      "Smallest support": m.support.length > 0
        ? `${typesetCount(Math.min(...m.support))} windows (${
          percent(Math.min(...m.support) / (m.windows || 1))
        })`
        : undefined,
      Merges: m.mergeLog.length > 0
        ? m.mergeLog.map((e) => `${e.from} → ${e.to} (${typesetCount(e.count)})`).join(", ")
        : undefined,
    }),
    m.curve.length > 1 && kCurve(m, { n: m.windows, of: "windows", origin }),
    // Labels that were made elsewhere have no places.
    m.rule !== undefined && m.k > 1 && motifTree(m, { n: m.windows, of: "windows", origin }),
    m.hitBoundary &&
      note(
        "The chosen number of clusters lies at the edge of the range searched; widen the range.",
        "warning",
      ),
    ...m.warnings.map((text) => note(text, "warning")),
  );
}
