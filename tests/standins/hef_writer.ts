/** Writes HEF files with just the fields that are checked. Without content hash: no HailoRT would load one. */
import { Message } from "./archive.ts";

export interface StreamSpec {
  name: string;
  direction: "input" | "output";
  shape: [number, number, number];
  limits: [number, number];
  originalNames: string[];
  bytes?: number;
}

export interface HefSpec {
  network: string;
  /** ProtoHEFHwArch: 1 is Hailo-8, 3 is Hailo-8L. */
  architecture: number;
  sdkVersion: string;
  contexts: number;
  streams: StreamSpec[];
  latency: number;
  fps: number;
  /** Format version of the header, 2 by default. */
  version?: number;
  /** Put the network into an operation, as newer compilers do. */
  asOperation?: boolean;
  /** Content hash in the header; 0 marks a stand-in. */
  hash?: bigint;
  /** Stands where the chip's configuration data stand: what the stand-in runtime needs to run the network. */
  payload?: Uint8Array;
}

function stream(spec: StreamSpec): Message {
  const [low, high] = spec.limits;
  const scale = (high - low) / 255;
  const [height, width, features] = spec.shape;
  const base = new Message().int(1, height).int(3, width).int(5, features).int(7, 1).int(12, spec.bytes ?? 1);
  const numeric = new Message().float(1, Math.round(-low / scale)).float(2, scale).float(3, low).float(
    4,
    high,
  );
  const info = new Message().text(1, spec.name).message(2, base).message(3, numeric);
  for (const name of spec.originalNames) info.text(5, name);
  return new Message().int(1, spec.direction === "input" ? 0 : 1).message(3, info);
}

/** The bytes of a HEF file. */
export function writeHef(spec: HefSpec): Uint8Array<ArrayBuffer> {
  const core = new Message().message(
    1,
    new Message().text(1, spec.network).double(4, spec.fps).double(6, spec.latency),
  );
  for (let i = 0; i < spec.contexts; i++) {
    const metadata = new Message().text(1, `context_${i}`);
    if (i === 0) { for (const s of spec.streams) metadata.message(2, stream(s)); }
    core.message(3, new Message().int(1, i).message(3, metadata));
  }
  const group = spec.asOperation === true
    ? new Message().message(8, new Message().text(1, "core").message(4, core)).text(10, spec.network)
    : core;
  const header = new Message().int(1, spec.architecture).text(3, spec.sdkVersion);
  const proto = new Message().message(1, header).message(2, group).encode();
  return withHeader(proto, spec.version ?? 2, spec.hash ?? 0n, spec.payload ?? new Uint8Array(64));
}

function withHeader(
  proto: Uint8Array,
  version: number,
  hash: bigint,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const size = [32, 28, 44, 56][version];
  const tail = version === 0 ? 0 : payload.length;
  const out = new Uint8Array(size + proto.length + tail);
  const view = new DataView(out.buffer);
  view.setUint32(0, 0x01484546);
  view.setUint32(4, version);
  view.setUint32(8, proto.length);
  if (version >= 2) view.setBigUint64(12, hash);
  if (version === 1) view.setBigUint64(16, BigInt(tail));
  if (version >= 2) view.setBigUint64(20, BigInt(tail));
  out.set(proto, size);
  if (tail > 0) out.set(payload, size + proto.length);
  return out;
}
