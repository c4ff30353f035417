import assert from "node:assert/strict";
import { dictionaryOf } from "../../lib/temporal/dictionary.ts";
import { usageOf } from "../../lib/temporal/usage.ts";

const bout = (label: number, start: number, end: number, censored = false) => ({
  recording: "r",
  subject: "s",
  label,
  start,
  end,
  duration: end - start,
  censoredLeft: censored,
  censoredRight: false,
});

Deno.test("usageOf() tells use by time from use by bout and ignores unassigned time", () => {
  const usage = usageOf([bout(0, 0, 6, true), bout(-1, 6, 16), bout(1, 16, 18), bout(0, 18, 20)], 3);
  assert.deepEqual(usage.map((u) => u.timeShare), [0.8, 0.2, 0]);
  assert.deepEqual(usage.map((u) => u.boutShare), [2 / 3, 1 / 3, 0]);
  assert.equal(usage[2].duration, null);
});

Deno.test("dictionaryOf() gives label, purity and counts, and null purity where nothing is labelled", () => {
  const [a, b] = dictionaryOf([5, 5, 5, 9, -1], [2, 2, 0, -1, 1], 3);
  assert.deepEqual(a, { key: 5, label: 2, purity: 2 / 3, windows: 3, counts: [1, 0, 2] });
  assert.deepEqual(b, { key: 9, label: -1, purity: null, windows: 1, counts: [0, 0, 0] });
});

Deno.test("usageOf() counts bouts that are cut off on either side, and has zeros without bouts", () => {
  const right = { ...bout(0, 0, 2), censoredRight: true };
  const [own] = usageOf([bout(0, 2, 5), right, bout(0, 5, 6, true), bout(0, 7, 8), bout(0, 8, 9)], 1);
  assert.deepEqual([own.id, own.bouts, own.seconds, own.censored], [0, 5, 8, 2]);
  assert.deepEqual([own.duration!.n, own.duration!.complete], [5, 3]);
  const [none] = usageOf([bout(-1, 0, 3)], 1);
  assert.deepEqual(none, {
    id: 0,
    bouts: 0,
    seconds: 0,
    timeShare: 0,
    boutShare: 0,
    censored: 0,
    duration: null,
  });
});

Deno.test("dictionaryOf() takes the smaller label of a tie, leaves out negative keys, and refuses unequal lengths", () => {
  const entries = dictionaryOf([3, 3, 0, 0, -1, -2], [1, 0, 2, 2, 1, 1], 3);
  assert.deepEqual(entries.map(({ key, label, purity }) => [key, label, purity]), [[0, 2, 1], [3, 0, 0.5]]);
  assert.throws(() => dictionaryOf([1], [1, 2], 3), /1 keys, 2 labels/);
});
