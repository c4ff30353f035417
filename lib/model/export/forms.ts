/** A model in all the forms that its bundle holds, whether it was trained here or came as an ONNX file. */
import type { HostHeadFile } from "../../artifacts/onnx_bundle.ts";
import type { Model } from "../../artifacts/model.ts";
import { InputError } from "../../errors.ts";
import { deviceOnnx, fullOnnx, hostOnnx } from "./export_graphs.ts";
import { hostHead } from "./export_host.ts";
import type { Reference } from "./export_parity.ts";
import { foreignDevice, foreignFile, foreignFull } from "./foreign_graphs.ts";
import { liftHead } from "./foreign_head.ts";
import { foreignQdq, foreignRanges } from "./foreign_int8.ts";
import { cutScale, type Int8Options, qdqOnnx } from "./int8_graph.ts";
import { plainEncoder } from "./plain_encoder.ts";
import { activationRanges, type Ranges } from "./int8_ranges.ts";
import { referenceBehind, referenceForward } from "../reference_forward.ts";

/** What an export needs of a model. */
export interface ExportForms {
  /** The model as its bundle describes it. */
  model: Model;
  files: { full: Uint8Array<ArrayBuffer>; device: Uint8Array<ArrayBuffer> };
  hostOnnx: Uint8Array<ArrayBuffer>;
  hostHead: HostHeadFile;
  /** The encoder as a list of layers, for hosts without an ONNX runtime; undefined where it is none that they know. */
  plain: ReturnType<typeof plainEncoder> | undefined;
  /** Whether the encoder's layers are known, or it is an ONNX file alone. */
  layers: boolean;
  /** What the files are held against: latent, bounded latent and logits of one scaled window. */
  reference: Reference;
  /** Ranges over scaled windows. */
  ranges(windows: Float32Array): Promise<Ranges>;
  /** `model.qdq.onnx`. */
  quantized(ranges: Ranges, options: Int8Options): Uint8Array<ArrayBuffer>;
  /** One 8-bit step at the cut. */
  step(ranges: Ranges): number;
  /** What a user should know, in sentences. */
  notes: string[];
}

/** @throws {InputError} for a model that has no such forms. */
export function formsOf(model: Model): ExportForms {
  if (model.architecture.codebook !== undefined) {
    throw new InputError(
      "Cannot export model: its codebook is learned (vq-ema), a baseline that no device part exists for",
      { hint: "Train with quantizer: fsq." },
    );
  }
  const metadata = { quantizer: model.quantizer, levels: JSON.stringify(model.architecture.levels) };
  const layers = Object.keys(model.weights).length > 0;
  return layers ? trainedForms(model, metadata) : foreignForms(model, metadata);
}

function trainedForms(model: Model, metadata: Record<string, string>): ExportForms {
  return {
    model,
    files: { full: fullOnnx(model, metadata), device: deviceOnnx(model, metadata) },
    hostOnnx: hostOnnx(model, metadata),
    hostHead: hostHead(model),
    plain: plainEncoder(model),
    layers: true,
    reference: (window) => referenceForward(model, window),
    ranges: (windows) => activationRanges(model, windows),
    quantized: (ranges, options) => qdqOnnx(model, ranges, options, metadata),
    step: (ranges) => cutScale(model, ranges).scale,
    notes: [],
  };
}

function foreignForms(given: Model, metadata: Record<string, string>): ExportForms {
  const file = foreignFile(given);
  const head = liftHead(given);
  const notes: string[] = [];
  if (head === undefined && given.architecture.classes > 0) {
    notes.push(
      given.architecture.levels === null
        ? "The classifier of the imported encoder is no chain of dense layers behind its latent: the exported files give no classes"
        : "The classifier of the imported encoder reads the latent before its quantiser: the exported files give codes and no classes",
    );
  }
  const model: Model = {
    ...given,
    architecture: {
      ...given.architecture,
      head: head?.widths ?? [],
      classes: head === undefined ? 0 : given.architecture.classes,
    },
    labels: head === undefined ? [] : given.labels,
    weights: head?.weights ?? {},
  };
  return {
    model,
    files: { full: foreignFull(file, model, metadata), device: foreignDevice(file, model, metadata) },
    hostOnnx: hostOnnx(model, metadata),
    hostHead: hostHead(model),
    plain: undefined,
    layers: false,
    reference: (_, encoded) => ({
      ...referenceBehind(model, encoded.latent),
      ...(model.architecture.classes === 0 ? {} : { logits: { data: encoded.logits } }),
    }),
    ranges: (windows) => foreignRanges(file, model, windows),
    quantized: (ranges, options) => foreignQdq(file, model, ranges, options, metadata),
    step: (ranges) => cutScale(model, new Map(ranges).set("projection", ranges.get("latent")!)).scale,
    notes,
  };
}
