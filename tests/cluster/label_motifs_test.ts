import assert from "node:assert/strict";
import { clusterWindows } from "../../lib/cluster/cluster.ts";
import { MotifRule } from "../../lib/cluster/apply.ts";
import { labelMotifs, type LabelOptions } from "../../lib/cluster/label_motifs.ts";
import { InputError } from "../../lib/errors.ts";
import { Random } from "../../lib/random.ts";
import { makeWindows } from "../temporal/fixtures.ts";
import { lineMotifs } from "./make_motifs.ts";
import { requestOf, someLatents, splitOf } from "./make_request.ts";

const usual: LabelOptions = { minPurity: 0.7, minWindows: 3, merge: true, novelty: 0.01 };

/** Groups of windows, each a motif; `label` gives the class of a window by its group and person, −1 for none. */
async function study(groups: number, label: (group: number, subject: number, window: number) => number) {
  const { latents, truth } = someLatents(400, groups, 5, 0.08);
  const motifs = await clusterWindows(
    requestOf({ latents, k: groups, space: "latent" }),
    new Random(1),
    () => {},
  );
  const sketches = Array.from({ length: 8 }, (_, s) => ({ subject: `s${s}`, samples: 255 }));
  const windows = makeWindows(sketches, { labelNames: ["lie", "sit", "walk"] });
  const labels = Int32Array.from(truth, (g, i) => label(g, windows.recording[i], i));
  /** The motif of each group. */
  const motifOf = Array.from({ length: groups }, (_, g) => motifs.labels[truth.indexOf(g)]);
  return { motifs, windows: { ...windows, labels }, truth, motifOf };
}

Deno.test("motifs get the name of the class that prevails among their labelled windows, and those of one name become one", async () => {
  // Groups 0 and 1 are lie, 2 and 3 sit; two people have labels.
  const { motifs, windows, truth } = await study(4, (g, s) => s < 2 ? Math.floor(g / 2) : -1);
  const { motifs: named, table, novel } = labelMotifs(
    { motifs, windows },
    { ...usual, novelty: 0 },
    new Random(1),
  );
  assert.deepEqual([...named.names!].sort(), ["lie", "sit"]);
  assert.equal(novel, 0);
  named.labels.forEach((label, i) =>
    assert.equal(named.names![label], ["lie", "sit"][Math.floor(truth[i] / 2)])
  );
  assert.deepEqual(table.map(({ labeled, purity, subjects }) => [labeled > 20, purity, subjects]), [
    ...Array(4).fill([true, 1, 2]),
  ]);
  // New windows of the same fit get the names too.
  const { pointValues: values, dimensions, pointWeights: weights, points: index } = motifs;
  const again = new MotifRule(named).apply({
    values,
    dimensions,
    weights,
    index,
    exact: true,
    cell: 0,
    rmsError: 0,
  });
  assert.deepEqual(again.motifs.labels, named.labels);
  assert.deepEqual(again.motifs.names, named.names);
});

Deno.test("a motif without labels, with too few of them or with a conflict stays unknown, and it is said why", async () => {
  const { motifs, windows, motifOf } = await study(4, (g, s, i) => {
    if (g === 0) return 0;
    if (g === 1) return i === 1 || i === 5 ? 1 : -1;
    return g === 2 && s < 3 ? (i % 8 < 4 ? 1 : 2) : -1;
  });
  const { motifs: named, table } = labelMotifs({ motifs, windows }, { ...usual, novelty: 0 }, new Random(1));
  assert.equal(table[motifOf[0]].name, "lie");
  assert.ok([1, 2, 3].every((g) => /^unknown \d$/.test(table[motifOf[g]].name)));
  assert.equal(named.k, 4);
  assert.equal(new Set(named.names).size, 4);
  const said = named.warnings.join("\n");
  assert.match(said, new RegExp(`motif ${motifOf[1]} stays unknown \\d: only 2 of its windows have labels`));
  assert.match(
    said,
    new RegExp(
      `motif ${motifOf[2]} stays unknown \\d: its \\d+ labelled windows conflict: \\d+ sit, \\d+ walk|` +
        `motif ${motifOf[2]} stays unknown \\d: its \\d+ labelled windows conflict: \\d+ walk, \\d+ sit`,
    ),
  );
  assert.match(said, new RegExp(`motif ${motifOf[3]} stays unknown \\d: none of its windows has a label`));
});

Deno.test("windows that lie far from all labelled ones belong to no motif, in new recordings too", async () => {
  // Five groups in four motifs: the fifth has no label and lies beside one that has.
  const { latents, truth } = someLatents(400, 5, 5, 0.03);
  const motifs = await clusterWindows(requestOf({ latents, k: 4, space: "latent" }), new Random(1), () => {});
  const windows = makeWindows(Array.from({ length: 8 }, (_, s) => ({ subject: `s${s}`, samples: 255 })), {
    labelNames: ["a", "b", "c", "d"],
  });
  const labels = Int32Array.from(truth, (g) => g === 4 ? -1 : g);
  const given = { motifs, windows: { ...windows, labels } };
  const { motifs: named, novel } = labelMotifs(given, { ...usual, minPurity: 0.5 }, new Random(1));
  const strange = [...truth.keys()].filter((i) => truth[i] === 4);
  assert.ok(strange.every((i) => named.labels[i] === -1));
  const wrongly = novel - strange.length;
  assert.ok(wrongly >= 0 && wrongly <= 0.02 * 320, `${wrongly} of 320 labelled windows are called novel`);
  assert.equal(named.support.reduce((a, b) => a + b), 400 - novel);
  const { pointValues, dimensions } = motifs;
  // Moved by a little, so that they are no points of the fit.
  const values = pointValues.map((x) => x + 1e-6);
  const weights = new Float64Array(values.length / dimensions).fill(1);
  const moved = { values, dimensions, weights, index: motifs.points, exact: true, cell: 0, rmsError: 0 };
  const again = new MotifRule(named).apply(moved);
  const changed = again.motifs.labels.filter((label, i) => label !== named.labels[i]).length;
  assert.ok(changed <= 4, `${changed} windows on the border changed`);
  assert.ok(strange.every((i) => again.motifs.labels[i] === -1));
});

Deno.test("labels of the training part only, of the people asked for, and so many of each class are used", async () => {
  const { motifs, windows, truth } = await study(3, (g) => g);
  const part = Uint8Array.from(windows.recording, (r) => r < 4 ? 1 : 3);
  const used = (options: Partial<LabelOptions>, split = splitOf(part)) => {
    const { table, motifs: { details } } = labelMotifs(
      { motifs, windows, split },
      { ...usual, ...options },
      new Random(3),
    );
    return { labeled: table.reduce((sum, row) => sum + row.labeled, 0), people: details.labeledSubjects };
  };
  assert.deepEqual(used({}), { labeled: 200, people: 4 });
  assert.deepEqual(used({ subjects: ["s1", "s3"] }), { labeled: 100, people: 2 });
  assert.equal(used({ subjects: 3 }).people, 3);
  assert.equal(used({ perClass: 5 }).labeled, 15);
  assert.equal(used({ perClass: 5, subjects: 1 }).labeled, 15);
  assert.equal(truth.length, 400);
  assert.throws(() => used({ subjects: ["s7"] }), /s7 has no labelled window/);
  assert.throws(() => used({ subjects: 5 }), /labels of 5 people are asked for, 4 have some/);
  const none = { ...windows, labels: new Int32Array(400).fill(-1) };
  assert.throws(() => labelMotifs({ motifs, windows: none }, usual, new Random(1)), InputError);
});

Deno.test("names stay distinct where motifs of one class are kept apart, and where a class is called unknown 1", async () => {
  const { motifs, windows } = await study(4, (g, s) => s === 0 && g < 2 ? 0 : -1);
  const odd = { ...windows, recordings: { ...windows.recordings, labelNames: ["unknown 1"] } };
  const { motifs: named } = labelMotifs(
    { motifs, windows: odd },
    { ...usual, merge: false, novelty: 0 },
    new Random(1),
  );
  assert.deepEqual([...named.names!].sort(), [
    "unknown 1",
    "unknown 1 (no label)",
    "unknown 1 2",
    "unknown 2",
  ]);
});

/** Motifs on a line, whose windows are of these people in turn, a recording each stretch; classes sit, walk and lie. */
function onLine(
  motifs: number[],
  classes: string,
  people: [subject: string, windows: number][],
  options: Partial<LabelOptions> = {},
  places = [...motifs.keys()],
) {
  const made = makeWindows(people.map(([subject, windows]) => ({ subject, samples: 10 * windows })), {
    hop: 10,
    labelNames: ["sit", "walk", "lie"],
  });
  assert.equal(made.start.length, motifs.length);
  const windows = { ...made, labels: Int32Array.from(classes, (letter) => "swl".indexOf(letter)) };
  const given = { motifs: lineMotifs(motifs, places), windows };
  return labelMotifs(given, { ...usual, merge: false, novelty: 0, ...options }, new Random(1));
}

Deno.test("what is told of motifs, classes and people is what a count of the labelled windows gives", () => {
  const { motifs, table, novel } = onLine([0, 0, 0, 0, 0, -1, 1, 1, 1, 2, 2, 3], "wwll.ssssl..", [
    ["p", 6],
    ["q", 6],
  ], { minPurity: 0.5 });
  const rows = [
    { motif: 0, name: "unknown 1", windows: 5, labeled: 4, purity: 0.5, subjects: 1 },
    { motif: 1, name: "sit", windows: 3, labeled: 3, purity: 1, subjects: 1 },
    { motif: 2, name: "unknown 2", windows: 2, labeled: 1, purity: 1, subjects: 1 },
    { motif: 3, name: "unknown 3", windows: 1, labeled: 0, purity: null, subjects: 0 },
  ];
  // Of equally frequent classes the name decides the order, and none prevails.
  const classes = [[["lie", 2], ["walk", 2]], [["sit", 3]], [["lie", 1]], []].map((list) =>
    list.map(([name, windows]) => ({ name: name as string, windows: windows as number }))
  );
  assert.deepEqual(table, rows.map((row, i) => ({ ...row, classes: classes[i] })));
  assert.deepEqual(motifs.details, {
    labeledWindows: 9,
    labeledSubjects: 2,
    classes: ["lie", "sit", "walk"],
    missingClasses: ["lie", "walk"],
    mapping: [0, 1, 2, 3],
    motifs: table.map(({ classes: _, ...row }, i) => ({ ...row, classes: classes[i] })),
    novelWindows: 0,
    novelRadius: null,
  });
  assert.deepEqual(motifs.names, ["unknown 1", "sit", "unknown 2", "unknown 3"]);
  assert.deepEqual(motifs.warnings, [
    "motif 0 stays unknown 1: its 4 labelled windows conflict: 2 lie, 2 walk",
    "motif 2 stays unknown 2: only 1 of its windows has a label",
    "motif 3 stays unknown 3: none of its windows has a label",
  ]);
  assert.deepEqual([novel, motifs.covered], [0, undefined]);
});

Deno.test("purity and windows at the limits are enough, below them they are not", () => {
  const named = (options: Partial<LabelOptions>) =>
    onLine([0, 0, 0, 0], "wwws", [["p", 2], ["q", 2]], options).table[0];
  assert.deepEqual(
    [named({ minPurity: 0.75, minWindows: 4 }), named({ minPurity: 0.76, minWindows: 4 })].map((row) =>
      row.name
    ),
    ["walk", "unknown 1"],
  );
  assert.equal(named({ minWindows: 5 }).name, "unknown 1");
  assert.equal(named({}).subjects, 2);
});

Deno.test("motifs of one name become one under its name, whatever their numbers, or get numbers of their own", () => {
  // The second and the third are walk, and together the largest.
  const [motifs, classes] = [[0, 0, 0, 0, 1, 1, 1, 2, 2, 2], "ssssw" + "wwwww"];
  const people: [string, number][] = [["p", 10]];
  const one = onLine(motifs, classes, people, { merge: true }).motifs;
  assert.deepEqual([one.names, one.details.mapping], [["walk", "sit"], [1, 0, 0]]);
  assert.deepEqual([...one.labels], [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(one.details.missingClasses, []);
  const apart = onLine(motifs, classes, people).motifs;
  assert.deepEqual(apart.names, ["sit", "walk", "walk 2"]);
});

Deno.test("what is novel is told by people, by recordings of one person, and not from one recording", () => {
  const labels = [0, 0, 0, 0, 0, 0];
  const places = [0, 1, 2, 10, 0.5, 3];
  const of = (people: [string, number][]) => onLine(labels, "sss.s.", people, { novelty: 0.01 }, places);
  for (const people of [[["p", 3], ["p", 3]], [["p", 3], ["q", 3]]] as [string, number][][]) {
    // The furthest of the labelled windows is 2, 1.5 away from the other group's: 3 is near enough to it, 10 is not.
    const { motifs, novel } = of(people);
    assert.deepEqual([...motifs.labels], [0, 0, 0, -1, 0, 0]);
    assert.deepEqual([novel, motifs.support, motifs.details.novelWindows, motifs.details.novelRadius], [
      1,
      [5],
      1,
      1.5,
    ]);
    assert.equal(motifs.covered!.radius, 1.5);
  }
  const alone = of([["p", 6]]);
  assert.deepEqual([...alone.motifs.labels], labels);
  assert.deepEqual(alone.motifs.warnings, ["what is novel cannot be told: all labels are of one recording"]);
  assert.deepEqual([alone.novel, alone.motifs.details.novelRadius, alone.motifs.covered], [
    0,
    null,
    undefined,
  ]);
  // Two recordings of one person are one group beside another person.
  const own: [string, number][] = [["p", 1], ["p", 1], ["q", 1]];
  const { motifs } = onLine([0, 0, 0], "sss", own, { novelty: 0.01 }, [0, 0.25, 4]);
  assert.equal(motifs.details.novelRadius, 4);
});

Deno.test("windows without a motif are not novel ones", () => {
  const { novel, motifs } = onLine([0, 0, -1, -1], "ss..", [["p", 1], ["q", 3]], { novelty: 0.01 }, [
    0,
    1,
    50,
    0.5,
  ]);
  assert.deepEqual([novel, [...motifs.labels], motifs.support], [0, [0, 0, -1, -1], [2]]);
});
