import assert from "node:assert/strict";
import type { Motifs } from "../../../lib/artifacts/motifs.ts";
import { Random } from "../../../lib/random.ts";
import { decodeByHsmm, fitByHsmm, type Observed } from "../../../lib/temporal/hsmm/motifs.ts";
import { codesFrom } from "../../cluster/make_request.ts";

/** Motifs 0 and 1 in turn, for 6 and 14 predictions, with an error every 13th. */
const labels = Int32Array.from({ length: 400 }, (_, t) => {
  const state = t % 20 < 6 ? 0 : 1;
  return t % 13 === 5 ? 1 - state : state;
});
const truth = labels.map((_, t) => t % 20 < 6 ? 0 : 1);
const all = [{ from: 0, to: 400 }];
const motifs = (own: Int32Array, more: Partial<Motifs> = {}): Observed["motifs"] =>
  ({ labels: own, k: 2, ...more }) as Observed["motifs"];
const options = {
  states: 2,
  family: "negative_binomial" as const,
  stickiness: 0,
  restarts: 1,
  iterations: 30,
  groupOf: () => "one",
};
const fitted = (observed: Observed, more = {}) =>
  fitByHsmm(observed, all, { ...options, ...more }, new Random(1));
const agree = (a: Int32Array, b: Int32Array) => a.filter((v, i) => v === b[i]).length;

Deno.test("fitByHsmm() writes what decodeByHsmm() needs: shapes, levels and shares", () => {
  const { record, fit, choice } = fitted({ motifs: motifs(labels) });
  assert.deepEqual(
    [
      record.emission,
      record.levels,
      record.states,
      record.max_duration,
      record.stickiness,
      record.names,
      choice,
    ],
    ["motifs", [2], 2, 25, 0, undefined, undefined],
  );
  assert.deepEqual(record.transition, [0, 1, 1, 0]);
  assert.deepEqual(record.durations.map((pmf) => pmf.length), [25, 25]);
  assert.deepEqual(record.tails, fit.model.durations.map((d) => d.tail));
  record.durations.forEach((pmf) => assert.ok(Math.abs(pmf.reduce((a, b) => a + b) - 1) < 1e-9));
  for (const j of [0, 1]) {
    const shares = record.log_shares.slice(2 * j, 2 * j + 2).map(Math.exp);
    assert.ok(Math.abs(shares[0] + shares[1] - 1) < 1e-9);
  }
  // States by use: the one of motif 1 comes first, and errors are smoothed away.
  const decoded = decodeByHsmm(record, { motifs: motifs(labels) }, all);
  const right = agree(decoded, truth.map((s) => 1 - s));
  assert.ok(right >= 390 && right > agree(labels, truth) + 15, `${right}`);
});

Deno.test("decodeByHsmm() labels only stretches, and bouts grow with stickiness", () => {
  const { record } = fitted({ motifs: motifs(labels) });
  const part = decodeByHsmm(record, { motifs: motifs(labels) }, [{ from: 40, to: 60 }, {
    from: 100,
    to: 103,
  }]);
  assert.deepEqual([...part.keys()].filter((t) => part[t] >= 0), [
    ...Array.from({ length: 20 }, (_, i) => 40 + i),
    100,
    101,
    102,
  ]);
  const one = decodeByHsmm({ ...record, stickiness: 500 }, { motifs: motifs(labels) }, all);
  assert.equal(new Set(one).size, 1);
});

Deno.test("codes are read by their digits, of which new ones have a probability", () => {
  // Codes of levels [3, 3] whose first digit tells the state: 0 and 3 against 2 and 5; 1 and 4 are new later.
  const codes = codesFrom(Uint32Array.from(truth, (s, t) => 2 * s + 3 * (t % 2)), [3, 3]);
  const observed = { motifs: motifs(labels), codes };
  const { record } = fitted(observed);
  assert.deepEqual([record.emission, record.levels, record.log_shares.length], ["codes", [3, 3], 12]);
  assert.equal(agree(decodeByHsmm(record, observed, all), truth.map((s) => 1 - s)), 400);
  const other = codesFrom(codes.codes.map((code, t) => t % 20 === 9 ? 4 : code), [3, 3]);
  assert.equal(agree(decodeByHsmm(record, { ...observed, codes: other }, all), truth.map((s) => 1 - s)), 400);
  const refused = (own: Observed) => () => decodeByHsmm(record, own, all);
  assert.throws(refused({ motifs: motifs(labels) }), /it reads codes of levels \[3,3\], got no codes/);
  assert.throws(refused({ ...observed, codes: codesFrom(codes.codes, [6, 3]) }), /got levels \[6,3\]/);
});

Deno.test("a model of motifs is applied by their names, whatever their numbers, and without codes", () => {
  const named = motifs(labels, { names: ["sit", "walk"] });
  const { record } = fitted({ motifs: named });
  assert.deepEqual(record.names, ["sit", "walk"]);
  const own = decodeByHsmm(record, { motifs: named }, all);
  const turned = motifs(labels.map((label) => 1 - label), { names: ["walk", "sit"] });
  assert.deepEqual(decodeByHsmm(record, { motifs: turned }, all), own);
  // Noise is a missing observation.
  const holes = motifs(labels.map((label, t) => t % 20 === 10 ? -1 : label), { names: ["sit", "walk"] });
  assert.deepEqual(decodeByHsmm(record, { motifs: holes }, all), own);
  const strange = motifs(labels, { names: ["sit", "run"] });
  assert.throws(() => decodeByHsmm(record, { motifs: strange }, all), /it knows no motif "run"/);
  const more = motifs(labels, { k: 3 });
  const { record: numbered } = fitted({ motifs: motifs(labels) });
  assert.throws(
    () => decodeByHsmm(numbered, { motifs: more }, all),
    /reads motifs of levels \[2\], got levels \[3\]/,
  );
});

Deno.test("fitByHsmm() chooses the number of states from a range by held-out groups", () => {
  const stretches = [0, 1, 2, 3].map((i) => ({ from: 100 * i, to: 100 * (i + 1) }));
  const { choice, record } = fitByHsmm({ motifs: motifs(labels) }, stretches, {
    ...options,
    states: [2, 3],
    groupOf: ({ from }) => `${from}`,
  }, new Random(1));
  assert.deepEqual([choice!.states, choice!.folds, record.states], [2, 4, 2]);
});
