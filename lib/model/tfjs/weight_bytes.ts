/** Numbers of one weight of a saved TensorFlow.js model: plain, packed to whole numbers, or halves. */
import { InputError } from "../../errors.ts";
import { own } from "../../own.ts";

/** A weight as the manifest describes it. */
export interface WeightEntry {
  /** `layer/weight`. */
  name: string;
  shape: number[];
  dtype: string;
  /** How it is packed, where it is: `value · scale + min` of whole numbers, or halves. */
  quantization?: { dtype: string; scale?: number; min?: number };
}

/** A kind of number in the file. */
interface Kind {
  bytes: number;
  read(view: DataView, at: number): number;
}

const kinds: Record<string, Kind> = {
  float32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  int32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  bool: { bytes: 1, read: (view, at) => view.getUint8(at) },
  float16: { bytes: 2, read: (view, at) => halfOf(view.getUint16(at, true)) },
  uint16: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  uint8: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

/** IEEE 754 binary16. */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function kindOf({ name, dtype, quantization }: WeightEntry, file: string): Kind {
  const stored = quantization?.dtype ?? dtype;
  const kind = own(kinds, stored);
  if (kind === undefined) {
    throw new InputError(`Cannot read weights: ${name} is of ${stored}`, {
      file,
      hint: `Save weights as one of ${Object.keys(kinds).join(", ")}.`,
    });
  }
  return kind;
}

const numbersOf = ({ shape }: WeightEntry) => shape.reduce((product, n) => product * n, 1);

/** Bytes that a weight takes. @throws {InputError} */
export function bytesOf(entry: WeightEntry, file: string): number {
  return numbersOf(entry) * kindOf(entry, file).bytes;
}

/** The numbers of a weight, `value · scale + min` where it is packed. @throws {InputError} where one is not finite. */
export function floatsOf(entry: WeightEntry, bytes: Uint8Array, file: string): Float32Array {
  const { bytes: size, read } = kindOf(entry, file);
  const { scale = 1, min = 0 } = entry.quantization ?? {};
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values = Float32Array.from(
    { length: bytes.length / size },
    (_, i) => read(view, i * size) * scale + min,
  );
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new InputError(`Cannot read weights: number ${bad + 1} of ${entry.name} is ${values[bad]}`, {
      file,
      hint: "Its training has diverged: save a model whose weights are finite.",
    });
  }
  return values;
}
