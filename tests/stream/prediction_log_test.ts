/** What a stream printed, as monitor and import take it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Codes } from "../../lib/artifacts/codes.ts";
import type { Metrics } from "../../lib/artifacts/metrics.ts";
import type { Motifs } from "../../lib/artifacts/motifs.ts";
import type { Windows } from "../../lib/artifacts/windows.ts";
import { InputError } from "../../lib/errors.ts";
import importStep from "../../lib/steps/import.ts";
import monitor from "../../lib/steps/monitor.ts";
import { readPredictionLog } from "../../lib/stream/prediction_log.ts";
import { withFolder } from "../hailo/sample_bundle.ts";
import { runStep } from "../steps/run_step.ts";

const names = ["rest", "walk", "stairs"];
const prediction = (code: number, more: object = {}) => ({
  ...{
    event: "prediction",
    index: 0,
    code,
    label: names[code % 3],
    confidence: 0.5,
    behaviour: names[code % 3],
  },
  ...more,
});
const text = (lines: object[]) => lines.map((line) => JSON.stringify(line) + "\n").join("");

/** Files of one device; every hundredth window a gap. */
async function device(dir: string, subject: string, code: (i: number) => number): Promise<string[]> {
  await Deno.mkdir(join(dir, subject));
  const start = { event: "start", at: "2026-11-30T00:00:00Z", subject, rate: 2, package: "p" };
  return await Promise.all([0, 1].map(async (part) => {
    const lines = Array.from({ length: 300 }, (_, i) => [
      ...(i % 100 === 50 ? [{ event: "gap", reason: "the source ended" }] : []),
      prediction(code(300 * part + i)),
    ]).flat();
    const path = join(dir, subject, `predictions-${part + 1}.jsonl`);
    await Deno.writeTextFile(path, text([start, ...lines]));
    return path;
  }));
}

/** Windows, codes and behaviours of a log through the step. */
async function imported(paths: string[]) {
  const files = { path: paths };
  const windows = (await runStep(importStep, {}, { type: "windows", path: "*.jsonl", rate: 2 }, { files }))
    .outputs.windows as Windows;
  const levels = [3, 3];
  const codes = await runStep(importStep, { windows }, { type: "codes", path: "*.jsonl", levels }, { files });
  const motifs = await runStep(importStep, { windows }, { type: "labels", path: "*.jsonl" }, { files });
  return { windows, codes: codes.outputs.codes as Codes, motifs: motifs.outputs.labels as Motifs };
}

Deno.test("a log becomes windows with their wearers, codes and behaviours, and gaps part recordings", async () => {
  await withFolder(async (dir) => {
    const { windows, codes, motifs } = await imported(await device(dir, "S1", (i) => i % 9));
    assert.equal(windows.start.length, 600);
    assert.deepEqual([...codes.codes.slice(0, 10)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 0]);
    assert.deepEqual(windows.recordings.recordings.map(({ samples }) => samples), [
      50,
      100,
      100,
      50,
      50,
      100,
      100,
      50,
    ]);
    assert.deepEqual(new Set(windows.recordings.recordings.map(({ subject }) => subject)), new Set(["S1"]));
    assert.equal(new Set(windows.recordings.recordings.map(({ id }) => id)).size, 8);
    assert.deepEqual([windows.recordings.rate, windows.length, windows.hop], [2, 1, 1]);
    assert.deepEqual(windows.recordings.labelNames, ["rest", "stairs", "walk"]);
    assert.deepEqual(windows.recordings.labelNames[windows.labels[2]], "stairs");
    assert.deepEqual(motifs.names![motifs.labels[1]], "walk");
    assert.equal(windows.recordings.recordings[0].data[0], 0.5);
  });
});

Deno.test("monitor finds in the logs of devices what changed, and is silent where nothing did", async () => {
  await withFolder(async (dir) => {
    const usual = (person: number) => (i: number) => Math.floor(i / 20 + person) * 5 % 7;
    const many = async (from: number, code: (person: number) => (i: number) => number) =>
      await imported(
        (await Promise.all(
          Array.from({ length: 6 }, (_, p) => device(dir, `S${from + p}`, code(p))),
        )).flat(),
      );
    const [reference, same, other] = [
      await many(0, usual),
      await many(10, usual),
      await many(20, (p) => (i) => i % 3 === 0 ? usual(p)(i) : 8),
    ];
    const judged = async (current: object) => {
      const named = (prefix: string, side: object) =>
        Object.fromEntries(Object.entries(side).map(([name, value]) => [`${prefix}_${name}`, value]));
      const inputs = { ...named("reference", reference), ...named("current", current) };
      return (await runStep(monitor, inputs, { draws: 200, refits: 0 })).outputs.metrics as Metrics;
    };
    const [quiet, drifted] = [await judged(same), await judged(other)];
    assert.deepEqual([quiet.metrics.drifted.value, quiet.metrics.code_drift.value], [0, 0]);
    assert.deepEqual([drifted.metrics.code_drift.value, drifted.metrics.motif_drift.value], [1, 1]);
    assert.equal(drifted.metrics.code_drift.n, 3600);
  });
});

Deno.test("the lines of a stream are a log: wearers by line, ends between stretches, motifs before labels", async () => {
  await withFolder(async (dir) => {
    const path = join(dir, "wrist.jsonl");
    await Deno.writeTextFile(
      path,
      text([
        prediction(1, { motif: { id: 0, name: "m", confidence: 0.75, unseen: false }, behaviour: "turning" }),
        prediction(2, { subject: "A" }),
        prediction(2, { subject: "A" }),
        { event: "end", reason: "gap", smoothed: [] },
        prediction(2, { subject: "A", behaviour: null }),
      ]),
    );
    const { stretches, rate, names } = await readPredictionLog([path]);
    assert.deepEqual(stretches.map(({ subject, predictions }) => [subject, predictions.length]), [
      ["wrist", 1],
      ["A", 2],
      ["A", 1],
    ]);
    assert.equal(stretches[0].predictions[0].confidence, 0.75);
    assert.equal(rate, undefined);
    assert.deepEqual(names, ["stairs", "turning"]);
  });
});

Deno.test("what is no log is refused with file and line", async () => {
  await withFolder(async (dir) => {
    const path = join(dir, "a.jsonl");
    const cases: [string, RegExp][] = [
      [text([prediction(1)]) + '{"event":"predic\n' + text([prediction(1)]), /the line is no JSON/],
      [text([prediction(1), { event: "prediction", code: -1 }]), /code.* does not fit/],
      [text([{ event: "start", rate: 2 }]), /there is no prediction in it/],
      [
        text([{ event: "start", rate: 2 }, prediction(1), { event: "start", rate: 1 }]),
        /name 2 and 1 predictions/,
      ],
    ];
    for (const [content, why] of cases) {
      await Deno.writeTextFile(path, content);
      await assert.rejects(readPredictionLog([path]), (error) => {
        assert.ok(error instanceof InputError);
        assert.match(error.message, why);
        return true;
      });
    }
    await Deno.writeTextFile(path, text([{ event: "start", rate: 4 }, prediction(1)]) + '{"event":"predic');
    assert.equal((await readPredictionLog([path])).stretches[0].predictions.length, 1);
    const params = { type: "windows", path: "a.jsonl", rate: 2 };
    await assert.rejects(
      runStep(importStep, {}, params, { files: { path: [path] } }),
      /it has 4 predictions a second, rate says 2/,
    );
  });
});
