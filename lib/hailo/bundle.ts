/** Reads an OnnxBundle's files that describe the device part: metadata, host head, golden windows. */
import { join } from "node:path";
import {
  bundleFiles,
  type ModelMetadata,
  readHostHead,
  readModelMetadata,
  readSelftest,
} from "../artifacts/onnx_bundle.ts";
import { InputError } from "../errors.ts";
import { HostHead } from "./host_head.ts";

/** Golden windows: raw input and what every correct implementation makes of it. */
export interface Golden {
  n: number;
  /** float32 `[n, C, S, L]`, raw units. */
  inputs: Float32Array<ArrayBuffer>;
  /** float32 `[n, given]`: what the device part gives. */
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
  return await readModelMetadata(dir);
}

/** Reads and checks the bundle in `dir`. Throws {@linkcode InputError} naming the file that does not fit. */
export async function readBundle(dir: string): Promise<DeviceBundle> {
  const metadata = await readMetadata(dir);
  const head = new HostHead(await readHostHead(dir), join(dir, bundleFiles.hostHead));
  const { sensors, channels } = metadata;
  const input: DeviceBundle["input"] = [1, channels.length, sensors.length, windowLength(metadata)];
  return { dir, metadata, head, input, golden: await readGolden(dir, input, head) };
}

function windowLength(metadata: ModelMetadata): number {
  const { window } = metadata;
  return typeof window === "number" ? window : window.length;
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

async function readGolden(bundle: string, input: readonly number[], head: HostHead): Promise<Golden> {
  const facts = await readSelftest(bundle);
  const { selftest } = bundleFiles;
  const inputs = await readFloats(join(bundle, selftest.inputs));
  const device = await readFloats(join(bundle, selftest.device));
  const full = await readFloats(join(bundle, selftest.full)).catch(() => null);
  const n = inputs.length / input.reduce((a, b) => a * b, 1);
  if (!Number.isInteger(n) || n === 0 || device.length !== n * head.given) {
    throw new InputError(
      `Cannot read bundle: ${inputs.length} input and ${device.length} expected values do not fit ` +
        `[n, ${input.slice(1).join(", ")}] and [n, ${head.given}]`,
      { file: join(bundle, selftest.facts) },
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
