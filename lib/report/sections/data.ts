/** What the report rests on: recordings and windows. */
import type { RecordingsIndex } from "../../artifacts/recordings.ts";
import { type DataFacts, readDataFacts } from "../data_facts.ts";
import { count, draw, Figure, labelMargin, number, Plot } from "../plot.ts";
import { percent } from "../../text/numbers.ts";
import { defineSection } from "../section.ts";
import { facts, type Fragment, stack } from "../table.ts";

export default defineSection({
  id: "data",
  title: "Data",
  needs: readDataFacts,
  missing: "No recordings or windows are connected to this report.",
  draw: drawData,
});

/** The data set: source, size, sensors, and the windows by class. */
async function drawData({ recordings: set, windows }: DataFacts): Promise<Fragment> {
  const subjects = new Set(set.recordings.map((r) => r.subject)).size;
  const seconds = set.recordings.reduce((sum, r) => sum + r.samples, 0) / set.rate;
  const gaps = set.recordings.reduce((sum, r) => sum + r.gaps.length, 0);
  const channels = set.channels.map((name, i) => set.units[i] ? `${name} (${set.units[i]})` : name);
  return stack(
    facts({
      Source: set.source.name,
      Origin: set.origin,
      Citation: set.source.citation,
      Licence: set.source.licence,
      Recordings:
        `${count(set.recordings.length)} of ${count(subjects)} subjects, ${number(seconds / 3600)} h at ${
          number(set.rate)
        } Hz` +
        (gaps > 0 ? `, ${gaps} gaps` : ""),
      Sensors: `${set.sensors.join(", ")}: ${channels.join(", ")}`,
      Windows: windows &&
        `${count(windows.labels.length)} of ${windows.length} samples (${
            number(windows.length / set.rate)
          } s), one every ` +
          `${windows.hop} samples (${number(windows.hop / set.rate)} s)` +
          (windows.context > 0
            ? `; the model also sees ${number(windows.context / set.rate)} s on either side`
            : ""),
    }),
    windows && set.labelNames.length > 0 && classBalance(set, windows.labels),
  );
}

function classBalance(set: RecordingsIndex, labels: Int32Array): Figure {
  const counts = new Float64Array(set.labelNames.length);
  let unlabelled = 0;
  for (const label of labels) {
    if (label < 0) unlabelled++;
    else counts[label]++;
  }
  const rows = set.labelNames.map((name, id) => ({ name, id, n: counts[id] }));
  const labelled = labels.length - unlabelled;
  const svg = draw("Windows by class", {
    height: 44 + rows.length * 22,
    marginLeft: labelMargin(set.labelNames),
    marginRight: 110,
    marginTop: 8,
    marginBottom: 36,
    x: { label: "windows", grid: true, labelAnchor: "center", labelArrow: "none" },
    y: { type: "band", domain: set.labelNames, label: null, tickSize: 0, padding: 0.25 },
    marks: [
      Plot.barX(rows, { x: "n", y: "name", fill: "#4f7f8b" }),
      Plot.text(rows, {
        x: "n",
        y: "name",
        text: (r) => `${count(r.n)} (${percent(r.n / (labelled || 1))})`,
        textAnchor: "start",
        dx: 5,
      }),
      Plot.ruleX([0]),
    ],
  });
  return new Figure({
    title: "Windows by class",
    caption: `Majority label of each window's samples. ${count(unlabelled)} windows are unlabelled.`,
    provenance: { n: labelled, of: "labelled windows", origin: set.origin },
  }, svg);
}
