import assert from "node:assert/strict";
import type { Metric, Metrics } from "../../../lib/artifacts/metrics.ts";
import { diagnose, type Surroundings } from "../../../lib/metrics/diagnose.ts";
import { judgeGate, withGates } from "../../../lib/metrics/gates.ts";
import { NAME_PURITY } from "../../../lib/temporal/describe.ts";

const metric = (value: number | null, more: Partial<Metric> = {}): Metric => ({
  value,
  n: 100,
  of: "windows",
  origin: "measured",
  ...more,
});

/** The evidence of one rule; undefined where it finds nothing. */
function evidence(
  id: string,
  values: Record<string, number | null>,
  tables: Metrics["tables"] = {},
  surroundings: Surroundings = {},
  more: Partial<Metrics> = {},
): string | undefined {
  const metrics: Metrics = {
    metrics: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, metric(value)])),
    tables,
    details: {},
    ...more,
  };
  return diagnose(metrics, surroundings).find((finding) => finding.id === id)?.evidence;
}
const classes = (n: number) =>
  Array.from({ length: n }, (_, c) => ({ class: `c${c}`, support: 9, predicted: 9 }));

Deno.test("a leak is suspected of a channel from 0.98 on that is a tenth ahead of the next, of two classes or more", () => {
  const channel = (name: string, accuracy: number) => ({
    channel: name,
    sensor: "wrist",
    accuracy,
    windows: 50,
  });
  const of = (accuracies: number[], n = 2) =>
    evidence("leak_suspected", {}, {
      channels: accuracies.map((a, i) => channel("xyzw"[i], a)),
      per_class: classes(n),
    });
  assert.equal(
    of([0.5, 0.99, 0.6, 0.7], 3),
    "y of wrist: accuracy 0.99 from its mean over the window, 50 windows of 3 classes; the next, w of wrist, 0.7",
  );
  assert.equal(
    of([0.98]),
    "x of wrist: accuracy 0.98 from its mean over the window, 50 windows of 2 classes",
  );
  assert.deepEqual([of([0.979]), of([0.99, 0.9]), of([]), of([0.99], 1)], [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  assert.notEqual(of([1, 0.89]), undefined);
  // Classes without windows are none.
  const tables = {
    channels: [channel("x", 1)],
    per_class: [...classes(1), { class: "c9", support: 0, predicted: 3 }],
  };
  assert.equal(evidence("leak_suspected", {}, tables), undefined);
});

Deno.test("a subject is far below from three subjects on, by more than 0.15 and three deviations", () => {
  const of = (...accuracies: (number | null)[]) =>
    evidence("subject_far_below", {}, {
      per_subject: accuracies.map((accuracy, i) => ({ subject: `s${i}`, windows: 7, accuracy })),
    });
  assert.equal(of(0.9, 0.9, 0.7), '"s2" accuracy 0.7 over 7 windows; the median of 3 subjects is 0.9');
  assert.deepEqual([of(0.9, 0.7), of(0.9, 0.9, 0.75), of(0.9, null, 0.2)], [undefined, undefined, undefined]);
  // Median 0.8, deviations 0, 0.1, 0.1, 0.1, 0.5: three times 1.4826 × 0.1 below it is 0.355.
  assert.match(of(0.8, 0.9, 0.7, 0.9, 0.3)!, /^"s4" accuracy 0\.3/);
  assert.equal(of(0.8, 0.9, 0.7, 0.9, 0.36), undefined);
  // Median 0.8, deviations 0, 0.1, 0.2, 0.2, 0.6: their median is 0.2, and the limit below 0.
  assert.equal(of(0.8, 0.9, 1, 0.6, 0.2), undefined);
});

Deno.test("a codebook that has collapsed where it is judged is told by its numbers, one in training by its epochs as well", () => {
  const told = (collapsed: number, perplexity: number) =>
    evidence("codebook_collapse", { collapsed, perplexity, top_code_share: 0.5 }, {});
  assert.match(told(0, 1.2)!, /^perplexity 1\.2, the most frequent code holds 50(\.0)? %$/);
  assert.match(told(1, 3)!, /^perplexity 3, .* %; the last two epochs of the training had collapsed/);
  assert.equal(told(0, 3), undefined);
});

Deno.test("a recording is wrong throughout from ten windows on, of which at most a tenth is right", () => {
  const of = (rows: [number, number][], subjects = 2) =>
    evidence("recording_wrong", {}, {
      per_recording: rows.map(([accuracy, windows], i) => ({ recording: `r${i}`, windows, accuracy })),
      per_subject: Array.from(
        { length: subjects },
        (_, i) => ({ subject: `s${i}`, windows: 9, accuracy: 0.5 }),
      ),
    });
  assert.equal(
    of([[0.9, 20], [0.1, 10], [0.8, 20]]),
    '"r1" accuracy 0.1 over 10 windows; the median of 3 recordings is 0.8',
  );
  assert.equal(of([[0.9, 20], [0.1, 9], [0.8, 20]]), undefined);
  // Of two recordings of one person nobody knows which is right.
  assert.equal(of([[1, 20], [0, 10]], 1), undefined);
  assert.equal(of([[0.9, 20], [0.11, 10], [0.8, 20]]), undefined);
  assert.equal(of([[0.49, 20], [0.1, 10], [0.8, 20]]), undefined);
  // One recording each: told of the person.
  assert.equal(of([[0.9, 20], [0.1, 10], [0.8, 20]], 3), undefined);
  const many = of([
    ...Array.from({ length: 6 }, (): [number, number] => [0, 10]),
    ...Array.from({ length: 7 }, (): [number, number] => [1, 10]),
  ]);
  assert.match(many!, /"r4" accuracy 0 over 10 windows and 1 more; the median of 13/);
});

Deno.test("a class is of few people below three of at least five", () => {
  const of = (...counts: number[]) =>
    evidence("class_of_few_people", {}, { per_class: [] }, {
      classPeople: counts.map((n, c) => ({
        name: `c${c}`,
        people: Array.from({ length: n }, (_, i) => `s${i}`),
      })),
    });
  assert.equal(of(5, 2, 0, 1, 3), '"c1" in s0 and s1, "c3" in s0 of 5 people');
  assert.deepEqual([of(5, 3), of(4, 2)], [undefined, undefined]);
});

Deno.test("what was chosen on one person is told, where something was", () => {
  const of = (validationSubjects: number, chosen: string[]) =>
    evidence("chosen_on_one", { accuracy: 1 }, {}, { validationSubjects, chosen });
  assert.equal(
    of(1, ["epoch 3 of 9", "temperature 1.2"]),
    "epoch 3 of 9 and temperature 1.2, on 1 validation subject",
  );
  assert.deepEqual([of(2, ["epoch 3 of 9"]), of(1, []), of(NaN, ["epoch 3 of 9"])], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("training was still improving where the last loss is the least and fell by more than a fiftieth", () => {
  const of = (losses: number[], validation: (number | null)[] = losses.map(() => null)) =>
    evidence("still_improving", { best_epoch: 1 }, {}, {
      history: losses.map((loss, i) => ({ epoch: i + 1, loss, validationLoss: validation[i] })),
    });
  assert.equal(of([3, 2, 1.9]), "training loss 2 after epoch 2, 1.9 after epoch 3, the last");
  assert.deepEqual([of([3, 2, 1.97]), of([1, 2, 1.5]), of([5]), of([])], [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  assert.match(of([3, 2, 1.95])!, /^training/);
  assert.match(of([3, 3, 3], [3, 2, 1.9])!, /^validation loss 2/);
  assert.match(of([3, 2, 1], [null, 2, 3])!, /^training/);
  // Losses below zero fall by their size.
  assert.match(of([0, -1, -1.05])!, /^training/);
  assert.equal(of([0, -1, -1.01]), undefined);
});

Deno.test("behaviours are impure below the purity that gives a name, the worst three are told", () => {
  const entry = (id: number, purity: number | null, windows = 10) => ({
    id,
    name: `b${id}`,
    label: "walk",
    purity,
    windows,
  });
  const of = (...dictionary: ReturnType<typeof entry>[]) =>
    evidence("impure_behaviours", { behaviour_count: 3 }, {}, { dictionary });
  assert.deepEqual([of(entry(0, NAME_PURITY), entry(1, null)), of()], [undefined, undefined]);
  const told = of(
    entry(0, 0.5),
    entry(1, 0.2),
    entry(2, 0.3),
    entry(3, 0.4, 20),
    entry(4, 1, 50),
    entry(5, null),
  )!;
  assert.match(told, /^in 4 of 5 behaviours, with 50(\.0)? % of 100 windows/);
  assert.match(told, /: b1 \(20(\.0)? % "walk"\), b2 \(30(\.0)? % "walk"\), b3 \(40(\.0)? % "walk"\)$/);
});

Deno.test("confusions dominate from half of a class or of all errors on, the three largest are told", () => {
  const of = (counts: number[][]) =>
    evidence("dominant_confusion", {}, { per_class: classes(counts.length) }, {}, {
      confusion: { labels: counts.map((_, c) => `c${c}`), counts },
    });
  // Half of a class is not most of it; half of all errors neither.
  assert.equal(of([[10, 10, 0], [5, 80, 5], [0, 0, 50]]), undefined);
  assert.match(
    of([[9, 10, 0], [5, 80, 5], [5, 0, 50]])!,
    /^"c0" is taken for "c1" in 10 of its 19 windows, 40(\.0)? % of all 25 errors$/,
  );
  assert.equal(of([[8, 9, 0], [5, 80, 5], [5, 0, 50]]), undefined);
  assert.match(of([[90, 11, 0], [5, 80, 5], [0, 0, 50]])!, /11 of its 101 windows/);
  assert.equal(of([[90, 11], [5, 80]]), undefined);
  const many = of([[0, 12, 0, 0], [0, 0, 13, 0], [0, 0, 0, 15], [14, 0, 0, 0]])!.split("; ");
  assert.deepEqual(many.map((text) => text.slice(0, 4)), ['"c2"', '"c3"', '"c1"']);
});

Deno.test("segments per true one are many above 1.5, few below 0.67, and bouts short below the dwell", () => {
  const over = (ratio: number, bout: number, minDwellSeconds?: number) =>
    evidence("over_segmentation", { over_segmentation: ratio, bout_duration_median: bout }, {}, {
      minDwellSeconds,
    });
  assert.equal(over(1.6, 2), "1.6 predicted segments per true one, median bout 2 s");
  assert.deepEqual([over(1.5, 2), over(1, 2, 2), over(1, 2)], [undefined, undefined, undefined]);
  assert.notEqual(over(1, 2, 2.1), undefined);
  const under = (ratio: number, count: number) =>
    evidence("under_segmentation", { over_segmentation: ratio, behaviour_count: count }, {
      per_class: classes(3),
    });
  assert.deepEqual([under(0.67, 3), under(0.66, 3), under(1, 2), under(0.5, 1)], [
    undefined,
    "0.66 predicted segments per true one",
    "2 behaviours for 3 labels",
    "0.5 predicted segments per true one, 1 behaviours for 3 labels",
  ]);
  const weak = (silhouette: number) => evidence("weak_clusters", { silhouette, motif_count: 4 });
  assert.deepEqual([weak(0.3), weak(0.29)], [undefined, "silhouette 0.29 over 100 windows and 4 motifs"]);
  const few = (trainingSubjects: number) =>
    evidence("few_subjects", { accuracy: 0.9 }, {}, { trainingSubjects });
  assert.deepEqual([few(5), few(NaN), few(1), few(4)], [
    undefined,
    undefined,
    "1 training subject, at least 5 are wanted",
    "4 training subjects, at least 5 are wanted",
  ]);
  // A rule is silent where it has nothing to look at.
  assert.equal(evidence("few_subjects", {}, {}, { trainingSubjects: 1 }), undefined);
});

Deno.test("calibration is poor above 0.03 and twice chance, and what to do depends on a temperature", () => {
  const advice = (values: Record<string, number>) => {
    const metrics = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, metric(value)]));
    const found = diagnose({ metrics, tables: {}, details: {} }).find(({ id }) => id === "poor_calibration");
    return found && [found.severity, found.advice.slice(0, 26)];
  };
  const fit = "Fit the temperature on sub", fitted = "A temperature is fitted al";
  assert.equal(advice({ ece: 0.03, ece_null: 0.001 }), undefined);
  assert.equal(advice({ ece: 0.04, ece_null: 0.02 }), undefined);
  assert.deepEqual(advice({ ece: 0.04, ece_null: 0.019 }), ["advice", fit]);
  assert.deepEqual(advice({ ece: 0.05, ece_null: 0.019 }), ["advice", fit]);
  assert.deepEqual(advice({ ece: 0.051, ece_null: 0.019 }), ["warning", fit]);
  assert.deepEqual(
    advice({ ece: 0.06, ece_null: 0.01, ece_uncalibrated: 0.06, nll: 1, nll_uncalibrated: 1 }),
    ["warning", fit],
  );
  assert.deepEqual(advice({ ece: 0.06, ece_null: 0.01, ece_uncalibrated: 0.02 }), ["warning", fitted]);
  assert.deepEqual(advice({ ece: 0.06, ece_null: 0.01, nll: 1, nll_uncalibrated: 1.2 }), ["warning", fitted]);
  assert.deepEqual(advice({ ece: 0.06, ece_null: 0.01, nll: 1 }), ["warning", fit]);
  assert.equal(evidence("calibration_not_measurable", { ece_null: 0.03 }), undefined);
  assert.match(
    evidence("calibration_not_measurable", { ece_null: 0.031 })!,
    /would show 0\.031 over 100 windows/,
  );
});

Deno.test("gates hold at their limit, on the unfavourable end, and say why where they cannot", () => {
  const interval = { level: 0.95, lower: 0.8, upper: 0.9, method: "t" };
  const judge = (gate: object, own?: Metric) => judgeGate({ metric: "accuracy", on: "bound", ...gate }, own);
  const own = metric(0.85, { interval });
  assert.deepEqual([0.8, 0.81].map((atLeast) => judge({ atLeast }, own).passed), [true, false]);
  assert.deepEqual([0.9, 0.89].map((atMost) => judge({ atMost }, own).passed), [true, false]);
  assert.deepEqual([0.85, 0.86].map((atLeast) => judge({ atLeast, on: "value" }, own).passed), [true, false]);
  assert.equal(judge({ atLeast: 0.81 }, own).reason, "accuracy: lower 95 % bound 0.8 is not ≥ 0.81");
  assert.deepEqual(judge({ atMost: 0.9 }, own), {
    metric: "accuracy",
    condition: "≤ 0.9",
    value: 0.85,
    n: 100,
    of: "windows",
    origin: "measured",
    judged: 0.9,
    on: "upper 95 % bound",
    passed: true,
    reason: "accuracy: upper 95 % bound 0.9 is ≤ 0.9",
  });
  const absent = judge({ atLeast: 0.5 });
  assert.deepEqual([absent.value, absent.n, absent.of, absent.origin, absent.on, absent.passed], [
    null,
    0,
    "",
    null,
    "absent",
    false,
  ]);
  assert.equal(
    judge({ atLeast: 0.5 }, metric(null, { note: "no windows" })).reason,
    "accuracy has no value (no windows)",
  );
  assert.equal(judge({ atLeast: 0.5 }, metric(null)).reason, "accuracy has no value");
  assert.equal(
    judge({ atLeast: 0.5 }, metric(0.9, { noInterval: "one person" })).reason,
    "accuracy = 0.9 has no interval to judge by (one person)",
  );
  assert.throws(() => judge({}), RangeError);
  assert.throws(() => judge({ atLeast: 0.5, atMost: 0.6 }), RangeError);
  const metrics: Metrics = { metrics: { a: { ...own, origin: "simulated" } }, tables: {}, details: {} };
  assert.equal(withGates(metrics, []), metrics);
  const gates = [{ metric: "a", atLeast: 0.8, on: "bound" }, { metric: "a", atLeast: 0.9, on: "value" }, {
    metric: "b",
    atMost: 1,
    on: "value",
  }] as const;
  const judged = withGates(metrics, gates);
  assert.deepEqual(judged.metrics.gates_failed, { value: 2, n: 3, of: "gates", origin: "simulated" });
  assert.deepEqual(judged.tables.gates.map((row) => row.passed), [true, false, false]);
});
