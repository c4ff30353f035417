/**
 * Decodes a HEF: header and the parts of its protobuf that say what was compiled. Layout and field numbers from HailoRT
 * 4.23 (`hef_internal.hpp`, `hef.proto`, MIT licence).
 */
import { type Field, fields, text } from "../../onnx/wire.ts";
import { HailoError } from "../error.ts";

/** An input or output of the compiled network. */
export interface HefStream {
  /** e.g. `net/input_layer1`. */
  name: string;
  direction: "input" | "output";
  /** Height, width, features of one frame. */
  shape: [number, number, number];
  /** Bytes of one value: 1 for uint8, 2 for uint16. */
  bytes: number;
  zeroPoint: number;
  scale: number;
  /** Range of real values that the quantised ones can hold. */
  limits: [min: number, max: number];
  /** Names of the ONNX nodes it was made from. */
  originalNames: string[];
}

/** What a HEF says about itself. */
export interface Hef {
  version: number;
  architecture: string;
  sdkVersion: string;
  /** Seconds since 1970 by the compiling machine's clock; 0 when not given. */
  timestamp: number;
  network: string;
  contexts: number;
  streams: HefStream[];
  /** The compiler's own estimates. */
  estimated: { latencyMs: number | null; fps: number | null };
  /** The content hash in the header is missing: no HailoRT would load the file. */
  unsigned: boolean;
}

const magic = 0x01484546;
/** Bytes of the header by format version. */
const headerSizes = [32, 28, 44, 56];

const architectures: Record<number, string> = {
  0: "HAILO8",
  1: "HAILO8", // HAILO8P, printed as HAILO8
  2: "HAILO8R",
  3: "HAILO8L",
  4: "HAILO15M",
  5: "HAILO10H",
  103: "HAILO15H",
};

const corrupt = (why: string, cause?: unknown) =>
  new HailoError("HEF_CORRUPT", `the HEF cannot be read: ${why}`, {}, { cause });

/**
 * Decodes a HEF file.
 *
 * @throws {HailoError} HEF_CORRUPT for a file with a wrong magic number, size or content.
 */
export function decodeHef(bytes: Uint8Array): Hef {
  const { version, proto, unsigned } = readHeader(bytes);
  try {
    return { version, unsigned, ...readProto(proto) };
  } catch (error) {
    if (error instanceof RangeError) throw corrupt(error.message, error);
    throw error;
  }
}

function readHeader(bytes: Uint8Array): { version: number; proto: Uint8Array; unsigned: boolean } {
  if (bytes.length < 12) throw corrupt(`${bytes.length} bytes are too few`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== magic) throw corrupt("the magic number is wrong");
  const version = view.getUint32(4);
  const protoSize = view.getUint32(8);
  const header = headerSizes[version];
  if (header === undefined) throw corrupt(`format version ${version} is unknown`);
  if (bytes.length < header) throw corrupt("the header is cut short");
  let rest = 0; // configuration data behind the protobuf
  if (version === 1) rest = Number(view.getBigUint64(16));
  else if (version === 2) rest = Number(view.getBigUint64(20));
  else if (version === 3) rest = Number(view.getBigUint64(20)) + Number(view.getBigUint64(32));
  const expected = header + protoSize + rest;
  if (expected !== bytes.length) throw corrupt(`it has ${bytes.length} bytes, its header says ${expected}`);
  const unsigned = version >= 2 && view.getBigUint64(12) === 0n;
  return { version, proto: bytes.subarray(header, header + protoSize), unsigned };
}

function first(message: Uint8Array, number: number): Field | undefined {
  let found: Field | undefined; // the last occurrence counts, as everywhere in protobuf
  for (const f of fields(message)) if (f.number === number) found = f;
  return found;
}

function all(message: Uint8Array, number: number): Field[] {
  return [...fields(message)].filter((f) => f.number === number);
}

function double(field: Field | undefined): number | null {
  if (field === undefined || field.wire !== 1) return null;
  return new DataView(field.bytes.buffer, field.bytes.byteOffset, 8).getFloat64(0, true);
}

function float(field: Field | undefined): number {
  if (field === undefined || field.wire !== 5) return 0;
  return new DataView(field.bytes.buffer, field.bytes.byteOffset, 4).getFloat32(0, true);
}

const whole = (field: Field | undefined) => Number(field?.int ?? 0n);
const nothing = new Uint8Array(0);

function readProto(proto: Uint8Array): Omit<Hef, "version" | "unsigned"> {
  const header = first(proto, 1)?.bytes ?? nothing;
  const groups = all(proto, 2);
  if (groups.length === 0) throw corrupt("it holds no network");
  const group = groups[0].bytes;
  const core = coreOf(group);
  const metadata = first(core, 1)?.bytes ?? nothing;
  const contexts = all(core, 3);
  const latency = double(first(metadata, 6));
  return {
    architecture: architectures[whole(first(header, 1))] ?? `architecture ${whole(first(header, 1))}`,
    timestamp: whole(first(header, 2)),
    sdkVersion: textOf(first(header, 3)),
    network: textOf(first(metadata, 1)) || textOf(first(group, 10)),
    contexts: contexts.length,
    streams: contexts.flatMap((context) => {
      const layers = first(context.bytes, 3)?.bytes ?? nothing;
      return all(layers, 2).flatMap((edge) => readStream(edge.bytes));
    }),
    estimated: { latencyMs: latency === null ? null : latency * 1000, fps: double(first(metadata, 4)) },
  };
}

/** Older files hold the network in the group itself, newer ones in the core operation among its operations. */
function coreOf(group: Uint8Array): Uint8Array {
  if (all(group, 3).length > 0) return group;
  for (const op of all(group, 8)) {
    const core = first(op.bytes, 4);
    if (core !== undefined) return core.bytes;
  }
  return group;
}

function textOf(field: Field | undefined): string {
  return field === undefined ? "" : text(field);
}

/** Streams at the boundary of the chip; edges between contexts are left out. */
function readStream(edge: Uint8Array): HefStream[] {
  const info = first(edge, 3);
  const connection = whole(first(first(edge, 5)?.bytes ?? nothing, 3));
  if (info === undefined || connection !== 0) return [];
  const base = first(info.bytes, 2)?.bytes ?? nothing;
  const numeric = first(info.bytes, 3)?.bytes ?? nothing;
  return [{
    name: textOf(first(info.bytes, 1)),
    direction: whole(first(edge, 1)) === 0 ? "input" : "output",
    shape: [whole(first(base, 1)), whole(first(base, 3)), whole(first(base, 5))],
    bytes: whole(first(base, 12)) || 1,
    zeroPoint: float(first(numeric, 1)),
    scale: float(first(numeric, 2)),
    limits: [float(first(numeric, 3)), float(first(numeric, 4))],
    originalNames: all(info.bytes, 5).map(text),
  }];
}
