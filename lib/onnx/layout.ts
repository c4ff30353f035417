/** In which order and shape an encoder from elsewhere takes windows. */
import { InputError } from "../errors.ts";
import type { Node, Tensor } from "./encode.ts";

/** One letter of a layout: batch, sensor, channel, time, or an axis of length one. */
type Letter = "N" | "S" | "C" | "T" | "1";

/** Axes of an input; one with several letters holds them joined, the last fastest. */
export type Layout = Letter[][];

/** Channels of a sensor, sensors and samples of a window. */
export interface WindowSize {
  channels: number;
  sensors: number;
  length: number;
}

const aliases: Record<string, string> = { flat: "N(TC)", NCHW: "NCST", NHWC: "NSTC" };

/** Layouts that are tried where somebody has to be told which one an input may have. */
export const usualLayouts = ["NCST", "NSTC", "NCT", "NTC", "TNC", "N1CT", "N1TC", "N(TC)", "N(CT)"] as const;

const grammar = /^(?:[NSCT1]|\([SCT]+\))+$/;

/** What is wrong with a layout as it is written; undefined where it is one. */
export function layoutProblem(written: string): string | undefined {
  const word = Object.hasOwn(aliases, written) ? aliases[written] : written;
  const letters = word.replace(/[()1]/g, "");
  const once = new Set(letters).size === letters.length;
  const fits = grammar.test(word) && once && ["N", "C", "T"].every((letter) => letters.includes(letter));
  return fits ? undefined : `${written} is no layout`;
}

/**
 * Reads a layout: `N` windows, `S` sensors, `C` channels, `T` samples, `1` an axis of length one, in brackets what one
 * axis joins. Without `S`, `C` are the channels of all sensors, one sensor after the other.
 *
 * ```ts
 * import { readLayout } from "./layout.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(readLayout("NTC"), [["N"], ["T"], ["S", "C"]]);
 * assert.deepEqual(readLayout("flat"), [["N"], ["T", "S", "C"]]);
 * ```
 *
 * @throws {InputError} for what is none.
 */
export function readLayout(written: string): Layout {
  const problem = layoutProblem(written);
  if (problem !== undefined) {
    throw new InputError(`Cannot use layout: ${problem}`, {
      hint: `Write one such as ${usualLayouts.join(", ")}: N windows, S sensors, C channels, T samples.`,
    });
  }
  const word = Object.hasOwn(aliases, written) ? aliases[written] : written;
  const axes = [...word.matchAll(/\(([SCT]+)\)|[NSCT1]/g)].map(([whole, joined]) =>
    [...(joined ?? whole)] as Letter[]
  );
  if (word.includes("S")) return axes;
  return axes.map((axis) => axis.flatMap((letter): Letter[] => letter === "C" ? ["S", "C"] : [letter]));
}

/**
 * The size of the windows that an input of this shape takes.
 *
 * @param shape Its dimensions; a text is one that the file leaves open.
 * @param known What is known besides.
 * @returns The size, and the number of windows that one run takes, 0 for any.
 * @throws {RangeError} that says what does not fit.
 */
export function sizeOf(
  layout: Layout,
  shape: readonly (number | string)[],
  known: Partial<WindowSize>,
): { size: WindowSize; batch: number } {
  if (shape.length !== layout.length) {
    throw new RangeError(`it has ${shape.length} dimensions, the layout ${layout.length}`);
  }
  const size: Partial<Record<Letter, number>> = { S: known.sensors, C: known.channels, T: known.length };
  let batch = 0;
  // What one axis says may be needed by another.
  for (let round = 0; round < 3; round++) {
    layout.forEach((axis, i) => {
      const given = shape[i];
      if (typeof given !== "number" || given <= 0) return;
      if (axis[0] === "N") batch = given;
      else solve(axis, given, i, size);
    });
    if (size.S === undefined && round === 1) size.S = 1;
  }
  for (const [letter, what] of [["C", "channels"], ["T", "samples"]] as const) {
    if (size[letter] === undefined) throw new RangeError(`it leaves open how many ${what} a window has`);
  }
  return { size: { sensors: size.S!, channels: size.C!, length: size.T! }, batch };
}

/** Takes what axis `i` of length `given` says of the letters in it. */
function solve(axis: Letter[], given: number, i: number, size: Partial<Record<Letter, number>>): void {
  const open = axis.filter((letter) => letter !== "1" && size[letter] === undefined);
  const product = axis.reduce((n, letter) => n * (letter === "1" ? 1 : size[letter] ?? 1), 1);
  if (open.length === 1 && given % product === 0) size[open[0]] = given / product;
  else if (open.length === 0 ? given !== product : given % product !== 0) {
    const words = { N: "windows", S: "sensors", C: "channels", T: "samples", "1": "one" };
    throw new RangeError(
      `its dimension ${i + 1} is ${given}, ${axis.map((l) => words[l]).join(" × ")} are ${
        axis.map((l) => l === "1" ? 1 : size[l] ?? "unknown").join(" × ")
      }`,
    );
  }
}

/**
 * Nodes that turn `window` `[N, C, S, T]` into the tensor `to` of another layout.
 *
 * @param batch Windows of one run, 0 for any.
 */
export function layoutNodes(
  layout: Layout,
  { sensors, channels, length }: WindowSize,
  batch: number,
  from: string,
  to: string,
): { nodes: Node[]; initializers: Tensor[] } {
  const letters = layout.flat().filter((letter) => letter !== "1");
  const perm = letters.map((letter) => "NCST".indexOf(letter));
  const sizes: Record<Letter, number> = { N: batch || -1, S: sensors, C: channels, T: length, "1": 1 };
  const shape = layout.map((axis) => axis.reduce((n, letter) => n * sizes[letter], 1));
  const plain = layout.every((axis) => axis.length === 1 && axis[0] !== "1");
  const turned = perm.some((from, to) => from !== to);
  const nodes: Node[] = [];
  const initializers: Tensor[] = [];
  const between = plain ? to : `${to}.turned`;
  if (turned) {
    nodes.push({ name: between, op: "Transpose", inputs: [from], outputs: [between], attributes: { perm } });
  }
  if (!plain) {
    const name = `${to}.shape`;
    initializers.push({
      name,
      type: "int64",
      shape: [shape.length],
      data: BigInt64Array.from(shape, BigInt),
    });
    const inputs = [turned ? between : from, name];
    nodes.push({ name: to, op: "Reshape", inputs, outputs: [to], attributes: {} });
  }
  return { nodes, initializers };
}
