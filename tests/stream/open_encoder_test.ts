import assert from "node:assert/strict";
import { join } from "node:path";
import { Model } from "../../lib/artifacts/model.ts";
import pack from "../../lib/steps/package.ts";
import { StreamingClassifier } from "../../lib/stream/classifier.ts";
import { openEncoder } from "../../lib/stream/open_encoder.ts";
import { copyOfBundle, sampleBundle, withFolder } from "../hailo/sample_bundle.ts";
import { sampleModel, sampleWindows } from "../model/sample_model.ts";
import { runOnDirectories } from "../steps/hailo_steps.ts";
import { batchOf, feed } from "./batch.ts";

const model = sampleModel();
const { recordings } = sampleWindows(model);
const smoothing = { modeWidth: 3, minDwell: 2 };

Deno.test("openEncoder() streams from a model, a bundle and a package alike, equal to the batch result", async () => {
  await withFolder(async (dir) => {
    const [modelDir, packageDir] = [join(dir, "model"), join(dir, "package")];
    await Deno.mkdir(modelDir);
    await Model.write(modelDir, model);
    const bundle = await sampleBundle();
    await runOnDirectories(pack, { bundle }, {}, packageDir);
    const batch = await batchOf(model, recordings, 20, smoothing);
    for (const [place, hop] of [[modelDir, null], [bundle, 20], [packageDir, 20]] as const) {
      const encoder = await openEncoder(place);
      assert.equal(encoder.hop, hop);
      const classifier = new StreamingClassifier(encoder, { smoothing });
      const { predictions, decisions } = await feed(classifier, recordings, () => 33);
      await classifier.release();
      assert.deepEqual(predictions.map((p) => p.code), [...batch.codes]);
      assert.deepEqual(predictions.map((p) => p.label), [...batch.labels]);
      assert.deepEqual(decisions.map((d) => d.label), [...batch.smoothed]);
    }
  });
});

Deno.test("openEncoder() refuses folders and files that are not what was published", async () => {
  await withFolder(async (dir) => {
    await assert.rejects(openEncoder(dir), /neither model\.full\.onnx nor model\.json/);
    const bundle = await copyOfBundle(dir);
    const file = join(bundle, "model.full.onnx");
    const bytes = await Deno.readFile(file);
    bytes[bytes.length - 40] ^= 1;
    await Deno.writeFile(file, bytes);
    await assert.rejects(openEncoder(bundle), /not the one that model_metadata\.json describes/);
    const metadata = join(bundle, "model_metadata.json");
    await Deno.writeTextFile(metadata, "{}");
    await assert.rejects(
      openEncoder(bundle),
      /model_metadata\.json: Cannot read bundle: field sensors does not fit/,
    );
    await Deno.remove(metadata);
    await assert.rejects(
      openEncoder(bundle),
      /model_metadata\.json: Cannot read bundle: the file is missing/,
    );
  });
});
