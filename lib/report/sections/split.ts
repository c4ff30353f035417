/** How training and test are kept apart. */
import { Part, Split } from "../../artifacts/split.ts";
import { typesetCount } from "../../text/typeset.ts";
import { defineSection } from "../section.ts";
import { type Loaded } from "../sources.ts";
import { type Fragment, note, stack, table } from "../table.ts";

export default defineSection({
  id: "split",
  title: "Split",
  needs: async (sources) => {
    const splits = await sources.all(Split);
    return splits.length === 0 ? undefined : splits;
  },
  missing: "No split is connected to this report.",
  draw,
});

/** How training and test are kept apart. */
async function draw(splits: Loaded<Split>[]): Promise<Fragment> {
  const rows = splits.map(({ value, cell }) => {
    const windows = (part: number) => value.part.reduce((n, p) => n + (p === part ? 1 : 0), 0);
    const text = (name: "train" | "validation" | "test") => {
      const groups = value.groups[name];
      return `${typesetCount(windows(Part[name]))} (${groups.length})`;
    };
    return [
      Object.values(cell).join(", ") || value.rule,
      text("train"),
      text("validation"),
      text("test"),
      typesetCount(windows(Part.unused)),
      value.groups.test.slice(0, 12).join(", ") + (value.groups.test.length > 12 ? ", …" : ""),
    ];
  });
  const leaking = splits.filter(({ value }) => value.leaks);
  const rule = splits.length > 1 ? `Rule: ${splits[0].value.rule}; one row per cell. ` : "";
  return stack(
    table(["split", "train", "validation", "test", "unused", "test groups"], rows),
    note(
      `${rule}Windows, and in brackets the number of subjects (or time blocks). Scaler, network, temperature and clusters are fitted on the training part only.`,
    ),
    leaking.length > 0 &&
      note(
        "This split shares subjects or overlapping samples between training and test: scores are too high to generalise.",
        "warning",
      ),
  );
}
