import assert from "node:assert/strict";
import { fitOf } from "../../lib/cluster/identity.ts";
import { namesOf, smoothingOfBehaviours, statesOf } from "../../lib/stream/published_names.ts";

const rule = { method: "codes" };
const motifs = { k: 2, support: [3, 4], rule, dimensions: 1 } as any;
const fit = fitOf(motifs);

Deno.test("namesOf() gives motifs the names of their behaviours, else their own, else numbers", () => {
  assert.deepEqual(namesOf(motifs), ["motif 0", "motif 1"]);
  assert.deepEqual(namesOf({ ...motifs, names: ["sit", "walk"] }), ["sit", "walk"]);
  assert.deepEqual(namesOf(motifs, { names: ["rest", "go"], fit } as any), ["rest", "go"]);
});

Deno.test("namesOf() leaves motifs their names where behaviours are states", () => {
  const states = { names: ["a", "b", "c"], fit: "of the model", hsmm: { record: { motifs: fit } } } as any;
  assert.deepEqual(namesOf(motifs, states), ["motif 0", "motif 1"]);
});

Deno.test("namesOf() refuses behaviours of other motifs, by their number or their fit", () => {
  const refused = /^InputError: Cannot name behaviours: they were made of other motifs/;
  assert.throws(() => namesOf(motifs, { names: ["rest"], fit } as any), refused);
  assert.throws(() => namesOf(motifs, { names: ["rest", "go"], fit: "0000000000" } as any), refused);
  const states = { names: ["a", "b"], hsmm: { record: { motifs: "0000000000" } } } as any;
  assert.throws(() => namesOf(motifs, states), refused);
});

Deno.test("statesOf() gives no model for behaviours that were decoded from whole recordings", () => {
  assert.equal(statesOf({ names: ["a"], hsmm: { record: {} } } as any, 2), undefined);
  assert.equal(statesOf({ names: ["a"] } as any, 2), undefined);
});

Deno.test("smoothingOfBehaviours() takes over the settings, at the same prediction rate only", () => {
  const rules = {
    modeWidth: 5,
    minDwell: 2,
    hysteresis: { high: 0.7, low: 0.5, rule: "strict", maxHold: 9 },
  };
  const behaviours = { rules, predictionRate: 2 } as any;
  assert.deepEqual(smoothingOfBehaviours(behaviours, 2), {
    modeWidth: 5,
    minDwell: 2,
    hysteresis: { high: 0.7, low: 0.5, rule: "strict", maxHold: 9 },
  });
  assert.throws(
    () => smoothingOfBehaviours(behaviours, 1),
    /they have 2 predictions per second, the model 1/,
  );
  const hsmm = { ...behaviours, rules: undefined, hsmm: { record: {} } };
  assert.throws(() => smoothingOfBehaviours(hsmm, 2), /they were decoded from whole recordings/);
});
