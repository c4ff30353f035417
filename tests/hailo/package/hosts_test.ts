/** Every host of a package makes of raw samples what the batch makes of the recording. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Architecture } from "../../../lib/artifacts/model.ts";
import { optionsOf } from "../../../lib/stream/smoothing.ts";
import { batchOf } from "../../stream/batch.ts";
import { skipReason } from "../../house/skip.ts";
import { csvOf, gravityRecordings, packBehaviours } from "../behaviour_package.ts";
import { json, withFolder } from "../sample_bundle.ts";

async function run(program: string, args: string[], cwd: string) {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    ...{ args, cwd, stdin: "null" },
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  }).output().catch(() => ({ code: -1, stdout: new Uint8Array(), stderr: new Uint8Array() }));
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return {
    code,
    out,
    err,
    lines: out.split("\n").filter((line) => line.startsWith('{"event')).map((line) => JSON.parse(line)),
  };
}

const numpy = (await run("python3", ["-c", "import numpy"], "/")).code === 0;

Deno.test({
  name:
    "the Python host names the windows, codes, motifs and behaviours of the batch, gap and filter included",
  ignore: skipReason(!numpy && "no python3 with numpy"),
  async fn() {
    await withFolder(async (dir) => {
      const { raw, whole } = gravityRecordings();
      const packed = await packBehaviours(dir, whole);
      const second = { ...whole, recordings: whole.recordings.slice(1) };
      const batch = await batchOf(packed.model, second, 25, optionsOf(packed.rules), packed.motifs);
      const file = join(dir, "second.csv");
      await Deno.writeTextFile(file, csvOf(raw, 1));
      const args = ["-W", "error", "scripts/stream.py", file, "--time", "time", "--backend", "none"];
      const { code, lines, err } = await run("python3", args, packed.dir);
      assert.equal(code, 0, err);
      const predictions = lines.filter((line) => line.event === "prediction");
      assert.deepEqual(predictions.map((p) => p.start), [...batch.windows.start]);
      assert.deepEqual(predictions.map((p) => p.code), [...batch.codes]);
      assert.deepEqual(predictions.map((p) => p.motif.id), [...batch.motifs!.labels]);
      assert.deepEqual(
        predictions.map((p) => p.label),
        [...batch.labels].map((id) => packed.model.labels[id]),
      );
      const smoothed = lines.flatMap((l) =>
        l.event === "end" ? l.smoothed : l.smoothed === null ? [] : [l.smoothed]
      );
      assert.deepEqual(smoothed.map((d) => d.id), [...batch.smoothed]);
      predictions.forEach((p) => {
        assert.equal(p.behaviour, packed.seen!.has(p.code) ? packed.names![p.motif.id] : "unknown");
      });
      assert.ok(predictions.some((p) => p.behaviour === "unknown"));
      assert.ok(predictions.some((p) => p.behaviour !== "unknown"));
    });
  },
});

/** Packages that differ in what a host has to compute. */
const variants: [name: string, phase: "zero" | "causal", changes: Partial<Architecture>, motifs: boolean][] =
  [
    ["motifs over causal gravity", "causal", {}, true],
    [
      "gravity that must be supplied, class labels only",
      "zero",
      { neck: [7], pooling: ["std", "mean"] },
      false,
    ],
    ["segments and no quantiser", "causal", { segments: 3, pooling: ["max", "std"], levels: null }, false],
    ["codes alone", "causal", { classes: 0, head: [], levels: [5, 4], latent: 2 }, false],
  ];

for (const [name, phase, changes, motifs] of variants) {
  Deno.test({
    name: `the Python host reproduces the golden stream: ${name}`,
    ignore: skipReason(!numpy && "no python3 with numpy"),
    async fn() {
      await withFolder(async (dir) => {
        const packed = await packBehaviours(dir, gravityRecordings(phase).whole, changes, motifs);
        const report = join(dir, "report.json");
        const args = ["-W", "error", "scripts/selftest.py", "--backend", "none", "--json", report];
        const { code, out } = await run("python3", args, packed.dir);
        assert.equal(code, 0, out);
        const { stream, device } = await json(report);
        assert.deepEqual([stream.equal_lines, stream.windows], [stream.n, 18]);
        assert.ok(device.max_abs_error < 1e-5);
      });
    },
  });
}
