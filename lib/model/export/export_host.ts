/** The host part behind the cut as plain data, for hosts in any language. */
import type { NpyArray } from "../../artifacts/npy.ts";
import { mapsShape } from "../architecture.ts";
import { stdEpsilon } from "../forward.ts";
import { cutOf } from "../cut.ts";
import { boundedRanges, halfWidths, levelConstants, placeValues } from "../../fsq/constants.ts";
import type { HostFront, HostHeadFile, HostLayer } from "../../artifacts/onnx_bundle.ts";
import type { Model } from "../../artifacts/model.ts";

export type { HostHeadFile, HostLayer } from "../../artifacts/onnx_bundle.ts";

/** Builds `host_head.json`: what follows the device part, round half to even, digits and code, classifier layers. */
export function hostHead(
  model: Pick<Model, "architecture" | "weights" | "quantizer" | "temperature" | "labels">,
): HostHeadFile {
  const { levels, classes, head } = model.architecture;
  const constants = levels?.map(levelConstants);
  const count = classes > 0 ? head.length + 1 : 0;
  return {
    levels,
    half_width: halfWidths(levels ?? []),
    basis: placeValues(levels ?? []),
    ...(levels === null || constants === undefined ? {} : {
      half_range: constants.map((c) => c.halfRange),
      offset: constants.map((c) => c.offset),
      shift: constants.map((c) => c.shift),
      bounded_ranges: boundedRanges(levels),
    }),
    variant: model.quantizer,
    temperature: model.temperature,
    labels: classes > 0 ? model.labels : [],
    ...(cutOf(model.architecture) === "maps" ? { front: hostFront(model) } : {}),
    layers: Array.from({ length: count }, (_, i) => layerOf(model, `head${i}`, i < count - 1)),
  };
}

function hostFront(model: Pick<Model, "architecture" | "weights">): HostFront {
  const { architecture: a } = model;
  return {
    maps: mapsShape(a),
    statistics: a.pooling,
    segments: a.segments ?? 1,
    epsilon: stdEpsilon,
    layers: [
      ...(a.neck ?? []).map((_, i) => layerOf(model, `neck${i}`, true)),
      layerOf(model, "projection", false),
    ],
  };
}

function layerOf({ weights }: Pick<Model, "weights">, name: string, relu: boolean): HostLayer {
  const weight = weights[`${name}.weight`] as NpyArray<Float32Array>;
  const bias = weights[`${name}.bias`] as NpyArray<Float32Array>;
  return {
    weight: [...weight.data],
    bias: [...bias.data],
    shape: [weight.shape[0], weight.shape[1]],
    activation: relu ? "relu" : "none",
  };
}
