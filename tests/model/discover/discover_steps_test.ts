import assert from "node:assert/strict";
import { halfWidths, levelConstants } from "../../../lib/fsq/constants.ts";
import { Quantizer } from "../../../lib/fsq/quantizer.ts";
import { batchShape, drawPairs, rowsOf, Views } from "../../../lib/model/discover/batches.ts";
import { centerWithin, clip, standardize } from "../../../lib/model/discover/columns.ts";
import { discover, type DiscoverOptions } from "../../../lib/model/discover/discover.ts";
import { featuresOf } from "../../../lib/model/discover/features.ts";
import { fitEncoder } from "../../../lib/model/discover/fit_encoder.ts";
import { groupsBy, sequenceOf } from "../../../lib/model/discover/neighbors.ts";
import { slowFeatures } from "../../../lib/model/discover/slow_features.ts";
import { studentGraph, teacherGraph } from "../../../lib/model/discover/step_graphs.ts";
import { encoderOnnx } from "../../../lib/model/forward.ts";
import { fitScaler } from "../../../lib/model/scaler.ts";
import { defaultArchitecture } from "../../../lib/model/train/initial.ts";
import { AdamW } from "../../../lib/model/train/optimizer.ts";
import { TrainingState } from "../../../lib/model/train/training_state.ts";
import { openSession, type RuntimeTensor } from "../../../lib/onnx/runtime.ts";
import { Random } from "../../../lib/random.ts";
import { augmentBatch } from "../../../lib/signal/augment/augment_batch.ts";
import { plantedWindows } from "./planted.ts";

const levels = [4, 3];
const architecture = defaultArchitecture([3, 1, 24], 0, levels, { widths: [3], neck: [], head: [] });
const windows = plantedWindows(2, 14);
const rows = Int32Array.from(windows.start, (_, i) => i);
const scaler = fitScaler(windows, rows, "triad");
const options: DiscoverOptions = {
  epochs: 2,
  batch: 10,
  teachers: 2,
  learningRate: 0.01,
  weightDecay: 1e-3,
  clip: 1,
  averaging: 0.5,
  threads: 1,
  rotation: 0.3,
  scaling: 0.1,
  jitter: 0.03,
};
const near = (actual: ArrayLike<number>, expected: ArrayLike<number>, what: string) => {
  assert.equal(actual.length, expected.length, what);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(
      Math.abs(actual[i] - expected[i]) < 1e-5 * (1 + Math.abs(expected[i])),
      `${what} ${i}: ${actual[i]} ${expected[i]}`,
    );
  }
};

Deno.test("discover() joins what its teachers foretell into slow features, which the student learns", async () => {
  const told: [number, string][] = [];
  const found = await discover(architecture, windows, scaler, () => true, options, new Random(3), {
    onProgress: (fraction, message) => void told.push([fraction, message]),
  });
  // The same from its parts. Features first: within recordings where those hold several behaviours, else within people.
  const sequence = sequenceOf(windows, () => true), n = sequence.rows.length, d = 2;
  const { values: plain, width, energies } = featuresOf(windows, sequence.rows, scaler);
  const random = new Random(3);
  const rngs = [0, 1].map((i) => random.fork(`teacher ${i}`));
  const lesson = random.fork("lesson"), own = random.fork("student");
  const shown = (values: Float64Array) => {
    for (let j = 0; j < width; j++) {
      const column = Array.from({ length: n }, (_, i) => plain[i * width + j]);
      const mean = column.reduce((sum, x) => sum + x) / n;
      const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
      for (let i = j; i < values.length; i += width) {
        values[i] = deviation > 1e-12 ? (values[i] - mean) / deviation : 0;
      }
    }
    clip(values, 5);
    return values;
  };
  // What each window says of itself turned, four times over.
  const { triads } = windows.recordings;
  const turned = Array.from({ length: 4 }, () =>
    shown(
      featuresOf(
        windows,
        sequence.rows,
        scaler,
        (window) => augmentBatch(window, [1, 3, 1, 24], triads, options, lesson),
      ).values,
    ));
  const straight = shown(plain.slice()), values = straight.slice();
  const byRecording = groupsBy(windows, sequence.rows, "recording"), within = values.slice();
  centerWithin(within, width, byRecording.of, 2);
  const inside =
    energies.reduce((sum, j) => sum + [...rows].reduce((s, i) => s + within[i * width + j] ** 2, 0), 0) / n /
    energies.length;
  const groups = inside > 0.7 ? byRecording : groupsBy(windows, sequence.rows, "subject");
  assert.equal(found.centered, groups.by);
  centerWithin(values, width, groups.of, groups.members.length);
  standardize(values, width);
  clip(values, 5);
  const views = new Views(windows, sequence.rows, scaler);
  const perEpoch = Math.floor(n / 10);
  const shape = batchShape(10, groups), batch = shape.groups * shape.each;
  const widths = halfWidths(levels), joined = new Float32Array(n * 4);
  const loud: string[] = [];
  // Two dense layers, normalised over the batch: convolutions of one sample.
  const teacher = {
    ...architecture,
    input: [width, 1, 1] as [number, number, number],
    blocks: [128, 64].map((channels) => ({ channels, kernel: [1, 1] as [number, number], pool: 1 })),
    pooling: ["mean" as const],
    neck: [],
  };
  for (const [t, rng] of rngs.entries()) {
    const draws = rng.fork("draws");
    const plan = { steps: 2 * perEpoch, perEpoch };
    const { weights } = await fitEncoder(
      teacher,
      teacherGraph(teacher, { batch, groups: shape.groups, features: width }),
      plan,
      () => {
        const { first, second } = drawPairs(sequence, groups, shape, draws);
        const seen = [...second].map((at) => rowsOf(turned[draws.below(4)], width, [Int32Array.of(at)]));
        const window = new Float32Array([
          ...rowsOf(straight, width, [first]),
          ...seen.flatMap((row) => [...row]),
        ]);
        return {
          window: { data: window, shape: [2 * batch, width, 1, 1] },
          target: { data: rowsOf(values, width, [second, first]), shape: [2 * batch, width] },
        };
      },
      options,
      rng.fork("weights"),
      (done, loss) =>
        loud.push(`teacher ${t + 1} of 2 · step ${done}/${plan.steps} · loss ${loss.toFixed(3)}`),
    );
    const session = await openSession(encoderOnnx({ architecture: teacher, weights }));
    const { latent } = await session.run({
      window: { data: Float32Array.from(straight), shape: [n, width, 1, 1] },
    });
    await session.release();
    new Quantizer(levels).bound(latent.data as Float32Array).forEach((x, i) =>
      joined[Math.floor(i / d) * 4 + t * 2 + i % d] = x / widths[i % d]
    );
  }
  const slow = slowFeatures(joined, 4, d, sequence, groups);
  near(found.persistence, slow.persistence, "persistence");
  const goal = new Float64Array(n * d);
  levels.map(levelConstants).forEach(({ halfRange, offset }, j) => {
    const column = Array.from({ length: n }, (_, i) => slow.values[i * d + j]),
      sorted = column.toSorted((a, b) => a - b);
    const low = sorted[Math.floor(0.005 * (n - 1))], high = sorted[Math.ceil(0.995 * (n - 1))];
    column.forEach((x, i) => {
      const u = 2 * Math.min(1, Math.max(0, (x - low) / (high - low))) - 1;
      goal[i * d + j] = (0.98 * u * halfRange - offset) / widths[j];
    });
  });
  const draws = own.fork("draws"), plan = { steps: Math.ceil(0.75 * 2) * perEpoch, perEpoch };
  const weightsOf = slow.persistence.map((p) => Math.max(0.05, p));
  const student = await fitEncoder(
    architecture,
    studentGraph(architecture, 10, weightsOf),
    plan,
    () => {
      const drawn = Int32Array.from({ length: 10 }, () => draws.below(n));
      const window = new Float32Array(10 * views.width);
      views.write(drawn, window, options, draws);
      return {
        window: { data: window, shape: [10, 3, 1, 24] },
        goal: { data: rowsOf(goal, d, [drawn]), shape: [10, d] },
      };
    },
    options,
    own.fork("weights"),
    (done, loss) => loud.push(`student · step ${done}/${plan.steps} · loss ${loss.toFixed(3)}`),
  );
  for (const [name, { data }] of Object.entries(student.weights)) near(found.weights[name].data, data, name);
  assert.deepEqual(found.history.map(({ epoch }) => epoch), [1, 2]);
  near(found.history.map(({ loss }) => loss), student.history.map(({ loss }) => loss), "loss");
  assert.deepEqual(told.map(([, message]) => message), loud);
  const steps = 2 * perEpoch;
  near(
    told.map(([fraction]) => fraction),
    told.map((_, i) => i < 2 * steps ? (i + 1) / steps / 4 : 0.5 + 0.5 * (i + 1 - 2 * steps) / plan.steps),
    "progress",
  );
});

Deno.test("discover() passes over the windows eight times, or as often as makes 500 steps", async () => {
  /** What is told of the first step, after which it is stopped. */
  const first = async (perSubject: number, batch: number) => {
    const stop = new AbortController();
    const { epochs: _, ...open } = options;
    const messages: string[] = [];
    const many = plantedWindows(2, perSubject);
    const run = discover(architecture, many, scaler, () => true, { ...open, batch }, new Random(1), {
      signal: stop.signal,
      onProgress(_, message) {
        messages.push(message);
        stop.abort(new Error("enough"));
      },
    });
    await assert.rejects(run, /enough/);
    return messages.map((message) => message.split(" · ")[1]);
  };
  // Of 28 windows two batches of ten, of 36 three; of 340 eighty-five of four.
  assert.deepEqual(await first(14, 10), ["step 1/500"]);
  assert.deepEqual(await first(18, 10), ["step 1/501"]);
  assert.deepEqual(await first(170, 4), [`step 1/${8 * 85}`]);
});

Deno.test("discover() needs eight windows that have one after them", async () => {
  const some = (count: number) =>
    discover(
      architecture,
      windows,
      scaler,
      (w) => w < count,
      { ...options, teachers: 1, epochs: 1, batch: 4 },
      new Random(1),
      { onProgress: () => {} },
    );
  await assert.rejects(some(8), /7 training windows have a window after them, 8 are needed/);
  assert.equal((await some(9)).history.length, 1);
});

Deno.test("fitEncoder() takes the steps of AdamW along its schedule, and keeps the running mean of the weights", async () => {
  const batch = 4, graph = studentGraph(architecture, batch, Float64Array.of(1, 0.5));
  const feeds = (rng: Random): Record<string, RuntimeTensor> => ({
    window: { data: Float32Array.from({ length: batch * 72 }, () => rng.normal()), shape: [batch, 3, 1, 24] },
    goal: { data: Float32Array.from({ length: batch * 2 }, () => rng.normal() / 2), shape: [batch, 2] },
  });
  const told: [number, number][] = [];
  const inputs = new Random(4);
  const fitted = await fitEncoder(
    architecture,
    graph,
    { steps: 5, perEpoch: 2 },
    () => feeds(inputs),
    options,
    new Random(5),
    (done, loss) => void told.push([done, loss]),
  );
  const again = new Random(4);
  const state = new TrainingState(architecture, graph, new Random(5)),
    optimizer = new AdamW(state.parameters, options);
  const session = await openSession(graph.onnx);
  const losses: number[] = [], rates: number[] = [];
  for (let step = 0; step < 5; step++) {
    const out = await session.run({ ...feeds(again), ...state.parameterFeeds() });
    losses.push((out.loss.data as Float32Array)[0]);
    // Three tenths of the steps in a line to the peak, the rest half a cosine.
    const at = step + 0.5;
    rates.push(at < 1.5 ? 0.01 * at / 1.5 : 0.005 * (1 + Math.cos(Math.PI * (at - 1.5) / 3.5)));
    optimizer.step(state.gradients(out), rates[step]);
    state.updateStatistics(out, step === 0);
    state.average(0.5);
  }
  await session.release();
  for (const [name, { data }] of Object.entries(state.weights())) near(fitted.weights[name].data, data, name);
  assert.deepEqual(told.map(([done]) => done), [1, 2, 3, 4, 5]);
  near(told.map(([, loss]) => loss), losses, "losses");
  near(fitted.history.map(({ loss }) => loss), [
    (losses[0] + losses[1]) / 2,
    (losses[2] + losses[3]) / 2,
    losses[4],
  ], "means");
  near(fitted.history.map(({ learningRate }) => learningRate), [rates[1], rates[3], rates[4]], "rates");
  const broken = () => ({
    ...feeds(new Random(1)),
    goal: { data: new Float32Array(8).fill(NaN), shape: [batch, 2] },
  });
  await assert.rejects(
    fitEncoder(architecture, graph, { steps: 2, perEpoch: 1 }, broken, options, new Random(1), () => {}),
    /the loss is NaN in step 1/,
  );
  const stopped = AbortSignal.abort(new Error("stop"));
  await assert.rejects(
    fitEncoder(
      architecture,
      graph,
      { steps: 2, perEpoch: 1 },
      broken,
      options,
      new Random(1),
      () => {},
      stopped,
    ),
    /stop/,
  );
});
