/** How a model bears noise. */
import type { Metrics } from "../../artifacts/metrics.ts";
import { noiseCurve, type NoisePoint } from "../figures/noise.ts";
import { numberIn } from "../judged_metrics.ts";
import { defineSection } from "../section.ts";
import { type Loaded } from "../sources.ts";
import { type Fragment, stack, table } from "../table.ts";
import { numberOf, withTable } from "../with_table.ts";

export default defineSection({
  id: "noise",
  title: "Noise",
  claims: ["noise"],
  needs: (sources) => withTable(sources, "noise"),
  missing: "No probe-noise step is connected to this report.",
  draw,
});

/** How codes and decisions bear noise on the input, as `probe-noise` measured. */
async function draw(found: Loaded<Metrics>[]): Promise<Fragment> {
  return stack(...found.map(({ value }) => {
    const rows = value.tables.noise;
    const points = rows.flatMap((r) =>
      ([["codes", "code"], ["decisions", "label"]] as const).flatMap(([of, name]): NoisePoint[] => {
        const rate = numberOf(r[`${name}_flip_rate`]);
        if (rate === null) return [];
        const [lower, upper] = [numberOf(r[`${name}_flip_lower`]), numberOf(r[`${name}_flip_upper`])];
        return [{
          noise: numberIn(r.noise),
          of,
          rate,
          ...(lower === null || upper === null ? {} : { lower, upper }),
        }];
      })
    );
    const { n, of, origin } = Object.values(value.metrics)[0];
    return stack(
      noiseCurve(points, { n, of, origin }),
      table(
        ["noise", "codes flipped", "decisions flipped", "accuracy"],
        rows.map((r) =>
          ["noise", "code_flip_rate", "label_flip_rate", "accuracy"].map((c) => numberOf(r[c]))
        ),
      ),
    );
  }));
}
