/** The integer program beside the runtime's 8-bit graph, window by window. */
import type { Quantizer } from "../../../fsq/quantizer.ts";
import { decodeModel } from "../../../onnx/decode.ts";
import type { Session } from "../../../onnx/runtime.ts";
import { type Extent, numbersOf } from "./program.ts";
import type { IntegerEncoder } from "./reference.ts";

/** Windows compared, and how many of them are alike. */
export interface Agreement {
  n: number;
  /** Share of windows with the same code; `null` without quantiser. */
  code_agreement: number | null;
  /** Share of the bounded latent's numbers that are equal, and the largest difference in steps of 8 bits. */
  numbers_equal: number;
  largest_difference: number;
}

/** What is compared. */
export interface Compared {
  encoder: IntegerEncoder;
  /** `model.qdq.onnx`, opened with basic optimisation. */
  session: Session;
  quantizer: Quantizer | undefined;
  /** Whether the graph takes one window at a time, as those of imported encoders may; no export takes another number. */
  single?: boolean;
}

/** Whether a graph takes one window at a time and no more. */
export function takesOne(graph: Uint8Array): boolean {
  return decodeModel(graph).graph.inputs[0].shape?.[0] === 1;
}

/** @param windows float32 `[n, C, S, L]`, scaled. */
export async function agreementOn(
  windows: Float32Array,
  { encoder, session, quantizer, single = false }: Compared,
): Promise<Agreement> {
  const batch = single ? 1 : 64;
  const { input, output } = encoder.program;
  const [size, d] = [numbersOf(input.size as Extent), numbersOf(output.size)];
  const n = windows.length / size;
  let [sameCodes, sameNumbers, largest] = [0, 0, 0];
  for (let from = 0; from < n; from += batch) {
    const data = windows.subarray(from * size, (from + batch) * size);
    const count = data.length / size;
    const feeds = { window: { data, shape: [count, ...input.size] } };
    const expected = (await session.run(feeds, ["bounded"])).bounded.data as Float32Array;
    for (let i = 0; i < count; i++) {
      const numbers = encoder.run(data.subarray(i * size, (i + 1) * size));
      const own = Float32Array.from(numbers ?? [], (q) => (q - output.zero) * output.scale);
      const theirs = expected.subarray(i * d, (i + 1) * d);
      theirs.forEach((value, j) => {
        const steps = Math.abs(Math.round((value - own[j]) / output.scale));
        sameNumbers += Number(steps === 0);
        largest = Math.max(largest, steps);
      });
      sameCodes += Number(quantizer?.codeOfBounded(own) === quantizer?.codeOfBounded(theirs));
    }
  }
  return {
    n,
    code_agreement: quantizer === undefined ? null : sameCodes / n,
    numbers_equal: sameNumbers / (n * d),
    largest_difference: largest,
  };
}
