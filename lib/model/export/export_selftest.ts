/** Golden windows: inputs and what every correct implementation makes of them. */
import { dirname, join } from "node:path";
import type { Model } from "../../artifacts/model.ts";
import { bundleFiles } from "../../artifacts/onnx_bundle.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import { cutShape } from "../architecture.ts";
import { cutOf } from "../cut.ts";
import { openSession } from "../../onnx/runtime.ts";
import { gatherWindows } from "../../signal/window/batch.ts";
import { hostHead } from "./export_host.ts";
import { boundedFrom } from "./host_front.ts";
import type { ParityFiles } from "./export_parity.ts";
import type { SelftestRow } from "./export_rows.ts";

/** What `selftest.json` says of the files beside it. */
export interface SelftestFile {
  n: number;
  /** Raw windows, float32 little-endian `[n, C, S, L]`. */
  inputs: { file: string; shape: number[]; units: "raw" };
  /** Output of model.full.onnx: `predictions`, or `latent` without head. */
  full: { file: string; output: string; shape: number[] };
  /** Output of model.device.onnx. */
  device: { file: string; output: string; shape: number[] };
  /** Largest difference that counts as equal in float32. */
  tolerance: { full: number; device: number };
  /** What the int8 estimate reaches on these windows: a quantised device may be held to little more. */
  int8: { max_abs_error: number; code_agreement: number | null };
  /** Codes of the windows; left out without quantiser. */
  codes?: number[];
  /** Most probable class by window; left out without head. */
  predicted?: number[];
  windows: {
    recording: string;
    start: number;
    label: string | null;
    reason: SelftestRow["reason"];
    boundary_distance: number | null;
  }[];
}

/** Runs the golden windows through the files and writes `selftest/`. */
export async function writeSelftest(
  dir: string,
  model: Model,
  files: ParityFiles & { qdq: Uint8Array },
  windows: Windows,
  chosen: SelftestRow[],
): Promise<void> {
  const { input, classes, latent } = model.architecture;
  const cut = cutOf(model.architecture);
  const given = cutShape(model.architecture);
  const values = given.reduce((a, b) => a * b);
  const boundedOf = boundedFrom(hostHead(model));
  const size = input[0] * input[1] * input[2];
  const rows = chosen.map(({ row }) => row);
  const raw = new Float32Array(rows.length * size);
  const scaled = new Float32Array(rows.length * size);
  gatherWindows(windows, rows, undefined, raw);
  gatherWindows(windows, rows, model.scaler, scaled);
  const output = classes > 0 ? "predictions" : "latent";
  const width = classes > 0 ? classes : latent;
  const full = new Float32Array(rows.length * width);
  const device = new Float32Array(rows.length * values);
  const codes: number[] = [];
  const quantizer = model.architecture.levels === null ? undefined : new Quantizer(model.architecture.levels);
  let [worst, same] = [0, 0];
  const sessions = [await openSession(files.full), await openSession(files.device)];
  try {
    sessions.push(await openSession(files.qdq, { optimization: "basic" }));
    for (let i = 0; i < rows.length; i++) {
      const at = (data: Float32Array) => ({
        window: { data: data.subarray(i * size, (i + 1) * size), shape: [1, ...input] },
      });
      const outputs = await sessions[0].run(at(raw));
      full.set(outputs[output].data as Float32Array, i * width);
      if (outputs.code !== undefined) codes.push(Number(outputs.code.data[0]));
      const float = (await sessions[1].run(at(scaled)))[cut].data as Float32Array;
      device.set(float, i * values);
      const int8 = (await sessions[2].run(at(scaled), [cut]))[cut].data as Float32Array;
      worst = float.reduce((most, b, j) => Math.max(most, Math.abs(b - int8[j])), worst);
      const [a, b] = [float, int8].map((end) => quantizer?.codeOfBounded(boundedOf(end)));
      same += Number(a === b);
    }
  } finally {
    for (const session of sessions) await session.release();
  }
  const predicted = rows.map((_, i) => {
    const row = full.subarray(i * width, (i + 1) * width);
    return row.indexOf(Math.max(...row));
  });
  const facts: SelftestFile = {
    n: rows.length,
    inputs: { file: "inputs.f32.bin", shape: [rows.length, ...input], units: "raw" },
    full: { file: "expected.full.f32.bin", output, shape: [rows.length, width] },
    device: { file: "expected.device.f32.bin", output: cut, shape: [rows.length, ...given] },
    tolerance: { full: 1e-4, device: 1e-4 },
    int8: { max_abs_error: worst, code_agreement: quantizer === undefined ? null : same / rows.length },
    ...(model.architecture.levels === null ? {} : { codes }),
    ...(classes > 0 ? { predicted } : {}),
    windows: chosen.map(({ row, reason, boundary }) => ({
      recording: windows.recordings.recordings[windows.recording[row]].id,
      start: windows.start[row],
      label: windows.labels[row] < 0 ? null : windows.recordings.labelNames[windows.labels[row]],
      reason,
      boundary_distance: boundary,
    })),
  };
  const names = bundleFiles.selftest;
  await Deno.mkdir(dirname(join(dir, names.facts)), { recursive: true });
  await Deno.writeFile(join(dir, names.inputs), new Uint8Array(raw.buffer));
  await Deno.writeFile(join(dir, names.full), new Uint8Array(full.buffer));
  await Deno.writeFile(join(dir, names.device), new Uint8Array(device.buffer));
  await Deno.writeTextFile(join(dir, names.facts), JSON.stringify(facts, null, 1) + "\n");
}
