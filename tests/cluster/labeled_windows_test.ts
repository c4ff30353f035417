import assert from "node:assert/strict";
import { labeledWindows } from "../../lib/cluster/labeled_windows.ts";
import { Random } from "../../lib/random.ts";
import { plantedWindows } from "../model/discover/planted.ts";

const windows = plantedWindows(5, 40);
const drawn = (subjects: number, perClass?: number) =>
  labeledWindows(
    windows,
    undefined,
    { subjects, ...(perClass === undefined ? {} : { perClass }) },
    new Random(5),
    "try",
  );
const people = (rows: Int32Array) => new Set(Array.from(rows, (row) => windows.recording[row]));

Deno.test("a draw of more windows or more people holds what a smaller one of the same seed does", () => {
  const [one, three, all] = [drawn(2, 1), drawn(2, 3), drawn(2)];
  assert.ok(one.every((row) => three.includes(row)) && three.every((row) => all.includes(row)));
  assert.ok(people(drawn(2)).isSubsetOf(people(drawn(4))));
  assert.equal(people(all).size, 2);
  for (const rows of [one, three, all]) assert.deepEqual(rows, rows.toSorted());
  // Without a number for each class, every labelled window of the people drawn.
  assert.equal(all.length, windows.recording.filter((r) => people(all).has(r)).length);
  // Who is drawn depends on names, not on the order in which people were recorded.
  const { recordings } = windows.recordings;
  const names = (rows: Int32Array, from: typeof recordings) =>
    [...new Set(Array.from(rows, (row) => from[windows.recording[row]].subject))].sort();
  const turned = recordings.map((own, i) => ({
    ...own,
    subject: recordings[recordings.length - 1 - i].subject,
  }));
  const others = { ...windows, recordings: { ...windows.recordings, recordings: turned } };
  assert.deepEqual(
    names(labeledWindows(others, undefined, { subjects: 2 }, new Random(5), "try"), turned),
    names(all, recordings),
  );
  for (const label of new Set(windows.labels)) {
    const of = (rows: Int32Array) => rows.filter((row) => windows.labels[row] === label).length;
    assert.equal(of(three), Math.min(3, of(all)));
  }
});

Deno.test("labels of more people than have some are refused in the words of the task", () => {
  assert.throws(() => drawn(6), /Cannot try: labels of 6 people are asked for, 5 have some/);
});
