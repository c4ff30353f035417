/**
 * Stand-in of the Dataflow Compiler's `hailo`. Strict about its options; really reads graph and calibration data. What
 * it writes cannot run anywhere: `sdk_version` ends in `-standin` and the HEF has no content hash.
 */
import { decodeNpy } from "../../lib/artifacts/npy.ts";
import { decodeModel } from "../../lib/onnx/decode.ts";
import { tar } from "./archive.ts";
import { parseArguments, usageError } from "./argparse.ts";
import { readMember } from "./har_member.ts";
import { writeHef } from "./hef_writer.ts";

const fault = Deno.env.get("STANDIN_FAULT") ?? "";
const sdkVersion = "3.33.0-standin";
const unsupported = new Set([
  ...[
    "Round",
    "Floor",
    "Ceil",
    "Sign",
    "Mod",
    "ArgMax",
    "TopK",
    "Gather",
    "Where",
    "Cast",
    "NonZero",
    "Transpose",
  ],
  ...["QuantizeLinear", "DequantizeLinear", "LSTM", "GRU", "ReduceMean", "ReduceMax", "ReduceSum"],
]);

/** What travels from stage to stage inside the HAR. */
interface State {
  state: "hailo_model" | "quantized";
  standin: true;
  network: string;
  input: { name: string; shape: number[] };
  outputs: { node: string; shape: number[] }[];
  inputRange?: [number, number];
  outputRange?: [number, number];
  /** The graph, for the stand-in runtime. */
  onnx: string;
}

const [verb, ...rest] = Deno.args;
const info = (text: string) => console.log(`[info] ${text}`);
const warning = (text: string) => console.log(`[warning] ${text}`);

function fail(lines: string[]): never {
  console.error(["Traceback (most recent call last):", ...lines].join("\n"));
  Deno.exit(1);
}

if (fault.startsWith("sleep-") && fault.slice(6) === verb) await new Promise((r) => setTimeout(r, 60_000));
if (fault === "huge-output" && verb !== "--version") {
  const line = new TextEncoder().encode("[info] noise \xff\x1b[2K ".repeat(1000) + "\n");
  for (let i = 0; i < 800; i++) await Deno.stdout.write(line);
}

if (verb === "--version") version();
else if (verb === "parser") parse(rest);
else if (verb === "optimize") optimize(rest);
else if (verb === "compiler") compile(rest);
else if (verb === undefined) Deno.exit(1);
else usageError("hailo", `argument command: invalid choice: '${verb}'`);

function version(): void {
  console.log("HailoRT v4.23.0");
  if (fault === "runtime-only") return;
  const versions: Record<string, string> = { "v5": "5.1.0", "old": "3.20.0" };
  if (fault === "no-version") console.log("no version here");
  else console.log(`Hailo Dataflow Compiler v${versions[fault] ?? sdkVersion}`);
}

function parse(args: string[]): void {
  if (args[0] !== "onnx") usageError("hailo parser", `argument framework: invalid choice: '${args[0]}'`);
  const { positional, options } = parseArguments("hailo parser onnx", args.slice(1), {
    "--hw-arch": 1,
    "--net-name": 1,
    "--har-path": 1,
    "--start-node-names": Infinity,
    "--end-node-names": Infinity,
    "--tensor-shapes": Infinity,
    "--input-format": Infinity,
    "-y": 0,
  }, 1);
  const network = options.get("--net-name")?.[0] ?? "model";
  info(`Translation started on ONNX model ${network}`);
  if (fault === "index-error") fail(["IndexError: list index out of range"]);
  const onnx = Deno.readFileSync(positional[0]);
  const { graph } = decodeModel(onnx);
  const bad = graph.nodes.filter((n) => unsupported.has(n.op));
  if (fault === "prompt" || bad.length > 0) refuse(bad.map((n) => [n.name, n.op]));
  const ends = options.get("--end-node-names") ?? graph.outputs.map((o) => o.name);
  const outputs = ends.map((name) => {
    const node = graph.nodes.find((n) => n.name === name);
    if (node === undefined || fault === "misspell") {
      fail([`MisspellNodeError: Unable to find end node name: ['${name}'], please verify and try again.`]);
    }
    const value = [...graph.outputs, ...graph.values].find((v) => v.name === node!.outputs[0]);
    const [, features = 0, rows = 1, columns = 1] = value?.shape?.map(Number) ?? [];
    return { node: name, shape: [rows, columns, features] };
  });
  const shape = graph.inputs[0].shape as number[];
  const state: State = {
    state: "hailo_model",
    standin: true,
    network,
    input: { name: graph.inputs[0].name, shape },
    outputs,
    onnx: onnx.toBase64(),
  };
  const layers: Record<string, unknown> = {
    [`${network}/input_layer1`]: { type: "input_layer", original_names: [state.input.name] },
  };
  outputs.forEach(({ node }, i) => {
    layers[`${network}/normalization${i + 1}`] = { type: "normalization", original_names: [node] };
    layers[`${network}/output_layer${i + 1}`] = { type: "output_layer", original_names: [node] };
  });
  const order = outputs.map((_, i) => `${network}/output_layer${i + 1}`);
  const hn = JSON.stringify({ layers, net_params: { output_layers_order: order } });
  const har = options.get("--har-path")?.[0] ?? `${network}.har`;
  Deno.writeFileSync(har, tar({ [`${network}.hn`]: hn, "state.json": JSON.stringify(state) }));
  info(`Start nodes mapped from original model: '${state.input.name}': '${network}/input_layer1'.`);
  info(`End nodes mapped from original model: ${ends.map((e) => `'${e}'`).join(", ")}.`);
  info(`Translation completed on ONNX model ${network} (completion time: 00:00:00.10)`);
  info(`Saved HAR to: ${har}`);
}

function refuse(bad: string[][]): never {
  const items = bad.length > 0 ? bad : [["conv0", "Conv"]];
  console.log("Parsing failed with recommendations for end node names: ['features'].");
  console.log("Would you like to parse again with the recommendation? (y/n)");
  const answer = new Uint8Array(8);
  const n = Deno.stdin.readSync(answer); // end of input counts as "n"
  if (n !== null && new TextDecoder().decode(answer.subarray(0, n)).trim() === "y") Deno.exit(0);
  fail([
    "hailo_sdk_client.ParsingWithRecommendationException: Parsing failed. The errors found in the graph are:",
    ...items.map(([name, op]) => ` UnsupportedOperationError in op ${name}: ${op} operation is unsupported`),
    "Please try to parse the model again, using these end node names: features",
  ]);
}

function optimize(args: string[]): void {
  const { positional, options } = parseArguments("hailo optimize", args, {
    "--hw-arch": 1,
    "--calib-set-path": 1,
    "--use-random-calib-set": 0,
    "--output-har-path": 1,
    "--model-script": 1,
    "--full-precision-only": 0,
    "--work-dir": 1,
  }, 1);
  const random = options.has("--use-random-calib-set");
  if (random === options.has("--calib-set-path")) {
    usageError("hailo optimize", "one of the arguments --calib-set-path --use-random-calib-set is required");
  }
  if (fault === "optimize-failed") fail(["BackendValueError: Unsupported NaN values were found in params"]);
  const state = stateOf(positional[0]);
  const script = options.has("--model-script")
    ? Deno.readTextFileSync(options.get("--model-script")![0])
    : "";
  const level = Number(/optimization_level=(-?\d+)/.exec(script)?.[1] ?? 2);
  const wanted = Number(/calibset_size=(\d+)/.exec(script)?.[1] ?? 64);
  let entries = 64;
  let range: [number, number] = [0, 1];
  if (!random) {
    const { data, shape } = decodeNpy(Deno.readFileSync(options.get("--calib-set-path")![0]));
    const [, c, h, w] = state.input.shape;
    if (shape.slice(1).join() !== [h, w, c].join()) {
      fail([`BadInputsShape: Data shape (${shape}) for layer ${state.network}/input_layer1 doesn't match`]);
    }
    entries = Math.min(shape[0], wanted);
    const used = data.subarray(0, entries * h * w * c) as Float32Array;
    range = [used.reduce((a, b) => Math.min(a, b)), used.reduce((a, b) => Math.max(a, b))];
  }
  info(`Using dataset with ${entries} entries for calibration`);
  if (fault === "level-reduced" || level > 0 && entries < 1024) {
    warning(
      "Reducing optimization level to 0 (the accuracy won't be optimized and compression won't be used) because " +
        "there's less data than the recommended amount (1024), and there's no available GPU",
    );
  }
  const clip = /clipping_values=\[(-?[\d.]+), (-?[\d.]+)\]/.exec(script);
  state.state = fault === "not-quantized" ? "hailo_model" : "quantized";
  state.inputRange = range;
  state.outputRange = clip !== null
    ? [Number(clip[1]), Number(clip[2])]
    : outputRange(state, options.get("--calib-set-path")?.[0], entries);
  info(`Output layers signal-to-noise ratio (SNR): ${state.network}/output_layer1 SNR: 41.50 dB`);
  const har = options.get("--output-har-path")?.[0] ?? positional[0].replace(/\.har$/, "_optimized.har");
  Deno.writeFileSync(har, tar({ "state.json": JSON.stringify(state) }));
  info(`Saved HAR to: ${har}`);
}

/** What the network gives for the first calibration windows, where it gives maps; the stand-in runtime's numpy says it. */
function outputRange({ onnx, outputs }: State, calibration: string | undefined, n: number): [number, number] {
  if (calibration === undefined || outputs.every(({ shape: [rows, columns] }) => rows * columns === 1)) {
    return [-1, 1];
  }
  Deno.writeFileSync("standin.onnx", Uint8Array.fromBase64(onnx));
  const script = new URL("python/output_range.py", import.meta.url).pathname;
  const args = ["-B", script, "standin.onnx", calibration, String(n)];
  const { stdout } = new Deno.Command("python3", { args, stderr: "inherit" }).outputSync();
  const [low, high] = new TextDecoder().decode(stdout).trim().split(" ").map(Number);
  return [low, high];
}

function compile(args: string[]): void {
  const { positional, options } = parseArguments("hailo compiler", args, {
    "--hw-arch": 1,
    "--output-dir": 1,
    "--output-har-path": 1,
    "--model-script": 1,
    "--auto-model-script": 1,
  }, 1);
  const state = stateOf(positional[0]);
  if (state.state !== "quantized") {
    fail([
      "Model requires quantized weights in order to run on HW, but none were given. Did you forget to quantize?",
    ]);
  }
  if (fault === "mapping-failed") {
    console.log("[error] Mapping Failed (allocation time: 12s)");
    fail(["BackendAllocatorException: Compilation failed: could not find a valid partition to contexts."]);
  }
  if (fault === "compile-failed") fail(["RuntimeError: something else"]);
  console.log("| Total | 46.9% | 19.9% | 15.6% |");
  info("Successful Mapping (allocation time: 5s)");
  const [, c, h, w] = state.input.shape;
  const arch = options.get("--hw-arch")?.[0] ?? "hailo8";
  const bytes = writeHef({
    network: state.network,
    architecture: arch === "hailo8l" || fault === "arch-8l" ? 3 : 1,
    sdkVersion,
    contexts: fault === "contexts" ? 3 : 1,
    latency: 0.000147,
    fps: 90518,
    payload: new TextEncoder().encode(JSON.stringify(state)),
    streams: [
      {
        name: `${state.network}/input_layer1`,
        direction: "input",
        shape: fault === "input-shape" ? [c, h, w] : [h, w, c],
        limits: fault === "input-range" ? [0, 1] : state.inputRange!,
        originalNames: [state.input.name],
      },
      ...state.outputs.map(({ node, shape: [rows, columns, features] }, i) => ({
        name: `${state.network}/normalization${i + 1}`,
        direction: "output" as const,
        shape: [rows, columns, fault === "features" ? features + 1 : features] as [number, number, number],
        limits: fault === "output-range" ? [-1, 1] as [number, number] : state.outputRange!,
        originalNames: [fault === "moved-cut" ? "projection" : node],
      })),
    ],
  });
  const folder = options.get("--output-dir")?.[0] ?? ".";
  const broken = fault === "corrupt-hef" ? bytes.subarray(0, bytes.length - 7) : bytes;
  if (fault !== "no-hef") Deno.writeFileSync(`${folder}/${state.network}.hef`, broken);
  info("Successful Compilation (compilation time: 0s)");
  info(`Saved HEF to: ${folder}/${state.network}.hef`);
}

function stateOf(path: string): State {
  try {
    return JSON.parse(new TextDecoder().decode(readMember(Deno.readFileSync(path), "state.json")));
  } catch {
    fail([`FileNotFoundError: ${path} is no HAR`]);
  }
}
