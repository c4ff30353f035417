import assert from "node:assert/strict";
import { fitTemperature } from "../../../lib/metrics/calibration/temperature.ts";
import { drawnToOne, temperatureForOthers } from "../../../lib/metrics/calibration/temperature_for_others.ts";
import { Random } from "../../../lib/random.ts";
import type { Recordings } from "../../../lib/artifacts/recordings.ts";

Deno.test("a temperature of one person counts half on the logarithmic scale, that of nine nearly all", () => {
  assert.ok(Math.abs(Math.log(drawnToOne(3, 1)) - Math.log(3) / 2) < 1e-12);
  assert.ok(Math.abs(Math.log(drawnToOne(0.5, 9)) - 0.9 * Math.log(0.5)) < 1e-12);
});

/** Windows of `people`, each of one recording in two halves, with logits that are twice too sure. */
function someone(people: number) {
  const rng = new Random(5);
  const n = 200 * people;
  const logits = new Float32Array(2 * n), truth = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const z = 2 * rng.normal();
    truth[i] = rng.uniform() < 1 / (1 + Math.exp(z)) ? 0 : 1;
    logits[2 * i + 1] = 2 * z;
  }
  const recordings = Array.from({ length: 2 * people }, (_, r) => ({ subject: `p${r >> 1}` }));
  const windows = {
    recording: Int32Array.from({ length: n }, (_, i) => Math.floor(i / 100)),
    recordings: { recordings } as unknown as Recordings,
  };
  return { windows, logits, truth, rows: Int32Array.from(truth.keys()) };
}

Deno.test("people count by whom they are, not by their recordings, and not at all where the parts share them", () => {
  for (const people of [1, 4]) {
    const { windows, logits, truth, rows } = someone(people);
    const { temperature } = fitTemperature(logits, truth, 2);
    assert.ok(temperature > 1.5, `${temperature}`);
    const of = (sharesSubjects: boolean) =>
      temperatureForOthers(windows, { sharesSubjects }, rows, logits, truth, 2);
    assert.equal(of(false), drawnToOne(temperature, people));
    assert.equal(of(true), temperature);
  }
});

Deno.test("without anybody who validates the logits are left as they are", () => {
  const { windows } = someone(1);
  const nobody = new Int32Array(0);
  assert.equal(
    temperatureForOthers(windows, { sharesSubjects: false }, nobody, new Float32Array(0), nobody, 2),
    1,
  );
});
