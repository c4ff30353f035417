/**
 * Speed of whole training steps beside PyTorch's: same network, batch, threads and machine, both in turn.
 *
 * `deno task bench train [--network NAME] [--rounds N] [THREADSxBATCH...]`, e.g. `1x64 2x256`; all four of 1, 2 threads
 * and batch 64, 256 by default. A step is forward, loss, backward, clipping and AdamW on ready data. Networks: `built-in`,
 * `depthwise` of workflows/encoders/, and `recorded`, the built-in one as recorded layers beside itself, without PyTorch.
 * PyTorch is Debian's python3-torch; without it only the own speed is printed.
 *
 * PyTorch runs twice, each cell in a process of its own: as it is, and with an allocator that keeps its memory. As it is,
 * glibc gives every large array back to the system, and PyTorch spends up to three quarters of a step on new pages, until
 * some larger array has been freed; its speed then depends on what ran before. Ratios are medians of the rounds, of the
 * time that went by and of processor time, which other work on the machine changes less.
 */
import { cpuUsage } from "node:process";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Architecture } from "../../lib/artifacts/model.ts";
import { loadEncoder } from "../../lib/model/graph/load_encoder.ts";
import { wholeGraph } from "../../lib/model/tfjs/whole_graph.ts";
import { trainingGraph } from "../../lib/model/train/training_graph.ts";
import { AdamW } from "../../lib/model/train/optimizer.ts";
import { defaultArchitecture } from "../../lib/model/train/initial.ts";
import { TrainingState } from "../../lib/model/train/training_state.ts";
import { countParameters } from "../../lib/model/architecture.ts";
import { openSession } from "../../lib/onnx/runtime.ts";
import { Random } from "../../lib/random.ts";
import { sampleModel } from "../model/sample_model.ts";
import { asTheyAre } from "./others.ts";

const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(line + "\n"));
const valueOf = (flag: string) => Deno.args[Deno.args.indexOf(flag) + 1 || Deno.args.length];
const rounds = Number(valueOf("--rounds") ?? 7);
const network = valueOf("--network") ?? "built-in";
const asked = Deno.args.filter((arg) => /^\d+x\d+$/.test(arg));
const cases = (asked.length > 0 ? asked : ["1x64", "1x256", "2x64", "2x256"]).map((c) =>
  c.split("x").map(Number)
);

const builtIn = defaultArchitecture([9, 2, 100], 10, [4, 4, 4], { neck: [] });

/** The built-in network as recorded layers: all but the projection, which stays the step's. */
function recorded(): Architecture {
  const { graph } = wholeGraph(sampleModel(builtIn))!;
  return { ...builtIn, blocks: [], pooling: [], graph: graph.slice(0, -1) };
}

async function depthwise(): Promise<Architecture> {
  const path = fileURLToPath(new URL("../../workflows/encoders/depthwise.ts", import.meta.url));
  const shape = { length: 100, channels: 9, sensors: 2, features: 128 };
  const { graph } = await loadEncoder(path, shape, { log: print });
  return { ...builtIn, blocks: [], pooling: [], graph };
}

const architecture = network === "depthwise"
  ? await depthwise()
  : network === "recorded"
  ? recorded()
  : builtIn;

/** Seconds by the clock and of the processor. */
interface Taken {
  wall: number;
  cpu: number;
}

/** Runs `count` steps, and ends. */
interface Runner {
  run(count: number): Promise<Taken>;
  close(): Promise<unknown>;
}

async function own(architecture: Architecture, threads: number, batch: number): Promise<Runner> {
  const rng = new Random(1);
  const graph = trainingGraph(architecture, { batch, dropout: true, auxiliary: 0.5, spread: 0.05 });
  const state = new TrainingState(architecture, graph, rng);
  const optimizer = new AdamW(state.parameters, { weightDecay: 1e-4, clip: 1 });
  const session = await openSession(graph.onnx, { threads });
  const [channels, sensors, length] = architecture.input;
  const window = Float32Array.from({ length: batch * channels * sensors * length }, () => rng.normal());
  const target = new Float32Array(batch * 10);
  for (let i = 0; i < batch; i++) target[i * 10 + i % 10] = 1 / batch;
  let first = true;
  const run = async (count: number) => {
    const [started, before] = [performance.now(), cpuUsage()];
    for (let i = 0; i < count; i++) {
      const out = await session.run(state.feeds(window, target, 0.1, rng));
      optimizer.step(state.gradients(out), 1e-3);
      state.updateStatistics(out, first);
      first = false;
    }
    const { user, system } = cpuUsage(before);
    return { wall: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
  };
  return { run, close: () => session.release() };
}

/** An allocator that gives nothing back to the system. */
const keepsMemory = { MALLOC_MMAP_THRESHOLD_: `${2 ** 32}`, MALLOC_TRIM_THRESHOLD_: `${2 ** 34}` };

/** PyTorch in a process of its own; undefined where it is not installed. */
async function torch(threads: number, batch: number, env: Record<string, string>) {
  let child;
  try {
    child = new Deno.Command("/usr/bin/python3", {
      args: [fileURLToPath(new URL("train_torch.py", import.meta.url)), network, `${threads}`, `${batch}`],
      env: { ...asTheyAre, ...env, OMP_NUM_THREADS: `${threads}` },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  } catch {
    return undefined;
  }
  const writer = child.stdin.getWriter();
  const lines = createInterface(Readable.fromWeb(child.stdout))[Symbol.asyncIterator]();
  if ((await lines.next()).done) return undefined;
  const run = async (count: number) => {
    await writer.write(new TextEncoder().encode(`${count}\n`));
    const [wall, cpu] = (await lines.next()).value!.split(" ").map(Number);
    return { wall, cpu };
  };
  return { run, close: () => writer.close() };
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

const kinds: [name: string, open: (threads: number, batch: number) => Promise<Runner | undefined>][] =
  network === "recorded"
    ? [["built-in", (threads, batch) => own(builtIn, threads, batch)]]
    : [["PyTorch", (threads, batch) => torch(threads, batch, {})], [
      "PyTorch, memory kept",
      (threads, batch) => torch(threads, batch, keepsMemory),
    ]];

print(
  `${network} network of ${
    countParameters(architecture)
  } parameters, input 9x2x100, median of ${rounds} rounds in turn`,
);
print("threads  batch  own windows/s  beside                windows/s  ratio  processor (least, most)");
for (const [threads, batch] of cases) {
  const count = Math.max(2, Math.round(1024 / batch));
  for (const [name, open] of kinds) {
    const mine = await own(architecture, threads, batch);
    const theirs = await open(threads, batch);
    await mine.run(5);
    await theirs?.run(5);
    const [a, b]: Taken[][] = [[], []];
    for (let i = 0; i < rounds; i++) {
      a.push(await mine.run(count));
      if (theirs) b.push(await theirs.run(count));
    }
    await mine.close();
    await theirs?.close();
    const speed = (taken: Taken[]) =>
      Math.round(batch * count / median(taken.map(({ wall }) => wall))).toString();
    const ratios = (of: keyof Taken) => b.map((taken, i) => taken[of] / a[i][of]).sort((x, y) => x - y);
    const cpu = ratios("cpu");
    const beside = theirs === undefined ? "not installed" : [
      speed(b).padStart(9),
      median(ratios("wall")).toFixed(2).padStart(5),
      `${median(cpu).toFixed(2)} (${cpu[0].toFixed(2)}, ${cpu.at(-1)!.toFixed(2)})`,
    ].join("  ");
    print(
      `${`${threads}`.padStart(7)}  ${`${batch}`.padStart(5)}  ${speed(a).padStart(13)}  ${
        name.padEnd(20)
      }  ${beside}`,
    );
  }
}
