import assert from "node:assert/strict";
import type { Windows } from "../../../lib/artifacts/windows.ts";
import { discover } from "../../../lib/model/discover/discover.ts";
import { turnsOf } from "../../../lib/model/discover/turns.ts";
import { fitScaler } from "../../../lib/model/scaler.ts";
import { defaultArchitecture } from "../../../lib/model/train/initial.ts";
import { Random } from "../../../lib/random.ts";
import { worn } from "./worn.ts";

const all = (windows: Windows) => [...windows.start.keys()];

Deno.test("turnsOf() turns a sensor that people wore in many ways any way round, for teachers too, and no other", () => {
  const windows = worn(true);
  assert.deepEqual(turnsOf(windows, all(windows)), {
    teachers: [Math.PI, 0.3],
    student: [Math.PI, 0.8],
    anyWay: [{ sensor: "phone", people: 6, share: 1 / 6 }],
  });
  assert.deepEqual(turnsOf(worn(false), all(windows)), {
    teachers: [0.3, 0.3],
    student: [0.8, 0.8],
    anyWay: [],
  });
});

Deno.test("turnsOf() keeps to an angle that was given, of which teachers see what is good for them", () => {
  const windows = worn(true);
  assert.deepEqual(turnsOf(windows, all(windows), 2), { teachers: [2, 0.3], student: [2, 2], anyWay: [] });
  assert.deepEqual(turnsOf(windows, all(windows), 0), { teachers: [0, 0], student: [0, 0], anyWay: [] });
});

Deno.test("turnsOf() looks at people who are learnt from, not at those who are judged", () => {
  const windows = worn(true);
  const few = all(windows).filter((row) => windows.recording[row] < 3);
  assert.deepEqual(turnsOf(windows, few).teachers, [0.3, 0.3]);
});

Deno.test("discover() turns what teachers and student see by how the sensor was worn", async () => {
  const architecture = defaultArchitecture([3, 1, 20], 0, [4, 4], { widths: [4, 6], neck: [6], head: [] });
  const options = {
    epochs: 1,
    batch: 32,
    teachers: 1,
    learningRate: 4e-3,
    weightDecay: 1e-3,
    clip: 1,
    averaging: 0.9,
  };
  const learn = async (windows: Windows, rotation?: number) => {
    const scaler = fitScaler(windows, Int32Array.from(all(windows)), "triad");
    const seen = { ...options, threads: 1, rotation };
    const hooks = { onProgress: () => {} };
    const found = await discover(architecture, windows, scaler, () => true, seen, new Random(1), hooks);
    const { augmentation, ...goals } = found.goals;
    return { goals, weights: found.weights, rotation: augmentation.rotation };
  };
  const [many, alike] = [worn(true, ["phone"]), worn(false, ["phone"])];
  assert.deepEqual(await learn(many), await learn(many, Math.PI));
  assert.deepEqual(await learn(alike), await learn(alike, 0.8));
  // Whoever learns the goals on beside labels turns these windows as far.
  assert.deepEqual((await learn(many)).rotation, [Math.PI]);
  // Teachers are told as well: what they say, the student's goal, is another.
  assert.notDeepEqual((await learn(many)).goals, (await learn(many, 0.3)).goals);
  assert.deepEqual((await learn(alike, 2)).goals, (await learn(alike, 0.3)).goals);
});
