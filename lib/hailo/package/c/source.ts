/** Writes `c/motiflow_model.h` and `c/motiflow_model.c`: sizes, weights, tables, and the calls of the kernels. */
import type { ModelMetadata } from "../../../artifacts/onnx_bundle.ts";
import type { Answers } from "./answers.ts";
import { layOut } from "./memory.ts";
import {
  type Average,
  type Copy,
  type Extent,
  type Instruction,
  type Maximum,
  numbersOf,
  type Pairing,
  type Product,
  type Program,
  type Tensor,
} from "./program.ts";
import { broadcastSteps } from "./reference.ts";
import type { Rescale } from "./rescale.ts";

/** What is written down. */
export interface CModel {
  program: Program;
  answers: Answers;
  metadata: Pick<ModelMetadata, "channels" | "sensors" | "scaler" | "rate" | "units">;
}

/** `c/motiflow_model.h`. */
export function modelHeader({ program, answers, metadata }: CModel): string {
  const { input, output } = program;
  const [channels, sensors, length] = input.size;
  const inputs = metadata.channels.map((name, i) => `${name} [${metadata.units[i]}]`).join(", ");
  return `/* Generated: sizes of the model. Input: ${comment(inputs)} of ${
    comment(metadata.sensors.join(", "))
  } at
 * ${metadata.rate} samples a second. */
#ifndef MOTIFLOW_MODEL_H
#define MOTIFLOW_MODEL_H

#define MOTIFLOW_CHANNELS ${channels}
#define MOTIFLOW_SENSORS ${sensors}
#define MOTIFLOW_LENGTH ${length}
#define MOTIFLOW_LATENT ${numbersOf(output.size)}
#define MOTIFLOW_CODES ${answers.codes}
#define MOTIFLOW_LABELS ${answers.label.length === 0 ? 0 : answers.labels.length}
#define MOTIFLOW_MOTIFS ${answers.codes === 0 ? 0 : answers.motifs.length}
#define MOTIFLOW_INPUT_SCALE ${float(input.scale)}
#define MOTIFLOW_INPUT_ZERO ${input.zero}
#define MOTIFLOW_OUTPUT_SCALE ${float(output.scale)}
#define MOTIFLOW_OUTPUT_ZERO ${output.zero}

#endif
`;
}

/** `c/motiflow_model.c`. */
export function modelSource(model: CModel): string {
  const { program, answers, metadata: { scaler } } = model;
  const layout = layOut(program);
  const place = (tensor: Tensor) => `memory + ${layout.at.get(tensor.buffer)! + tensor.at}`;
  const steps = program.instructions.map((step, i) => instruction(step, `layer${i}`, place));
  const bySensor = (grid: number[][]) => grid[0].flatMap((_, c) => grid.map((row) => float(row[c])));
  const labels = answers.label.length === 0 ? ["0"] : answers.labels.map(text);
  const each = <T>(values: ArrayLike<T>) => values.length === 0 ? ["0"] : Array.from(values, String);
  return `/* Generated: weights and tables of the model, and the order of its layers. */
#include "motiflow_kernels.h"

#include "motiflow.h"

static uint8_t memory[${layout.bytes}];
uint8_t *const mf_input_place = ${place(program.input)};
const uint8_t *const mf_output_place = ${place(program.output)};

${array("const float", "mf_center", bySensor(scaler.center))}
${array("const float", "mf_scale", bySensor(scaler.scale))}
${answers.digits.map((digits, i) => array("static const uint8_t", `digits${i}`, each(digits))).join("\n")}
${
    array(
      "const uint8_t *const",
      "mf_digits",
      answers.digits.length ? answers.digits.map((_, i) => `digits${i}`) : ["0"],
    )
  }
${array("const int32_t", "mf_basis", each(answers.basis))}
${array("const uint8_t", "mf_label", each(answers.label))}
${array("const uint16_t", "mf_confidence", each(answers.confidence))}
${array("const char *const", "motiflow_labels", labels)}
${array("const int16_t", "mf_motif", each(answers.motif))}
${
    array(
      "const char *const",
      "motiflow_motifs",
      answers.motifs.length === 0 ? ["0"] : answers.motifs.map(text),
    )
  }

${steps.map(({ data }) => data).join("\n")}
void mf_network(void) {
${steps.map(({ call, layer }) => `  ${call} /* ${comment(layer)} */`).join("\n")}
}
`;
}

interface Written {
  layer: string;
  data: string;
  call: string;
}

function instruction(step: Instruction, name: string, place: (tensor: Tensor) => string): Written {
  const { layer, to } = step;
  const written = (data: string, call: string) => ({ layer, data, call });
  if (step.op === "table") {
    const size = numbersOf(step.from.size);
    const places = step.table.length === 256 ? size : step.from.size[1] * step.from.size[2];
    return written(
      array("static const uint8_t", name, Array.from(step.table, String)),
      `mf_look_up(${name}, ${places}, ${size}, ${place(step.from)}, ${place(to)});`,
    );
  }
  if (step.op === "pairing") {
    const places = [...step.from, to].map(place).join(", ");
    return written(pairing(step, name), `mf_pair(&${name}, ${places});`);
  }
  const call = (kernel: string) => `${kernel}(&${name}, ${place(step.from)}, ${place(to)});`;
  switch (step.op) {
    case "product":
      return written(product(step, name), call("mf_multiply"));
    case "average":
    case "maximum":
      return written(pool(step, name), call(step.op === "average" ? "mf_average" : "mf_maximum"));
    case "copy":
      return written(copy(step, name), call("mf_move"));
  }
}

function product(step: Product, name: string): string {
  const { from, to, kernel, strides, pads, dilations, groups, weights, bias, pool, negative } = step;
  return [
    array("static const int8_t", `${name}_weights`, Array.from(weights, String)),
    array("static const int32_t", `${name}_bias`, Array.from(bias, int32)),
    rescale(step.rescale, `${name}`),
    ...(negative === undefined ? [] : [
      rescale(negative, `${name}_negative`),
      `static const mf_rescale ${name}_below = ${rescaleOf(`${name}_negative`)};`,
    ]),
    `static const mf_product ${name} = {${
      [
        ...[size(from.size), size(to.size), ...kernel, ...strides, ...pads, ...dilations],
        ...[
          from.size[0] / groups,
          to.size[0] / groups,
          pool,
          `${name}_weights`,
          `${name}_bias`,
          rescaleOf(name),
        ],
        ...[negative === undefined ? "0" : `&${name}_below`, from.zero, step.low, step.high],
      ].join(", ")
    }};`,
  ].join("\n");
}

function pool(step: Average | Maximum, name: string): string {
  const { from, to, kernel, strides } = step;
  const average = step.op === "average";
  const [pads, low, high] = average ? [[0, 0], step.low, step.high] : [step.pads, 0, 255];
  const scale = average ? rescaleOf(name) : "{0, 0, 0}";
  return (average ? rescale(step.rescale, name) + "\n" : "") +
    `static const mf_pool ${name} = {${
      [size(from.size), size(to.size), ...kernel, ...strides, ...pads, scale, from.zero, low, high].join(", ")
    }};`;
}

function pairing(
  { from: [a, b], to, multipliers: [m, n = 0], offset, shift, low, high }: Pairing,
  name: string,
) {
  return `static const mf_pairing ${name} = {${
    [
      ...[size(to.size), numbers(broadcastSteps(a)), numbers(broadcastSteps(b)), int32(m), int32(n)],
      ...[int64(BigInt(offset)), shift, a.zero, b.zero, low, high],
    ].join(", ")
  }};`;
}

function copy({ to, count, fromAt, fromSteps, toAt, toSteps, fill }: Copy, name: string): string {
  return `static const mf_copy ${name} = {${
    [size(count), fromAt, numbers(fromSteps), toAt, numbers(toSteps), fill ? numbersOf(to.size) : 0, to.zero]
      .join(", ")
  }};`;
}

function rescale({ multiplier, offset, shift }: Rescale, name: string): string {
  return [
    array("static const int32_t", `${name}_multiplier`, Array.from(multiplier, int32)),
    array("static const int64_t", `${name}_offset`, Array.from(offset, int64)),
    array("static const uint8_t", `${name}_shift`, Array.from(shift, String)),
  ].join("\n");
}

const rescaleOf = (name: string) => `{${name}_multiplier, ${name}_offset, ${name}_shift}`;
const numbers = (values: readonly number[]) => `{${values.join(", ")}}`;
const size = (extent: Extent) => numbers(extent);

/** −2³¹ has no literal of its own in C. */
function int32(value: number): string {
  return value === -(2 ** 31) ? "(-2147483647 - 1)" : String(value);
}

const int64 = (value: bigint) => `INT64_C(${value})`;

/** A float literal that reads back as the same float32. */
function float(value: number): string {
  const short = String(Math.fround(value));
  return `${/[.e]/.test(short) ? short : short + ".0"}f`;
}

function array(type: string, name: string, values: readonly string[]): string {
  const lines: string[] = [];
  let line = "";
  for (const value of values) {
    if (line.length + value.length > 108) {
      lines.push(line);
      line = "";
    }
    line += `${value},`;
  }
  return `${type} ${name}[${values.length}] = {\n${[...lines, line].join("\n")}\n};`;
}

/** A string of C in ASCII: UTF-8 bytes in octal, so that no digit behind them is taken for one of theirs. */
function text(value: string): string {
  const bytes = new TextEncoder().encode(value);
  return `"${
    Array.from(bytes, (byte) =>
      byte < 32 || byte > 126 || byte === 34 || byte === 92 || byte === 63
        ? "\\" + byte.toString(8).padStart(3, "0")
        : String.fromCharCode(byte)).join("")
  }"`;
}

/** Text that may stand in a comment. */
function comment(value: string): string {
  return value.replace(/[^ -~]/g, "?").replaceAll("*/", "* /").replaceAll("/*", "/ *");
}
