import assert from "node:assert/strict";
import type { Metrics } from "../../../lib/artifacts/metrics.ts";
import { diagnose, type Surroundings } from "../../../lib/metrics/diagnose.ts";
import { score } from "../../../lib/metrics/scores/classification.ts";
import { NAME_PURITY } from "../../../lib/temporal/describe.ts";

/** Metrics of a confusion matrix as `validate` writes them, with further values. */
function judged(
  counts: number[][],
  values: Record<string, number> = {},
  tables: Metrics["tables"] = {},
): Metrics {
  const labels = counts.map((_, c) => `class ${c}`);
  const { n, accuracy, perClass } = score(counts);
  const metrics = Object.entries({ accuracy: accuracy!, ...values }).map(([name, value]) =>
    [name, { value, n, of: "windows", origin: "measured" as const }] as const
  );
  return {
    metrics: Object.fromEntries(metrics),
    confusion: { labels, counts },
    tables: { per_class: perClass.map((row, c) => ({ class: labels[c], ...row })), ...tables },
    details: {},
  };
}

const good = [[40, 1, 1], [1, 40, 1], [1, 1, 40]];

function found(id: string, metrics: Metrics, surroundings: Surroundings = {}) {
  return diagnose(metrics, surroundings).find((finding) => finding.id === id);
}

Deno.test("diagnose() finds nothing wrong with a good model of enough people", () => {
  const per_subject = Array.from(
    { length: 6 },
    (_, i) => ({ subject: `s${i}`, windows: 21, accuracy: 0.94 + i / 100 }),
  );
  const surroundings = {
    trainingSubjects: 5,
    history: [{ epoch: 1, loss: 0.4, validationLoss: 0.5 }, { epoch: 2, loss: 0.3, validationLoss: 0.51 }],
    dictionary: [{ id: 0, name: "walk", label: "walk", purity: NAME_PURITY, windows: 9 }],
  };
  const metrics = judged(good, { majority_accuracy: 0.34, best_epoch: 1, behaviour_count: 3 }, {
    per_subject,
  });
  assert.deepEqual(diagnose(metrics, surroundings), []);
});

Deno.test("a class that is never predicted is found with its windows; one that is predicted once, absent or untaught is not", () => {
  const never = judged([[40, 0, 0], [30, 20, 0], [0, 7, 0]]);
  assert.equal(found("class_never_predicted", never)!.evidence, '"class 2" (7 windows) of 97 judged windows');
  assert.equal(found("class_never_predicted", judged([[40, 0, 1], [30, 20, 0], [0, 7, 0]])), undefined);
  assert.equal(found("class_never_predicted", judged([[40, 0, 0], [30, 20, 0], [0, 0, 0]])), undefined);
  never.tables.unknown_classes = [{ class: "class 2", windows: 7 }];
  assert.equal(found("class_never_predicted", never), undefined);
});

Deno.test("a confusion dominates above half of a class or of all errors, from ten windows on", () => {
  const text = (counts: number[][]) => found("dominant_confusion", judged(counts))?.evidence;
  assert.equal(
    text([[9, 11, 0], [5, 40, 5], [5, 0, 40]]),
    '"class 0" is taken for "class 1" in 11 of its 20 windows, 42.3 % of all 26 errors',
  );
  assert.equal(text([[10, 10, 0], [5, 40, 5], [5, 0, 40]]), undefined);
  assert.equal(
    text([[40, 11, 0], [5, 40, 0], [5, 0, 40]]),
    '"class 0" is taken for "class 1" in 11 of its 51 windows, 52.4 % of all 21 errors',
  );
  assert.equal(text([[40, 10, 0], [5, 40, 0], [5, 0, 40]]), undefined);
  assert.equal(text([[40, 9, 0], [0, 40, 0], [0, 0, 40]]), undefined);
  // Of two classes one direction always holds half of the errors.
  assert.equal(text([[40, 12], [3, 40]]), undefined);
});

Deno.test("a score that its baseline reaches is found with both numbers", () => {
  const at = (baseline: number) =>
    found("not_above_baseline", judged([[5, 5], [5, 5]], { majority_accuracy: baseline }));
  assert.match(at(0.5)!.evidence, /^accuracy 0.5, baseline 0.5 over 20 windows$/);
  assert.equal(at(0.5)!.severity, "warning");
  assert.equal(at(0.499), undefined);
});

Deno.test("fewer than five training subjects are found; an encoder from elsewhere is not blamed", () => {
  assert.equal(
    found("few_subjects", judged(good), { trainingSubjects: 1 })!.evidence,
    "1 training subject, at least 5 are wanted",
  );
  assert.match(
    found("few_subjects", judged(good), { trainingSubjects: 4 })!.evidence,
    /^4 training subjects/,
  );
  assert.equal(found("few_subjects", judged(good), { trainingSubjects: 5 }), undefined);
  assert.equal(found("few_subjects", judged(good)), undefined);
});

Deno.test("a subject far below the median is named; the lowest of a wide spread is not", () => {
  const text = (accuracy: number[]) => {
    const per_subject = accuracy.map((value, i) => ({ subject: `s ${i}`, windows: 30, accuracy: value }));
    return found("subject_far_below", judged(good, {}, { per_subject }))?.evidence;
  };
  assert.equal(
    text([0.75, 0.75, 0.75, 0.5]),
    '"s 3" accuracy 0.5 over 30 windows; the median of 4 subjects is 0.75',
  );
  assert.notEqual(text([0.75, 0.75, 0.75, 0.59]), undefined);
  assert.equal(text([0.75, 0.75, 0.75, 0.61]), undefined);
  assert.equal(text([0.95, 0.85, 0.75, 0.65, 0.55]), undefined);
  // The median deviation is 0.1: the limit is 0.75 − 3 · 1.4826 · 0.1 = 0.305.
  assert.equal(text([0.95, 0.85, 0.75, 0.65, 0.31]), undefined);
  assert.match(text([0.95, 0.85, 0.75, 0.65, 0.3])!, /^"s 4" accuracy 0.3/);
  assert.equal(text([0.9, 0.3]), undefined);
});

Deno.test("training that still improves at its last epoch is found by the validation loss, else by that of the training", () => {
  const text = (losses: [loss: number, validationLoss: number | null][]) =>
    found("still_improving", judged(good, { best_epoch: losses.length }), {
      history: losses.map(([loss, validationLoss], i) => ({ epoch: i + 1, loss, validationLoss })),
    })?.evidence;
  assert.equal(text([[2, 3], [1, 2]]), "validation loss 3 after epoch 1, 2 after epoch 2, the last");
  assert.equal(text([[2, null], [1, null]]), "training loss 2 after epoch 1, 1 after epoch 2, the last");
  assert.equal(text([[2, 100], [1, 98]]), undefined);
  assert.notEqual(text([[2, 100], [1, 97.9]]), undefined);
  assert.equal(text([[2, 1], [1.5, 3], [1, 2]]), undefined);
  assert.equal(text([[2, 3]]), undefined);
});

Deno.test("behaviours below the purity of names are found with the share of their windows, the least pure first", () => {
  const entry = (id: number, purity: number | null, windows: number) => ({
    id,
    name: `motif ${id}`,
    label: purity === null ? null : "sit",
    purity,
    windows,
  });
  const text = (...dictionary: ReturnType<typeof entry>[]) =>
    found("impure_behaviours", judged(good, { behaviour_count: 3 }), { dictionary })?.evidence;
  assert.equal(
    text(entry(0, 0.9, 50), entry(1, 0.5, 30), entry(2, 0.4, 20), entry(3, null, 99)),
    "in 2 of 3 behaviours, with 50.0 % of 100 windows, the most frequent label has less than 66.7 %: " +
      'motif 2 (40.0 % "sit"), motif 1 (50.0 % "sit")',
  );
  assert.equal(text(entry(0, NAME_PURITY, 50)), undefined);
  assert.notEqual(text(entry(0, NAME_PURITY - 1e-9, 50)), undefined);
});

Deno.test("over-segmentation under the HSMM is not answered with the HSMM", () => {
  const metrics = judged(good, { over_segmentation: 2 });
  assert.match(
    found("over_segmentation", metrics, { smoothing: "hsmm" })!.advice,
    /^The HSMM is used already: a larger `stickiness` or fewer states/,
  );
  assert.match(found("over_segmentation", metrics, { smoothing: "rules" })!.advice, /or use the HSMM/);
});

// One step to either side of each limit.
for (
  const [id, at, beyond] of [
    ["codebook_collapse", { top_code_share: 0.8 }, { top_code_share: 0.801 }],
    ["codebook_collapse", { perplexity: 1.5 }, { perplexity: 1.499 }],
    ["weak_clusters", { silhouette: 0.3 }, { silhouette: 0.299 }],
    ["over_segmentation", { over_segmentation: 1.5 }, { over_segmentation: 1.501 }],
    ["under_segmentation", { over_segmentation: 0.67 }, { over_segmentation: 0.669 }],
    ["poor_calibration", { ece: 0.03, ece_null: 0.01 }, { ece: 0.031, ece_null: 0.01 }],
    ["poor_calibration", { ece: 0.04, ece_null: 0.02 }, { ece: 0.041, ece_null: 0.02 }],
    ["calibration_not_measurable", { ece_null: 0.03 }, { ece_null: 0.031 }],
    ["many_codes", { used_codes: 100 }, { used_codes: 101 }],
    ["high_latency", { latency_p95_ms: 20 }, { latency_p95_ms: 20.01 }],
    // 126 judged windows are 20 for each of 6.3 codes.
    ["saturated_codebook", { perplexity: 6, used_codes: 6.31, codebook_utilization: 1 }, {
      perplexity: 6,
      used_codes: 6.29,
      codebook_utilization: 1,
    }],
    ["saturated_codebook", { perplexity: 5.4, used_codes: 6, codebook_utilization: 1 }, {
      perplexity: 5.41,
      used_codes: 6,
      codebook_utilization: 1,
    }],
    [
      "idle_codes",
      { codebook_utilization: 0.2, codebook_utilization_relative: 0.4 },
      { codebook_utilization: 0.199, codebook_utilization_relative: 0.499 },
    ],
    [
      "idle_codes",
      { codebook_utilization: 0.1, codebook_utilization_relative: 0.4, codebook_utilization_ceiling: 0.199 },
      { codebook_utilization: 0.1, codebook_utilization_relative: 0.4, codebook_utilization_ceiling: 0.2 },
    ],
    [
      "idle_codes",
      { codebook_utilization: 0.1, codebook_utilization_relative: 0.5 },
      { codebook_utilization: 0.199, codebook_utilization_relative: 0.499 },
    ],
  ] as [string, Record<string, number>, Record<string, number>][]
) {
  Deno.test(`${id} is silent at ${JSON.stringify(at)} and found at ${JSON.stringify(beyond)}`, () => {
    assert.equal(found(id, judged(good, at)), undefined);
    assert.notEqual(found(id, judged(good, beyond)), undefined);
  });
}

Deno.test("idle codes ask for fewer levels of few classes only, and not where a twin without quantiser does better", () => {
  const idle = { accuracy: 0.8, codebook_utilization: 0.1, codebook_utilization_relative: 0.4 };
  assert.match(found("idle_codes", judged(good, idle))!.advice, /Fewer levels would say the same/);
  assert.notEqual(found("idle_codes", judged(good, { ...idle, twin_accuracy: 0.809 })), undefined);
  assert.equal(found("idle_codes", judged(good, { ...idle, twin_accuracy: 0.812 })), undefined);
  const many = Array.from({ length: 10 }, (_, c) => Array.from({ length: 10 }, (_, k) => c === k ? 12 : 0));
  assert.match(found("idle_codes", judged(many, idle))!.advice, /leave as many dimensions/);
});

Deno.test("poor calibration is a warning above an ECE of 0.05", () => {
  const severity = (ece: number) => found("poor_calibration", judged(good, { ece, ece_null: 0 }))!.severity;
  assert.deepEqual([severity(0.05), severity(0.051)], ["advice", "warning"]);
});

Deno.test("a channel that alone tells the labels is suspected of a leak, unless the next is nearly as good", () => {
  const channels = (...accuracy: number[]) =>
    accuracy.map((value, i) => ({ sensor: "wrist", channel: `c${i}`, accuracy: value, windows: 126 }));
  const text = (...accuracy: number[]) =>
    found("leak_suspected", judged(good, {}, { channels: channels(...accuracy) }))?.evidence;
  assert.equal(
    text(0.5, 0.99, 0.88),
    "c1 of wrist: accuracy 0.99 from its mean over the window, 126 windows of 3 classes; the next, c2 of wrist, 0.88",
  );
  assert.ok(text(0.98)?.startsWith("c0 of wrist"));
  assert.equal(text(0.979, 0.1), undefined);
  assert.equal(text(0.99, 0.9), undefined);
});

Deno.test("codes that labels share are found from a fifth of the windows on, the most frequent three by name", () => {
  const row = (code: number, support: number, shared: string[]) => ({ code, support, shared });
  const rows = [
    row(1, 5, ["a", "b"]),
    row(2, 9, ["a", "sit down"]),
    row(3, 1, ["b", "c"]),
    row(4, 7, ["a", "c"]),
  ];
  const text = (rest: number) =>
    found("merged_behaviours", judged(good, {}, { code_dictionary: [...rows, row(5, rest, ["a"])] }))
      ?.evidence;
  assert.equal(
    text(88),
    '4 of 5 codes, with 20.0 % of the windows, are shared by labels; e.g. 2 (a, "sit down"); 4 (a, c); 1 (a, b)',
  );
  assert.equal(text(89), undefined);
});

Deno.test("codes that are all in use are found above nine tenths, from twenty windows a code on", () => {
  const text = (perplexity: number, n: number) => {
    const metrics = judged(good, { perplexity, used_codes: 8, codebook_utilization: 0.5 });
    metrics.metrics.perplexity.n = n;
    return found("saturated_codebook", metrics)?.evidence;
  };
  assert.equal(text(14.5, 320), "perplexity 14.5 of 16 codes over 320 windows");
  assert.deepEqual([text(14.4, 320), text(14.5, 319)], [undefined, undefined]);
});

Deno.test("a channel alone is suspected from 98 % on, a tenth ahead of the next, with two classes or more", () => {
  const channel = (accuracy: number, name: string) => ({
    sensor: "hip",
    channel: name,
    accuracy,
    windows: 30,
  });
  const text = (rows: number[], counts = good) =>
    found("leak_suspected", judged(counts, {}, { channels: rows.map((a, i) => channel(a, `c${i}`)) }))
      ?.evidence;
  assert.match(text([0.5, 0.98, 0.875])!, /^c1 of hip: .*; the next, c2 of hip, 0.875$/);
  assert.deepEqual([text([0.979, 0.5]), text([0.98, 0.8801])], [undefined, undefined]);
  assert.match(text([0.99])!, /30 windows of 3 classes$/);
  assert.match(text([0.99], [[40, 1], [1, 40]])!, /of 2 classes$/);
  assert.equal(text([0.99], [[40]]), undefined);
});

Deno.test("merged behaviours are found by segments below two thirds, or by fewer behaviours than labels", () => {
  const text = (over_segmentation: number, behaviour_count: number) =>
    found("under_segmentation", judged(good, { over_segmentation, behaviour_count }))?.evidence;
  assert.equal(text(0.6, 3), "0.6 predicted segments per true one");
  assert.equal(text(0.67, 2), "2 behaviours for 3 labels");
  assert.equal(text(0.5, 1), "0.5 predicted segments per true one, 1 behaviours for 3 labels");
  assert.equal(text(0.67, 3), undefined);
});

Deno.test("a subject far below is told from three subjects on, with those that have an accuracy", () => {
  const text = (values: (number | null)[]) =>
    found(
      "subject_far_below",
      judged(good, {}, {
        per_subject: values.map((accuracy, i) => ({ subject: `s${i}`, windows: 7, accuracy })),
      }),
    )?.evidence;
  assert.equal(
    text([0.9, 0.9, 0.7, null]),
    '"s2" accuracy 0.7 over 7 windows; the median of 3 subjects is 0.9',
  );
  assert.deepEqual([text([0.9, 0.7]), text([0.9, 0.9, 0.76]), text([0.9, 0.7, null])], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("training that still improves is told by the last two of its losses", () => {
  const text = (losses: number[], validated = true) =>
    found("still_improving", judged(good, { best_epoch: 2 }), {
      history: losses.map((loss, i) => ({ epoch: i + 1, loss, validationLoss: validated ? loss / 2 : null })),
    })?.evidence;
  assert.equal(text([1, 0.9, 0.8]), "validation loss 0.45 after epoch 2, 0.4 after epoch 3, the last");
  assert.equal(text([1, 0.9, 0.8], false), "training loss 0.9 after epoch 2, 0.8 after epoch 3, the last");
  assert.deepEqual([text([1]), text([0.8, 1, 0.9]), text([1, 0.985])], [undefined, undefined, undefined]);
});
