import assert from "node:assert/strict";
import type { Latents } from "../../lib/artifacts/latents.ts";
import { Part } from "../../lib/artifacts/split.ts";
import { Quantizer } from "../../lib/fsq/quantizer.ts";
import { argmaxRows } from "../../lib/metrics/calibration/probabilities.ts";
import { Random } from "../../lib/random.ts";
import { cutWindows } from "../../lib/signal/window/windows.ts";
import temporalHead from "../../lib/steps/temporal_head.ts";
import { splitByRecording } from "../model/sample_model.ts";
import { makeRecordings } from "../signal/make_recordings.ts";
import { runStep } from "./run_step.ts";

const levels = [4, 4];
const quantizer = new Quantizer(levels);
const perSubject = 120;

/**
 * Three subjects whose labels tell whether the code grew: no window's own code says so, its neighbours' do. Window i has
 * label 1 where the first digit of window i + 1 is above that of window i − 1.
 */
function growing() {
  const rng = new Random(3);
  const codes = Uint32Array.from({ length: 3 * perSubject }, () => rng.below(16));
  const digit = (subject: number, i: number) =>
    quantizer.digitsOf(codes[subject * perSubject + Math.min(perSubject - 1, Math.max(0, i))])[0];
  const parts = [0, 1, 2].map((subject) => ({
    labels: Int32Array.from(
      { length: 10 * perSubject },
      (_, t) => Number(digit(subject, Math.floor(t / 10) + 1) > digit(subject, Math.floor(t / 10) - 1)),
    ),
  }));
  const windows = cutWindows(makeRecordings(parts, 2), { length: 10, hop: 10, within: "recording" });
  const split = splitByRecording(windows);
  const latents: Latents = {
    latents: Float32Array.from([...codes].flatMap((code) => quantizer.latentOf(code))),
    dimensions: 2,
    classes: [],
    details: {},
  };
  return { windows, split, latents, codes: { codes, levels } };
}

const inputs = growing();

async function accuracy(params: Record<string, unknown>) {
  const latents: Latents = (await runStep(temporalHead, inputs, { epochs: 150, ...params })).outputs.latents;
  const guesses = argmaxRows(latents.logits!, latents.classes.length);
  const test = [...guesses.keys()].filter((i) => inputs.split.part[i] === Part.test);
  const right = test.filter((i) => guesses[i] === inputs.windows.labels[i]).length;
  return { accuracy: right / test.length, latents };
}

Deno.test("temporal-head reads from neighbours what a window's own code does not say", async () => {
  const { accuracy: alone } = await accuracy({ neighbours: 0 });
  const { accuracy: together, latents } = await accuracy({ neighbours: 1 });
  assert.ok(alone < 0.75, `alone ${alone}`);
  assert.ok(together > 0.95, `with neighbours ${together}`);
  assert.ok(latents.temperature! > 0);
  assert.deepEqual(latents.latents, inputs.latents.latents);
  assert.deepEqual((latents.details.temporal_head as { neighbours: number }).neighbours, 1);
});

Deno.test("temporal-head never reads a code of another part", async () => {
  const first = (await runStep(temporalHead, inputs, { epochs: 3 }, { seed: 1 })).outputs.latents;
  const other = { ...inputs, codes: { levels, codes: inputs.codes.codes.slice() } };
  // Codes of test subjects change nothing that is said of the others.
  other.codes.codes.fill(0, 2 * perSubject);
  const second = (await runStep(temporalHead, other, { epochs: 3 }, { seed: 1 })).outputs.latents;
  const known = 2 * perSubject * 2;
  assert.deepEqual(second.logits.subarray(0, known), first.logits.subarray(0, known));
  assert.notDeepEqual(second.logits, first.logits);
});

Deno.test("temporal-head refuses codes of other windows and a training part without labels", async () => {
  const short = { ...inputs, codes: { levels, codes: inputs.codes.codes.slice(1) } };
  await assert.rejects(runStep(temporalHead, short, {}), /there are 359 for 360 windows/);
  const split = { ...inputs.split, part: new Uint8Array(360).fill(Part.test) };
  await assert.rejects(runStep(temporalHead, { ...inputs, split }, {}), /no labelled window/);
});
