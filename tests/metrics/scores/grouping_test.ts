import assert from "node:assert/strict";
import { Part } from "../../../lib/artifacts/split.ts";
import { groupsOf } from "../../../lib/metrics/scores/grouping.ts";
import { judge } from "../../../lib/metrics/scores/judged.ts";
import { splitOf } from "../../cluster/make_request.ts";
import { makeWindows } from "../../temporal/fixtures.ts";

const grouping = (subjects: string[]) => {
  const windows = makeWindows(subjects.map((subject) => ({ subject, samples: 15 })));
  return groupsOf(judge(windows, splitOf(new Uint8Array(windows.start.length).fill(Part.test)), "test"));
};

Deno.test("groupsOf() takes subjects in the order of their numbers, each with all recordings", () => {
  const { group, count, of, refused } = grouping(["s10", "s2", "s10"]);
  assert.deepEqual([[...group], count, of, refused], [[1, 1, 0, 0, 1, 1], 2, "subjects", undefined]);
});

Deno.test("groupsOf() takes recordings of one subject, and refuses one recording", () => {
  const several = grouping(["s1", "s1", "s1"]);
  assert.deepEqual([[...several.group], several.count, several.refused], [[0, 0, 1, 1, 2, 2], 3, undefined]);
  assert.equal(several.of, "recordings of one subject");
  assert.match(grouping(["s1"]).refused!, /^one recording of one subject/);
});

Deno.test("judge() keeps windows of the part, those with a label, and labelled training windows apart", () => {
  const windows = makeWindows([{ subject: "a", samples: 30 }, { subject: "b", samples: 30 }], {
    label: (r, start) => (start === 5 ? -1 : r),
  });
  const part = Uint8Array.from([1, 1, 1, 1, 2, 3, 3, 3, 0, 0]);
  const judged = judge(windows, splitOf(part), "test");
  assert.deepEqual([[...judged.part], [...judged.rows], [...judged.labels]], [[5, 6, 7], [5, 7], [1, 1]]);
  assert.deepEqual([[...judged.train], judged.subjects, judged.recordings], [[0, 2, 3], ["b"], ["r1"]]);
  // All but the unused ones.
  const all = judge(windows, splitOf(part), "all");
  assert.deepEqual([all.part.length, [...all.subject], [...all.recording]], [8, [0, 0, 0, 0, 1, 1], [
    0,
    0,
    0,
    0,
    1,
    1,
  ]]);
  assert.deepEqual([...judge(windows, splitOf(part), "validation").rows], [4]);
  assert.throws(
    () => judge(windows, splitOf(part.map((p) => (p === 2 ? 3 : p))), "validation"),
    /part of the split is empty/,
  );
});
