/** Gates and the verdict that follows from them. */
import { titleOf } from "../../metrics/catalogue.ts";
import { Metrics } from "../../artifacts/metrics.ts";
import { verdictText } from "../../artifacts/readiness.ts";
import { typesetNumber } from "../../text/typeset.ts";
import { defineSection } from "../section.ts";
import { type Loaded } from "../sources.ts";
import { type Fragment, note, stack, table, type TableCell } from "../table.ts";
import { numberOf, withTable } from "../with_table.ts";

export default defineSection({
  id: "gates",
  title: "Gates",
  claims: ["gates"],
  needs: (sources) => withTable(sources, "gates"),
  missing: "No gates are set in the steps that are connected to this report.",
  draw,
});

/** Gates and the verdict of readiness that follows from them. */
async function draw(found: Loaded<Metrics>[]): Promise<Fragment> {
  return stack(...found.map(({ value }) => {
    const { readiness } = value;
    const ready = readiness?.verdict === "READY";
    return stack(
      readiness !== undefined &&
        note(`${verdictText(readiness)}.`, ready ? "note" : "warning"),
      readiness !== undefined && !ready && table(
        ["what speaks against it", "what to do"],
        readiness.reasons.map(({ reason, cure }): TableCell[] => [reason, cure]),
      ),
      table(
        ["gate", "value", "judged", "n", "origin", "result"],
        value.tables.gates.map((g): TableCell[] => [
          `${titleOf(String(g.metric))} ${g.condition}`,
          typesetNumber(numberOf(g.value)),
          `${typesetNumber(numberOf(g.judged))} (${g.on})`,
          `${g.n} ${g.of}`,
          String(g.origin ?? "–"),
          g.passed === true ? "passed" : "failed",
        ]),
      ),
    );
  }));
}
