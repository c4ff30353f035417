/** A against B. */
import { titleOf } from "../../metrics/catalogue.ts";
import type { Json } from "../../artifacts/artifact.ts";
import type { JudgedOn, Verdict } from "../../artifacts/judgement.ts";
import { type Metric, Metrics } from "../../artifacts/metrics.ts";
import { comparisonForest } from "../figures/comparison.ts";
import { typesetNumber } from "../../text/typeset.ts";
import { numberIn } from "../judged_metrics.ts";
import { defineSection } from "../section.ts";
import { type Loaded, sourceName } from "../sources.ts";
import { facts, type Fragment, note, stack, table, type TableCell } from "../table.ts";
import { numberOf, withTable } from "../with_table.ts";

export default defineSection({
  id: "comparison",
  title: "Comparison",
  claims: ["comparison"],
  needs: (sources) => withTable(sources, "comparison"),
  missing: "No compare step is connected to this report.",
  draw,
});

type Row = { [column: string]: Json };

/** A against B: the verdict, the differences with their intervals, and the tests behind them. */
async function draw(found: Loaded<Metrics>[]): Promise<Fragment> {
  return stack(...found.map((source) => {
    const { verdict, metrics, tables } = source.value;
    const first = Object.values(metrics)[0];
    const rows = tables.comparison.map((r) => ({
      metric: titleOf(String(r.metric)),
      difference: numberIn(r.difference),
      lower: numberOf(r.lower) ?? undefined,
      upper: numberOf(r.upper) ?? undefined,
      winner: r.winner as "A" | "B" | "inconclusive",
      effect: numberOf(r.hedges_g),
      n: numberIn(r.n_a),
    }));
    return stack(
      verdict && answer(verdict, sourceName(source)),
      verdict && sidesOf(verdict),
      comparisonForest(rows, {
        a: "A",
        b: "B",
        level: levelOf(first),
        provenance: { n: first.n, of: first.of, origin: first.origin },
      }),
      table(
        ["metric", "mean A", "mean B", "difference", "test", "p", "limit", "g", "verdict"],
        tables.comparison.map((r): TableCell[] => [
          titleOf(String(r.metric)),
          ...["mean_a", "mean_b", "difference"].map((c) => numberOf(r[c])),
          `${r.test}, n ${r.n_a}${r.paired === true ? " pairs" : ` and ${r.n_b}`}`,
          ...["p", "p_limit", "hedges_g"].map((c) => numberOf(r[c])),
          String(r.winner),
        ]),
      ),
      note(
        `${
          tables.comparison.map((r) => `${titleOf(String(r.metric))}: ${r.reason}`).join(". ")
        }. The intervals of the ` +
          "figure belong to the test. A difference counts when p is below its limit; g is Hedges' g.",
      ),
    );
  }));
}

/** The outcome in a sentence. */
function answer({ winner, primary, alpha }: Verdict, step: string): Fragment {
  const who = winner === "inconclusive" ? "Inconclusive" : `${winner} is better`;
  return note(`${who} on ${titleOf(primary)} (${step}, overall α = ${alpha}).`);
}

/** What was judged on either side, where the numbers tell. */
function sidesOf(verdict: Verdict): Fragment | undefined {
  const side = ({ data, rule, part }: JudgedOn) => {
    // Of all windows the rule of the split says nothing.
    const how = part === "all" ? "all windows" : rule;
    return [data, how].filter((text) => text !== undefined).join("; ");
  };
  const [a, b] = [side(verdict.a), side(verdict.b)];
  if (a === "" && b === "") return undefined;
  return facts({ A: a || "unknown", B: b || "unknown" });
}

function levelOf({ interval }: Metric): string | undefined {
  if (interval === undefined) return undefined;
  const level = `${typesetNumber(100 * interval.level)} %`;
  return interval.correction === undefined ? level : `${level} (${interval.correction})`;
}
