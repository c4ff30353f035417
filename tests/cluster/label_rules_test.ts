import assert from "node:assert/strict";
import { labelMotifs, type LabelOptions } from "../../lib/cluster/label_motifs.ts";
import { Random } from "../../lib/random.ts";
import { makeWindows } from "../temporal/fixtures.ts";
import { lineMotifs } from "./make_motifs.ts";
import { splitOf } from "./make_request.ts";

const usual: LabelOptions = { minPurity: 0.7, minWindows: 3, merge: false, novelty: 0 };

/** Windows of people with two recordings each: `classes[i]` is the class of window i, −1 for none. */
function study(
  motifOf: number[],
  classes: number[],
  labelNames: string[],
  places = motifOf.map((m, i) => 10 * m + i / 100),
) {
  const each = Math.ceil(motifOf.length / 4);
  const windows = makeWindows(
    [0, 1, 2, 3].map((r) => ({ subject: `s${r >> 1}`, samples: 5 * each + 5 })),
    { labelNames },
  );
  const n = motifOf.length;
  return {
    motifs: lineMotifs(motifOf, places),
    windows: {
      ...windows,
      recording: windows.recording.slice(0, n),
      start: windows.start.slice(0, n),
      labels: Int32Array.from(classes),
    },
  };
}

// Motifs of ten windows each, largest number first in time.
const tens = Array.from({ length: 60 }, (_, i) => 5 - Math.floor(i / 10));
const names = ["lie", "sit", "unknown 1"];

Deno.test("a motif has the name of its labels at the least purity and number of windows, and none below them or at a tie", () => {
  const own: Record<number, number[]> = {
    0: [0, 0, 0], // three of one class: enough
    1: [1, 1], // two are too few
    2: [2, 2, 0, 0], // a tie
    3: [1, 1, 1, 1, 1, 1, 1, 0, 0, 0], // purity 0.7 exactly
    4: [2, 2, 2, 2, 0, 1], // 0.67
    5: [],
  };
  const given = study(tens, tens.map((m, i) => own[m][i % 10] ?? -1), names);
  const { table, motifs } = labelMotifs(given, { ...usual, minPurity: 0.7 }, new Random(1));
  assert.deepEqual(table.map(({ name, labeled, windows }) => [name, labeled, windows]), [
    ["lie", 3, 10],
    ["unknown 1 (no label)", 2, 10],
    ["unknown 2", 4, 10],
    ["sit", 10, 10],
    ["unknown 3", 6, 10],
    ["unknown 4", 0, 10],
  ]);
  assert.deepEqual(table.map(({ purity }) => purity), [1, 1, 0.5, 0.7, 4 / 6, null]);
  assert.deepEqual(table[2].classes, [{ name: "lie", windows: 2 }, { name: "unknown 1", windows: 2 }]);
  assert.deepEqual(table[3].classes, [{ name: "sit", windows: 7 }, { name: "lie", windows: 3 }]);
  assert.deepEqual(motifs.warnings, [
    "motif 1 stays unknown 1 (no label): only 2 of its windows have labels",
    "motif 2 stays unknown 2: its 4 labelled windows conflict: 2 lie, 2 unknown 1",
    "motif 4 stays unknown 3: its 6 labelled windows conflict: 4 unknown 1, 1 lie",
    "motif 5 stays unknown 4: none of its windows has a label",
  ]);
  // The tie stays one at any purity, and one label is enough where one is asked for.
  assert.equal(
    labelMotifs(given, { ...usual, minPurity: 0.5 }, new Random(1)).table[2].name,
    "unknown 2",
  );
  const one = study(tens, tens.map((m, i) => m === 1 && i % 10 === 4 ? 2 : -1), names);
  const alone = labelMotifs(one, { ...usual, minWindows: 1 }, new Random(1));
  assert.equal(alone.table[1].name, "unknown 1");
  // A class that is called unknown is a name like any other.
  assert.ok(alone.motifs.warnings.every((warning) => !warning.startsWith("motif 1")));
  assert.match(
    labelMotifs(one, usual, new Random(1)).motifs.warnings[1],
    /only 1 of its windows has a label$/,
  );
});

Deno.test("motifs of one class that stay apart get numbers that no other name has", () => {
  const classOf = [0, 0, 0, 1, 2, 0];
  const given = study(tens, tens.map((m) => classOf[m]), ["lie", "lie 2", "lie 2'"]);
  const { motifs } = labelMotifs(given, usual, new Random(1));
  assert.deepEqual(motifs.names, ["lie", "lie 2''", "lie 3", "lie 2", "lie 2'", "lie 4"]);
});

Deno.test("so many windows of each class are drawn as are asked for, class by class in their order", () => {
  // Classes come in the order 2, 0, 1 and lie across all motifs.
  const classes = tens.map((_, i) => (2 + i) % 3);
  const given = study(tens, classes, names);
  const part = Uint8Array.from(tens, (_, i) => i % 7 === 0 ? 3 : 1);
  const draw = new Random(9).fork("windows");
  const expected = [0, 1, 2].flatMap((c) =>
    draw.shuffle([...classes.keys()].filter((i) => classes[i] === c && part[i] === 1)).slice(0, 4)
  );
  const { table, motifs } = labelMotifs(
    { ...given, split: splitOf(part) },
    { ...usual, perClass: 4 },
    new Random(9),
  );
  table.forEach(({ labeled, classes: found }, m) => {
    const own = expected.filter((i) => tens[i] === m);
    assert.equal(labeled, own.length);
    for (const { name, windows } of found) {
      assert.equal(windows, own.filter((i) => names[classes[i]] === name).length);
    }
  });
  assert.equal(motifs.details.labeledWindows, 12);
  // People are drawn from those in their alphabetical order.
  const first = new Random(9).fork("subjects").shuffle(["s0", "s1"])[0];
  const people = labelMotifs(given, { ...usual, subjects: 1 }, new Random(9));
  assert.equal(people.motifs.details.labeledSubjects, 1);
  assert.equal(people.table.reduce((sum, { labeled }) => sum + labeled, 0), 30);
  assert.equal(people.table[5].labeled, first === "s0" ? 10 : 0);
  assert.equal(
    labelMotifs(given, { ...usual, subjects: 2 }, new Random(9)).motifs.details.labeledWindows,
    60,
  );
  assert.throws(
    () => labelMotifs({ ...given, split: splitOf(part.slice(1)) }, usual, new Random(1)),
    /has 59 windows, there are 60/,
  );
});

Deno.test("what is novel is counted among windows that had a motif, and its radius comes from people, of one person from recordings", () => {
  // Two motifs around 0 and 10, a stray window at 4 of the first, and one without a motif at 100.
  const labels = [...Array(20).fill(0), ...Array(18).fill(1), 0, -1];
  const places = labels.map((m, i) => i === 38 ? 4 : i === 39 ? 100 : 10 * m + (i % 10) / 20);
  // Recordings r0 to r3, ten windows each: s0 shows the first motif twice, s1 the second.
  const given = study(labels, labels.map((m, i) => i >= 38 ? -1 : m), ["a", "b"], places);
  const mixed = {
    ...given,
    windows: { ...given.windows, recording: Int32Array.from(labels, (_, i) => i % 4) },
  };
  const { motifs, novel } = labelMotifs(mixed, { ...usual, novelty: 0.01 }, new Random(1));
  assert.equal(novel, 1);
  assert.deepEqual([motifs.labels[38], motifs.labels[39]], [-1, -1]);
  assert.deepEqual(motifs.support, [20, 18]);
  assert.equal(motifs.details.novelWindows, 1);
  const radius = motifs.details.novelRadius as number;
  // Windows i of s0 have i mod 4 below 2; the nearest of the other person lies 1 or 2 twentieths away.
  const person = (i: number) => i % 4 < 2;
  const known = labels.flatMap((_, i) => i < 38 ? [i] : []);
  const nearest = known.map((i) =>
    Math.min(...known.filter((j) => person(i) !== person(j)).map((j) => Math.abs(places[i] - places[j])))
  );
  assert.ok(Math.abs(radius - Math.max(...nearest)) < 1e-12, `${radius} ${Math.max(...nearest)}`);
  // One person: by recording.
  const one = labelMotifs(mixed, { ...usual, novelty: 0.01, subjects: ["s0"] }, new Random(1));
  const half = known.filter(person);
  const apart = half.map((i) =>
    Math.min(...half.filter((j) => i % 4 !== j % 4).map((j) => Math.abs(places[i] - places[j])))
  );
  assert.ok(Math.abs(one.motifs.details.novelRadius as number - Math.max(...apart)) < 1e-12);
  // One recording says nothing.
  const single = {
    ...mixed,
    windows: { ...mixed.windows, labels: mixed.windows.labels.map((l, i) => i % 4 === 0 ? l : -1) },
  };
  const untold = labelMotifs(single, { ...usual, novelty: 0.01 }, new Random(1));
  assert.equal(untold.novel, 0);
  assert.match(untold.motifs.warnings.at(-1)!, /all labels are of one recording/);
  assert.equal(untold.motifs.details.novelRadius, null);
  assert.ok(labelMotifs(mixed, usual, new Random(1)).motifs.warnings.length === 0);
});

Deno.test("where many motifs stay unknown one line says how many, and why", () => {
  const said = (count: number) => {
    const motifOf = Array.from({ length: count * 10 }, (_, i) => Math.floor(i / 10));
    const own: Record<number, number[]> = { 0: [0, 0, 0], 1: [1, 1], 2: [2, 2, 0, 0] };
    const given = study(motifOf, motifOf.map((m, i) => own[m]?.[i % 10] ?? -1), names);
    return labelMotifs(given, usual, new Random(1)).motifs.warnings.filter((text) =>
      text.includes("unknown")
    );
  };
  assert.equal(said(7).length, 6);
  assert.deepEqual(said(8), [
    "7 of 8 motifs stay unknown: labels conflict in 1, are too few in 1 and absent in 5; fewer motifs have more labels each",
  ]);
});
