/** What the report rests on: recordings and windows. */
import type { RecordingsIndex } from "../../artifacts/recordings.ts";
import type { WindowCounts } from "../../artifacts/windows.ts";
import type { Quality } from "../../artifacts/recording/quality.ts";
import { tellUnit } from "../../signal/describe_recordings.ts";
import { type DataFacts, readDataFacts } from "../data_facts.ts";
import { draw, Figure, labelMargin, Plot } from "../plot.ts";
import { typesetCount, typesetNumber, typesetTime, typesetUnit } from "../../text/typeset.ts";
import { duration, percent } from "../../text/numbers.ts";
import { orientationAngles } from "../figures/orientation.ts";
import { wornTables } from "../worn_tables.ts";
import { defineSection } from "../section.ts";
import { facts, Fragment, stack, table } from "../table.ts";
import { markup } from "../../text/html.ts";

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
  const channels = set.channels.map((name, i) => {
    const unit = typesetUnit(set.units[i] ?? "");
    return unit === "" ? name : `${name} (${unit})`;
  });
  return stack(
    facts({
      Source: set.source.name,
      Origin: set.origin,
      Citation: set.source.citation,
      Licence: set.source.licence,
      Recordings:
        `${typesetCount(set.recordings.length)} of ${typesetCount(subjects)} subjects, ${
          typesetTime(seconds)
        } at ${typesetNumber(set.rate)} Hz` +
        (gaps > 0 ? `, ${gaps} gaps` : ""),
      ...(set.quality && qualityFacts(set.quality)),
      Sensors: `${set.sensors.join(", ")}: ${channels.join(", ")}`,
      Windows: windows &&
        `${typesetCount(windows.windows)} of ${windows.length} samples (${
            typesetNumber(windows.length / set.rate)
          } s), one every ` +
          `${windows.hop} samples (${typesetNumber(windows.hop / set.rate)} s)` +
          (windows.context > 0
            ? `; the model also sees ${typesetNumber(windows.context / set.rate)} s on either side`
            : ""),
    }),
    set.quality && classTable(set.quality),
    set.quality && notesList(set.quality),
    set.quality && wornTables(set.quality),
    ...(set.quality?.orientation ?? []).map((facts) => orientationAngles(facts, { origin: set.origin })),
    windows && set.labelNames.length > 0 && classBalance(set, windows),
  );
}

/** What load measured: rates, gaps, units. */
function qualityFacts(quality: Quality): Record<string, string | undefined> {
  const { measuredRate: rate, rateSource, units } = quality;
  return {
    Rate: rateSource === "assumed"
      ? "assumed, not measured: with another rate all seconds and hertz of this report are wrong"
      : rateSource === "stated" && rate === undefined
      ? "stated, not measured: the files have no times"
      : undefined,
    "Measured rate": rate && measuredRate(rate),
    Gaps: quality.gaps === 0
      ? undefined
      : `${typesetCount(quality.gaps)} of ${duration(quality.gapSeconds)} in all, the longest ${
        duration(quality.longestGapSeconds)
      }`,
    Units: units === undefined || units.length === 0 ? undefined : units.map(tellUnit).join("; "),
    "Channels that never change": quality.deadChannels.length === 0
      ? undefined
      : quality.deadChannels.join(", "),
  };
}

/** The rate by the files' own times, with its range where stretches differ by what is printed. */
function measuredRate({ median, lowest, highest, n }: NonNullable<Quality["measuredRate"]>): string {
  const [low, high] = [typesetNumber(lowest), typesetNumber(highest)];
  const rate = low === high
    ? `${typesetNumber(median)} Hz`
    : `median ${typesetNumber(median)} Hz, ${low} to ${high} Hz`;
  return `${rate} (measured from the times of ${typesetCount(n)} stretch${n === 1 ? "" : "es"})`;
}

/** More people than this make a table too wide to read. */
const mostPeople = 12;

/** Seconds of each class, in all and by person. */
function classTable({ classes }: Quality): Fragment | undefined {
  if (classes.length === 0) return undefined;
  const everyone = [...new Set(classes.flatMap((k) => Object.keys(k.bySubject ?? {})))];
  const people = everyone.length <= mostPeople ? everyone : [];
  return table(
    ["class", "seconds", "subjects", ...people],
    classes.map((k) => [k.name, k.seconds, k.subjects, ...people.map((who) => k.bySubject?.[who] ?? 0)]),
  );
}

/** What the reader did or left out. */
function notesList({ notes = [] }: Quality): Fragment | undefined {
  if (notes.length === 0) return undefined;
  return new Fragment(markup`<ul>${notes.map((note) => markup`<li>${note}</li>`)}</ul>`);
}

function classBalance(set: RecordingsIndex, { windows, byLabel }: WindowCounts): Figure {
  const rows = set.labelNames.map((name, id) => ({ name, id, n: byLabel[id]! }));
  const labelled = byLabel.reduce((sum, n) => sum + n, 0);
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
        text: (r) => `${typesetCount(r.n)} (${percent(r.n / (labelled || 1))})`,
        textAnchor: "start",
        dx: 5,
      }),
      Plot.ruleX([0]),
    ],
  });
  return new Figure({
    title: "Windows by class",
    caption: `Majority label of each window's samples. ${
      typesetCount(windows - labelled)
    } windows are unlabelled.`,
    provenance: { n: labelled, of: "labelled windows", origin: set.origin },
  }, svg);
}
