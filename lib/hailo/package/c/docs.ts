/** What a package says of its C form. */
import type { Agreement } from "./agreement.ts";
import type { CFacts } from "./write_c.ts";

/** In the README, how it is compiled and checked. */
export function cUse(): string {
  return `
On a microcontroller, in C99 with whole numbers only, no heap and no library: compile c/motiflow.c and c/motiflow_model.c with
your program and call \`motiflow_run\` of c/motiflow.h. On this machine, to see that it is right:

    cc -std=c99 -O2 -o example c/example.c c/motiflow.c c/motiflow_model.c
    ./example selftest/inputs.f32.bin | diff - c/expected.txt && echo equal
`;
}

/** A section of `docs/deployment_guide.md`. */
export function cSection({ footprint: f, graph, agreement }: CFacts): string {
  const { calibration, golden, runtime } = agreement;
  return `## On a microcontroller

${cUse().trim()}

| what | bytes | origin |
|---|---|---|
| RAM: window, activations and result, one static block | ${f.ram_bytes} | computed |
| flash: weights, tables, descriptions of ${f.layers} layers (pointers of 32 bits) | ${f.flash_bytes} | computed |
| of these, weights and biases | ${f.weight_bytes} | computed |

The machine code of the kernels and the stack come on top; they depend on the compiler. One window takes
${f.multiplications} multiplications of 8 bits (computed).

Every number is a whole one: weights in 8 bits by output channel, activations in 8 bits by tensor, sums in 32, and the same
scales as models/${graph}. Rounding is part of the contract: the window is quantised by a division in float32 with
halves to even; a sum becomes a number by ⌊(sum · multiplier + offset) / 2^shift⌋ in 64 bits, so that halves go up; tables
hold what QuantizeLinear gives. So every compiler and processor gives c/expected.txt, bit by bit. With samples that are whole
numbers already, fill \`motiflow_input()\` yourself; nothing then computes in floating point.

Beside models/${graph} on ${runtime}, whose sums are floats (measured while packing):

${agreed("calibration", calibration)}
${agreed("golden", golden)}

\`motiflow_run\` takes one raw window: how windows are cut, filtered and smoothed stands in pipeline.json.
One window at a time; the block of memory is shared by all calls.

`;
}

function agreed(
  windows: string,
  { n, code_agreement: codes, numbers_equal: numbers, largest_difference }: Agreement,
) {
  const share = (value: number) => `${(100 * value).toFixed(2)} %`;
  return `- ${windows} windows (n = ${n}): ${codes === null ? "" : `the same code on ${share(codes)}, `}` +
    `${
      share(numbers)
    } of the latent's numbers equal, the largest difference ${largest_difference} of 255 steps`;
}
