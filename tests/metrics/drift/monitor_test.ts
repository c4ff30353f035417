import assert from "node:assert/strict";
import { monitor, type MonitoredSide } from "../../../lib/metrics/drift/monitor.ts";
import { testDrift } from "../../../lib/metrics/drift/drift.ts";
import { Random } from "../../../lib/random.ts";
import { codesFrom } from "../../cluster/make_request.ts";
import { makeWindows } from "../../temporal/fixtures.ts";

const options = { level: 0.99, draws: 20, minCount: 1, minStability: 0.7, refits: 0 };

/** Two people with as many windows as there are rows of logits, and codes. */
function side(logits: number[][], codes: number[]): MonitoredSide {
  const windows = makeWindows([{ subject: "a", samples: 5 * (logits.length / 2) + 5 }, {
    subject: "b",
    samples: 5 * (logits.length / 2) + 5,
  }]);
  const classes = logits[0].map((_, c) => `class ${c}`);
  return {
    windows,
    codes: codesFrom(Uint32Array.from(codes), [4, 4]),
    latents: {
      latents: new Float32Array(logits.length),
      dimensions: 1,
      logits: Float32Array.from(logits.flat()),
      classes,
      details: {},
    },
  };
}
const near = (actual: number | null, expected: number) =>
  assert.ok(Math.abs(actual! - expected) < 1e-6, `${actual} is not ${expected}`);

const even = [0, 0, 0, 0], certain = [50, 0, 0, 0], half = [30, 30, 0, 0];

Deno.test("T113 monitor() gives the mean entropy of the predictions in nat, and its change relative to the reference", () => {
  const before = side([even, certain, even, certain], [0, 1, 0, 1]);
  const now = side([half, even, half, half], [0, 1, 0, 1]);
  const { metrics } = monitor(before, now, options, new Random(1));
  // Four classes alike are ln 4, two are ln 2, one is 0.
  near(metrics.prediction_entropy.value, (3 * Math.log(2) + Math.log(4)) / 4);
  near(metrics.prediction_entropy_change.value, 5 / 4 - 1);
  assert.deepEqual([metrics.prediction_entropy.unit, metrics.prediction_entropy.n], ["nat", 4]);
});

Deno.test("monitor() counts codes that the reference never shows, and the change of the codebook's use", () => {
  const before = side([even, even, even, even], [0, 1, 2, 3]);
  const now = side([even, even, even, even], [0, 1, 9, 9]);
  const { metrics, tables } = monitor(before, now, options, new Random(1));
  assert.equal(metrics.unseen_code_share.value, 0.5);
  near(metrics.codebook_utilization.value, 3 / 16);
  // Entropies: ln 4, and of shares 1/4, 1/4, 1/2 it is 3/2 ln 2.
  near(metrics.perplexity.value, 2 ** 1.5);
  near(metrics.perplexity_change.value, 2 ** 1.5 / 4 - 1);
  assert.deepEqual(tables.drift_bins.map(({ bin }) => bin).sort(), [0, 1, 2, 3, 9]);
  assert.deepEqual(tables.drift.map((row) => [row.subjects, row.new_subjects]), [[2, 2]]);
});

/** Ten windows each of some people, whose codes are told person by person. */
function people(prefix: string, codes: number[][]): MonitoredSide {
  const windows = makeWindows(
    codes.map((own, i) => ({ subject: `${prefix}${i}`, samples: 5 * own.length + 5 })),
  );
  return { windows, codes: codesFrom(Uint32Array.from(codes.flat()), [4, 4]) };
}
const person = (shares: number[]) => shares.flatMap((count, code) => new Array<number>(count).fill(code));
const many = (n: number, shares: (i: number) => number[]) =>
  Array.from({ length: n }, (_, i) => person(shares(i)));

Deno.test("monitor() tells what testDrift() says of the same people, with codes as bins", () => {
  const before = many(6, (i) => [5 + i % 3, 5 - i % 3, 0]), now = many(5, (i) => [i % 2, 4, 6 - i % 2]);
  const own = { ...options, level: 0.9, draws: 200 };
  const out = monitor(people("a", before), people("b", now), own, new Random(3));
  const test = testDrift(before, now, 3, new Random(3).fork("code"), own);
  const { code_psi, code_psi_threshold, code_js, code_drift, drifted } = out.metrics;
  assert.deepEqual(
    [code_psi.value, code_psi_threshold.value, code_js.value, code_js.unit, code_drift.value, drifted.value],
    [test.psi, test.threshold, test.js, "nat", 1, 1],
  );
  assert.equal(
    code_psi.note,
    `above ${test.threshold!.toFixed(4)} with probability 0.1 without any change ` +
      `(11 people dealt to 6 and 5); p = ${test.p.toPrecision(2)}`,
  );
  assert.deepEqual([code_psi_threshold.note, code_drift.note], [
    undefined,
    "1 when the PSI exceeds its threshold",
  ]);
  assert.deepEqual([code_psi.n, code_psi.of, code_psi.origin], [50, "windows", "simulated"]);
  assert.deepEqual([drifted.n, drifted.of, drifted.note], [1, "distributions", "code"]);
  const { bins, subjects, ...row } = test;
  assert.deepEqual(subjects, [6, 5]);
  assert.deepEqual(out.tables.drift, [{ distribution: "code", ...row, subjects: 6, new_subjects: 5 }]);
  assert.deepEqual(
    out.tables.drift_bins,
    bins.map((bin) => ({ distribution: "code", ...bin, unit: "code" })),
  );
  assert.deepEqual(out.monitored, { reference: "fixture", current: "fixture", minStability: 0.7 });
  assert.deepEqual(out.details, { level: 0.9, min_count: 1 });
});

Deno.test("monitor() decides from as many new windows on as it was told, and says why it does not", () => {
  const before = people("a", many(6, () => [8, 2])), now = people("b", many(5, () => [1, 9]));
  const told = (minCount: number, more = {}) =>
    monitor(before, now, { ...options, level: 0.9, draws: 100, minCount, ...more }, new Random(3)).metrics;
  assert.deepEqual([told(50).code_drift.value, told(50).drifted.value], [1, 1]);
  const few = told(51);
  assert.deepEqual([few.code_drift.value, few.drifted.value], [null, null]);
  assert.equal(few.drifted.note, "only 50 new windows, 51 are needed");
  assert.equal(few.code_drift.note, "only 50 new windows, 51 are needed");
  const undecided = told(1, { draws: 5 });
  assert.equal(undecided.code_psi.note, "5 draws are too few for level 0.9");
  assert.deepEqual(undecided.code_psi_threshold, {
    ...undecided.code_psi_threshold,
    value: null,
    note: "5 draws are too few for level 0.9",
  });
  assert.equal(undecided.code_drift.value, null);
  assert.equal(undecided.drifted.note, "5 draws are too few for level 0.9");
  const same = monitor(
    before,
    people("b", many(5, () => [8, 2])),
    { ...options, level: 0.9, draws: 100 },
    new Random(3),
  );
  assert.deepEqual([same.metrics.code_drift.value, same.metrics.drifted.note], [0, "none"]);
});

Deno.test("monitor() gathers a person's recordings, and refuses what does not cover the windows", () => {
  const own = [[0, 0, 1], [0, 1, 1], [0, 0, 0], [1, 1, 1]];
  const { windows, codes } = people("a", own);
  // Two recordings each of two people.
  windows.recordings.recordings.forEach((recording, i) => recording.subject = `p${i % 2}`);
  const { tables } = monitor({ windows, codes }, people("b", own), options, new Random(1));
  assert.deepEqual(tables.drift.map(({ subjects, new_subjects, n, m }) => [subjects, new_subjects, n, m]), [[
    2,
    4,
    12,
    12,
  ]]);
  const ok = people("b", own);
  const refused = (reference: MonitoredSide, current: MonitoredSide) => () =>
    monitor(reference, current, options, new Random(1));
  const short = codesFrom(Uint32Array.of(1, 2), [4, 4]);
  assert.throws(refused({ ...ok, codes: short }, ok), /codes of the reference cover 2 windows, there are 12/);
  assert.throws(refused(ok, { ...ok, codes: short }), /codes of the current cover 2 windows, there are 12/);
  const latents = { latents: new Float32Array(22), dimensions: 2, classes: [], details: {} };
  assert.throws(refused(ok, { ...ok, latents }), /latents of the current cover 11 windows, there are 12/);
  assert.throws(
    refused(ok, { windows: makeWindows([{ subject: "x", samples: 4 }]) }),
    /the current has no windows/,
  );
  // Latents without logits say nothing of predictions.
  const mute = { windows: ok.windows, latents: { ...latents, latents: new Float32Array(24) } };
  for (const [a, b] of [[mute, mute], [ok, mute], [mute, ok]]) {
    assert.throws(refused(a, b), /both sides have nothing in common to compare/);
  }
});
