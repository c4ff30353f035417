/** Where each buffer lies in one static block, and what a program takes of RAM and flash: computed, not measured. */
import type { Answers } from "./answers.ts";
import { type Buffer, inputsOf, type Instruction, numbersOf, type Program } from "./program.ts";

/** First byte of each buffer, and the size of the block. */
export interface Layout {
  at: Map<Buffer, number>;
  bytes: number;
}

/**
 * Buffers that are never needed at once share their place: the largest first, each at the lowest free byte.
 *
 * A buffer lives from the step that first writes it to the one that last reads it, both included.
 */
export function layOut({ input, instructions, output }: Program): Layout {
  const lives = new Map<Buffer, [from: number, to: number]>([[input.buffer, [-1, -1]]]);
  const touch = (buffer: Buffer, i: number) => {
    const [from] = lives.get(buffer) ?? [i, i];
    lives.set(buffer, [from, i]);
  };
  instructions.forEach((step, i) => [...inputsOf(step), step.to].forEach(({ buffer }) => touch(buffer, i)));
  touch(output.buffer, instructions.length);
  const at = new Map<Buffer, number>();
  for (const buffer of [...lives.keys()].sort((a, b) => b.bytes - a.bytes)) {
    const [from, to] = lives.get(buffer)!;
    const beside = [...at].filter(([other]) => lives.get(other)![0] <= to && from <= lives.get(other)![1])
      .sort(([, a], [, b]) => a - b);
    let free = 0;
    for (const [other, start] of beside) {
      if (start >= free + buffer.bytes) break;
      free = Math.max(free, start + other.bytes);
    }
    at.set(buffer, free);
  }
  return { at, bytes: Math.max(...[...at].map(([buffer, start]) => start + buffer.bytes)) };
}

/** What a program takes, on a processor with pointers of 32 bits. */
export interface Footprint {
  /** The static block, which holds the window and all activations, and the result. */
  ram_bytes: number;
  /** Weights, tables and descriptions of layers. */
  flash_bytes: number;
  /** Of these, weights and biases. */
  weight_bytes: number;
  layers: number;
  /** Multiplications by weights for one window. */
  multiplications: number;
}

/** Bytes of a layer's description in C by operation: `mf_product` and its like. */
const described = { product: 96, average: 64, maximum: 64, table: 0, pairing: 64, copy: 52 };

export function footprintOf(
  program: Program,
  { digits, basis, label, labels, motif, motifs }: Answers,
): Footprint {
  const { instructions, input, output } = program;
  const [sum, latent] = [(values: number[]) => values.reduce((a, b) => a + b, 0), numbersOf(output.size)];
  const texts = [...label.length === 0 ? [] : labels, ...motifs];
  const names = sum(texts.map((name) => new TextEncoder().encode(name).length + 5));
  const answers = 256 * digits.length + 4 * digits.length + 4 * basis.length + 3 * label.length +
    2 * motif.length + names;
  const scaler = 8 * input.size[0] * input.size[1];
  const products = instructions.filter((step) => step.op === "product");
  return {
    ram_bytes: layOut(program).bytes + 2 * latent + 10,
    flash_bytes: sum(instructions.map((step) => described[step.op] + constantBytes(step))) + answers + scaler,
    weight_bytes: sum(products.map(({ weights, bias }) => weights.length + 4 * bias.length)),
    layers: instructions.length,
    multiplications: sum(
      products.map(({ from, to, groups, kernel, pool }) =>
        from.size[0] / groups * kernel[0] * kernel[1] * numbersOf(to.size) * pool
      ),
    ),
  };
}

/** Bytes of constant data that an instruction needs, without its description. */
function constantBytes(step: Instruction): number {
  if (step.op === "table") return step.table.length;
  if (step.op === "average") return 13 * step.rescale.shift.length;
  if (step.op !== "product") return 0;
  const scales = step.rescale.shift.length * (step.negative === undefined ? 1 : 2);
  return step.weights.length + 4 * step.bias.length + 13 * scales;
}
