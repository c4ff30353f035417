/** The host part behind the cut as plain data, for hosts in any language. */
import type { NpyArray } from "../../artifacts/npy.ts";
import { boundedRanges, halfWidths, levelConstants, placeValues } from "../../fsq/constants.ts";
import type { HostHeadFile } from "../../artifacts/onnx_bundle.ts";
import type { Model } from "../../artifacts/model.ts";

export type { HostHeadFile, HostLayer } from "../../artifacts/onnx_bundle.ts";

/** Builds `host_head.json`: round half to even, digits and code, classifier layers. */
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
    layers: Array.from({ length: count }, (_, i) => {
      const weight = model.weights[`head${i}.weight`] as NpyArray<Float32Array>;
      const bias = model.weights[`head${i}.bias`] as NpyArray<Float32Array>;
      return {
        weight: [...weight.data],
        bias: [...bias.data],
        shape: [weight.shape[0], weight.shape[1]],
        activation: i < count - 1 ? "relu" : "none",
      };
    }),
  };
}
