/** What was done when. */
import { BehaviourFacts } from "../../artifacts/behaviours.ts";
import { Metrics } from "../../artifacts/metrics.ts";
import { readLabelStretches } from "../data_facts.ts";
import { busiestRecording } from "../behaviours/busiest_recording.ts";
import { ethogram } from "../figures/ethogram.ts";
import { ethogramDetail } from "../figures/ethogram_detail.ts";
import { forest } from "../figures/forest.ts";
import { timeBudget } from "../figures/time_budget.ts";
import { testSubjectsOf } from "../behaviours/held_out.ts";
import { type Figure } from "../plot.ts";
import { isNumber, numberIn } from "../judged_metrics.ts";
import { defineSection } from "../section.ts";
import { cellNote } from "../shown.ts";
import { type Loaded, type Sources } from "../sources.ts";
import { folded, type Fragment, note, stack } from "../table.ts";

export default defineSection({
  id: "ethogram",
  title: "Behaviours",
  claims: ["usage"],
  needs: async (sources) => {
    const found = await sources.first(BehaviourFacts);
    return found === undefined || found.value.bouts.length === 0 ? undefined : found;
  },
  missing: "No behaviours are connected to this report.",
  draw,
});

/** Recordings that are seen at once, and those behind a line that opens them: a page holds no thousand. */
const [SHOWN, MORE] = [16, 80];

/** Bouts of a drawing, about: with more it takes megabytes, which a page and the kernel that sends it bear badly. */
const BOUTS = 6000;

/** Recordings that are drawn at once and behind the line, by how many bouts they have on average. */
function drawnOf(recordings: number, bouts: number): [shown: number, more: number] {
  const fit = Math.max(1, Math.floor(BOUTS * recordings / bouts));
  const shown = Math.min(SHOWN, fit, recordings);
  return [shown, Math.min(MORE, fit, recordings - shown)];
}

/** What was done when. */
async function draw(found: Loaded<BehaviourFacts>, sources: Sources): Promise<Fragment> {
  const recording = busiestRecording(found.value);
  const truth = recording === undefined ? [] : await readLabelStretches(sources, recording);
  const recordings = new Set(found.value.bouts.map((bout) => bout.recording)).size;
  const [shown, more] = drawnOf(recordings, found.value.bouts.length);
  const { subjects: heldOut, remark } = await testSubjectsOf(sources, found);
  return stack(
    cellNote(sources, found),
    note(remark),
    ethogram(found.value, { heldOut, recordings: shown }),
    more > 0 &&
      folded(
        `${more} more recordings`,
        ethogram(found.value, { heldOut, from: shown, recordings: more }),
      ),
    recording !== undefined && note(`Recording ${recording} has the most bouts: it is drawn in detail.`),
    recording !== undefined && ethogramDetail(found.value, { recording, truth }),
    timeBudget(found.value, { heldOut }),
    await timeUse(sources),
    ...found.value.warnings.map((text) => note(text, "warning")),
  );
}

/** Share of the time in each behaviour over subjects, where `validate` has computed it for these behaviours. */
async function timeUse(sources: Sources): Promise<Figure | undefined> {
  const found = (await sources.all(Metrics)).find(({ value }) => (value.tables.usage?.length ?? 0) > 0);
  const rows = found?.value.tables.usage ?? [];
  // Behaviours of several folds have nothing but their names in common.
  if (rows.length === 0 || new Set(rows.map((r) => r.behaviour)).size < rows.length) return undefined;
  const origin = Object.values(found!.value.metrics)[0]?.origin ?? "measured";
  return forest(
    rows.map((r) => ({
      name: String(r.behaviour),
      value: numberIn(r.time_share),
      lower: numberIn(r.time_lower),
      upper: numberIn(r.time_upper),
      note: `${r.bouts} bouts`,
    })),
    {
      title: "Time in each behaviour",
      caption: isNumber(rows[0].time_lower)
        ? "Share of the recorded time with its 95 % bootstrap interval over subjects."
        : "Share of the recorded time; so few subjects give no interval.",
      label: "share of time",
      provenance: { n: numberIn(rows[0].subjects), of: "subjects", origin },
    },
  );
}
