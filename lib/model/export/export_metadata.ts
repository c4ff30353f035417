/** `model_metadata.json`: everything that a user of the ONNX files must know and the files cannot say. */
import { type Json, jsonOf } from "../../artifacts/artifact.ts";
import { bundleFiles } from "../../artifacts/onnx_bundle.ts";
import type { Model } from "../../artifacts/model.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { boundedRanges } from "../../fsq/constants.ts";
import { cutShape, mapsShape } from "../architecture.ts";
import { cutOf, endAtMaps } from "../cut.ts";
import { irVersion, opset } from "./export_graphs.ts";

/** What is to be known of the device part, in sentences. */
function deviceNotes({ architecture: a }: Pick<Model, "architecture">): string[] {
  if (cutOf(a) === "bounded") return [];
  return [
    `The device part ${endAtMaps(a, mapsShape(a))}: the host takes ${
      a.pooling.join(", ")
    } and computes neck and projection.`,
  ];
}

/** Builds `model_metadata.json`; nothing of the time or the machine is in it. */
export function modelMetadata(
  model: Model,
  windows: Windows,
  hashes: Record<string, string>,
  calibration: { n: number; source: string; range: [low: number, high: number]; clipped_share: number },
): { [key: string]: Json } {
  const { architecture: a } = model;
  const input = [1, ...a.input];
  const cut = cutOf(a);
  const float = (name: string, shape: number[]) => ({ name, dtype: "float32", shape });
  const outputs = [
    ...(a.classes > 0 ? [float("predictions", [1, a.classes]), float("uncertainty", [1, 1])] : []),
    ...(a.levels === null ? [] : [{ name: "code", dtype: "int64", shape: [1] }]),
    float("latent", [1, a.latent]),
  ];
  const ranges = a.levels === null ? null : boundedRanges(a.levels);
  return {
    version: 1,
    files: {
      [bundleFiles.full]: {
        input: { ...float("window", input), layout: "N, channel, sensor, time", values: "raw units" },
        outputs,
      },
      [bundleFiles.device]: {
        input: { ...float("window", input), layout: "N, channel, sensor, time", values: "scaled" },
        outputs: [{ ...float(cut, [1, ...cutShape(a)]), ranges: cut === "maps" ? null : ranges }],
        notes: deviceNotes(model),
      },
      [bundleFiles.qdq]: {
        input: {
          name: "window",
          dtype: "float32",
          shape: ["n", ...a.input],
          layout: "N, channel, sensor, time",
          values: "scaled",
        },
        outputs: [
          ...new Set([cut, "bounded"]),
          ...outputs.map((o) => o.name).filter((name) => name !== "latent"),
        ],
        notes: ["An estimate of 8-bit arithmetic on CPU, not what a device computes."],
      },
      [bundleFiles.hostOnnx]: {
        input: float(cut, [1, ...cutShape(a)]),
        outputs: outputs.filter((o) => o.name !== "latent"),
      },
    },
    sensors: model.sensors,
    channels: model.channels,
    units: model.units,
    labels: a.classes > 0 ? model.labels : [],
    // An encoder from elsewhere may not say its rate.
    rate: model.rate || windows.recordings.rate,
    window: {
      length: a.input[2],
      hop: windows.hop,
      ...(model.context === undefined ? {} : { context: model.context }),
      seconds: a.input[2] / windows.recordings.rate,
    },
    scaler: { rule: "(x - center) * scale, [sensor][channel]", ...model.scaler },
    ...(model.filters === undefined ? {} : { filters: jsonOf(model.filters) }),
    quantizer: model.quantizer,
    levels: a.levels,
    bounded_ranges: ranges,
    temperature: model.temperature,
    parameters: model.parameters,
    architecture: jsonOf(a),
    opset,
    ir_version: irVersion,
    calibration: { file: bundleFiles.calibration, layout: "N, sensor, time, channel", ...calibration },
    training: jsonOf(model.training),
    data: jsonOf(windows.recordings.source),
    sha256: hashes,
  };
}
