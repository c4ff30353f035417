/**
 * Hosts of a package beside the bare runtime: `deno task bench hosts [ROUNDS]`.
 *
 * One network of the default size, batch 1, one thread, the same windows, in turn; medians of the rounds and their spread.
 * Processor time for what runs here and in C++; in Chromium, which has none to tell, time that goes by.
 */
import { join } from "node:path";
import { cpuUsage } from "node:process";
import { benchmarkCpu } from "../../lib/device/benchmark_cpu.ts";
import { latencyRow } from "../../lib/device/timed_loop.ts";
import { nearestRank } from "../../lib/device/latency_summary.ts";
import { openSession } from "../../lib/onnx/runtime.ts";
import { Random } from "../../lib/random.ts";
import { withBrowser, withoutChromium, withPage } from "../browser/browser.ts";
import { serveFolder } from "../browser/serve_folder.ts";
import { gravityRecordings, packBehaviours } from "../hailo/behaviour_package.ts";

const rounds = Number(Deno.args[0] ?? 7);
const count = 1000;
const dir = await Deno.makeTempDir();
const { raw } = gravityRecordings();
const { dir: packed, model } = await packBehaviours(
  dir,
  raw,
  {
    blocks: [
      { channels: 32, kernel: [1, 5], pool: 2 },
      { channels: 64, kernel: [1, 5], pool: 2 },
      { channels: 64, kernel: [2, 5], pool: 1 },
    ],
    ...{ levels: [4, 4, 4], latent: 3, head: [64] },
  },
  false,
  { targets: ["cpu", "browser"] },
);
const { input } = model.architecture;
const size = input[0] * input[1] * input[2];
console.log(`${model.parameters} parameters, input ${input.join("×")}, ${rounds} rounds of ${count} windows`);

const session = await openSession(await Deno.readFile(join(packed, "models/model.device.onnx")), {
  threads: 1,
});
const rng = new Random(1);
const data = Float32Array.from({ length: size }, () => rng.normal());
const feeds = { [session.inputNames[0]]: { data, shape: [1, ...input] } };

/** Seconds of processor time, and the 95 % of single runs in ms. */
async function bare(): Promise<{ seconds: number; p95: number }> {
  const times: number[] = [];
  const before = cpuUsage();
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    await session.run(feeds);
    times.push(performance.now() - started);
  }
  const { user, system } = cpuUsage(before);
  return { seconds: (user + system) / 1e6, p95: nearestRank(times.sort((a, b) => a - b), 0.95) };
}

function row(name: string, ratios: number[], detail: string): void {
  ratios.sort((a, b) => a - b);
  const middle = ratios[ratios.length >> 1].toFixed(2);
  console.log(
    `${name}: ${middle} (${ratios[0].toFixed(2)} to ${
      ratios.at(-1)!.toFixed(2)
    }, n = ${ratios.length}), ${detail}`,
  );
}

const middle = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];

await bare();
const program = join(dir, "hosts");
const compiled = await new Deno.Command("c++", {
  args: [
    "-std=c++17",
    "-O3",
    "-march=native",
    "-ffp-contract=fast",
    `-I${packed}`,
    "-o",
    program,
    new URL("hosts.cpp", import.meta.url).pathname,
  ],
}).output().catch(() => undefined);
if (compiled?.success === true) {
  const [plain, runtime]: number[][] = [[], []];
  for (let i = 0; i < rounds; i++) {
    const { stdout } = await new Deno.Command(program, { args: [`${count}`, `${size}`], cwd: packed })
      .output();
    plain.push(count / Number(new TextDecoder().decode(stdout).split(" ")[0]));
    runtime.push(count / (await bare()).seconds);
  }
  row(
    "C++ host, windows/s over ONNX Runtime's",
    plain.map((v, i) => v / runtime[i]),
    `${Math.round(middle(plain))} and ${Math.round(middle(runtime))} windows/s of processor time`,
  );
} else console.log("C++ host: no compiler");

{
  const [own, runtime]: number[][] = [[], []];
  for (let i = 0; i < rounds; i++) {
    const { series: [{ warmup, samples }] } = await benchmarkCpu(join(dir, "bundle"), {
      ...{ modes: ["back-to-back"], iterations: count, warmup: 50, launches: 1, maxSeconds: 60 },
      ...{ pacedHz: 0, pacedIterations: 0 },
    });
    own.push(latencyRow("back-to-back", 1, warmup, samples).p95);
    runtime.push((await bare()).p95);
  }
  row(
    "local benchmark, p95 over ONNX Runtime's",
    own.map((v, i) => v / runtime[i]),
    `${middle(own).toFixed(3)} and ${middle(runtime).toFixed(3)} ms`,
  );
}
await session.release();

/** Runs in the page: seconds of the page's own stream and of the bare session, on the same windows. */
async function inPage(count: number): Promise<[number, number]> {
  const root = new URL("../", document.baseURI).href;
  const { openPackage } = await import(`${root}web/modules/hailo/package/browser/open_package.js`);
  const { encoder } = await openPackage(root);
  const { channels, sensors, length } = encoder;
  const window = Float32Array.from(
    { length: channels.length * sensors.length * length },
    (_, i) => Math.sin(i),
  );
  const ort = await import(`${root}web/runtime/ort.wasm.min.mjs`);
  const bytes = new Uint8Array(await (await fetch(`${root}models/model.full.onnx`)).arrayBuffer());
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  const shape = [1, channels.length, sensors.length, length];
  const own = async () => encoder.codeOf((await encoder.read(window)).latent);
  const bare = () => session.run({ window: new ort.Tensor("float32", window, shape) });
  const total: [number, number] = [0, 0];
  const runs = [own, bare];
  for (const run of runs) for (let i = 0; i < count; i++) await run();
  // In turn, piece by piece: the page's compiler is done with neither at the begin.
  for (let piece = 0; piece < 10; piece++) {
    for (const [k, run] of runs.entries()) {
      const started = performance.now();
      for (let i = 0; i < count / 10; i++) await run();
      total[k] += (performance.now() - started) / 1000;
    }
  }
  return total;
}

if (withoutChromium === false) {
  const { server, url } = serveFolder(packed);
  const pairs: [number, number][] = [];
  await withBrowser(async (browser) => {
    for (let i = 0; i < rounds; i++) {
      pairs.push(
        await withPage(
          browser,
          `${url}web/`,
          { width: 900, scheme: "light" },
          (page) => page.evaluate(`(${inPage})(${count / 4})`),
        ),
      );
    }
  });
  await server.shutdown();
  row(
    "browser, time over bare onnxruntime-web's",
    pairs.map(([own, bare]) => own / bare),
    `${count / 4} windows a round`,
  );
} else console.log(`browser: ${withoutChromium}`);
await Deno.remove(dir, { recursive: true });
