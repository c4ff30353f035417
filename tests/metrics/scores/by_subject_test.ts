import assert from "node:assert/strict";
import type { Behaviours } from "../../../lib/artifacts/behaviours.ts";
import { Part } from "../../../lib/artifacts/split.ts";
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
