import assert from "node:assert/strict";
import type { Behaviours } from "../../../lib/artifacts/behaviours.ts";
import { Part } from "../../../lib/artifacts/split.ts";
import { rowsOf, shareOfRows } from "../../../lib/metrics/scores/by_subject.ts";
import { validate, type ValidationInput } from "../../../lib/metrics/scores/validate.ts";
import { Random } from "../../../lib/random.ts";
import smooth from "../../../lib/steps/smooth.ts";
import {
  judgementCodes,
  judgementLatents,
  judgementMotifs,
  judgementWindows,
} from "../../steps/judgement_fixtures.ts";
import { runStep } from "../../steps/run_step.ts";

/** Everything that is judged, on the windows of these people. */
async function judging() {
  const windows = judgementWindows();
  const person = (i: number) => windows.recordings.recordings[windows.recording[i]].subject;
  // People differ: later ones are judged by worse logits.
  const latents = judgementLatents(windows);
  windows.labels.forEach((label, i) => {
    if (i % (12 - 2 * Number(person(i).slice(1))) === 1) latents.logits![3 * i + (label + 1) % 3] = 3;
  });
  const motifs = judgementMotifs(windows);
  const { outputs } = await runStep(smooth, { motifs, windows }, { median_k: 1, hysteresis_rule: "none" });
  const input: Omit<ValidationInput, "split"> = {
    windows,
    latents,
    codes: judgementCodes(windows),
    motifs,
    behaviours: outputs.behaviours as Behaviours,
  };
  return (people: string[]) => {
    const part = windows.labels.map((_, i) =>
      person(i) === "s1" ? Part.train : people.includes(person(i)) ? Part.test : Part.unused
    );
    const split = {
      part: Uint8Array.from(part),
      rule: "listed",
      leaks: false,
      sharesSubjects: false,
      groups: { train: ["s1"], validation: [], test: people },
      details: {},
    };
    return validate({ ...input, split }, "test", new Random(1)).metrics;
  };
}

Deno.test("what a score is without a person is what the others score, of every score that tells it", async () => {
  const judge = await judging();
  const people = ["s2", "s3", "s4", "s5", "s6"];
  const all = judge(people);
  const without = people.map((name) => judge(people.filter((other) => other !== name)));
  const telling = Object.entries(all).filter(([, { jackknife }]) => jackknife !== undefined);
  for (const [name, { jackknife }] of telling) {
    assert.deepEqual(jackknife!.subjects, people, name);
    jackknife!.without.forEach((value, s) => {
      const expected = without[s][name].value;
      assert.equal(value === null, expected === null, `${name} without ${people[s]}`);
      if (value !== null) assert.ok(Math.abs(value - expected!) < 1e-12, `${name} ${value} ${expected}`);
    });
  }
  const names = new Set(telling.map(([name]) => name));
  for (
    const name of [
      "accuracy",
      "macro_f1",
      "ece",
      "ece_classwise",
      "brier",
      "nll",
      "code_nmi",
      "unseen_code_share",
    ]
  ) assert.ok(names.has(name), name);
  for (
    const name of [
      "motif_accuracy",
      "motif_ari",
      "behaviour_macro_f1",
      "edit_score",
      "f1_at_50",
      "boundary_f1",
    ]
  ) {
    assert.ok(names.has(name), name);
    assert.ok(all[name].interval !== undefined || all[name].noInterval !== undefined, name);
  }
  // Chance alone raises calibration errors: but for the ECE, which has its own, an interval would miss the truth.
  assert.equal(all.ece_classwise.interval, undefined);
});

Deno.test("one person tells nothing of others, and four give no interval", async () => {
  const judge = await judging();
  const one = judge(["s2"]);
  assert.deepEqual(one.brier.jackknife, { subjects: ["s2"], without: [] });
  assert.match(one.brier.noInterval!, /one recording of one subject/);
  assert.match(judge(["s2", "s3", "s4", "s5"]).motif_ari.noInterval!, /only 4 subjects, an interval needs 5/);
});

Deno.test("one person with five recordings has an interval over them, and still nobody to leave out", () => {
  const recording = Int32Array.from({ length: 50 }, (_, i) => Math.floor(i / 10));
  const judged = {
    part: new Uint32Array(50),
    rows: Uint32Array.from(recording.keys()),
    labels: new Int32Array(50),
    train: new Uint32Array(0),
    classNames: ["a"],
    subjects: ["one"],
    subject: new Int32Array(50),
    recordings: ["r0", "r1", "r2", "r3", "r4"],
    recording,
    origin: "measured" as const,
  };
  const metric = shareOfRows(judged, (row) => row % 10 > recording[row] / 2);
  assert.deepEqual([metric.value, metric.n, metric.origin], [41 / 50, 50, "measured"]);
  assert.equal(metric.interval!.method, "logit t over 5 recordings of one subject");
  assert.deepEqual(metric.jackknife, { subjects: ["one"], without: [] });
  const people = { ...judged, subjects: judged.recordings, subject: recording };
  const share = shareOfRows(people, (row) => row % 10 > recording[row] / 2, { note: "so" });
  assert.deepEqual([share.interval!.lower, share.interval!.upper, share.note], [
    metric.interval!.lower,
    metric.interval!.upper,
    "so",
  ]);
  // Nine, nine, eight, eight and seven of ten: without each, of forty.
  assert.deepEqual(share.jackknife!.without, [32 / 40, 32 / 40, 33 / 40, 33 / 40, 34 / 40]);
});

Deno.test("rowsOf() takes rows of a matrix in the order asked for, of the same kind", () => {
  assert.deepEqual(
    rowsOf(Float64Array.of(1, 2, 3, 4, 5, 6), Int32Array.of(2, 0, 2), 2),
    Float64Array.of(5, 6, 1, 2, 5, 6),
  );
  assert.deepEqual(rowsOf(Int32Array.of(7, 8, 9), Int32Array.of(1)), Int32Array.of(8));
});
