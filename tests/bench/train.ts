/**
 * Speed of whole training steps beside PyTorch's: same network, batch, threads and machine, both in turn.
 *
 * `deno task bench train [--rounds N] [THREADSxBATCH...]`, e.g. `1x64 2x256`; all four of 1, 2 threads and batch 64,
 * 256 by default. A step is forward, loss, backward, clipping and AdamW on ready data. Needs Debian's python3-torch;
 * without it only the own speed is printed.
 */
import { trainingGraph } from "../../lib/model/train/training_graph.ts";
import { AdamW } from "../../lib/model/train/optimizer.ts";
import { defaultArchitecture } from "../../lib/model/train/initial.ts";
import { TrainingState } from "../../lib/model/train/training_state.ts";
import { countParameters } from "../../lib/model/architecture.ts";
import { openSession } from "../../lib/onnx/runtime.ts";
import { Random } from "../../lib/random.ts";

const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(line + "\n"));
const flag = Deno.args.indexOf("--rounds");
const rounds = flag < 0 ? 7 : Number(Deno.args[flag + 1]);
const asked = Deno.args.filter((arg) => /^\d+x\d+$/.test(arg));
const cases = (asked.length > 0 ? asked : ["1x64", "1x256", "2x64", "2x256"]).map((c) =>
  c.split("x").map(Number)
);

const architecture = defaultArchitecture([9, 2, 100], 10, [4, 4, 4], { neck: [] });

/** Runs `count` steps and gives the seconds they took. */
type Runner = (count: number) => Promise<number>;

async function own(threads: number, batch: number): Promise<Runner> {
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
    const started = performance.now();
    for (let i = 0; i < count; i++) {
      const out = await session.run(state.feeds(window, target, 0.1, rng));
      optimizer.step(state.gradients(out), 1e-3);
      state.updateStatistics(out, first);
      first = false;
    }
    return (performance.now() - started) / 1000;
  };
}

/** PyTorch in a process of its own; undefined where it is not installed. */
async function torch() {
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
      await writer.write(new TextEncoder().encode(`${threads} ${batch} ${count}\n`));
      return Number(await line());
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
print(
  `network of ${countParameters(architecture)} parameters, input 9x2x100, median of ${rounds} rounds in turn`,
);
print(python === undefined ? "PyTorch: not installed" : `PyTorch ${python.version}`);
print("threads  batch  own windows/s  PyTorch windows/s  ratio (best/best)");
for (const [threads, batch] of cases) {
  const mine = await own(threads, batch);
  const theirs = python?.runner(threads, batch);
  const count = Math.max(2, Math.round(1024 / batch));
  await mine(5);
  await theirs?.(5);
  const [a, b]: number[][] = [[], []];
  for (let i = 0; i < rounds; i++) {
    a.push(batch * count / await mine(count));
    if (theirs) b.push(batch * count / await theirs(count));
  }
  const best = Math.max(...a) / Math.max(...b);
  const other = b.length === 0
    ? "–".padStart(17) + "      –"
    : `${Math.round(median(b)).toString().padStart(17)}  ${(median(a) / median(b)).toFixed(2).padStart(5)} (${
      best.toFixed(2)
    })`;
  print(
    `${String(threads).padStart(7)}  ${String(batch).padStart(5)}  ${
      Math.round(median(a)).toString().padStart(13)
    }  ${other}`,
  );
}
await python?.close();
