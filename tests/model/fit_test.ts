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
