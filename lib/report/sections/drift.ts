/** Whether new recordings look like the reference. */
import type { Metrics } from "../../artifacts/metrics.ts";
import { driftTests } from "../figures/drift_tests.ts";
import { typesetNumber } from "../../text/typeset.ts";
import { numberIn } from "../judged_metrics.ts";
import { defineSection } from "../section.ts";
import { type Loaded } from "../sources.ts";
import { type Fragment, note, stack, table, type TableCell } from "../table.ts";
import { numberOf, withTable } from "../with_table.ts";

export default defineSection({
  id: "drift",
  title: "Drift",
  claims: ["drift", "drift_bins"],
  needs: (sources) => withTable(sources, "drift"),
  missing: "No monitor step is connected to this report.",
  draw,
});

/** Whether the motifs would be found again in the new recordings. */
function stabilityNote({ metrics }: Metrics, minStability: number): Fragment | undefined {
  const { cluster_stability: now, cluster_stability_reference: before } = metrics;
  if (now === undefined) return undefined;
  if (now.value === null) return note(`Stability of the motifs is not known: ${now.note}.`);
  const holds = now.value >= minStability;
  return note(
    `Motifs refitted to the new recordings agree with those of the reference by ${
      typesetNumber(now.value)
    } (adjusted Rand ` +
      `index over ${now.n} windows${
        before === undefined
          ? ""
          : `; refits to people of the reference itself: ${typesetNumber(before.value)}`
      }): ` +
      (holds ? "they hold." : `they no longer hold, ${minStability} is the least.`),
    holds ? "note" : "warning",
  );
}

/** Whether new recordings look like the reference: PSI against its calibrated threshold, and what changed most. */
async function draw(found: Loaded<Metrics>[]): Promise<Fragment> {
  return stack(...found.map(({ value }) => {
    const { metrics, tables, monitored } = value;
    const sides = monitored === undefined ? "" : ` of ${monitored.current} against ${monitored.reference}`;
    const drifted = metrics.drifted?.value ?? 0;
    const undecided = tables.drift.find((r) => typeof r.undecided === "string")?.undecided;
    const tests = tables.drift.map((r) => ({
      of: String(r.distribution),
      psi: numberIn(r.psi),
      expected: numberIn(r.expected),
      threshold: numberOf(r.threshold),
      drifted: r.drifted === true,
    }));
    const first = tables.drift[0];
    return stack(
      note(
        drifted > 0
          ? `Drifted: ${metrics.drifted.note}.`
          : undecided === undefined
          ? `No drift${sides}.`
          : `Drift${sides} cannot be told: ${undecided}.`,
        drifted > 0 ? "warning" : "note",
      ),
      monitored && stabilityNote(value, monitored.minStability),
      driftTests(tests, {
        level: Number(first.level),
        provenance: {
          n: Number(first.m),
          of: `new windows against ${first.n}`,
          origin: Object.values(metrics)[0].origin,
        },
      }),
      table(
        [
          "distribution",
          "PSI",
          "expected without change",
          "threshold",
          "p",
          "Jensen–Shannon",
          "dealt",
          "verdict",
        ],
        tables.drift.map((r): TableCell[] => [
          String(r.distribution),
          ...["psi", "expected", "threshold", "p", "js"].map((c) => numberOf(r[c])),
          `${r.subjects} and ${r.new_subjects} people`,
          r.drifted === true ? "drifted" : r.undecided === null ? "as the reference" : "cannot be told",
        ]),
      ),
      table(
        ["distribution", "bin", "share in the reference", "share now", "part of the PSI"],
        (tables.drift_bins ?? []).slice(0, 10).map((r): TableCell[] => [
          String(r.distribution),
          `${r.bin}`,
          ...["reference", "current", "psi"].map((c) => numberOf(r[c])),
        ]),
      ),
    );
  }));
}
