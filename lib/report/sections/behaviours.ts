/** Codes, motifs and behaviours. */
import type { Origin } from "../../artifacts/artifact.ts";
import { Behaviours } from "../../artifacts/behaviours.ts";
import { Codes } from "../../artifacts/codes.ts";
import { Metrics } from "../../artifacts/metrics.ts";
import { Motifs } from "../../artifacts/motifs.ts";
import { boutDurations } from "../figures/bouts.ts";
import { codeUsage } from "../figures/codes.ts";
import { kCurve } from "../figures/k_curve.ts";
import { forest } from "../figures/forest.ts";
import { ethogram, ethogramDetail, liveliestRecording } from "../figures/ethogram.ts";
import { timeBudget } from "../figures/time_budget.ts";
import { transitionMatrix } from "../figures/transitions.ts";
import { count, type Figure, number, percent } from "../plot.ts";
import type { Source, Sources } from "../sources.ts";
import { absent, facts, Fragment, note, stack, table } from "../table.ts";
import { readDataFacts, readLabelStretches } from "./data.ts";

function cellNote(sources: Sources, shown: Source): Fragment | undefined {
  const text = sources.cellNote(shown);
  return text === undefined ? undefined : note(text);
}

/** Origin of the data behind codes and motifs, as far as the report knows it. */
async function originOf(sources: Sources): Promise<Origin> {
  const data = await readDataFacts(sources);
  return data?.recordings.origin ?? (await sources.first(Behaviours))?.value.origin ?? "measured";
}

/** How the codebook is used. */
export async function codesSection(sources: Sources): Promise<Fragment> {
  const codes = await sources.first(Codes);
  if (codes === undefined) return absent("No codes are connected to this report.");
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
    new Fragment(
      `<h4>What the ${top.length === rows.length ? "" : `${top.length} most frequent `}codes stand for</h4>`,
    ),
    table(
      ["code", "digits", "label", "purity", "training windows"],
      top.map((
        r,
      ) => [`${r.code}`, String(r.digits), String(r.label), percent(Number(r.purity)), Number(r.support)]),
    ),
  );
}

/** How codes were grouped into motifs. */
export async function motifsSection(sources: Sources): Promise<Fragment> {
  const found = await sources.first(Motifs);
  if (found === undefined) return absent("No motifs are connected to this report.");
  const m = found.value;
  const origin = await originOf(sources);
  return stack(
    cellNote(sources, found),
    facts({
      Method: `${m.method} on ${
        m.space === "code" ? "quantised values" : "latents"
      }, ${m.dimensions} dimensions`,
      Clusters: `${m.k} (${m.reason})`,
      "Distinct points": count(m.pointValues.length / m.dimensions),
      Silhouette: m.silhouette ?? undefined,
      BIC: m.bic === null ? undefined : `${number(m.bic)} (${m.bicVariant})`,
      Inertia: m.inertia ?? undefined,
      "Smallest support": m.support.length > 0
        ? `${count(Math.min(...m.support))} windows (${
          percent(Math.min(...m.support) / (m.labels.length || 1))
        })`
        : undefined,
      Merges: m.mergeLog.length > 0
        ? m.mergeLog.map((e) => `${e.from} → ${e.to} (${count(e.count)})`).join(", ")
        : undefined,
    }),
    m.curve.length > 1 && kCurve(m, { n: m.labels.length, of: "windows", origin }),
    m.hitBoundary &&
      note(
        "The chosen number of clusters lies at the edge of the range searched; widen the range.",
        "warning",
      ),
    ...m.warnings.map((text) => note(text, "warning")),
  );
}

const missing = "No behaviours are connected to this report.";

/** What was done when. */
export async function ethogramSection(sources: Sources): Promise<Fragment> {
  const found = await sources.first(Behaviours);
  if (found === undefined || found.value.bouts.length === 0) return absent(missing);
  const recording = liveliestRecording(found.value);
  const truth = await readLabelStretches(sources, recording);
  return stack(
    cellNote(sources, found),
    ethogram(found.value),
    ethogramDetail(found.value, { recording, truth }),
    timeBudget(found.value),
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
      value: Number(r.time_share),
      lower: Number(r.time_lower),
      upper: Number(r.time_upper),
      note: `${r.bouts} bouts`,
    })),
    {
      title: "Time in each behaviour",
      caption: "Share of the recorded time with its 95 % bootstrap interval over subjects.",
      label: "share of time",
      provenance: { n: Number(rows[0].subjects), of: "subjects", origin },
    },
  );
}

/** What each behaviour corresponds to, where there are labels. */
export async function dictionarySection(sources: Sources): Promise<Fragment> {
  const found = await sources.first(Behaviours);
  if (found === undefined) return absent(missing);
  return table(
    ["id", "behaviour", "most frequent label", "purity", "windows"],
    found.value.dictionary.map((
      d,
    ) => [`${d.id}`, d.name, d.label ?? "–", d.purity === null ? "–" : percent(d.purity), d.windows]),
  );
}

/** Which behaviour follows which. */
export async function transitionsSection(sources: Sources): Promise<Fragment> {
  const found = await sources.first(Behaviours);
  return found === undefined ? absent(missing) : stack(transitionMatrix(found.value));
}

/** How long behaviours last. */
export async function boutsSection(sources: Sources): Promise<Fragment> {
  const found = await sources.first(Behaviours);
  return found === undefined ? absent(missing) : stack(boutDurations(found.value));
}
