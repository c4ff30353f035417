/** Whether an ONNX file has a form in C for microcontrollers: its layers are lowered as a package would, on made-up windows. */
import { basename } from "node:path";
import { InputError } from "../../../errors.ts";
import { formsOf } from "../../../model/export/forms.ts";
import { decodeModel } from "../../../onnx/decode.ts";
import { type EncoderFacts, importEncoder } from "../../../onnx/imported_encoder.ts";
import { Random } from "../../../random.ts";
import { layOut } from "./memory.ts";
import { lowerQdq, operators } from "./lower.ts";
import { numbersOf, type Program } from "./program.ts";

/** What was found; `facts` are figures to show beside the verdict. */
export interface CPreflight {
  ok: boolean;
  findings: { severity: "error"; message: string; remedy: string }[];
  facts: [name: string, value: string][];
}

/** Made-up windows that set the scales, which do not decide whether there is a form. */
const windows = 8;

/**
 * Judges an encoder from anywhere.
 *
 * @param bytes One file, with all weights in it.
 * @throws {InputError} for a file that is no encoder of windows.
 */
export async function preflightC(
  bytes: Uint8Array,
  file: string,
  facts: Omit<EncoderFacts, "labels">,
): Promise<CPreflight> {
  const { graph } = decodeModel(bytes, file);
  const unknown = graph.nodes.filter(({ op }) => !operators.has(op) && op !== "Constant");
  const counts = Object.entries(Object.groupBy(graph.nodes, ({ op }) => op)).map(([op, nodes]) =>
    nodes!.length === 1 ? op : `${op} × ${nodes!.length}`
  );
  const shown: CPreflight["facts"] = [["operators", counts.join(", ")]];
  const failed = (findings: { message: string; remedy: string }[]): CPreflight => ({
    ok: false,
    findings: findings.map((found) => ({ severity: "error", ...found })),
    facts: shown,
  });
  if (unknown.length > 0) {
    const remedy = `Replace what the kernels do not know. They know ${[...operators].sort().join(", ")}.`;
    return failed(unknown.map(({ name, outputs, op }) => ({
      message: `${name || outputs[0]}: ${op} has no integer form`,
      remedy,
    })));
  }
  // How many classes there are does not matter here, as long as the file is taken.
  const classes = graph.outputs.find(({ name }) => name === "logits")?.shape?.at(-1);
  const labels = Array.from({ length: typeof classes === "number" ? classes : 0 }, (_, i) => `${i}`);
  const { model } = await importEncoder(bytes, basename(file), { ...facts, labels });
  const { input } = model.architecture;
  const rng = new Random(1);
  const samples = Float32Array.from({ length: windows * numbersOf(input) }, () => rng.normal());
  const forms = formsOf(model);
  const qdq = forms.quantized(await forms.ranges(samples), { perChannel: true, whole: true });
  let program: Program;
  try {
    program = lowerQdq(qdq, input);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const message = error.message.replace(/^Cannot [^:]+: /, "");
    return failed([{ message, remedy: error.hint ?? "Leave c out of the targets." }]);
  }
  shown.unshift(["input", `[${input.join(", ")}], channels, sensors and samples`]);
  shown.push(
    ["steps", String(program.instructions.length)],
    ["RAM, computed", `${layOut(program).bytes} bytes for a window and all activations`],
    ["weights", `${weightBytes(program)} bytes of flash, tables of codes and names apart`],
  );
  return { ok: true, findings: [], facts: shown };
}

function weightBytes({ instructions }: Program): number {
  return instructions.reduce(
    (sum, step) => sum + (step.op === "product" ? step.weights.length + 4 * step.bias.length : 0),
    0,
  );
}
