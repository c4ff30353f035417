import assert from "node:assert/strict";
import { bandEdges } from "../../../lib/model/discover/band_energies.ts";
import { sequenceOf } from "../../../lib/model/discover/neighbors.ts";
import { lessonOf, teach, teacherArchitecture } from "../../../lib/model/discover/teachers.ts";
import { fitScaler } from "../../../lib/model/scaler.ts";
import { defaultArchitecture } from "../../../lib/model/train/initial.ts";
import { Random } from "../../../lib/random.ts";
import { trainParams, withDefaults } from "../../../lib/steps/shared/train_params.ts";
import { plantedWindows } from "./planted.ts";

const windows = plantedWindows(3, 60);
const rows = Int32Array.from(windows.start.keys());
const sequence = sequenceOf(windows, () => true);
const scaler = fitScaler(windows, rows, "triad");
const lesson = (rotation: number) => lessonOf(windows, sequence, scaler, { rotation }, new Random(1));
const columnOf = (view: Float32Array, width: number, j: number) => [...rows].map((i) => view[i * width + j]);
const distance = (a: number[], b: number[]) => Math.sqrt(a.reduce((s, x, i) => s + (x - b[i]) ** 2, 0));

Deno.test("a lesson shows every window as it is and turned: turning moves its tilt, not the norm of its samples", () => {
  const { views, width, targets } = lesson(0.6);
  assert.equal(views.length, 5);
  for (let j = 0; j < width; j++) {
    const column = columnOf(views[0], width, j);
    assert.ok(Math.abs(column.reduce((a, b) => a + b) / rows.length) < 0.2, `${j}`);
  }
  // Of x, y, z and the norm a spectrum each; the tilt comes last.
  const spectrum = 2 + bandEdges(windows.length).length - 1;
  for (const turned of views.slice(1)) {
    const moved = (j: number) => distance(columnOf(turned, width, j), columnOf(views[0], width, j));
    for (let j = 3 * spectrum; j < 4 * spectrum; j++) assert.ok(moved(j) < 1e-3, `norm ${j}: ${moved(j)}`);
    for (let j = width - 3; j < width; j++) assert.ok(moved(j) > 1, `tilt ${j}: ${moved(j)}`);
  }
  assert.deepEqual(lesson(0).views[1], lesson(0).views[0]);
  assert.notDeepEqual(lesson(0.3).views[1], lesson(0.2).views[1]);
  // What is foretold has no mean within a group.
  assert.equal(targets.length, rows.length * width);
});

Deno.test("a lesson of windows that are all alike within their recordings is refused: there is nothing to foretell", () => {
  const { recordings } = windows.recordings;
  const still = recordings.map((r, k) => ({ ...r, data: r.data.map(() => k) }));
  const alike = { ...windows, recordings: { ...windows.recordings, recordings: still } };
  const alone = () => lessonOf(alike, sequence, scaler, {}, new Random(1));
  assert.throws(alone, /windows are all alike within each (recording|subject)\n.*no channel tells/);
});

Deno.test("a teacher's code persists: neighbours are nearer than windows of the same recording at large", async () => {
  const options = { learningRate: 4e-3, averaging: 0.9, weightDecay: 1e-3, clip: 1, threads: 1 };
  const plan = { batch: 32, steps: 120, perEpoch: 40 };
  const code = await teach(
    lesson(0.3),
    sequence,
    [6, 5, 4],
    { ...options, ...plan },
    new Random(2),
    () => {},
  );
  assert.equal(code.length, rows.length * 3);
  const apart = (i: number, j: number) =>
    distance([...code.subarray(3 * i, 3 * i + 3)], [...code.subarray(3 * j, 3 * j + 3)]);
  const mean = (step: number) => {
    const pairs = [...sequence.followed].filter((i) =>
      i + step < rows.length && windows.recording[i] === windows.recording[i + step]
    );
    return pairs.reduce((sum, i) => sum + apart(i, i + step), 0) / pairs.length;
  };
  assert.ok(mean(1) < 0.75 * mean(25), `${mean(1)} ${mean(25)}`);
});

Deno.test("all teachers that are trained by default take fewer operations than the student", () => {
  const given = withDefaults(trainParams.parse({ objective: "discover" }), "discover");
  const { teachers, batch_size, rotation, levels } = given;
  assert.deepEqual([teachers, batch_size, rotation], [12, 256, undefined]);
  assert.deepEqual(levels, [8, 8, 8, 8, 8]);
  // Statistics of six channels in two triads, 128 samples.
  const features = 8 * (2 + bandEdges(128).length - 1) + 6 + 15 + 6;
  let from = features, dense = 0;
  for (const { channels } of teacherArchitecture(features, levels).blocks) {
    dense += from * channels;
    from = channels;
  }
  // The code, and what it foretells and is projected to.
  dense += from * levels.length + 2 * levels.length * 64 + 64 * (features + 128);
  let inputs = 6, length = 128, convolved = 0;
  for (const { channels, kernel, pool } of defaultArchitecture([6, 1, 128], 0, levels).blocks) {
    convolved += length * inputs * kernel[1] * channels;
    inputs = channels;
    length = Math.floor(length / pool);
  }
  // A teacher sees pairs of windows, and every four passes of teachers there are three of the student.
  assert.ok(teachers * 2 * dense < 0.75 * convolved, `${teachers * 2 * dense} ${0.75 * convolved}`);
});
