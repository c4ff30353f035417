import assert from "node:assert/strict";
import type { Motifs } from "../../../lib/artifacts/motifs.ts";
import { heldOutFacts } from "../../../lib/metrics/scores/held_out.ts";
import { judge, overRows, withoutLabels } from "../../../lib/metrics/scores/judged.ts";
import { judgeMotifs } from "../../../lib/metrics/scores/judge_motifs.ts";
import { splitOf } from "../../cluster/make_request.ts";
import { makeWindows } from "../../temporal/fixtures.ts";

/** Four windows of each recording; people are not in the order of their recordings. */
const windows = makeWindows(
  ["s10", "s2", "b", "a", "s2"].map((subject) => ({ subject, samples: 25 })),
  { label: (r, start) => start === 15 ? -1 : (r + start / 5) % 3 },
);
// Unused, training, validation and test, recording by recording; the second person is in two of them.
const part = Uint8Array.from({ length: 20 }, (_, i) => [1, 2, 3, 0, 3][Math.floor(i / 4)]);
const split = splitOf(part);

Deno.test("judge() takes the windows of a part, with people in the order of their numbers", () => {
  const judged = judge(windows, split, "test");
  assert.deepEqual([...judged.part], [8, 9, 10, 11, 16, 17, 18, 19]);
  assert.deepEqual([...judged.rows], [8, 9, 10, 16, 17, 18]);
  assert.deepEqual([...judged.labels], [2, 0, 1, 1, 2, 0]);
  assert.deepEqual([...judged.train], [0, 1, 2]);
  assert.deepEqual([judged.subjects, judged.recordings], [["b", "s2"], ["r2", "r4"]]);
  assert.deepEqual([[...judged.subject], [...judged.recording]], [[0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1]]);
  assert.deepEqual([judged.classNames, judged.origin], [["sit", "walk", "run"], "simulated"]);
  assert.deepEqual([...judge(windows, split, "validation").rows], [4, 5, 6]);
  const all = judge(windows, split, "all");
  assert.deepEqual([all.part.length, all.rows.length], [16, 12]);
  assert.deepEqual(all.subjects, ["b", "s2", "s10"]);
});

Deno.test("judge() refuses a part without windows, and another number of windows", () => {
  assert.throws(
    () => judge(windows, splitOf(part.map(() => 1)), "test"),
    /the test part of the split is empty \(test\)/,
  );
  assert.throws(
    () => judge(windows, splitOf(part.slice(1)), "test"),
    /the split covers 19 windows, there are 20/,
  );
});

Deno.test("overRows() counts the judged windows, and takes what is given beside the value", () => {
  const judged = judge(windows, split, "test");
  assert.deepEqual(overRows(judged, 0.5, { unit: "s" }), {
    value: 0.5,
    n: 6,
    of: "windows",
    origin: "simulated",
    unit: "s",
  });
});

Deno.test("heldOutFacts() counts judged windows of fitted parts and of people whom the model knows", () => {
  const facts = (
    name: "test" | "validation" | "all",
    training?: { subjects: string[]; data?: string },
    own = split,
  ) => heldOutFacts(windows, own, judge(windows, own, name), training && { training } as never);
  assert.deepEqual(facts("test"), {
    leaks: false,
    sharesSubjects: false,
    judged: 6,
    trained: 0,
    subjects: ["b", "s2"],
  });
  assert.equal(facts("validation").trained, 3);
  assert.equal(facts("all").trained, 6);
  assert.equal(facts("test", { subjects: ["s2"], data: "fixture" }).trained, 3);
  // Names of other data are other people, and all that they fitted is elsewhere.
  assert.equal(facts("all", { subjects: ["s2"], data: "other" }).trained, 0);
  assert.equal(facts("test", { subjects: ["s2"] }).trained, 0);
  const shared = { ...split, sharesSubjects: true, leaks: true };
  assert.deepEqual(facts("test", { subjects: ["s2"], data: "fixture" }, shared), {
    leaks: true,
    sharesSubjects: true,
    judged: 6,
    trained: 0,
    subjects: ["b", "s2"],
  });
  assert.equal(facts("test", { subjects: [], data: "other" }, shared).sharesSubjects, false);
});

Deno.test("judgeMotifs() tells silhouettes of judged and fitted windows, and how refits agreed", () => {
  const judged = judge(windows, split, "test");
  const labels = Int32Array.from({ length: 20 }, (_, i) => i % 2);
  const motifs = {
    method: "kmeans",
    space: "code",
    k: 2,
    labels,
    points: Uint32Array.from({ length: 20 }, (_, i) => i % 4),
    pointValues: Float64Array.of(0, 4, 0.5, 4.5),
    pointWeights: Float64Array.of(5, 5, 5, 4),
    dimensions: 1,
    silhouette: 0.8,
    silhouetteError: 0.02,
    reason: "given",
  } as unknown as Motifs;
  const found = judgeMotifs(judged, motifs);
  // Each point holds two windows: a third to the own motif, and 4.25 or 3.75 to the other.
  const expected = 1 - (1 / 4.25 + 1 / 3.75) / 6;
  assert.ok(Math.abs(found.silhouette.value! - expected) < 1e-12, `${found.silhouette.value}`);
  assert.equal(found.silhouette.n, 8);
  assert.equal(found.silhouette.note, "of kmeans with k = 2 in code space, on the judged windows");
  assert.deepEqual([found.silhouette_fit.value, found.silhouette_fit.n], [0.8, 19]);
  assert.match(found.silhouette_fit.note!, /fitted on; on a sample of points, ± 0.0200 \(95 %\)$/);
  assert.equal(found.motif_stability, undefined);
  const stability = {
    n: 9,
    median: 0.7,
    min: 0.5,
    max: 0.9,
    stable: 1,
    jaccard: [0.8, 0.6],
    drawn: "windows",
  };
  const refitted = judgeMotifs(judged, { ...motifs, reason: "applied", stability } as unknown as Motifs);
  assert.equal(refitted.silhouette_fit, undefined);
  assert.deepEqual(
    [refitted.motif_stability.value, refitted.motif_stability.n, refitted.stable_motifs.value],
    [0.7, 9, 1],
  );
  assert.match(refitted.motif_stability.note!, /windows, 0.500 to 0.900; an upper bound for new people$/);
  assert.match(refitted.stable_motifs.note!, /^of 2: /);
  const people = judgeMotifs(
    judged,
    { ...motifs, stability: { ...stability, drawn: "subjects" } } as unknown as Motifs,
  );
  assert.match(people.motif_stability.note!, /people, 0.500 to 0.900$/);
});

Deno.test("withoutLabels() has all windows of the part with their people, labelled or not", () => {
  const bare = { ...windows, labels: windows.labels.map(() => -1) };
  assert.equal(judge(bare, split, "test").rows.length, 0);
  for (const some of [windows, bare]) {
    const whole = withoutLabels(some, judge(some, split, "test"));
    assert.deepEqual([...whole.rows], [...whole.part]);
    assert.equal(whole.rows.length, 8);
    assert.ok(whole.labels.every((label) => label === -1));
    const { recordings } = windows.recordings;
    whole.rows.forEach((row, i) =>
      assert.equal(whole.subjects[whole.subject[i]], recordings[windows.recording[row]].subject)
    );
  }
});
