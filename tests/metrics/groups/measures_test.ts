import assert from "node:assert/strict";
import type { Bout } from "../../../lib/artifacts/behaviours.ts";
import { measureSubject } from "../../../lib/metrics/groups/measures.ts";

const bout = (label: number, start: number, end: number, censoredRight = false): Bout => ({
  recording: "r",
  subject: "s",
  label,
  start,
  end,
  duration: end - start,
  censoredLeft: false,
  censoredRight,
});

Deno.test("measureSubject() divides time by ends that were seen, and knows no mean where none was", () => {
  const { values, seconds, transitionsPerHour } = measureSubject(
    [bout(0, 0, 60), bout(1, 60, 90), bout(0, 90, 120), bout(2, 120, 180, true)],
    4,
  );
  assert.equal(seconds, 180);
  assert.deepEqual(values.time_share, [0.5, 30 / 180, 60 / 180, 0]);
  assert.deepEqual(values.bouts_per_hour, [40, 20, 20, 0]);
  assert.deepEqual(values.mean_bout_s, [45, 30, null, null]);
  assert.deepEqual(transitionsPerHour[0], [0, 20, 20, 0]);
  assert.deepEqual(measureSubject([bout(-1, 0, 9)], 1).values, {
    time_share: [null],
    bouts_per_hour: [null],
    mean_bout_s: [null],
  });
});
