/** Every piece of code in the guides is used: workflows are planned, modules checked and called. Commands: tests/e2e. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { callStep } from "../../lib/steps/call.ts";
import train from "../../lib/steps/train.ts";
import { sampleModel, sampleWindows, splitByRecording } from "../model/sample_model.ts";
import { remarksOn } from "../steps/usual_pipeline.ts";
import { guideBlocks } from "./guides.ts";

const blocks = guideBlocks();

Deno.test("the guides hold no code in a language that nothing here runs", () => {
  const languages = new Set(blocks.map(({ language }) => language));
  assert.deepEqual([...languages].sort(), ["csv", "sh", "ts", "yaml"]);
});

Deno.test("every module of the guides does what it says, and every workflow is one", async (t) => {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "motiflow-guides-" }));
  try {
    const modules = blocks.filter(({ language }) => language === "ts").map(({ text }) => {
      const file = join(folder, /^\/\/ (\S+\.ts)\n/.exec(text)![1]!);
      Deno.mkdirSync(dirname(file), { recursive: true });
      Deno.writeTextFileSync(file, text);
      return file;
    });
    assert.ok(modules.length >= 2);
    for (const { page, text } of blocks.filter(({ language }) => language === "yaml")) {
      await t.step(`${page}: ${text.split("\n")[0]}`, async () => {
        assert.deepEqual(await remarksOn(text, join(folder, "workflows")), []);
      });
    }
    const { default: rareCodes } = await import(join(folder, "workflows/steps/rare_codes.ts"));
    const codes = { codes: Uint32Array.from([1, 1, 1, 2, 2, 9]) };
    const { metrics } = await callStep(rareCodes, { codes } as any, { below: 3 }) as any;
    assert.deepEqual(metrics.metrics.rare_codes, { value: 2, n: 3, of: "codes", origin: "measured" });
    const sample = sampleWindows(sampleModel(), 16);
    const { model } = await callStep(train, { windows: sample, split: splitByRecording(sample) }, {
      encoder: join(folder, "workflows/my_encoder.ts"),
      epochs: 1,
    });
    assert.deepEqual(model.weights["layer10.weight"].shape, [128, 32, 2, 5]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
