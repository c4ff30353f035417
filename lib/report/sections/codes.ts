/** How the codebook is used. */
import { Codebook, type CodebookFacts } from "../../artifacts/codes.ts";
import { Metrics } from "../../artifacts/metrics.ts";
import { codeUsage } from "../figures/codes.ts";
import { percent } from "../../text/numbers.ts";
import { numberIn } from "../judged_metrics.ts";
import { defineSection } from "../section.ts";
import { cellNote, originOf } from "../shown.ts";
import { type Loaded, type Sources } from "../sources.ts";
import { type Fragment, heading, stack, table } from "../table.ts";

export default defineSection({
  id: "codes",
  title: "Codes",
  claims: ["code_usage", "code_dictionary"],
  needs: (sources) => sources.first(Codebook),
  missing: "No codes are connected to this report.",
  draw,
});

/** How the codebook is used. */
async function draw(codes: Loaded<CodebookFacts>, sources: Sources): Promise<Fragment> {
  const origin = await originOf(sources);
  return stack(cellNote(sources, codes), codeUsage(codes.value, { origin }), await codeMeanings(sources));
}

/** What the most used codes stand for, where labels tell and one set of codes was judged. */
async function codeMeanings(sources: Sources): Promise<Fragment | undefined> {
  const found = (await sources.all(Metrics)).find(({ value }) =>
    (value.tables.code_dictionary?.length ?? 0) > 0
  );
  const rows = found?.value.tables.code_dictionary ?? [];
  if (rows.length === 0 || new Set(rows.map((r) => r.code)).size < rows.length) return undefined;
  const top = rows.toSorted((a, b) => Number(b.support) - Number(a.support)).slice(0, 16);
  return stack(
    heading(`What the ${top.length === rows.length ? "" : `${top.length} most frequent `}codes stand for`),
    table(
      ["code", "digits", "label", "purity", "training windows"],
      top.map((
        r,
      ) => [
        `${r.code}`,
        String(r.digits),
        String(r.label),
        percent(numberIn(r.purity)),
        numberIn(r.support),
      ]),
    ),
  );
}
