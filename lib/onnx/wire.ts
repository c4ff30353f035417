/** Reads the protobuf wire format, and writes read fields again. Source: protobuf.dev/programming-guides/encoding. */

/** One field of a message. */
export interface Field {
  number: number;
  /** Value of a varint or fixed64 field. */
  int: bigint;
  /** Content of a length-delimited or fixed32/64 field. */
  bytes: Uint8Array;
  /** 0 varint, 1 fixed64, 2 length-delimited, 5 fixed32. */
  wire: number;
}

const nothing = new Uint8Array(0);

function varint(bytes: Uint8Array, at: number): [value: bigint, next: number] {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (at >= bytes.length) throw new RangeError("Cannot decode protobuf: a number is cut short");
    const byte = bytes[at++];
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return [BigInt.asUintN(64, value), at];
  }
  throw new RangeError("Cannot decode protobuf: a number has more than 64 bits");
}

/** The fields of a message in their order. Throws RangeError for bytes that are no message. */
export function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < bytes.length) {
    const [tag, next] = varint(bytes, at);
    at = next;
    const number = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    if (number === 0) throw new RangeError("Cannot decode protobuf: field number 0");
    if (wire === 0) {
      const [int, end] = varint(bytes, at);
      at = end;
      yield { number, int, bytes: nothing, wire };
      continue;
    }
    let length = wire === 1 ? 8 : 4;
    if (wire === 2) {
      const [size, end] = varint(bytes, at);
      at = end;
      length = Number(size);
    } else if (wire !== 1 && wire !== 5) {
      throw new RangeError(`Cannot decode protobuf: wire type ${wire} does not exist`);
    }
    if (at + length > bytes.length) throw new RangeError("Cannot decode protobuf: a field is cut short");
    yield { number, int: 0n, bytes: bytes.subarray(at, at + length), wire };
    at += length;
  }
}

/** The numbers of a repeated integer field, packed or not. */
export function integers(field: Field): number[] {
  if (field.wire === 0) return [Number(BigInt.asIntN(64, field.int))];
  const values: number[] = [];
  for (let at = 0; at < field.bytes.length;) {
    const [value, next] = varint(field.bytes, at);
    values.push(Number(BigInt.asIntN(64, value)));
    at = next;
  }
  return values;
}

/** The numbers of a repeated float field, packed or not. */
export function floats(field: Field): number[] {
  const view = new DataView(field.bytes.buffer, field.bytes.byteOffset, field.bytes.byteLength);
  const values: number[] = [];
  for (let at = 0; at + 4 <= field.bytes.length; at += 4) values.push(view.getFloat32(at, true));
  return values;
}

/** UTF-8 text of a field. */
export function text(field: Field): string {
  return new TextDecoder().decode(field.bytes);
}

function varintBytes(value: bigint, out: number[]): void {
  while (value > 127n) {
    out.push(Number(value & 127n) | 128);
    value >>= 7n;
  }
  out.push(Number(value));
}

/** A field with other content, in two pieces: what stands before the content, and the content. */
export function writeField(
  { number, wire, int }: Pick<Field, "number" | "wire" | "int">,
  content: Uint8Array,
): [Uint8Array, Uint8Array] {
  const out: number[] = [];
  varintBytes(BigInt((number << 3) | wire), out);
  if (wire === 0) varintBytes(int, out);
  if (wire === 2) varintBytes(BigInt(content.length), out);
  return [Uint8Array.from(out), content];
}

/** A length-delimited field. */
export function writeBytes(number: number, content: Uint8Array): Uint8Array[] {
  return writeField({ number, wire: 2, int: 0n }, content);
}

/** A whole number as a varint field. */
export function writeInt(number: number, int: bigint): Uint8Array[] {
  return writeField({ number, wire: 0, int }, nothing);
}

/** One array of all pieces. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(pieces.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
