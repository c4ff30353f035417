import assert from "node:assert/strict";
import fc from "fast-check";
import { cutWindows } from "../../../lib/signal/window/windows.ts";
import { makeRecordings } from "../make_recordings.ts";

const part = fc.record({
  labels: fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 1, maxLength: 60 })
    .map((runs) => Int32Array.from(runs.flatMap((l, i) => Array(1 + ((i * 7) % 5)).fill(l)))),
  cuts: fc.array(fc.tuple(fc.nat(150), fc.nat(4)), { maxLength: 3 }),
}).map(({ labels, cuts }) => ({
  labels,
  gaps: cuts.map(([a, n]): [number, number] => [
    Math.min(a, labels.length),
    Math.min(a + n, labels.length),
  ]),
}));

Deno.test("cutWindows() never leaves a recording, touches a gap or, within labels, mixes labels", () => {
  fc.assert(fc.property(
    fc.array(part, { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom("recording" as const, "label" as const),
    (parts, length, hop, within) => {
      const set = makeRecordings(parts);
      let windows;
      try {
        windows = cutWindows(set, { length, hop, within });
      } catch (error) {
        assert.match((error as Error).message, /the longest stretch/);
        return;
      }
      windows.start.forEach((start, i) => {
        const r = set.recordings[windows.recording[i]];
        assert(start >= 0 && start + length <= r.samples);
        for (const [a, b] of r.gaps) assert(a === b || start + length <= a || start >= b);
        const inside = [...r.labels.subarray(start, start + length)];
        const count = (label: number) => inside.filter((l) => l === label).length;
        const best = Math.max(...[-1, 0, 1, 2].map(count));
        assert.equal(windows.labels[i], [-1, 0, 1, 2].find((l) => count(l) === best));
        assert.equal(windows.purity[i], Math.fround(best / length));
        if (within === "label") assert(best === length && windows.labels[i] >= 0);
      });
    },
  ));
});

Deno.test("cutWindows() says the longest stretch when no window fits", () => {
  const set = makeRecordings([{ labels: new Int32Array(30), gaps: [[10, 12]] }]);
  assert.throws(() => cutWindows(set, { length: 20, hop: 10, within: "recording" }), {
    name: "InputError",
    message: /windows of 20 samples \(0\.40 s\): the longest stretch between gaps has 18 samples/,
  });
});
