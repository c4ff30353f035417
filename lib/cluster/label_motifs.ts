/** Motifs that a few labelled windows give their names. */
import type { Motifs } from "../artifacts/motifs.ts";
import type { Split } from "../artifacts/split.ts";
import type { Windows } from "../artifacts/windows.ts";
import type { Random } from "../random.ts";
import { labeledWindows, type LabelsUsed } from "./labeled_windows.ts";
import { mergeMotifs } from "./merge.ts";
import { coverage, fitCoverage } from "./novelty.ts";

export interface LabelOptions extends LabelsUsed {
  /** Least share of one class among a motif's labelled windows. */
  minPurity: number;
  /** Fewest labelled windows that name a motif. */
  minWindows: number;
  /** Whether motifs of one name become one. */
  merge: boolean;
  /** Share of labelled windows that may be taken for novel, in [0, 1); 0 takes none for it. */
  novelty: number;
}

/** What labels say of one motif. */
export interface LabeledMotif {
  /** As it was numbered before. */
  motif: number;
  name: string;
  windows: number;
  labeled: number;
  /** Share of the most frequent class among the labelled windows; null without any. */
  purity: number | null;
  /** Classes of the labelled windows, the most frequent first. */
  classes: { name: string; windows: number }[];
  /** People whose labelled windows these are. */
  subjects: number;
}

export interface Labeled {
  motifs: Motifs;
  /** By old number. */
  table: LabeledMotif[];
  /** Windows that no labelled one covers. */
  novel: number;
}

/**
 * Names motifs by the labels of some of their windows. A motif without enough labelled windows, or in which no class
 * prevails, is called unknown: nothing is guessed for it. Windows that lie further from all labelled ones than people lie
 * from each other have no motif any more.
 *
 * @param split Where given, only labels of its training part are used.
 * @throws InputError where no label can be used.
 */
export function labelMotifs(
  { motifs, windows, split }: { motifs: Motifs; windows: Windows; split?: Split },
  options: LabelOptions,
  rng: Random,
): Labeled {
  const used = labeledWindows(windows, split, options, rng, "label motifs");
  const subjectOf = (window: number) => windows.recordings.recordings[windows.recording[window]].subject;
  const table = describe(motifs, windows.recordings.labelNames, used, windows.labels, subjectOf, options);
  const byName = new Map<string, number>();
  const target = table.map(({ name }, id) => {
    if (options.merge && !byName.has(name)) byName.set(name, id);
    return options.merge ? byName.get(name)! : id;
  });
  const { motifs: merged, toNew } = mergeMotifs(motifs, target);
  const names: string[] = [];
  table.forEach(({ name }, id) => names[toNew[id]] = name);
  const warnings = [...motifs.warnings, ...told(table)];
  const named: Motifs = { ...merged, names: distinct(names), warnings };
  const { result, novel, radius, why } = withoutNovel(named, windows, used, options.novelty);
  if (why !== undefined) warnings.push(why);
  const classes = [...new Set(Array.from(used, (i) => windows.recordings.labelNames[windows.labels[i]]))]
    .sort();
  result.details = {
    labeledWindows: used.length,
    labeledSubjects: new Set(Array.from(used, subjectOf)).size,
    classes,
    missingClasses: classes.filter((name) => !names.includes(name)),
    mapping: toNew,
    motifs: table.map(({ classes, ...rest }) => ({ ...rest, classes: classes.map((c) => ({ ...c })) })),
    novelWindows: novel,
    novelRadius: radius,
  };
  return { motifs: result, table, novel };
}

function describe(
  motifs: Motifs,
  classes: readonly string[],
  used: Int32Array,
  labels: Int32Array,
  subjectOf: (window: number) => string,
  { minPurity, minWindows }: LabelOptions,
): LabeledMotif[] {
  const counts = Array.from({ length: motifs.k }, () => new Map<string, number>());
  const people = counts.map(() => new Set<string>());
  for (const i of used) {
    const motif = motifs.labels[i];
    if (motif < 0) continue;
    const name = classes[labels[i]];
    counts[motif].set(name, (counts[motif].get(name) ?? 0) + 1);
    people[motif].add(subjectOf(i));
  }
  let unknown = 0;
  return counts.map((count, motif) => {
    const sorted = [...count].map(([name, windows]) => ({ name, windows }))
      .sort((a, b) => b.windows - a.windows || (a.name < b.name ? -1 : 1));
    const labeled = sorted.reduce((sum, { windows }) => sum + windows, 0);
    const purity = labeled === 0 ? null : sorted[0].windows / labeled;
    const sure = labeled >= minWindows && purity !== null && purity >= minPurity &&
      sorted[0].windows > (sorted[1]?.windows ?? 0);
    return {
      motif,
      name: sure ? sorted[0].name : unknownName(++unknown, classes),
      windows: motifs.support[motif],
      labeled,
      purity,
      classes: sorted,
      subjects: people[motif].size,
    };
  });
}

/** A name for what no label names, which is no class's. */
function unknownName(number: number, classes: readonly string[]): string {
  const name = `unknown ${number}`;
  return classes.includes(name) ? `${name} (no label)` : name;
}

/** Names with a number where motifs of one name stay apart. */
function distinct(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    if (number === 1) return name;
    let own = `${name} ${number}`;
    while (names.includes(own)) own += "'";
    return own;
  });
}

/** Unknown motifs that are told one by one; of more a line tells how many, and `details` has each. */
const mostTold = 6;

/** What a person should know of the names. */
function told(table: readonly LabeledMotif[]): string[] {
  const unknown = table.filter(({ name, classes }) => name !== classes[0]?.name);
  const lines = unknown.map(({ motif, name, labeled, classes: [first, second] }) => {
    const why = labeled === 0
      ? "none of its windows has a label"
      : second !== undefined
      ? `its ${labeled} labelled windows conflict: ${first.windows} ${first.name}, ${second.windows} ${second.name}`
      : `only ${labeled} of its windows ${labeled === 1 ? "has a label" : "have labels"}`;
    return `motif ${motif} stays ${name}: ${why}`;
  });
  if (lines.length <= mostTold) return lines;
  const none = unknown.filter(({ labeled }) => labeled === 0).length;
  const conflict = unknown.filter(({ classes }) => classes.length > 1).length;
  return [
    `${unknown.length} of ${table.length} motifs stay unknown: labels conflict in ${conflict}, are too few in ` +
    `${unknown.length - none - conflict} and absent in ${none}; fewer motifs have more labels each`,
  ];
}

/** Takes their motif from windows that lie too far from all labelled ones. */
function withoutNovel(motifs: Motifs, windows: Windows, used: Int32Array, share: number) {
  const { pointValues: values, dimensions, pointWeights: weights } = motifs;
  const untouched = { result: { ...motifs }, novel: 0, radius: null, why: undefined };
  if (share === 0) return untouched;
  const { recordings } = windows.recordings;
  const people = [...new Set(Array.from(used, (i) => recordings[windows.recording[i]].subject))];
  const personOf = recordings.map(({ subject }) => people.indexOf(subject));
  const groups = Int32Array.from(
    used,
    (i) => people.length > 1 ? personOf[windows.recording[i]] : windows.recording[i],
  );
  const points = { values, dimensions, weights };
  const covered = fitCoverage(points, Array.from(used, (i) => motifs.points[i]), groups, share);
  if (covered === undefined) {
    const why = "what is novel cannot be told: all labels are of one recording";
    return { ...untouched, why };
  }
  const covers = coverage(covered, dimensions);
  const near = Uint8Array.from(weights, (_, row) => covers(values, row) ? 1 : 0);
  const labels = motifs.labels.map((label, i) => near[motifs.points[i]] ? label : -1);
  const support = new Array<number>(motifs.k).fill(0);
  let novel = 0;
  labels.forEach((label, i) => {
    if (label >= 0) support[label]++;
    else if (motifs.labels[i] >= 0) novel++;
  });
  return { result: { ...motifs, labels, support, covered }, novel, radius: covered.radius, why: undefined };
}
