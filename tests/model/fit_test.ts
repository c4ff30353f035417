import assert from "node:assert/strict";
import { checkWindowsFit } from "../../lib/model/fit.ts";
import { sampleModel, sampleWindows } from "./sample_model.ts";

const model = sampleModel();
const windows = sampleWindows(model, 2);
const renamed = {
  ...windows,
  recordings: { ...windows.recordings, channels: ["a", "b", "c", "d", "e", "f"] },
};

Deno.test("T258 checkWindowsFit() refuses channels of another name, as their order carries meaning", () => {
  checkWindowsFit(model, windows);
  assert.throws(() => checkWindowsFit(model, renamed), /they have channels \[a, b, c, d, e, f\]/);
});

Deno.test("checkWindowsFit() leaves the names and, where unknown, the rate of an imported encoder alone", () => {
  checkWindowsFit({ ...model, imported: true, rate: 0 }, renamed);
  assert.throws(() => checkWindowsFit({ ...model, imported: true, rate: 50 }, renamed), /rate 20 Hz/);
});

Deno.test("checkWindowsFit() names what differs: channels, sensors, length, context or rate", () => {
  const [channels, sensors, length] = model.architecture.input;
  const trained = (input: [number, number, number], changes = {}) => () =>
    checkWindowsFit({ ...model, ...changes, architecture: { ...model.architecture, input } }, windows);
  assert.throws(trained([5, sensors, length]), /they have channels 6, the model was trained on 5$/);
  assert.throws(trained([channels, 3, length]), /they have sensors 2, the model was trained on 3$/);
  assert.throws(trained([channels, sensors, 41]), /they have length 40, the model was trained on 41$/);
  const same = model.architecture.input;
  assert.throws(trained(same, { context: 3 }), /they have context 0, the model was trained on 3$/);
  trained(same, { context: 0 })();
  trained(same, { context: 3, imported: true })();
  assert.throws(trained(same, { rate: 21 }), /they have rate 20 Hz, the model was trained on 21 Hz$/);
  assert.throws(trained(same, { rate: 20 * (1 + 1e-4) }), /they have rate 20 Hz/);
  trained(same, { rate: 20 * (1 + 1e-7) })();
});
