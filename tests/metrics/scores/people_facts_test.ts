import assert from "node:assert/strict";
import { classPeople, peopleOfModel } from "../../../lib/metrics/scores/people_facts.ts";
import { sampleModel, sampleWindows, splitByRecording } from "../../model/sample_model.ts";

const model = sampleModel();
const windows = sampleWindows(model, 10);
const split = splitByRecording(windows);

Deno.test("peopleOfModel() counts people, and says what was chosen by the validation part where it was judged", () => {
  const training = { ...model.training, validationWindows: 10 };
  const history = Array.from({ length: 3 }, (_, i) => ({ epoch: i + 1 })) as never;
  assert.deepEqual(peopleOfModel({ ...model, training, history, bestEpoch: 2 }, split), {
    trainingSubjects: 2,
    validationSubjects: 1,
    chosen: ["epoch 2 of 3", "temperature 1.7"],
  });
  const last = peopleOfModel({ ...model, history, bestEpoch: 3, temperature: 1 }, split);
  assert.deepEqual(last, { trainingSubjects: 2, chosen: [] });
  assert.deepEqual(peopleOfModel({ ...model, imported: true }, split), {});
});

Deno.test("classPeople() tells in whom each class is labelled, without windows that no part uses", () => {
  const labels = windows.labels.map((_, i) =>
    windows.recording[i] === 0 ? 0 : windows.recording[i] === 1 ? 1 : -1
  );
  const part = split.part.map((p, i) => windows.recording[i] === 1 ? 0 : p);
  assert.deepEqual(classPeople({ ...windows, labels }, split).map(({ people }) => people), [
    ["s0"],
    ["s1"],
    [],
    [],
  ]);
  assert.deepEqual(classPeople({ ...windows, labels }, { ...split, part })[1].people, []);
});
