import assert from "node:assert/strict";
import { smoothBehaviours } from "../../../lib/temporal/smooth_behaviours.ts";
import { errorOfSample, sampleStretches } from "../../../lib/temporal/hsmm/sample.ts";
import { logLikelihood } from "../../../lib/temporal/hsmm/inference.ts";
import type { Hsmm } from "../../../lib/temporal/hsmm/model.ts";
import type { Motifs } from "../../../lib/artifacts/motifs.ts";
import type { Windows } from "../../../lib/artifacts/windows.ts";
import { Random } from "../../../lib/random.ts";
import { makeWindows } from "../fixtures.ts";

const stretches = Array.from(
  { length: 12 },
  (_, r) => ({ from: 2500 * r, to: 2500 * (r + 1), recording: r }),
);
const name = ({ from }: { from: number }) => `at ${from}`;
const total = (list: { from: number; to: number }[]) => list.reduce((n, { from, to }) => n + to - from, 0);

Deno.test("sampleStretches() draws two disjoint samples of whole pieces, by the seed and the names alone", () => {
  const { fit, check, of } = sampleStretches(stretches, 6000, name, 0, 3)!;
  assert.equal(of, 30_000);
  for (const drawn of [fit, check]) assert.ok(total(drawn) > 5000 && total(drawn) <= 6000, `${total(drawn)}`);
  const pieces = [...fit, ...check];
  assert.ok(pieces.every(({ from, to }) => to - from <= 1000 && Math.floor((to - 1) / 2500) * 2500 <= from));
  assert.equal(new Set(pieces.map(({ from }) => from)).size, pieces.length);
  assert.deepEqual(sampleStretches(stretches.toReversed(), 6000, name, 0, 3), { fit, check, of });
  assert.notDeepEqual(sampleStretches(stretches, 6000, name, 0, 4)!.fit, fit);
});

Deno.test("sampleStretches() leaves stretches that fit as they are, and pieces long beside the longest duration", () => {
  assert.equal(sampleStretches(stretches, 30_000, name, 0, 3), undefined);
  const { fit } = sampleStretches(stretches, 6000, name, 200, 3)!;
  assert.deepEqual([...new Set(fit.map(({ from, to }) => to - from))].sort(), [2000, 500].sort());
  // A piece is never more than what is asked for, and the second sample takes what is left.
  const rest = sampleStretches(stretches.slice(0, 1), 2000, name, 500, 3)!;
  assert.deepEqual([total(rest.fit) + total(rest.check), rest.of], [2500, 2500]);
});

Deno.test("errorOfSample() is of the second sample: its likelihood by either model, and how their states agree", () => {
  const symbols = Int32Array.from({ length: 60 }, (_, t) => Math.floor(t / 6) % 2);
  const model = (sure: number): Hsmm => ({
    states: 2,
    symbols: 2,
    maxDuration: 1,
    initial: Float64Array.of(0.5, 0.5),
    transition: Float64Array.of(0, 1, 1, 0),
    durations: [0, 1].map(() => ({ family: "geometric", pmf: Float64Array.of(1), tail: 0.8 })),
    logEmission: Float64Array.of(sure, 1 - sure, 1 - sure, sure).map(Math.log),
  });
  const check = [{ from: 0, to: 30 }, { from: 36, to: 60 }];
  const error = errorOfSample([model(0.7), model(0.99)], symbols, check)!;
  const by = (own: Hsmm) =>
    check.reduce((sum, { from, to }) => sum + logLikelihood(own, symbols, from, to), 0) / 54;
  assert.deepEqual(error, { windows: 54, log_likelihood: by(model(0.7)), own: by(model(0.99)), ari: 1 });
  // States that swap their names agree as before; one that sees one state everywhere does not.
  assert.equal(errorOfSample([model(0.3), model(0.99)], symbols, check)!.ari, 1);
  assert.equal(errorOfSample([model(0.5), model(0.99)], symbols, check)!.ari < 0.1, true);
});

/** Six people who rest and move in turn, each in a rhythm of their own, with an error every 13th window. */
function study(order: number[]): { windows: Windows; motifs: Motifs } {
  const windows = makeWindows(order.map((who) => ({ subject: `s${who}`, samples: 5005 })));
  windows.recordings.recordings.forEach((recording, r) => recording.id = `r${order[r]}`);
  const labels = Int32Array.from(windows.recording, (r, i) => {
    const t = i % 1000, state = t % (20 + order[r]!) < 6 ? 0 : 1;
    return t % 13 === 5 ? 1 - state : state;
  });
  return { windows, motifs: { labels, k: 2, points: new Uint32Array(labels.length), posterior: [] } as any };
}

const options = (sample: number) => ({
  method: "hsmm" as const,
  modeWidth: 1,
  maxHoldMs: 1,
  minDwellMs: 0,
  hsmm: {
    states: 2,
    family: "negative_binomial" as const,
    restarts: 1,
    iterations: 5,
    stickiness: 0,
    sample,
  },
});

Deno.test("a model of a sample does not depend on the order of recordings, and labels all windows", () => {
  const order = [1, 2, 3, 4, 5, 6];
  const fit = (own: number[]) => smoothBehaviours(study(own), options(2000), new Random(5));
  const [one, other] = [fit(order), fit([4, 1, 6, 2, 5, 3])];
  const { record, sample } = one.hsmm!;
  assert.deepEqual(other.hsmm!.record, record);
  assert.deepEqual(other.hsmm!.sample, sample);
  assert.deepEqual([sample!.windows, sample!.of, sample!.check!.windows], [2000, 6000, 2000]);
  assert.ok(sample!.check!.ari > 0.95, `${sample!.check!.ari}`);
  const { log_likelihood, own } = sample!.check!;
  assert.ok(own >= log_likelihood - 1e-3 && own - log_likelihood < 0.02, `${own} ${log_likelihood}`);
  assert.equal(one.details.fitted_on, 2000);
  assert.ok(one.labels.every((label) => label >= 0));
});

Deno.test("a model of all windows is the same whether a sample was asked for or not", () => {
  const order = [1, 2, 3, 4, 5, 6];
  const all = smoothBehaviours(study(order), options(6000), new Random(5));
  assert.equal(all.hsmm!.sample, undefined);
  const { sample: _, ...hsmm } = options(0).hsmm;
  const plain = smoothBehaviours(study(order), { ...options(0), hsmm }, new Random(5));
  assert.deepEqual(all.hsmm, plain.hsmm);
});
