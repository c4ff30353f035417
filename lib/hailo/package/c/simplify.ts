/** Fewer and smaller steps with the same results: pooling inside products, tables of tables. */
import {
  inputsOf,
  type Instruction,
  type Product,
  type Program,
  type Table,
  type Tensor,
} from "./program.ts";

export function simplified(program: Program): Program {
  const instructions = [...program.instructions];
  for (let i = 0; i < instructions.length; i++) {
    const made = instructions[i];
    const users = instructions.filter((other) =>
      inputsOf(other).some(({ buffer }) => buffer === made.to.buffer)
    );
    if (
      users.length !== 1 || program.output.buffer === made.to.buffer || writers(instructions, made.to) > 1
    ) {
      continue;
    }
    const merged = mergedInto(made, users[0]);
    if (merged === undefined) continue;
    instructions[instructions.indexOf(users[0])] = merged;
    instructions.splice(i--, 1);
  }
  return { ...program, instructions };
}

function writers(instructions: readonly Instruction[], { buffer }: Tensor): number {
  return instructions.filter(({ to }) => to.buffer === buffer).length;
}

/** One instruction for two, where there is one. */
function mergedInto(first: Instruction, second: Instruction): Instruction | undefined {
  if (first.op === "product" && second.op === "maximum" && first.pool === 1) {
    const { kernel, strides, pads } = second;
    const plain = kernel[0] === 1 && strides[0] === 1 && kernel[1] === strides[1] &&
      pads.every((p) => p === 0);
    // The columns that fill no pool are dropped, as in the maximum.
    return plain ? { ...first, to: second.to, pool: kernel[1] } satisfies Product : undefined;
  }
  if (first.op === "table" && second.op === "table") return composed(first, second);
  return undefined;
}

/** The second table of the first. */
function composed(first: Table, second: Table): Table | undefined {
  const rows = Math.max(first.table.length, second.table.length) / 256;
  if (rows > 1 && first.to.size[0] !== second.from.size[0]) return undefined;
  const of = (table: Uint8Array, row: number) => table.subarray(256 * row % table.length).subarray(0, 256);
  const table = Uint8Array.from({ length: 256 * rows }, (_, i) => {
    const row = Math.floor(i / 256);
    return of(second.table, row)[of(first.table, row)[i % 256]];
  });
  return { ...second, from: first.from, table };
}
