import assert from "node:assert/strict";
import { describeBehaviours, NAME_PURITY, shareOfShortRuns } from "../../lib/temporal/describe.ts";
import { stretchesOf } from "../../lib/temporal/stretches.ts";
import { makeWindows } from "./fixtures.ts";

Deno.test("a behaviour is called by a label that two thirds of its windows carry; below, it keeps its number", () => {
  // Three windows of behaviour 0, two of them "walk"; five of behaviour 1, three of them "sit".
  const windows = makeWindows([{ subject: "a", samples: 8 }], {
    length: 1,
    hop: 1,
    labelNames: ["walk", "sit"],
  });
  const truth = Int32Array.of(0, 0, 1, 1, 1, 1, 0, 0);
  const labels = Int32Array.of(0, 0, 0, 1, 1, 1, 1, 1);
  const { names, dictionary } = describeBehaviours(windows, labels, 2, stretchesOf(windows), { truth });
  assert.equal(NAME_PURITY, 2 / 3);
  assert.deepEqual(names, ["walk", "motif 1"]);
  assert.deepEqual(dictionary, [
    { id: 0, name: "walk", label: "walk", purity: 2 / 3, windows: 3 },
    { id: 1, name: "motif 1", label: "sit", purity: 3 / 5, windows: 5 },
  ]);
});

const windows = makeWindows([{ subject: "a", samples: 8 }], {
  length: 1,
  hop: 1,
  labelNames: ["walk", "sit"],
});
const labels = Int32Array.of(0, 0, 1, 1, 2, 2, -1, 2);
const truth = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 0);
const described = (sources: Parameters<typeof describeBehaviours>[4]) =>
  describeBehaviours(windows, labels, 4, stretchesOf(windows), sources);

Deno.test("behaviours that share a name are told apart by number, and those without a label keep it", () => {
  assert.deepEqual(described({ truth }).names, ["walk (motif 0)", "walk (motif 1)", "sit", "motif 3"]);
  assert.deepEqual(described({ truth, kind: "state" }).names, [
    "walk (state 0)",
    "walk (state 1)",
    "sit",
    "state 3",
  ]);
  const numbers = ["label a", "label b", "label c", "label d"];
  assert.deepEqual(described({ truth: truth.map(() => -1), numbers }).names, numbers);
});

Deno.test("known names stand, then those of the motifs that make up most of a behaviour", () => {
  const known = ["a", "b", "c", "d"];
  const motifs = { labels: Int32Array.of(1, 1, 0, 1, 0, 0, 0, 0), names: ["rest", "run"] };
  assert.deepEqual(described({ truth, known, motifs }).names, known);
  // Behaviour 1 is half and half: the smaller motif, however impure.
  assert.deepEqual(described({ truth, motifs }).names, [
    "run",
    "rest (motif 1)",
    "rest (motif 2)",
    "motif 3",
  ]);
});

Deno.test("describeBehaviours() gives the dictionary, steps, transitions and usage of the labels", () => {
  const { dictionary, steps, transitions, usage, bouts } = described({ truth });
  assert.deepEqual(dictionary.map(({ label, purity, windows }) => [label, purity, windows]), [
    ["walk", 1, 2],
    ["walk", 1, 2],
    ["sit", 2 / 3, 3],
    [null, null, 0],
  ]);
  assert.deepEqual(steps, [[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0]]);
  assert.deepEqual(transitions.counts, [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]);
  assert.deepEqual(transitions.bigram[0], [0, 0.5, 0, 0]);
  assert.deepEqual(transitions.rows[1], [0, 0, 1, 0]);
  assert.deepEqual(bouts.map((b) => b.label), [0, 1, 2, -1, 2]);
  assert.deepEqual(usage.map((u) => u.bouts), [1, 1, 2, 0]);
});

Deno.test("shareOfShortRuns() counts runs below the minimum, within stretches, and has none of no windows", () => {
  const whole = [{ from: 0, to: 8, recording: 0 }];
  assert.equal(shareOfShortRuns(labels, whole, 2), 2 / 5);
  assert.equal(shareOfShortRuns(labels, whole, 1), 0);
  const cut = [{ from: 0, to: 1, recording: 0 }, { from: 1, to: 3, recording: 0 }];
  assert.equal(shareOfShortRuns(labels, cut, 2), 1);
  assert.equal(shareOfShortRuns(labels, [], 2), null);
});
