import assert from "node:assert/strict";
import type { Recordings } from "../../lib/artifacts/recordings.ts";
import { fitWindows } from "../../lib/model/fit.ts";
import { addGravity } from "../../lib/signal/triads.ts";
import { gatherWindows } from "../../lib/signal/window/batch.ts";
import { sampleModel, sampleWindows } from "./sample_model.ts";

const model = sampleModel();
const windows = sampleWindows(model, 2);
const changed = (recordings: Partial<Recordings>) => ({
  ...windows,
  recordings: { ...windows.recordings, ...recordings },
});
const imported = { ...model, imported: true };
const own = changed({ channels: ["a", "b", "c", "d", "e", "f"] });

/** The same samples, recorded with sensors and channels in the reverse order. */
function reversed() {
  const { recordings, sensors, channels, units } = windows.recordings;
  return changed({
    sensors: [...sensors].reverse(),
    channels: [...channels].reverse(),
    units: [...units].reverse(),
    recordings: recordings.map((r) => {
      const data = new Float32Array(r.data.length);
      for (let row = 0; row < data.length; row += 12) data.set(r.data.slice(row, row + 12).reverse(), row);
      return { ...r, data };
    }),
  });
}

Deno.test("fitWindows() puts sensors and channels into the model's order by their names, and says so", () => {
  const plain = new Float32Array(6 * 12 * 40), arranged = new Float32Array(6 * 12 * 40);
  gatherWindows(windows, [0, 1, 2, 3, 4, 5], model.scaler, plain);
  for (const other of [model, { ...imported, stated: ["sensors", "channels"] as const }]) {
    const fitted = fitWindows({ ...other, stated: ["sensors", "channels"] }, reversed());
    gatherWindows(fitted.windows, [0, 1, 2, 3, 4, 5], model.scaler, arranged.fill(0));
    assert.deepEqual(arranged, plain);
    assert.deepEqual(fitted.windows.recordings.channels, model.channels);
    assert.match(
      fitted.notes[0],
      /have sensors \[sensor1, sensor0\]: put into the model's order \[sensor0, sensor1\]/,
    );
    assert.equal(fitted.notes.length, 2);
  }
  assert.equal(fitWindows(model, windows).windows, windows);
});

Deno.test("T258 fitWindows() refuses channels and sensors of another name, as their order carries meaning", () => {
  assert.deepEqual(fitWindows(model, windows).notes, []);
  assert.throws(
    () => fitWindows(model, own),
    /they have channels \[a, b, c, d, e, f\], the model was trained on \[ch/,
  );
  assert.throws(
    () => fitWindows(model, changed({ sensors: ["sensor0", "ankle"] })),
    /they have sensors \[sensor0, ankle\], the model was trained on \[sensor0, sensor1\]$/m,
  );
});

Deno.test("fitWindows() refuses another unit, whatever its spelling, and leaves unknown ones alone", () => {
  const units = (last: string) => () =>
    fitWindows(model, changed({ units: [...model.units.slice(1), last] }));
  assert.throws(units("g"), /they have units g of channel5, the model was trained on m\/s\^2 of channel5$/m);
  for (const unit of ["m/s²", "m/s^2", "unknown", ""]) units(unit)();
  assert.throws(
    () => fitWindows(imported, changed({ units: model.units.map(() => "mg") })),
    /units mg of channel0/,
  );
});

Deno.test("fitWindows() refuses channels that another filter made, where the model says which one it knows", () => {
  const set = (phase?: "zero" | "causal") => {
    const raw: Recordings = { ...windows.recordings, channels: ["acc_x", "acc_y", "acc_z", "u", "v", "w"] };
    const { filters } = phase === undefined ? raw : addGravity({ ...raw, triads: [[0, 1, 2]] }, phase);
    return filters === undefined ? changed({}) : changed({ filters });
  };
  const trained = { ...model, filters: set("zero").recordings.filters };
  fitWindows(trained, set("zero"));
  fitWindows(model, set("causal"));
  assert.throws(
    () => fitWindows(trained, set("causal")),
    /filters gravity_x, .* of order 3, causal, the model was trained on gravity_x, .* zero phase$/m,
  );
  assert.throws(
    () => fitWindows(trained, set()),
    /they have filters none, the model was trained on gravity_x/,
  );
  assert.throws(() => fitWindows({ ...model, filters: [] }, set("zero")), /the model was trained on none$/m);
});

Deno.test("fitWindows() compares of an imported encoder what was stated, not the names that were made up", () => {
  fitWindows({ ...imported, rate: 0 }, own);
  assert.throws(() => fitWindows({ ...imported, rate: 50 }, own), /rate 20 Hz/);
  assert.throws(
    () => fitWindows({ ...imported, stated: ["channels"] }, own),
    /channels \[a, b, c, d, e, f\]/,
  );
  fitWindows({ ...imported, stated: ["sensors"] }, own);
  assert.throws(
    () => fitWindows({ ...imported, stated: ["sensors"] }, changed({ sensors: ["left", "right"] })),
    /sensors \[left, right\]/,
  );
});

Deno.test("fitWindows() names what differs: channels, sensors, length, context or rate", () => {
  const [channels, sensors, length] = model.architecture.input;
  const trained = (input: [number, number, number], changes = {}) => () =>
    fitWindows({ ...model, ...changes, architecture: { ...model.architecture, input } }, windows);
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
