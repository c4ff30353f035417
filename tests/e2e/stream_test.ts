/** The real `stream` verb: samples through a pipe or a socket, held against the batch result. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Behaviours } from "../../lib/artifacts/behaviours.ts";
import { Model } from "../../lib/artifacts/model.ts";
import { Motifs } from "../../lib/artifacts/motifs.ts";
import { clusterWindows } from "../../lib/cluster/cluster.ts";
import { Random } from "../../lib/random.ts";
import { simulateRecordings } from "../../lib/signal/simulate/simulate.ts";
import { smoothingOf } from "../../lib/stream/smoothing.ts";
import { smoothBehaviours } from "../../lib/temporal/smooth_behaviours.ts";
import { batchOf, modelFor } from "../stream/batch.ts";
import { ended, follow } from "./rig.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const recordings = simulateRecordings({ subjects: 1, minutes: 1, seed: 3 });
const model = modelFor(recordings, 100);
const [recording] = recordings.recordings;
const params = {
  median_k: 3,
  hysteresis_high: 0.4,
  hysteresis_low: 0.3,
  hysteresis_rule: "strict" as const,
  max_hold_ms: 4000,
  min_dwell_ms: 1500,
};
const smooth = Object.entries(params).map(([name, value]) => `${name}=${value}`).join(",");
const header = recordings.sensors.flatMap((s) => recordings.channels.map((c) => `${s}.${c}`));
const row = (t: number) => recording.data.subarray(18 * t, 18 * t + 18).join(",");
const csv = `${header.join(",")}\n${
  Array.from({ length: recording.samples }, (_, t) => `${row(t)}\n`).join("")
}`;

/** A folder with the model, gone afterwards. */
async function withModel(use: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "motiflow-stream-" });
  try {
    await Deno.mkdir(join(dir, "model"));
    await Model.write(join(dir, "model"), model);
    await use(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** The verb with its standard input open. */
function start(...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", join(repository, "lib/cli/main.ts"), "stream", ...args],
    cwd: repository,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function send(child: Deno.ChildProcess, data: string | Uint8Array, close = true): Promise<void> {
  const writer = child.stdin.getWriter();
  await writer.write(typeof data === "string" ? new TextEncoder().encode(data) : data);
  if (close) await writer.close();
  else writer.releaseLock();
}

async function piped(data: string | Uint8Array, ...args: string[]) {
  const child = start(...args);
  // A program that refuses its arguments does not wait for its input.
  const [result] = await Promise.all([ended(child), send(child, data).catch(() => {})]);
  return { ...result, ...linesOf(result.stdout) };
}

function linesOf(stdout: string) {
  const lines = stdout.trim().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  const predictions = lines.filter((line) => line.event === "prediction");
  const smoothed = lines.flatMap((line) => line.event === "end" ? line.smoothed : line.smoothed ?? []);
  return { lines, predictions, smoothed };
}

Deno.test("T287 stream --timing tells at its end how late predictions and smoothed labels are", async () => {
  await withModel(async (dir) => {
    const { lines, stderr, code } = await piped(
      csv,
      join(dir, "model"),
      "--hop",
      "10",
      "--smooth",
      smooth,
      "--timing",
    );
    assert.equal(code, 0, stderr);
    const n = lines.filter((line) => line.event === "prediction").length - 10;
    assert.match(
      stderr,
      new RegExp(
        `p50 [\\d.e-]+, p95 [\\d.e-]+, p99 [\\d.e-]+ ms over ${n} predictions .*10 for warm-up left out`,
      ),
    );
    assert.match(
      stderr,
      /to the smoothed label: [\d.]+ s more for the predictions it waits for, p95 \d+(\.\d+)? ms/,
    );
  });
});

Deno.test("T237 stream prints one line per hop, equal to the batch result, from CSV, JSON and raw floats", async () => {
  const batch = await batchOf(model, recordings, 25, smoothingOf(params, 2));
  const names = (labels: Int32Array) => [...labels].map((label) => recordings.labelNames[label]);
  const json = Array.from({ length: recording.samples }, (_, t) => `[${row(t)}]`).join("\n");
  await withModel(async (dir) => {
    for (
      const [format, data] of [["csv", csv], ["json", json], [
        "f32",
        new Uint8Array(recording.data.buffer),
      ]] as const
    ) {
      const args = ["--hop", "500ms", "--format", format, "--smooth", smooth];
      const { code, stderr, lines, predictions, smoothed } = await piped(data, join(dir, "model"), ...args);
      assert.equal(code, 0, stderr);
      assert.deepEqual(predictions.map((p) => p.code), [...batch.codes]);
      assert.deepEqual(predictions.map((p) => p.label), names(batch.labels));
      assert.deepEqual(smoothed.map((s) => s.label), names(batch.smoothed));
      assert.deepEqual(lines.slice(0, -1), predictions);
      assert.equal(lines.at(-1).event, "end");
      assert.match(stderr, /smoothed labels come 3 predictions later/);
      const { index, start, end, seconds } = predictions[1];
      assert.deepEqual([index, start, end, seconds], [1, 25, 125, 2.5]);
    }
  });
});

Deno.test("stream names behaviours and smooths them as they were smoothed", async () => {
  const batch = await batchOf(model, recordings, 25, {});
  const latents = { latents: batch.latents, dimensions: 3, classes: [], details: {} };
  const codes = { codes: batch.codes, levels: model.architecture.levels! } as any;
  const motifs = clusterWindows({ codes, latents, method: "kmeans", k: 4, nInit: 2 } as any, new Random(1));
  const { hysteresis_high: high, hysteresis_low: low } = params;
  const behaviours = smoothBehaviours(
    { motifs, windows: batch.windows },
    {
      method: "pipeline",
      modeWidth: 3,
      hysteresis: { high, low, rule: "strict" },
      maxHoldMs: 4000,
      minDwellMs: 1500,
      causal: true,
      hsmm: {} as any,
    },
    new Random(1),
  );
  await withModel(async (dir) => {
    const [motifDir, behaviourDir] = [join(dir, "motifs"), join(dir, "behaviours")];
    await Deno.mkdir(motifDir);
    await Deno.mkdir(behaviourDir);
    await Motifs.write(motifDir, motifs);
    await Behaviours.write(behaviourDir, behaviours);
    const args = ["--hop", "25", "--motifs", motifDir, "--behaviours", behaviourDir];
    const { code, stderr, predictions, smoothed } = await piped(csv, join(dir, "model"), ...args);
    assert.equal(code, 0, stderr);
    assert.deepEqual(predictions.map((p) => p.motif.id), [...motifs.labels]);
    assert.deepEqual(smoothed.map((s) => s.id), [...behaviours.labels]);
    assert.deepEqual(smoothed.map((s) => s.label), [...behaviours.labels].map((id) => behaviours.names[id]));
    // States of a model follow causally too; motifs keep their own names.
    const states = smoothBehaviours(
      { motifs, windows: batch.windows },
      {
        ...{ method: "hsmm", causal: true, modeWidth: 3, maxHoldMs: 4000, minDwellMs: 1500 },
        hysteresis: undefined,
        hsmm: {
          states: 3,
          family: "negative_binomial",
          stickiness: 0.5,
          maxDuration: 5,
          restarts: 1,
          iterations: 5,
        },
      } as any,
      new Random(4),
    );
    const stateDir = join(dir, "states");
    await Deno.mkdir(stateDir);
    await Behaviours.write(stateDir, states);
    const live = await piped(csv, ...[join(dir, "model"), ...args.slice(0, -1), stateDir]);
    assert.equal(live.code, 0, live.stderr);
    assert.ok(new Set(states.labels).size > 1);
    assert.deepEqual(live.smoothed.map((s) => s.label), [...states.labels].map((id) => states.names[id]));
    assert.deepEqual(live.predictions.map((p) => p.behaviour), [...motifs.labels].map((id) => `motif ${id}`));
  });
});

Deno.test("stream tells a bad line by its number and stops or goes on", async () => {
  const spoilt = csv.split("\n").map((line, i) => (i === 500 ? "oops" : line)).join("\n");
  await withModel(async (dir) => {
    const args = [join(dir, "model"), "--hop", "50", "--smooth", "none"];
    const stopped = await piped(spoilt, ...args);
    assert.equal(stopped.code, 2);
    assert.match(stopped.stderr, /error: stdin:501: Cannot read sample: it has 1 cells/);
    assert.equal(stopped.predictions.length, 8);
    const gone = await piped(spoilt, ...args, "--on-bad", "gap");
    assert.equal(gone.code, 0);
    assert.match(gone.stderr, /stdin:501: .*\n.*1 bad sample/s);
    assert.equal(gone.predictions[8].start, 500);
    const wrong = await piped("a,b\n1,2\n", ...args);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /no column waist\.acc_x/);
    const nowhere = await piped("", ...args, "--input", "udp:5");
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /Give -, unix:PATH or tcp:PORT/);
    const taken = await piped("", ...args, "--input", `unix:${join(dir, "model")}`);
    assert.equal(taken.code, 2);
    assert.match(taken.stderr, /Cannot listen on .*model: /);
  });
});

Deno.test("stream answers while samples come, and an interrupt ends it cleanly", async () => {
  await withModel(async (dir) => {
    const child = start(join(dir, "model"), "--hop", "50", "--smooth", "median_k=1,min_dwell_ms=0");
    const [stdout, stderr] = [follow(child.stdout), follow(child.stderr)];
    await send(child, csv.split("\n").slice(0, 202).join("\n") + "\n", false);
    await stdout.until('"event":"prediction"', 3);
    child.kill("SIGINT");
    const { code } = await child.status;
    await Promise.all([stdout.end, stderr.end]);
    assert.equal(code, 130, stderr.text());
    const { lines } = linesOf(stdout.text());
    assert.deepEqual(lines.map((line) => line.event), ["prediction", "prediction", "prediction", "end"]);
    assert.match(stderr.text(), /3 predictions/);
  });
});

for (const kind of ["tcp", "unix"] as const) {
  Deno.test(`stream reads from a ${kind} socket until its sender closes it`, async () => {
    await withModel(async (dir) => {
      const path = join(dir, "socket");
      const child = start(
        join(dir, "model"),
        ...["--hop", "50", "--smooth", "none", "--format", "f32"],
        ...["--input", kind === "tcp" ? "tcp:0" : `unix:${path}`],
      );
      const [stdout, stderr] = [follow(child.stdout), follow(child.stderr)];
      await stderr.until("listening on");
      await stderr.until("\n", 2);
      const port = Number(/127\.0\.0\.1:(\d+)/.exec(stderr.text())?.[1]);
      const connection = kind === "tcp"
        ? await Deno.connect({ hostname: "127.0.0.1", port })
        : await Deno.connect({ transport: "unix", path });
      const writer = connection.writable.getWriter();
      await writer.write(new Uint8Array(recording.data.buffer, 0, 300 * 18 * 4));
      await writer.close();
      const { code } = await child.status;
      await Promise.all([stdout.end, stderr.end, child.stdin.close()]);
      assert.equal(code, 0, stderr.text());
      assert.equal(linesOf(stdout.text()).predictions.length, 5);
      assert.throws(() => Deno.lstatSync(path), Deno.errors.NotFound);
    });
  });
}

Deno.test("stream stops when nobody reads its lines any more", async () => {
  await withModel(async (dir) => {
    const child = start(join(dir, "model"), "--hop", "1", "--smooth", "none");
    const stderr = follow(child.stderr);
    const reader = child.stdout.getReader();
    const sending = send(child, csv).catch(() => {});
    await reader.read();
    await reader.cancel();
    const { code } = await child.status;
    await Promise.all([sending, stderr.end]);
    assert.equal(code, 0, stderr.text());
  });
});

Deno.test("stream says in one message which file of a damaged model is wrong", async () => {
  await withModel(async (dir) => {
    const place = join(dir, "model");
    const damages: [file: string, content: string | null, says: RegExp][] = [
      ["model.json", '{"architecture":', /model\.json: Cannot read Model: the file is cut off or no JSON/],
      ["model.json", "{}", /model\.json: Cannot read Model: field architecture does not fit/],
      ["weights.npz", null, /weights\.npz: Cannot read arrays: the file is missing/],
    ];
    for (const [file, content, says] of damages) {
      const kept = await Deno.readFile(join(place, file));
      if (content === null) await Deno.remove(join(place, file));
      else await Deno.writeTextFile(join(place, file), content);
      const child = start(place);
      await child.stdin.close();
      const { code, stderr } = await ended(child);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /^\s+at /m);
      assert.equal(code, 2, stderr);
      await Deno.writeFile(join(place, file), kept);
    }
  });
});

Deno.test("stream --time reads dates of several subjects, and refuses another rate than the model's", async () => {
  const lines = csv.trim().split("\n");
  const timed = (period: number, write: (ms: number) => string) =>
    `when,who,${lines[0]}\n${
      lines.slice(1, 401).map((line, i) => `${write(period * i)},${i % 2 ? "ann" : "bob"},${line}\n`).join("")
    }`;
  const date = (ms: number) => new Date(1_700_000_000_000 + ms).toISOString();
  await withModel(async (dir) => {
    const args = [join(dir, "model"), "--hop", "50", "--smooth", "none", "--time", "when"];
    const two = await piped(timed(10, date), ...args, "--subject", "who");
    assert.equal(two.code, 0, two.stderr);
    const of = (name: string) => two.predictions.filter((p) => p.subject === name);
    assert.deepEqual([of("ann").length, of("bob").length], [3, 3]);
    assert.equal(of("bob")[0].time, date(99 * 20));
    const fast = await piped(timed(10, String), ...args);
    assert.equal(fast.code, 2);
    assert.match(fast.stderr, /when shows 100 samples a second, the model reads 50/);
    const other = await piped(timed(20, String), ...args, "--time-unit", "us");
    assert.equal(other.code, 2);
    assert.match(other.stderr, /samples a second, the model reads 50/);
    const lone = await piped(timed(20, String), ...args, "--max-gap", "0.01");
    assert.equal(lone.code, 0, lone.stderr);
    assert.equal(lone.predictions.length, 7);
  });
});

Deno.test("stream without a single prediction is no success and says why", async () => {
  await withModel(async (dir) => {
    const few = csv.split("\n").slice(0, 50).join("\n");
    const { code, stderr, predictions } = await piped(few, join(dir, "model"));
    assert.equal(code, 2, stderr);
    assert.equal(predictions.length, 0);
    assert.match(stderr, /no window of 100 samples came without a gap/);
  });
});
