import assert from "node:assert/strict";
import { Part } from "../../lib/artifacts/split.ts";
import { cutWindows } from "../../lib/signal/window/windows.ts";
import split from "../../lib/steps/split.ts";
import { makeRecordings } from "../signal/make_recordings.ts";
import { runStep } from "./run_step.ts";

function windows(subjects: number, samples = 300) {
  const set = makeRecordings(
    Array.from({ length: subjects }, (_, i) => ({
      labels: Int32Array.from({ length: samples }, (_, t) => t < samples / 2 ? 0 : i === 0 ? 2 : 1),
    })),
  );
  return cutWindows(set, { length: 20, hop: 10, within: "recording" });
}

Deno.test("T062 split by subject tests each subject in one fold of a matrix and is the same for a seed", async () => {
  const given = { windows: windows(7) };
  const tested: string[] = [];
  for (const fold of [0, 1, 2]) {
    const a = (await runStep(split, given, { folds: 3, fold }, { seed: 5 })).outputs.split;
    const b = (await runStep(split, given, { folds: 3, fold }, { seed: 5 })).outputs.split;
    assert.deepEqual(a, b);
    assert.equal(a.leaks, false);
    tested.push(...a.groups.test);
  }
  assert.deepEqual(tested.sort(), ["s0", "s1", "s2", "s3", "s4", "s5", "s6"]);
});

Deno.test("split warns of classes that training lacks and of a split that leaks", async () => {
  const given = { windows: windows(4) };
  const lacking: number[] = [];
  for (const fold of [0, 1, 2, 3]) {
    const { warnings } = await runStep(split, given, { folds: 4, fold, validation: 0 });
    lacking.push(warnings.filter((w) => w === "The training part has no window of l2.").length);
  }
  assert.deepEqual(lacking.sort(), [0, 0, 0, 1]);
  const { warnings } = await runStep(split, given, { by: "random-window-leaks" });
  assert.match(warnings[0], /^This split leaks/);
});

Deno.test("T063 split by time keeps an embargo of a window's length by default", async () => {
  const given = { windows: windows(1, 1000) };
  const parts = async (embargo?: number | string) => {
    const params = {
      by: "time",
      folds: 5,
      fold: 1,
      validation: 0,
      ...(embargo === undefined ? {} : { embargo }),
    };
    return (await runStep(split, given, params)).outputs.split.part as Uint8Array;
  };
  const usual = await parts();
  assert.deepEqual(usual, await parts(20));
  assert.deepEqual(usual, await parts("400ms"));
  assert(
    usual.filter((p) => p === Part.train).length < (await parts(0)).filter((p) => p === Part.train).length,
  );
});

Deno.test("split refuses folds that do not exist and time without folds", () => {
  const check = (params: Record<string, unknown>) =>
    split.check!(split.params.parse(params)).map((p) => p.message);
  assert.deepEqual(check({ folds: 5, fold: 5 }), ["5 folds are counted 0 to 4, got 5"]);
  assert.deepEqual(check({ by: "time", folds: "none" }), ["a split by time needs a number of folds"]);
  assert.deepEqual(check({ folds: "none", test: 0 }), []);
  assert.deepEqual(check({ by: "listed" }), ["a listed split needs test_subjects"]);
  assert.deepEqual(check({ test_subjects: ["a"] }), ["needs by: listed"]);
  assert.deepEqual(check({ by: "listed", test_subjects: ["a"] }), []);
});
