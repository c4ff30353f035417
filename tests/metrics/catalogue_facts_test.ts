import assert from "node:assert/strict";
import { catalogue, headlines } from "../../lib/metrics/catalogue.ts";
import { cutInterval } from "../../lib/metrics/range.ts";

const of = (ends: readonly [number, number] | undefined) =>
  [...catalogue.values()].filter(({ range }) =>
    JSON.stringify(range?.map(String)) === JSON.stringify(ends?.map(String))
  )
    .map(({ name }) => name).sort();
const names = (text: string) => text.trim().split(/\s+/).sort();

Deno.test("what metrics can be follows from their formulas: agreements from −1, percents to 100, distances to ln 2", () => {
  assert.deepEqual(
    of([-1, 1]),
    names(
      `motif_ari behaviour_ari silhouette silhouette_fit motif_seed_agreement motif_stability neighbor_agreement
      cluster_stability cluster_stability_reference few_labels_gain pretraining_gain`,
    ),
  );
  assert.deepEqual(of([0, 100]), names("edit_score f1_at_10 f1_at_25 f1_at_50 boundary_f1"));
  assert.deepEqual(of([0, Math.log(2)]), names("code_js motif_js"));
  assert.deepEqual(of([-1, Infinity]), names("perplexity_change prediction_entropy_change"));
  assert.deepEqual(of([0, 2]), ["brier"]);
  assert.deepEqual(of(undefined), ["accuracy_int8_change", "motif_persistence_bits"]);
  // All others are shares, or counts and sizes from 0 on.
  const rest = [...of([0, 1]), ...of([0, Infinity])];
  assert.equal(rest.length, catalogue.size - 11 - 5 - 2 - 2 - 1 - 2);
  for (
    const name of names(
      "accuracy macro_f1 ece mce code_gini motif_nmi collapsed code_drift assigned_time_share",
    )
  ) {
    assert.ok(of([0, 1]).includes(name), name);
  }
});

Deno.test("only distances are raised by chance, only a device is timed, and headlines have their order", () => {
  const all = [...catalogue.values()];
  assert.deepEqual(
    all.filter(({ raised }) => raised).map(({ name }) => name),
    names("ece ece_equal_mass ece_classwise ece_uncalibrated mce").sort((a, b) =>
      [...catalogue.keys()].indexOf(a) - [...catalogue.keys()].indexOf(b)
    ),
  );
  assert.deepEqual(
    all.filter(({ timed }) => timed).map(({ name }) => name),
    all.filter(({ name }) => /latency|throughput/.test(name)).map(({ name }) => name),
  );
  assert.deepEqual(
    headlines.map(({ name }) => name),
    names(
      `accuracy balanced_accuracy macro_f1 ece perplexity codebook_utilization code_dictionary_accuracy motif_accuracy
      behaviour_accuracy edit_score latency_p95_ms unseen_code_share cluster_stability prediction_entropy gates_failed`,
    )
      .sort((a, b) => catalogue.get(a)!.rank! - catalogue.get(b)!.rank!),
  );
  assert.deepEqual(headlines.map(({ rank }) => rank), headlines.map((_, i) => i + 1));
  const beside = all.flatMap(({ name, baseline, bound }) =>
    baseline === undefined ? [] : [`${name} ${baseline} ${bound ?? ""}`.trim()]
  );
  assert.deepEqual(beside.sort(), [
    "accuracy majority_accuracy",
    "balanced_accuracy majority_balanced_accuracy",
    "cluster_stability cluster_stability_reference",
    "codebook_utilization codebook_utilization_ceiling at most",
    "ece ece_null at best",
    "few_labels_accuracy few_labels_statistics_accuracy",
    "few_labels_tuned_accuracy few_labels_untrained_accuracy",
    "macro_f1 majority_macro_f1",
    "motif_nmi baseline_motif_nmi",
    "motif_same_next motif_same_next_chance",
    "nll nll_uncalibrated",
  ]);
  const lower = names(
    "ece brier nll code_flip_rate unseen_code_share latency_p95_ms parameter_bytes gates_failed code_psi",
  );
  assert.ok(
    lower.every((name) => catalogue.get(name)!.better === "lower"),
    `${lower.map((n) => catalogue.get(n)?.better)}`,
  );
});

Deno.test("cutInterval() forgives a mean its last digit, relative to its size, and no more", () => {
  const interval = { level: 0.95, lower: -0.5, upper: 1.5, method: "t" };
  assert.deepEqual(cutInterval(interval, [0, 1], 0.5), {
    level: 0.95,
    lower: 0,
    upper: 1,
    method: "t, cut to range",
  });
  assert.equal(cutInterval(interval, [-1, 2], 0.5), interval);
  assert.deepEqual(cutInterval(interval, [0, 1], 1 + 5e-13).upper, 1 + 5e-13);
  assert.deepEqual(cutInterval(interval, [0, 1], -5e-13).lower, -5e-13);
  for (const value of [1 + 1.5e-12, -1.5e-12]) {
    assert.throws(() => cutInterval(interval, [0, 1], value), RangeError);
  }
  const large = { level: 0.95, lower: -7, upper: 2000, method: "t" };
  assert.equal(cutInterval(large, [0, 1000], 1000 + 5e-10).upper, 1000 + 5e-10);
  assert.throws(() => cutInterval(large, [0, 1000], 1000 + 5e-9), RangeError);
  assert.equal(cutInterval({ ...large, lower: -2000 }, [-1000, 0], -1000 - 5e-10).lower, -1000 - 5e-10);
});
