import assert from "node:assert/strict";
import { examples } from "../../lib/steps/examples.ts";
import { registry } from "../../lib/steps/registry.ts";
import { loadWorkflow } from "../../lib/workflow/load.ts";

/** The usual pipeline, whose names the examples use. */
const usual: Record<string, string> = {
  recordings: `{ uses: load, with: { source: simulate } }`,
  windows: `{ uses: window, from: recordings }`,
  later: `{ uses: window, from: recordings, with: { length: 60 } }`,
  split: `{ uses: split, from: windows, with: { by: subject, folds: 3, fold: 0 } }`,
  model: `{ uses: train, from: [windows, split] }`,
  latents: `{ uses: encode, from: [windows, model] }`,
  codes: `{ uses: quantize, from: [latents, model] }`,
  motifs: `{ uses: cluster, from: codes, with: { k: 4 } }`,
  behaviours: `{ uses: smooth, from: [motifs, windows] }`,
  metrics: `{ uses: validate, from: [model, windows, split, codes] }`,
  before: `{ uses: validate, from: [model, windows, split] }`,
  bundle: `{ uses: export, from: [model, windows, split] }`,
  hef: `{ uses: compile-hailo, from: bundle }`,
  benchmark: `{ uses: benchmark-on-device, from: [bundle, hef], with: { target: local } }`,
};

Deno.test("every step has an example, and nothing else has", () => {
  assert.deepEqual(Object.keys(examples).sort(), [...registry.names].sort());
});

Deno.test("every example is a step of its kind that the checker takes without a word", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "motiflow-examples-" });
  try {
    for (const [uses, example] of Object.entries(examples)) {
      await t.step(uses, async () => {
        const name = /^(\w+):/.exec(example)![1]!;
        assert.match(example, new RegExp(`uses: ${uses}\\b`));
        const rest = Object.entries(usual).filter(([other]) => other !== name);
        const steps = [...rest.map(([other, step]) => `${other}: ${step}`), example].join("\n");
        const file = `${folder}/${uses}.yaml`;
        await Deno.writeTextFile(
          file,
          `version: 1\nname: example\nsteps:\n${steps.replaceAll(/^/gm, "  ")}\n`,
        );
        const loaded = await loadWorkflow(file, { registry, root: folder });
        assert.deepEqual(loaded.diagnostics.map(({ message }) => message), []);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
