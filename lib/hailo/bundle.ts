/** Reads an OnnxBundle's files that describe the device part: metadata, host head, golden windows. */
import { join } from "node:path";
import { InputError } from "../errors.ts";
import { HostHead } from "./host_head.ts";

/** `model_metadata.json`, as far as the device side needs it. */
export interface ModelMetadata {
  /** Sensor and channel names; scaler and units follow their order. */
  sensors: string[];
  channels: string[];
  units: string[];
  labels: string[];
  rate: number;
  window: { length: number; hop: number | null };
  /** Model input is `(x − center) · scale`, `[sensors][channels]`. */
  scaler: { method: string; center: number[][]; scale: number[][] };
  levels: number[] | null;
  [key: string]: unknown;
}

/** Golden windows: raw input and what every correct implementation makes of it. */
export interface Golden {
  n: number;
  /** float32 `[n, C, S, L]`, raw units. */
  inputs: Float32Array<ArrayBuffer>;
  /** float32 `[n, d]`: bounded latents behind the device part. */
  device: Float32Array<ArrayBuffer>;
  /** float32 `[n, columns]`: outputs of the full model, `null` where not given. */
  full: Float32Array<ArrayBuffer> | null;
  /** Codes of the windows; `null` without quantiser. */
  codes: number[] | null;
  /** Largest difference at the cut that still counts as equal on float32 arithmetic. */
  tolerance: number;
}

/** What the device side needs of a bundle. */
export interface DeviceBundle {
  dir: string;
  metadata: ModelMetadata;
  head: HostHead;
  golden: Golden;
  /** `[1, C, S, L]`. */
  input: [number, number, number, number];
}

/** Reads `model_metadata.json` of the bundle in `dir`. @throws {InputError} */
export async function readMetadata(dir: string): Promise<ModelMetadata> {
  return await readJson<ModelMetadata>(join(dir, "model_metadata.json"));
}

/** Reads and checks the bundle in `dir`. Throws {@linkcode InputError} naming the file that does not fit. */
export async function readBundle(dir: string): Promise<DeviceBundle> {
  const metadata = await readMetadata(dir);
  const head = new HostHead(await readJson(join(dir, "host_head.json")), join(dir, "host_head.json"));
  const { sensors, channels } = metadata;
  const input: DeviceBundle["input"] = [1, channels.length, sensors.length, windowLength(metadata)];
  return { dir, metadata, head, input, golden: await readGolden(join(dir, "selftest"), input, head) };
}

function windowLength(metadata: ModelMetadata): number {
  const { window } = metadata;
  return typeof window === "number" ? window : window.length;
}

async function readJson<T>(file: string): Promise<T> {
  try {
    return JSON.parse(await Deno.readTextFile(file));
  } catch (cause) {
    throw new InputError("Cannot read bundle: the file is missing or no JSON", { file, cause });
  }
}

async function readFloats(file: string): Promise<Float32Array<ArrayBuffer>> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(file);
  } catch (cause) {
    throw new InputError("Cannot read bundle: the file is missing", { file, cause });
  }
  if (bytes.length % 4 !== 0) {
    throw new InputError(`Cannot read bundle: ${bytes.length} bytes are no whole number of float32 values`, {
      file,
    });
  }
  return new Float32Array(bytes.buffer);
}

async function readGolden(dir: string, input: readonly number[], head: HostHead): Promise<Golden> {
  const facts = await readJson<{ codes?: number[]; tolerance?: number | { device?: number } }>(
    join(dir, "selftest.json"),
  );
  const inputs = await readFloats(join(dir, "inputs.f32.bin"));
  const device = await readFloats(join(dir, "expected.device.f32.bin"));
  const full = await readFloats(join(dir, "expected.full.f32.bin")).catch(() => null);
  const n = inputs.length / input.reduce((a, b) => a * b, 1);
  if (!Number.isInteger(n) || n === 0 || device.length !== n * head.dimensions) {
    throw new InputError(
      `Cannot read bundle: ${inputs.length} input and ${device.length} expected values do not fit ` +
        `[n, ${input.slice(1).join(", ")}] and [n, ${head.dimensions}]`,
      { file: join(dir, "selftest.json") },
    );
  }
  const { tolerance } = facts;
  return {
    n,
    inputs,
    device,
    full,
    codes: facts.codes ?? null,
    tolerance: (typeof tolerance === "number" ? tolerance : tolerance?.device) ?? 1e-4,
  };
}

/** Writes `(x − center) · scale` of one raw window `[C, S, L]` into `out`. */
export function scaleWindow(
  raw: Float32Array,
  scaler: ModelMetadata["scaler"],
  length: number,
  out: Float32Array,
): void {
  const { center, scale } = scaler;
  const sensors = center.length;
  const channels = center[0].length;
  for (let c = 0, i = 0; c < channels; c++) {
    for (let s = 0; s < sensors; s++) {
      const [m, k] = [center[s][c], scale[s][c]];
      for (let t = 0; t < length; t++, i++) out[i] = (raw[i] - m) * k;
    }
  }
}
