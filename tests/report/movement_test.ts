import assert from "node:assert/strict";
import type { Bout } from "../../lib/artifacts/behaviours.ts";
import { type Recording, Recordings } from "../../lib/artifacts/recordings.ts";
import { movementFigure } from "../../lib/report/figures/movement.ts";
import { readMovements } from "../../lib/report/behaviours/movement_excerpts.ts";

/** Recordings of 100 s at 10 Hz whose only channel counts the seconds, times the number of the recording. */
async function withRecordings(use: (dir: string) => Promise<void>, { samples = 1000 } = {}): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    const recordings = [1, 2, 3].map((k): Recording => ({
      id: `r${k}`,
      subject: `s${k}`,
      samples,
      data: Float32Array.from({ length: samples }, (_, t) => k * t / 10),
      labels: new Int32Array(samples).fill(-1),
      gaps: [],
    }));
    await Recordings.write(dir, {
      rate: 10,
      sensors: ["hip"],
      channels: ["seconds"],
      units: ["s"],
      triads: [],
      labelNames: [],
      origin: "simulated",
      source: { name: "counted" },
      recordings,
    });
    await use(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const bout = (k: number, start: number, end: number, censoredLeft = false): Bout => ({
  recording: `r${k}`,
  subject: `s${k}`,
  label: 0,
  start,
  end,
  duration: end - start,
  censoredLeft,
  censoredRight: false,
});

Deno.test("an onset is the median and spread of the signal around the start of bouts", async () => {
  await withRecordings(async (dir) => {
    const bouts = [bout(1, 50, 60), bout(2, 50, 55), bout(3, 50, 52)];
    const { movements, before, after } = await readMovements(dir, { names: ["rest"], bouts });
    assert.deepEqual([before, after], [1, 3]);
    const [{ onset, bouts: n, subjects }] = movements;
    assert.deepEqual([n, subjects], [3, 3]);
    // One second before the start the recordings show 49, 98 and 147.
    const first = onset[0][0];
    assert.deepEqual([first.time, first.median], [-1, 98]);
    assert.ok(Math.abs(first.low - 58.8) < 1e-4 && Math.abs(first.high - 137.2) < 1e-4);
    const start = onset[0].find(({ time }) => time === 0)!;
    assert.equal(start.median, 100);
  });
});

Deno.test("examples are the longest bouts of different subjects from their middle, wanted subjects first", async () => {
  await withRecordings(async (dir) => {
    const bouts = [bout(1, 20, 60), bout(1, 61, 90), bout(2, 30, 60), bout(3, 10, 30)];
    const { movements: [{ examples }] } = await readMovements(dir, { names: ["rest"], bouts }, {
      examples: 2,
      first: ["s3"],
    });
    assert.deepEqual(examples.map(({ subject }) => subject).sort(), ["s1", "s3"]);
    const own = examples.find(({ subject }) => subject === "s1")!;
    assert.deepEqual([own.points[0].values[0], own.points[0].time], [38, 0]);
  });
});

Deno.test("a bout whose start was not seen is no onset, and one at the edge of a recording no excerpt", async () => {
  await withRecordings(async (dir) => {
    const bouts = [bout(1, 0, 40, true), bout(2, 98.5, 100)];
    const { movements: [{ onset, examples }] } = await readMovements(dir, { names: ["rest"], bouts });
    assert.deepEqual(onset, []);
    // The last bout's surroundings are moved inside its recording.
    assert.deepEqual(examples.map(({ subject }) => subject), ["s1", "s2"]);
  });
  await withRecordings(async (dir) => {
    const { movements } = await readMovements(dir, { names: ["rest"], bouts: [bout(1, 0.5, 1)] });
    assert.deepEqual(movements, []);
  }, { samples: 20 });
});

Deno.test("many bouts of one subject do not outweigh those of others", async () => {
  await withRecordings(async (dir) => {
    const bouts = [...Array.from({ length: 80 }, (_, i) => bout(1, 10 + i, 10.5 + i)), bout(2, 50, 52)];
    const { movements: [{ bouts: n }] } = await readMovements(dir, { names: ["rest"], bouts });
    assert.equal(n, 21);
  });
});

Deno.test("a movement is drawn with its n, its subjects and without undefined numbers", async () => {
  await withRecordings(async (dir) => {
    const set = await readMovements(dir, { names: ["<rest>"], bouts: [bout(1, 50, 60), bout(2, 50, 55)] });
    const html = movementFigure(set, set.movements[0], "<rest>").toHtml();
    assert.match(html, /median and middle 80 % of 2 bouts of 2 subjects/);
    assert.match(html, /n = 2 bouts, simulated/);
    assert.match(html, /&lt;rest&gt;/);
    assert.doesNotMatch(html, /NaN|undefined|Infinity/);
  });
});

Deno.test("an onset of thousands of bouts rests on so many of them, of all subjects", async () => {
  await withRecordings(async (dir) => {
    const bouts = [1, 2, 3].flatMap((k) => Array.from({ length: 20 }, (_, i) => bout(k, 10 + i, 10.5 + i)));
    const { movements: [{ bouts: n, subjects, onset }] } = await readMovements(dir, {
      names: ["rest"],
      bouts,
    }, {
      boutsInAll: 6,
    });
    assert.deepEqual([n, subjects], [6, 3]);
    // Of each subject the bouts at 15 and 25 s, which show 15 k and 25 k at their start.
    assert.equal(onset[0].find(({ time }) => time === 0)!.median, 37.5);
  });
});
