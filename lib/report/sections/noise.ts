/** How a model bears noise. */
import { noiseCurve, type NoisePoint } from "../figures/noise.ts";
import type { Sources } from "../sources.ts";
import { absent, type Fragment, stack, table } from "../table.ts";
import { numberOf, withTable } from "./with_table.ts";

/** How codes and decisions bear noise on the input, as `probe-noise` measured. */
export async function noiseSection(sources: Sources): Promise<Fragment> {
  const found = await withTable(sources, "noise");
  if (found.length === 0) return absent("No probe-noise step is connected to this report.");
  return stack(...found.map(({ value }) => {
    const rows = value.tables.noise;
    const points = rows.flatMap((r) =>
      ([["codes", "code"], ["decisions", "label"]] as const).flatMap(([of, name]): NoisePoint[] => {
        const rate = numberOf(r[`${name}_flip_rate`]);
        if (rate === null) return [];
        const [lower, upper] = [numberOf(r[`${name}_flip_lower`]), numberOf(r[`${name}_flip_upper`])];
        return [{
          noise: Number(r.noise),
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
