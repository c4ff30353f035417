import assert from "node:assert/strict";
import { Part } from "../../../lib/artifacts/split.ts";
import { judgePersistence } from "../../../lib/metrics/scores/judge_persistence.ts";
import { judge, withoutLabels } from "../../../lib/metrics/scores/judged.ts";
import { judgementSplit, judgementWindows } from "../../steps/judgement_fixtures.ts";

const windows = judgementWindows();
const split = judgementSplit(windows);
const whole = withoutLabels(windows, judge(windows, split, "test"));

Deno.test("judgePersistence() counts neighbouring windows of the part in one motif, beside chance", () => {
  const labels = Int32Array.from(windows.start, (_, i) => i % 5 < 3 ? 0 : 1);
  const pairs: number[] = [];
  for (let i = 0; i + 1 < labels.length; i++) {
    const together = windows.recording[i] === windows.recording[i + 1] &&
      [i, i + 1].every((row) => split.part[row] === Part.test);
    if (together) pairs.push(i);
  }
  const found = judgePersistence(windows, whole, labels);
  assert.equal(found.motif_same_next.n, pairs.length);
  assert.equal(
    found.motif_same_next.value,
    pairs.filter((i) => labels[i] === labels[i + 1]).length / pairs.length,
  );
  const share = (side: number) => pairs.filter((i) => labels[i + side] === 0).length / pairs.length;
  const expected = share(0) * share(1) + (1 - share(0)) * (1 - share(1));
  assert.ok(Math.abs(found.motif_same_next_chance.value! - expected) < 1e-12);
});

Deno.test("judgePersistence() counts against motifs what they tell of the recording alone", () => {
  const bits = (labels: Int32Array) => judgePersistence(windows, whole, labels).motif_persistence_bits.value!;
  const blocks = Int32Array.from(windows.start, (_, i) => Math.floor(i / 6) % 2);
  assert.ok(bits(blocks) > 0.2, `${bits(blocks)}`);
  assert.ok(Math.abs(bits(windows.recording)) < 1e-9);
  assert.ok(Math.abs(bits(new Int32Array(windows.start.length))) < 1e-9);
});
