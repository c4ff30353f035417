/** The service goes on where a sensor or a device does not, and its log keeps its size. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256 } from "../../../../lib/artifacts/sha256.ts";
import { readPredictionLog } from "../../../../lib/stream/prediction_log.ts";
import { only, skipReason } from "../../../house/skip.ts";
import { withFolder } from "../../sample_bundle.ts";
import { copyOf, logLines, numpy, packages, run, start, until } from "./packed.ts";

const missing = !numpy ? "no python3 with numpy" : only("not windows");
const predictions = (lines: any[]) => lines.filter(({ event }) => event === "prediction");

/** The golden recording and the codes of its windows. */
async function golden() {
  const root = join(await packages(), "package");
  const table = await Deno.readTextFile(join(root, "selftest/stream.csv"));
  const expected = (await Deno.readTextFile(join(root, "selftest/stream.expected.jsonl"))).trimEnd().split(
    "\n",
  )
    .map((line) => JSON.parse(line)).filter(({ event }) => event === "prediction");
  return { root, table, codes: expected.map(({ code }) => code) };
}

async function stopped(service: Deno.ChildProcess): Promise<string> {
  service.kill("SIGTERM");
  const { code, stderr } = await service.output();
  const err = new TextDecoder().decode(stderr);
  assert.equal(code, 0, err);
  return err;
}

Deno.test({
  name:
    "a sensor that is unplugged twice leaves gaps, and the windows of every connection are those of the batch",
  ignore: skipReason(missing),
  async fn() {
    await withFolder(async (dir) => {
      const { root, table, codes } = await golden();
      const [pipe, log] = [join(dir, "sensor"), join(dir, "log")];
      const made = await new Deno.Command("mkfifo", { args: [pipe] }).output();
      assert.equal(made.code, 0);
      const options = [
        "--log",
        log,
        "--time",
        "time",
        "--backend",
        "none",
        "--pause",
        "0.05",
        "--subject",
        "S1",
      ];
      const service = start(root, ["service/serve.py", pipe, ...options]);
      for (let round = 1; round <= 3; round++) {
        await Deno.writeTextFile(pipe, table, { create: false });
        await until(log, (lines) => lines.filter(({ event }) => event === "gap").length >= round);
      }
      await stopped(service);
      const lines = await logLines(log);
      const { event, subject, rate } = lines[0];
      assert.deepEqual({ event, subject, rate }, { event: "start", subject: "S1", rate: 2 });
      assert.deepEqual(predictions(lines).map(({ code }) => code), [...codes, ...codes, ...codes]);
      assert.ok(lines.every(({ at }) => !Number.isNaN(Date.parse(at))));
      const order = lines.map(({ event }) => event).filter((event) => event !== "end");
      const part = ["resumed", ...codes.map(() => "prediction"), "gap"];
      assert.deepEqual(order, ["start", "device", ...part.slice(1), ...part, ...part, "stop"]);
      assert.equal(lines.find((line) => line.event === "gap").reason, "the source ended");
      assert.equal(lines.at(-1).reason, "asked to");
      const { stretches } = await readPredictionLog([join(log, "predictions-000001.jsonl")]);
      const logged = stretches.flatMap(({ predictions }) => predictions.map(({ code }) => code));
      assert.deepEqual(logged, [...codes, ...codes, ...codes]);
      assert.deepEqual(new Set(stretches.map(({ subject }) => subject)), new Set(["S1"]));
    });
  },
});

Deno.test({
  name:
    "a socket that falls silent is a gap, a bad row is another, and columns that were named once need no header",
  ignore: skipReason(missing),
  async fn() {
    await withFolder(async (dir) => {
      const { root, table, codes } = await golden();
      const [path, log] = [join(dir, "sensor"), join(dir, "log")];
      const options = [
        "--log",
        log,
        "--time",
        "time",
        "--backend",
        "none",
        "--pause",
        "0.05",
        "--silence",
        "0.6",
      ];
      const service = start(root, ["service/serve.py", `unix:${path}`, ...options]);
      await until(log, (lines) => lines.some(({ event }) => event === "device"));
      const body = table.split("\n").filter((line) => !line.startsWith("#"));
      const first = await Deno.connect({ transport: "unix", path });
      await send(first, table + "1,2\n");
      await until(log, (lines) => lines.some(({ reason }) => /^no sample for 0.6 s/.test(reason)));
      const second = await Deno.connect({ transport: "unix", path });
      await send(second, body.slice(1).join("\n"));
      second.close();
      await until(log, (lines) => lines.some(({ reason }) => reason === "the source ended"));
      first.close();
      await stopped(service);
      const lines = await logLines(log);
      assert.deepEqual(predictions(lines).map(({ code }) => code), [...codes, ...codes]);
      assert.match(lines.find(({ event }) => event === "bad").reason, /^row \d+: it has 2 cells/);
      await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
    });
  },
});

async function send(to: Deno.Conn, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

/** An onnxruntime whose device is gone after some windows, and back where a file says so. */
const failing = `
import os
import numpy
__version__ = "0-test"
class SessionOptions:
    intra_op_num_threads = 1
class _Input:
    name = "window"
class InferenceSession:
    left = 5
    def __init__(self, path, options, providers):
        if InferenceSession.left <= 0 and not os.path.exists(os.environ["BACK"]):
            raise RuntimeError("HAILO_DEVICE_NOT_FOUND")
        from pathlib import Path
        import json
        from host_head import HostHead
        from plain_encoder import PlainEncoder
        root = Path(path).resolve().parent.parent
        self.plain = PlainEncoder(root, "models/encoder.json", HostHead.load(root / "models" / "host_head.json"))
    def get_inputs(self):
        return [_Input]
    def run(self, _, feeds):
        InferenceSession.left -= 1
        if InferenceSession.left < 0 and not os.path.exists(os.environ["BACK"]):
            raise RuntimeError("the device was reset")
        return [numpy.asarray(self.plain.run(feeds["window"][0]), dtype=numpy.float32)[None]]
`;

Deno.test({
  name:
    "a device that is gone is replaced by another backend without losing a window, and used again when it is back",
  ignore: skipReason(missing),
  async fn() {
    await withFolder(async (dir) => {
      const { root, table, codes } = await golden();
      const [pipe, log, back] = [join(dir, "sensor"), join(dir, "log"), join(dir, "back")];
      await new Deno.Command("mkfifo", { args: [pipe] }).output();
      await Deno.writeTextFile(join(dir, "onnxruntime.py"), failing);
      const options = ["--log", log, "--time", "time", "--pause", "0.05", "--retry", "0"];
      const more = { PYTHONPATH: dir, BACK: back };
      const service = start(root, ["service/serve.py", pipe, ...options], more);
      const gaps = (n: number) => (lines: any[]) => lines.filter(({ event }) => event === "gap").length >= n;
      await Deno.writeTextFile(pipe, table, { create: false });
      await until(log, gaps(1));
      await Deno.writeTextFile(back, "");
      await Deno.writeTextFile(pipe, table, { create: false });
      await until(log, gaps(2));
      await stopped(service);
      const lines = await logLines(log);
      assert.deepEqual(predictions(lines).map(({ code }) => code), [...codes, ...codes]);
      const devices = lines.filter(({ event }) => event === "device");
      assert.deepEqual(devices.map(({ backend }) => backend), ["onnxruntime", "none", "onnxruntime"]);
      assert.equal(devices[1].reason, "onnxruntime: RuntimeError: the device was reset");
      assert.match(devices[1].problems.join(), /HAILO_DEVICE_NOT_FOUND/);
      assert.equal(devices[2].reason, "back again");
    });
  },
});

Deno.test({
  name: "a device that is demanded by name is waited for, and said to be",
  ignore: skipReason(missing),
  async fn() {
    await withFolder(async (dir) => {
      const { root } = await golden();
      const log = join(dir, "log");
      const service = start(root, [
        "service/serve.py",
        join(dir, "absent"),
        "--log",
        log,
        "--backend",
        "hailo",
      ]);
      const [, device] = await until(log, (lines) => lines.length >= 2);
      assert.deepEqual([device.event, device.backend], ["device", null]);
      assert.deepEqual(device.problems, ["hailo: models/model.hef is not in this package"]);
      await stopped(service);
      assert.equal((await logLines(log)).at(-1).event, "stop");
    });
  },
});

Deno.test({
  name: "the log keeps its size, every file can be read alone, and a line that was cut off is dropped",
  ignore: skipReason(missing),
  async fn() {
    await withFolder(async (dir) => {
      const script = `
import json, sys
from pathlib import Path
sys.path.insert(0, "service")
from rolling_log import RollingLog
for round in range(4):
    log = RollingLog(Path(sys.argv[1]), {"subject": "S1"}, 8192, 3)
    for i in range(150):
        log.write("prediction", index=round * 150 + i, code=i, label="x" * 40)
    log.close()
    with open(sorted(Path(sys.argv[1]).iterdir())[-1], "a") as file:
        file.write('{"event":"predic')
RollingLog(Path(sys.argv[1]), {}, 8192, 3)
`;
      const { code, err } = await run(join(await packages(), "package"), ["-c", script, dir]);
      assert.equal(code, 0, err);
      const files = (await Array.fromAsync(Deno.readDir(dir), ({ name }) => name)).sort();
      assert.equal(files.length, 3);
      for (const name of files) {
        assert.ok((await Deno.stat(join(dir, name))).size <= 8192);
        const text = await Deno.readTextFile(join(dir, name));
        assert.match(text, /^\{"event":"start".*"subject":"S1"\}\n/);
        assert.ok(text.endsWith("\n"));
      }
      const indices = (await logLines(dir)).filter(({ event }) => event === "prediction").map((l) => l.index);
      assert.deepEqual(indices, indices.map((_, i) => indices[0] + i));
      assert.equal(indices.at(-1), 599);
    });
  },
});

Deno.test({
  name: "what cannot be served is said in a sentence",
  ignore: skipReason(missing),
  async fn() {
    await withFolder(async (dir) => {
      const root = await copyOf("package", join(dir, "package"));
      const path = join(root, "pipeline.json");
      const facts = JSON.parse(await Deno.readTextFile(path));
      const changed = JSON.stringify({ ...facts, not_in_real_time: ["a filter looks ahead"] });
      await Deno.writeTextFile(path, changed);
      const serve = ["service/serve.py", "tcp:0", "--log", join(dir, "log"), "--backend", "none"];
      const edited = await run(root, serve);
      assert.equal(edited.code, 2);
      assert.match(edited.err, /Cannot serve: pipeline\.json is not as it was packed/);
      const sums = join(root, "SHA256SUMS");
      const digest = await sha256(new TextEncoder().encode(changed));
      const listed = await Deno.readTextFile(sums);
      await Deno.writeTextFile(sums, listed.replace(/^.{64}(?= {2}pipeline\.json$)/m, digest));
      const refused = await run(root, serve);
      assert.equal(refused.code, 2);
      assert.match(refused.err, /Cannot serve: a filter looks ahead\n$/);
      const file = await run(root, ["service/serve.py", "tcp:none", "--log", join(dir, "log")]);
      assert.equal(file.code, 2);
      assert.doesNotMatch(file.err, /Traceback/);
    });
  },
});
