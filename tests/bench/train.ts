/**
 * Speed of whole training steps beside PyTorch's: same network, batch, threads and machine, both in turn.
 *
 * `deno task bench train [--network NAME] [--rounds N] [THREADSxBATCH...]`, e.g. `1x64 2x256`; all four of 1, 2 threads
 * and batch 64, 256 by default. A step is forward, loss, backward, clipping and AdamW on ready data. Networks: `built-in`,
 * `depthwise` of workflows/encoders/, and `recorded`, the built-in one as recorded layers beside itself, without PyTorch.
 * PyTorch is Debian's python3-torch; without it only the own speed is printed.
 *
 * Ratios are of time that went by, and of processor time, which other work on the machine changes less.
 */
import { cpuUsage } from "node:process";
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

/** Runs `count` steps. */
type Runner = (count: number) => Promise<Taken>;

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
  return async (count) => {
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
}

/** PyTorch in a process of its own; undefined where it is not installed. */
async function torch() {
  if (network === "recorded") return undefined;
  const script = new URL("train_torch.py", import.meta.url).pathname;
  try {
    const child = new Deno.Command("/usr/bin/python3", {
      args: [script],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const writer = child.stdin.getWriter();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const line = async () => {
      while (!text.includes("\n")) {
        const { value } = await reader.read();
        if (value === undefined) return undefined;
        text += value;
      }
      const [first, ...rest] = text.split("\n");
      text = rest.join("\n");
      return first;
    };
    const version = await line();
    if (version === undefined) return undefined;
    const runner = (threads: number, batch: number): Runner => async (count) => {
      await writer.write(new TextEncoder().encode(`${network} ${threads} ${batch} ${count}\n`));
      const [wall, cpu] = (await line())!.split(" ").map(Number);
      return { wall, cpu };
    };
    return { version, runner, close: () => writer.close() };
  } catch {
    return undefined;
  }
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

const python = await torch();
const other = network === "recorded" ? "built-in" : "PyTorch";
print(
  `${network} network of ${
    countParameters(architecture)
  } parameters, input 9x2x100, median of ${rounds} rounds in turn`,
);
if (network !== "recorded") {
  print(python === undefined ? "PyTorch: not installed" : `PyTorch ${python.version}`);
}
print(`threads  batch  own windows/s  ${`${other} windows/s`.padStart(18)}  ratio  processor (least, most)`);
for (const [threads, batch] of cases) {
  const mine = await own(architecture, threads, batch);
  const theirs = network === "recorded" ? await own(builtIn, threads, batch) : python?.runner(threads, batch);
  const count = Math.max(2, Math.round(1024 / batch));
  await mine(5);
  await theirs?.(5);
  const [a, b]: Taken[][] = [[], []];
  for (let i = 0; i < rounds; i++) {
    a.push(await mine(count));
    if (theirs) b.push(await theirs(count));
  }
  const speed = (taken: Taken[]) =>
    Math.round(batch * count / median(taken.map(({ wall }) => wall))).toString();
  const ratios = (of: keyof Taken) => b.map((taken, i) => taken[of] / a[i][of]).sort((x, y) => x - y);
  const cpu = ratios("cpu");
  const beside = b.length === 0 ? "–" : [
    speed(b).padStart(18),
    median(ratios("wall")).toFixed(2).padStart(5),
    `${median(cpu).toFixed(2)} (${cpu[0].toFixed(2)}, ${cpu.at(-1)!.toFixed(2)})`,
  ].join("  ");
  print(`${String(threads).padStart(7)}  ${String(batch).padStart(5)}  ${speed(a).padStart(13)}  ${beside}`);
}
await python?.close();
