/** Calibration of the stated confidence. */
import { Metrics } from "../../artifacts/metrics.ts";
import type { ReliabilityBin } from "../../metrics/calibration/calibration.ts";
import { reliabilityDiagram } from "../figures/reliability.ts";
import { firstWith, isNumber, numberIn, originOf } from "../judged_metrics.ts";
import { defineSection } from "../section.ts";
import { type Loaded } from "../sources.ts";
import { type Fragment, stack } from "../table.ts";

export default defineSection({
  id: "calibration",
  title: "Calibration",
  claims: ["reliability"],
  needs: (sources) => firstWith(sources, (m) => binsOf(m)?.[0]),
  missing: "No metrics with confidence bins are connected to this report.",
  draw,
});

/** Rows that describe bins of confidence. */
function binsOf({ tables }: Metrics): ReliabilityBin[] | undefined {
  return tables.reliability?.map((r) => ({
    lower: numberIn(r.lower),
    upper: numberIn(r.upper),
    count: numberIn(r.count),
    confidence: isNumber(r.confidence) ? r.confidence : null,
    accuracy: isNumber(r.accuracy) ? r.accuracy : null,
  }));
}

/** Calibration of the stated confidence. */
async function draw({ value }: Loaded<Metrics>): Promise<Fragment> {
  const metric = (name: string) => value.metrics[name]?.value ?? undefined;
  return stack(
    reliabilityDiagram(binsOf(value)!, {
      origin: originOf(value),
      ece: metric("ece"),
      nullEce: metric("ece_null"),
    }),
  );
}
