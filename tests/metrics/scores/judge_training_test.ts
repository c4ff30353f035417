import assert from "node:assert/strict";
import { judgeTraining } from "../../../lib/metrics/scores/judge_training.ts";
import { modelCodes } from "../../../lib/metrics/scores/model_codes.ts";
import { sampleModel } from "../../model/sample_model.ts";

const epoch = (n: number, perplexity: number | null) => ({
  epoch: n,
  learningRate: 1e-3,
  loss: 1,
  accuracy: 0.9,
  validationLoss: 1,
  validationAccuracy: 0.9,
  perplexity,
});

Deno.test("T230 T283 judgeTraining() counts the vectors of a learned codebook and none for levels", () => {
  const history = [epoch(1, 3), epoch(2, 1)];
  const health = { n: 5, collapsedEpochs: [2], dimensions: [] };
  const levels = judgeTraining({ ...sampleModel(), history, health, bestEpoch: 1 }).metrics;
  assert.deepEqual([levels.quantizer_parameters.value, levels.collapsed.value], [0, 1]);
  assert.deepEqual([levels.best_epoch.value, levels.validation_perplexity.value], [1, 3]);
  assert.equal(levels.best_epoch.note, "epochs to the weights that are kept");
  const learned = {
    ...sampleModel({ levels: null, codebook: 512, latent: 64 }),
    history,
    health,
    bestEpoch: 2,
  };
  const { quantizer_parameters: vectors } = judgeTraining(learned).metrics;
  assert.deepEqual([vectors.value, vectors.note], [32_768, "vectors of a learned codebook"]);
  assert.match(levels.quantizer_parameters.note!, /^levels have no parameters/);
});

Deno.test("judgeTraining() says nothing of an encoder without history", () => {
  assert.deepEqual(judgeTraining(sampleModel()).metrics, {});
});

Deno.test("judgeTraining() of a model learnt without labels has the agreement of neighbours, and no best epoch", () => {
  const neighbors = { n: 40, correlations: [0.9, 0.6] };
  const discovery = { teachers: 3, persistence: [0.95, 0.7], centered: "recording" as const, neighbors };
  const health = { n: 41, collapsedEpochs: [2], dimensions: [] };
  const unlabelled = sampleModel({ classes: 0, head: [] });
  const model = { ...unlabelled, history: [epoch(1, null), epoch(2, 4)], health, bestEpoch: 2, discovery };
  const { best_epoch, neighbor_agreement, validation_perplexity, collapsed } = judgeTraining(model).metrics;
  assert.deepEqual([best_epoch, neighbor_agreement.value, neighbor_agreement.n], [undefined, 0.75, 40]);
  assert.deepEqual([validation_perplexity.value, collapsed.value], [4, 1]);
  const alone = judgeTraining({ ...model, discovery: { ...discovery, neighbors: null } }).metrics;
  assert.equal(Object.hasOwn(alone, "neighbor_agreement"), false);
});

Deno.test("modelCodes() quantises by levels, by learned codebook, or not at all", () => {
  const latents = { latents: Float32Array.of(-9, -9, -9, 9, 9, 9), dimensions: 3, classes: [], details: {} };
  const fsq = modelCodes(sampleModel(), latents)!;
  assert.deepEqual([[...fsq.codes], fsq.codebookSize], [[0, 239], 240]);
  const model = sampleModel({ levels: null, codebook: 5 });
  (model.weights["vq.codebook"].data as Float32Array).set([8, 8, 8], 6);
  const vq = modelCodes(model, latents)!;
  assert.equal(vq.codes[1], 2);
  assert.equal(vq.codebookSize, 5);
  assert.equal(modelCodes(sampleModel({ levels: null }), latents), undefined);
});
