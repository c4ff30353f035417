/** Golden windows of nobody: simulated inputs for the self-test, where recordings of people may not be handed on. */
import { join } from "node:path";
import { bundleFiles, readSelftest } from "../../artifacts/onnx_bundle.ts";
import { boundaryDistance, decidable } from "../../model/export/export_rows.ts";
import { openSession, type Session } from "../../onnx/runtime.ts";
import { Random } from "../../random.ts";
import { type DeviceBundle, readBundle, scaleWindow } from "../bundle.ts";
import { jsonFile, type PackageFile } from "../package_files.ts";

/** The files below `selftest/`, and how the host part does on them. */
export interface SimulatedGolden {
  files: PackageFile[];
  n: number;
  wrongCodes: number;
}

/** One raw window `[C, S, L]`: correlated noise around the scaler's centre, of another size and offset each time. */
function simulatedWindow({ metadata, input }: DeviceBundle, rng: Random): Float32Array {
  const [, channels, sensors, length] = input;
  const { center, scale } = metadata.scaler;
  const raw = new Float32Array(channels * sensors * length);
  const [size, memory] = [rng.between(0.3, 2), rng.between(0.5, 0.98)];
  for (let c = 0, i = 0; c < channels; c++) {
    for (let s = 0; s < sensors; s++) {
      const offset = rng.normal();
      let z = rng.normal();
      for (let t = 0; t < length; t++, i++) {
        z = memory * z + Math.sqrt(1 - memory ** 2) * rng.normal();
        raw[i] = center[s][c] + (offset + size * z) / scale[s][c];
      }
    }
  }
  return raw;
}

/** As many windows as the bundle's own, with what its files make of them; equal bundles give equal bytes. */
export async function simulatedGolden(dir: string): Promise<SimulatedGolden> {
  const bundle = await readBundle(dir);
  const { head, input, metadata, golden: { n } } = bundle;
  const sessions: Session[] = [];
  const open = async (name: string, options = {}) => {
    sessions.push(await openSession(await Deno.readFile(join(dir, name)), options));
    return sessions.at(-1)!;
  };
  const size = input[1] * input[2] * input[3];
  const scaled = new Float32Array(size);
  const rng = new Random(20);
  const [inputs, fulls, devices]: [Float32Array[], Float32Array[], Float32Array[]] = [[], [], []];
  const codes: number[] = [];
  const distances: (number | null)[] = [];
  let [worst, same, wrongCodes] = [0, 0, 0];
  try {
    const full = await open(bundleFiles.full);
    const device = await open(bundleFiles.device);
    const estimated = await Deno.stat(join(dir, bundleFiles.qdq)).then(() => true, () => false);
    const qdq = estimated ? await open(bundleFiles.qdq, { optimization: "basic" }) : undefined;
    const output = full.outputNames.includes("predictions") ? "predictions" : "latent";
    // Nearly all windows lie far enough from a boundary.
    for (let tries = 0; inputs.length < n && tries < 20 * n; tries++) {
      const raw = simulatedWindow(bundle, rng);
      scaleWindow(raw, metadata.scaler, input[3], scaled);
      const feeds = { window: { data: scaled, shape: input } };
      const given = Object.values(await device.run(feeds))[0].data as Float32Array;
      const bounded = head.bounded(given);
      const distance = head.facts.levels === null ? null : boundaryDistance(bounded);
      if (distance !== null && distance < decidable) continue;
      const out = await full.run({ window: { data: raw, shape: input } });
      const int8 = (await qdq?.run(feeds, device.outputNames))?.[device.outputNames[0]].data as
        | Float32Array
        | undefined;
      if (int8 !== undefined) {
        worst = given.reduce((most, b, j) => Math.max(most, Math.abs(b - int8[j])), worst);
      }
      if (distance !== null) {
        const code = Number(out.code.data[0]);
        codes.push(code);
        wrongCodes += Number(head.run(given).code !== code);
        same += Number(int8 !== undefined && head.run(int8).code === code);
      }
      inputs.push(raw);
      fulls.push(Float32Array.from(out[output].data as Float32Array));
      devices.push(Float32Array.from(given));
      distances.push(distance);
    }
    const share = head.facts.levels === null ? null : same / inputs.length;
    const predicted = fulls.map((row) => row.indexOf(Math.max(...row)));
    const facts = {
      ...await readSelftest(dir),
      n: inputs.length,
      simulated: true,
      inputs: { file: "inputs.f32.bin", shape: [inputs.length, ...input.slice(1)], units: "raw" },
      full: { file: "expected.full.f32.bin", output, shape: [inputs.length, fulls[0].length] },
      device: {
        file: "expected.device.f32.bin",
        output: device.outputNames[0],
        shape: [inputs.length, ...head.facts.front?.maps ?? [head.dimensions]],
      },
      tolerance: { full: 1e-4, device: 1e-4 },
      ...(estimated ? { int8: { max_abs_error: worst, code_agreement: share } } : {}),
      ...(head.facts.levels === null ? {} : { codes }),
      ...(output === "predictions" ? { predicted } : {}),
      windows: distances.map((distance) => ({ reason: "simulated", boundary_distance: distance })),
    };
    const names = bundleFiles.selftest;
    const binary = (path: string, rows: Float32Array[]): PackageFile => ({
      path,
      bytes: new Uint8Array(Float32Array.from(rows.flatMap((row) => [...row])).buffer),
      role: "selftest",
    });
    return {
      n: inputs.length,
      wrongCodes,
      files: [
        binary(names.inputs, inputs),
        binary(names.full, fulls),
        binary(names.device, devices),
        jsonFile(names.facts, facts, "selftest"),
      ],
    };
  } finally {
    for (const session of sessions) await session.release();
  }
}
