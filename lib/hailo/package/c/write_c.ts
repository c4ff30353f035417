/** The C form of a bundle: program, tables, files, and how far it agrees with the runtime's 8-bit graph. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { decodeNpy } from "../../../artifacts/npy.ts";
import { bundleFiles } from "../../../artifacts/onnx_bundle.ts";
import { InputError } from "../../../errors.ts";
import { Quantizer } from "../../../fsq/quantizer.ts";
import { openSession } from "../../../onnx/runtime.ts";
import type { CodeMotifs } from "../../../stream/pipeline_file.ts";
import { type DeviceBundle, readBundle } from "../../bundle.ts";
import { jsonFile, type PackageFile, textFile } from "../../package_files.ts";
import { type Agreement, agreementOn, takesOne } from "./agreement.ts";
import { type Answers, answersOf } from "./answers.ts";
import { recordedLayers, requireKnown } from "./known_layers.ts";
import { lowerQdq } from "./lower.ts";
import { type Footprint, footprintOf } from "./memory.ts";
import { type Extent, numbersOf, type Program } from "./program.ts";
import { IntegerEncoder } from "./reference.ts";
import { fromNhwc, scaledAsC } from "./scaled.ts";
import { modelHeader, modelSource } from "./source.ts";

/** What was found about the C form; `results/c_target.json`. */
export interface CFacts {
  /** Computed from the program; the machine code of the kernels comes on top. */
  footprint: Footprint & { origin: "computed" };
  /** The 8-bit graph that it was made of. */
  graph: string;
  /** Measured while packing, against the graph on the runtime named. */
  agreement: { calibration: Agreement; golden: Agreement; runtime: string; origin: "measured" };
}

/** Files of the target, what is said of it, and what it lacks, in sentences. */
export interface CForm {
  facts: CFacts;
  files: PackageFile[];
  warnings: string[];
}

/**
 * Writes the C form of the bundle in `dir`.
 *
 * @param golden Packed golden windows, raw, float32 `[n, C, S, L]`.
 * @param motifs Of `pipeline.json`; absent where the package names none.
 * @param most Calibration windows that the agreement is measured on, at most.
 * @throws {InputError} naming a layer that has no integer form.
 */
export async function writeC(
  dir: string,
  golden: Float32Array,
  motifs?: CodeMotifs,
  most = 1024,
): Promise<CForm> {
  const graphs = [bundleFiles.wholeQdq, bundleFiles.qdq];
  const graph = graphs.find((name) => existsSync(join(dir, name)));
  const qdq = graph && await Deno.readFile(join(dir, graph));
  if (graph === undefined || qdq === undefined) {
    throw new InputError(`Cannot build package for c: the bundle has no ${bundleFiles.qdq}`, {
      file: dir,
      hint: "Export again, with the estimate of 8 bits.",
    });
  }
  requireKnown(await recordedLayers(dir));
  const bundle = await readBundle(dir);
  const program = lowerQdq(qdq, bundle.input.slice(1) as Extent);
  const answers = answersOf(bundle.head, program.output, motifs);
  const model = { program, answers, metadata: bundle.metadata };
  const encoder = new IntegerEncoder(program);
  const { levels } = bundle.head.facts;
  const session = await openSession(qdq, { optimization: "basic" });
  try {
    const quantizer = levels === null ? undefined : new Quantizer(levels);
    const compared = { encoder, session, quantizer, single: takesOne(qdq) };
    const facts: CFacts = {
      graph,
      footprint: { ...footprintOf(program, answers), origin: "computed" },
      agreement: {
        calibration: await agreementOn(await calibration(bundle, program, most), compared),
        golden: await agreementOn(scaledAsC(golden, bundle.metadata.scaler), compared),
        runtime: `${session.provider} ${session.version}`,
        origin: "measured",
      },
    };
    return {
      facts,
      warnings: answers.missing === undefined ? [] : [answers.missing],
      files: [
        textFile("c/motiflow_model.h", modelHeader(model), "model"),
        textFile("c/motiflow_model.c", modelSource(model), "model"),
        textFile("c/expected.txt", expectedLines(encoder, answers, bundle, golden), "selftest"),
        jsonFile("results/c_target.json", facts, "result"),
      ],
    };
  } finally {
    await session.release();
  }
}

/** What `c/example.c` prints of raw windows, computed by the reference. */
export function expectedLines(
  encoder: IntegerEncoder,
  { digits, basis, labels, label, confidence, motifs, motif }: Answers,
  { metadata }: Pick<DeviceBundle, "metadata">,
  windows: Float32Array,
): string {
  const size = numbersOf(encoder.program.input.size);
  const lines: string[] = [];
  for (let at = 0; at < windows.length; at += size) {
    const bounded = encoder.run(scaledAsC(windows.subarray(at, at + size), metadata.scaler));
    if (bounded === undefined) continue;
    const code = digits.reduce((sum, table, i) => sum + table[bounded[i]] * basis[i], 0);
    const [name, share] = label.length === 0 ? ["-", 0] : [labels[label[code]], confidence[code]];
    const behaviour = digits.length === 0 ? "-" : motifs[motif[code] ?? -1] ?? "-";
    lines.push(`${digits.length === 0 ? -1 : code} ${name} ${share} ${behaviour} ${bounded.join(" ")}\n`);
  }
  return lines.join("");
}

/** The first calibration windows `[n, C, S, L]`, scaled. */
async function calibration({ dir }: DeviceBundle, { input }: Program, most: number): Promise<Float32Array> {
  const bytes = await Deno.readFile(join(dir, bundleFiles.calibration));
  const { data } = decodeNpy(bytes, bundleFiles.calibration);
  const some = (data as Float32Array).subarray(0, most * numbersOf(input.size));
  return fromNhwc(some, input.size);
}
