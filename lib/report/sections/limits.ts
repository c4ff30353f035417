/** The last page: what the results are not good for. */
import { BehaviourFacts } from "../../artifacts/behaviours.ts";
import { Benchmark, readBenchmark } from "../../artifacts/benchmark.ts";
import { Metrics } from "../../artifacts/metrics.ts";
import { Hef, readCompileReport } from "../../artifacts/hef.ts";
import { Split } from "../../artifacts/split.ts";
import { targetNamed } from "../../device/targets.ts";
import { readDataFacts } from "../data_facts.ts";
import { percent } from "../../text/numbers.ts";
import { defineSection } from "../section.ts";
import { Sources } from "../sources.ts";
import { Fragment, stack, table } from "../table.ts";
import { Html, markup } from "../../text/html.ts";
import { typesetCount, typesetNumber } from "../../text/typeset.ts";
import { coverage } from "../coverage_figures.ts";

export default defineSection({
  id: "limits",
  title: "Limits",
  needs: (sources) => Promise.resolve(sources),
  draw,
});

/** What a reader must not conclude, computed from what the report is made from. */
async function draw(sources: Sources): Promise<Fragment> {
  const limits: string[] = [];
  const data = await readDataFacts(sources);
  if (data?.recordings.origin === "simulated") {
    limits.push(
      "All data are simulated. The scores show that the pipeline works, not how well it does on people: " +
        "no deployment may rest on them before it has been validated on recordings of real subjects.",
    );
  }
  const splits = await sources.all(Split);
  if (splits.some(({ value }) => value.leaks)) {
    limits.push("Training and test share subjects or samples; the scores do not carry over to new subjects.");
  }
  const held = new Set(splits.flatMap(({ value }) => value.groups.test)).size;
  if (splits.length > 0 && held < 10) {
    limits.push(
      held === 1
        ? "Only one subject (or time block) is held out: no interval over subjects can be given."
        : `Only ${held} subjects (or time blocks) are held out; intervals over subjects are wide.`,
    );
  }
  const behaviours = (await sources.first(BehaviourFacts))?.value;
  const seconds = behaviours?.bouts.reduce((sum, b) => sum + b.duration, 0) ?? 0;
  const unassigned = behaviours?.bouts.reduce((sum, b) => sum + (b.label < 0 ? b.duration : 0), 0) ?? 0;
  if (unassigned > 0.05 * seconds) {
    limits.push(`${percent(unassigned / seconds)} of the recorded time belongs to no behaviour.`);
  }
  if (sources.list.some(({ type }) => ["OnnxBundle", "Hef", "Benchmark", "Package"].includes(type))) {
    limits.push(...await deviceLimits(sources));
  }
  limits.push(
    "Windows that overlap or follow each other are not independent; intervals over windows are narrower than the truth.",
  );
  const list = markup`<ul>\n${limits.map((text) => markup`<li>${text}</li>\n`)}</ul>`;
  const own = new Fragment(list);
  return (await sources.first(Metrics)) === undefined ? own : stack(own, new Fragment(howFarToTrust()));
}

/** What intervals and verdicts held in simulated studies, as the bench \`coverage\` measured it. */
function howFarToTrust(): Html {
  const { studies, intervals, gate, falseWinners, winners, falseAlarms } = coverage;
  const rows = intervals.map(({ of, cells, covered, tooHigh, width }) => [
    of,
    cells,
    percent(covered),
    percent(tooHigh),
    typesetNumber(width, 2),
  ]);
  const { html } = table(
    ["95 % intervals over", "kinds of study", "truth inside, least", "above the truth, most", "width, most"],
    rows,
  );
  return markup`<details><summary>How far intervals, gates and alarms can be trusted</summary>
<p>Simulated: ${
    typesetCount(studies)
  } studies of each kind with accuracies of 0.7 to 1, people who differ by a standard
deviation of 0.02 to 0.12, one to ten recordings each. The worst kind of study is shown. Width: by that of a t interval,
where not most people are perfect. Fewer than 5 people give no interval.</p>
${new Html(html)}
<p>Twelve people at 0.97 ± 0.03 passed a gate at 0.9 in ${percent(gate)} of studies. At most ${
    percent(falseWinners)
  } of comparisons without a difference named a winner (5 % meant); a difference of 3 points between 12 pairs was found in
${percent(winners)}. At most ${
    percent(falseAlarms)
  } of quiet weeks raised a drift alarm (1 % meant).</p></details>`;
}

/** What is not known of the device, where the report is about one. */
async function deviceLimits(sources: Sources): Promise<string[]> {
  const limits: string[] = [];
  const hef = await sources.first(Hef);
  const status = hef && (await readCompileReport(hef.dir)).status;
  if (!status?.startsWith("compiled")) {
    limits.push(
      "No Hailo executable was compiled; whatever is said about the device part is an estimate made on this machine.",
    );
  }
  const benchmarks = await Promise.all((await sources.all(Benchmark)).map(({ dir }) => readBenchmark(dir)));
  if (
    !benchmarks.some((b) =>
      targetNamed(b.kind)?.deployment === true && b.status === "measured" && b.origin === "measured"
    )
  ) {
    limits.push("No latency was measured on a Hailo device.");
  }
  return limits;
}
