/** What a node of an ONNX graph says, read with its defaults. */
import type { DecodedNode, DecodedTensor } from "../../../onnx/decode.ts";
import { InputError } from "../../../errors.ts";

/** A refusal that names the layer. */
export function refused(layer: string, why: string): InputError {
  return new InputError(`Cannot write C for a microcontroller: layer ${layer} ${why}`, {
    hint:
      "Leave c out of the targets, or train an encoder of convolutions, dense layers, poolings and functions of " +
      "single numbers, which the integer kernels know.",
  });
}

/** A list of whole numbers. */
export function ints({ attributes }: DecodedNode, name: string, otherwise: number[]): number[] {
  const value = attributes[name];
  return Array.isArray(value) ? value : otherwise;
}

/** A whole number. */
export function int({ attributes }: DecodedNode, name: string, otherwise: number): number {
  const value = attributes[name];
  return typeof value === "number" ? value : otherwise;
}

/** A real number. */
export function float({ attributes }: DecodedNode, name: string, otherwise: number): number {
  const value = attributes[name];
  return typeof value === "object" && "float" in value ? value.float : otherwise;
}

/** A constant by channel, axis 1 of `rank` axes; undefined where it varies along another. */
export function byChannel({ shape, data }: DecodedTensor, rank: number): Float32Array | undefined {
  if (!(data instanceof Float32Array)) return undefined;
  const axes = [...new Array(Math.max(0, rank - shape.length)).fill(1), ...shape];
  return axes.length === rank && axes.every((n, axis) => axis === 1 || n === 1) ? data : undefined;
}
