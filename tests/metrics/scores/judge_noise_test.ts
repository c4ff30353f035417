import assert from "node:assert/strict";
import { judgeNoise } from "../../../lib/metrics/scores/judge_noise.ts";

/** Six people of four windows; person i flips i of them, but the last person none. */
const subject = Array.from({ length: 24 }, (_, i) => Math.floor(i / 4));
const windows = {
  truth: subject.map((s) => (s === 5 ? -1 : 0)),
  subject,
  subjects: 7,
  origin: "measured" as const,
};
const flipped = (own: (subject: number) => number) => subject.map((s, i) => (i % 4 < own(s) ? 1 : 0));
const clean = { noise: 0, codes: new Array<number>(24).fill(0), classes: new Array<number>(24).fill(0) };
const noisy = [
  { noise: 0.1, codes: flipped((s) => s % 5), classes: flipped((s) => (s === 1 ? 2 : 0)) },
  { noise: 0.2, codes: flipped(() => 4), classes: flipped(() => 4) },
];

Deno.test("judgeNoise() counts what flips against the clean output, and how right decisions stay", () => {
  const { metrics, tables } = judgeNoise(clean, noisy, windows, 0.1);
  // 0 + 1 + 2 + 3 + 4 + 0 of 24; the decisions of one person flip in 2.
  assert.deepEqual([metrics.code_flip_rate.value, metrics.label_flip_rate.value], [10 / 24, 2 / 24]);
  assert.deepEqual([metrics.code_flip_rate.n, metrics.code_flip_rate.of], [24, "windows"]);
  assert.match(metrics.code_flip_rate.note!, /under noise of 0.1/);
  assert.deepEqual(tables.noise.map((row) => row.code_flip_rate), [0, 10 / 24, 1]);
  // 20 windows have a label, of which 2 are called otherwise.
  assert.deepEqual(tables.noise.map((row) => row.accuracy), [1, 18 / 20, 0]);
});

Deno.test("judgeNoise() gives an interval over the people that there are, within 0 and 1", () => {
  const { metrics, tables } = judgeNoise(clean, noisy, windows, 0.1);
  const { lower, upper, method } = metrics.code_flip_rate.interval!;
  assert.equal(method, "logit t over 6 subjects");
  assert.ok(0 < lower && lower < 10 / 24 && 10 / 24 < upper && upper < 1);
  assert.deepEqual([tables.noise[1].code_flip_lower, tables.noise[1].code_flip_upper], [lower, upper]);
  // Nothing flipped in six people: Wilson's bound, z²/(6 + z²).
  const z2 = 1.959963984540054 ** 2;
  assert.ok(Math.abs((tables.noise[0].code_flip_upper as number) - z2 / (6 + z2)) < 1e-12);
  assert.equal(tables.noise[0].code_flip_lower, 0);
});

Deno.test("judgeNoise() reports the noise that is asked for alone, and only what the model has", () => {
  const codes = (output: { noise: number; codes: number[] }) => ({
    noise: output.noise,
    codes: output.codes,
  });
  const { metrics, tables } = judgeNoise(codes(clean), noisy.map(codes), windows, 0.2);
  assert.deepEqual(Object.keys(metrics), ["code_flip_rate"]);
  assert.equal(metrics.code_flip_rate.value, 1);
  assert.deepEqual([tables.noise[1].label_flip_rate, tables.noise[1].accuracy], [undefined, undefined]);
  assert.deepEqual(judgeNoise(clean, noisy, windows, 0.5).metrics, {});
  const unknown = { ...windows, truth: new Array<number>(24).fill(-1) };
  assert.equal(judgeNoise(clean, noisy, unknown, 0.1).tables.noise[0].accuracy, null);
});
