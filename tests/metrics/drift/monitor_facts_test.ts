import assert from "node:assert/strict";
import { refitAgreement } from "../../../lib/cluster/refit.ts";
import { monitor, type MonitoredSide } from "../../../lib/metrics/drift/monitor.ts";
import { Random } from "../../../lib/random.ts";
import { lineMotifs } from "../../cluster/make_motifs.ts";
import { codesFrom } from "../../cluster/make_request.ts";
import { makeWindows } from "../../temporal/fixtures.ts";

const options = { level: 0.9, draws: 100, minCount: 1, minStability: 0.7, refits: 0 };
const names = ["rest", "walk"];

/** People with as many windows each as they have labels; windows lie at `place`. */
function side(
  prefix: string,
  labels: number[][],
  place: (label: number, i: number) => number = (label, i) => 10 * label + i % 7 / 10,
  more = {},
): MonitoredSide {
  const windows = makeWindows(
    labels.map((own, p) => ({ subject: `${prefix}${p}`, samples: 5 * own.length + 5 })),
  );
  return { windows, motifs: lineMotifs(labels.flat(), labels.flat().map(place), { names, ...more }) };
}
/** The randomness of refits, which comes after that of the deals of people. */
function refitting(seed: number): Random {
  const rng = new Random(seed);
  rng.fork("motif");
  return rng.fork("refit");
}
const even = (n: number) =>
  Array.from({ length: n }, (_, p) => Array.from({ length: 8 }, (_, i) => (i + p) % 2));

Deno.test("monitor() lists codes in the order of their numbers where they differ alike", () => {
  const windows = makeWindows([{ subject: "a", samples: 35 }]);
  const codes = codesFrom(Uint32Array.of(10, 2, 9, 10, 2, 9), [4, 4]);
  const { tables } = monitor({ windows, codes }, { windows, codes }, options, new Random(1));
  assert.deepEqual(tables.drift_bins.map(({ bin }) => bin), [2, 9, 10]);
});

Deno.test("monitor() compares what both sides have, and nothing that one of them lacks", () => {
  const both = side("a", even(6)), now = side("b", even(6));
  const logits = (rows: number[]) => ({
    ...{ latents: new Float32Array(48), dimensions: 1, classes: names, details: {} },
    logits: Float32Array.from({ length: 96 }, (_, i) => rows[i % rows.length]),
  });
  const codes = codesFrom(Uint32Array.from({ length: 48 }, (_, i) => i % 3), [4, 4]);
  const told = (a: MonitoredSide, b: MonitoredSide) =>
    Object.keys(monitor(a, b, options, new Random(1)).metrics).filter((name) => !name.startsWith("code"));
  const { windows } = both, other = now.windows;
  const motif = [
    "motif_psi",
    "motif_psi_threshold",
    "motif_js",
    "motif_drift",
    "cluster_stability",
    "drifted",
  ];
  assert.deepEqual(told(both, now), motif);
  assert.deepEqual(told({ ...both, codes }, { windows: other, codes }).includes("motif_psi"), false);
  assert.deepEqual(told({ windows, codes }, { ...now, codes }).includes("motif_psi"), false);
  assert.deepEqual(told({ ...both, latents: logits([1, 0]) }, now), motif);
  assert.deepEqual(told(both, { ...now, latents: logits([1, 0]) }), motif);
  // Predictions alone: no distribution, so none that drifted. A class of probability 0 adds nothing to the entropy.
  const certain = { windows, latents: logits([5000, 0, 0, 0]) };
  const { metrics } = monitor(certain, { windows: other, latents: logits([0, 0]) }, options, new Random(1));
  assert.deepEqual([metrics.drifted.value, metrics.drifted.n, metrics.drifted.note], [0, 0, "none"]);
  assert.ok(Math.abs(metrics.prediction_entropy.value! - Math.log(2)) < 1e-6);
  const back = monitor({ windows: other, latents: logits([0, 0]) }, certain, options, new Random(1)).metrics;
  // Half of the windows are certain, half are even.
  assert.ok(Math.abs(back.prediction_entropy.value! - Math.log(2) / 2) < 1e-6);
});

Deno.test("monitor() says of how many nothing could be told, beside those that did or did not drift", () => {
  const codes = (of: (i: number) => number) =>
    codesFrom(Uint32Array.from({ length: 48 }, (_, i) => of(i)), [4, 4]);
  const before = { ...side("a", even(6)), codes: codes((i) => i % 3) };
  // Only four of the new windows have a motif.
  const few = side("b", even(6).map((own, p) => own.map((label, i) => p < 4 && i === 0 ? label : -1)));
  const told = (of: (i: number) => number, minCount = 10) =>
    monitor(before, { ...few, codes: codes(of) }, { ...options, minCount }, new Random(2)).metrics.drifted;
  const same = told((i) => i % 3), other = told((i) => 3 + i % 3);
  assert.deepEqual([same.value, same.note, same.n], [
    ...[0, "none that could be told: only 4 new windows, 10 are needed", 2],
  ]);
  assert.deepEqual([other.value, other.note], [1, "code"]);
  const neither = told((i) => 3 + i % 3, 100);
  assert.deepEqual([neither.value, neither.note], [null, "only 48 new windows, 100 are needed"]);
  const level = monitor(before, few, { ...options, level: 0.8999994 }, new Random(2)).metrics.motif_psi;
  assert.match(level.note!, /^above 0\.\d{4} with probability 0\.100001 without any change/);
});

Deno.test("monitor() refits motifs to as many windows of people of the reference as there are new ones", () => {
  const rng = new Random(5);
  // Places that overlap, so that refits disagree.
  const blurred = (label: number) => 2 * label + rng.normal();
  const before = side("a", even(5), blurred), now = side("b", even(3), blurred);
  const own = { ...options, minCount: 24, refits: 7 };
  const { cluster_stability: found, cluster_stability_reference: expected } =
    monitor(before, now, own, new Random(3)).metrics;
  const random = refitting(3);
  assert.deepEqual([found.value, found.n], [refitAgreement(now.motifs!, random).ari, 24]);
  assert.equal(
    found.note,
    "adjusted Rand index of motifs refitted to the new windows with those of the reference; below 0.7 the motifs no longer hold",
  );
  const draws = Array.from({ length: 7 }, () => {
    const people = [0, 1, 2].map(() => random.below(5));
    const rows = people.flatMap((p) => Array.from({ length: 8 }, (_, i) => 8 * p + i));
    return refitAgreement(before.motifs!, random, rows).ari!;
  }).sort((a, b) => a - b);
  assert.ok(draws[0] < draws[3] && draws[3] < draws[6]);
  assert.deepEqual([expected.value, expected.n, expected.of], [draws[3], 7, "refits"]);
  assert.equal(
    expected.note,
    `median of refits to people of the reference, ${draws[0].toFixed(3)} to ${draws[6].toFixed(3)}`,
  );
  const few = monitor(before, now, { ...own, minCount: 25 }, new Random(3)).metrics;
  assert.deepEqual(
    [few.cluster_stability.value, few.cluster_stability.note, few.cluster_stability_reference],
    [
      ...[null, "only 24 new windows, 25 are needed", undefined],
    ],
  );
  const none = monitor(before, now, { ...own, refits: 0 }, new Random(3)).metrics;
  assert.equal(none.cluster_stability_reference, undefined);
});

Deno.test("monitor() leaves out refits that are impossible, and says where all are", () => {
  // The second person has two points only, as many as there are motifs.
  const before = side("a", [even(1)[0], [0, 1, 0, 1, 0, 1, 0, 1]], undefined, {
    points: Uint32Array.from({ length: 16 }, (_, i) => i < 8 ? i : 8 + i % 2),
  });
  const now = side("b", even(1));
  const own = { ...options, refits: 8 };
  const { cluster_stability_reference: some } = monitor(before, now, own, new Random(1)).metrics;
  const random = refitting(1);
  refitAgreement(now.motifs!, random);
  const people = Array.from({ length: 8 }, () => {
    const p = random.below(2);
    refitAgreement(before.motifs!, random, Array.from({ length: 8 }, (_, i) => 8 * p + i));
    return p;
  });
  const able = people.filter((p) => p === 0).length;
  assert.ok(able > 0 && able < 8);
  assert.deepEqual([some.n, some.value], [able, 1]);
  const never = side("a", even(2), undefined, { method: "dbscan" });
  const { cluster_stability_reference: none } = monitor(never, now, own, new Random(1)).metrics;
  assert.deepEqual([none.value, none.n, none.note], [null, 0, "the reference cannot be refitted"]);
  const unable = monitor(now, never, own, new Random(1)).metrics;
  assert.deepEqual([unable.cluster_stability.note, unable.cluster_stability_reference], [
    ...["dbscan is not refitted", undefined],
  ]);
});
