/** Which recorded layers have no integer form, by the names that their author gave them. */
import { z } from "zod";
import { bundleFiles } from "../../../artifacts/onnx_bundle.ts";
import { readJsonIfThere } from "../../../artifacts/read_json.ts";
import { refused } from "./node.ts";

/** What is looked at of a layer. */
type Named = { op: string; name: string; kind?: string; pads?: readonly number[] };

const encoderFile = () =>
  z.object({
    layers: z.array(z.object({
      graph: z.array(z.object({
        op: z.string(),
        name: z.string(),
        kind: z.string().optional(),
        pads: z.array(z.number()).optional(),
      })).optional(),
    })),
  });

/** Layers of an encoder that was recorded, from `encoder.json` of the bundle in `dir`; none of another. */
export async function recordedLayers(dir: string): Promise<Named[]> {
  const file = await readJsonIfThere(dir, bundleFiles.plain, encoderFile, "bundle");
  return file?.layers.flatMap(({ graph }) => graph ?? []) ?? [];
}

/** Why a layer cannot be computed with integers alone; undefined where it can. */
function without(layer: Named): string | undefined {
  switch (layer.op) {
    case "gru":
    case "lstm":
      return `is recurrent (${layer.op})`;
    case "layerNorm":
      return "normalises over channels (layerNorm)";
    case "activation":
      return layer.kind === "softmax" ? "is a softmax inside the encoder" : undefined;
    case "averagePool":
      return layer.pads?.some((pad) => pad > 0) ? "averages over padded places (averagePool)" : undefined;
    default:
      return undefined;
  }
}

/** Layers that the C kernels do not know, each with a reason that follows its name. */
export function withoutForm(graph: readonly Named[]): { layer: string; why: string }[] {
  return graph.flatMap((layer) => {
    const why = without(layer);
    return why === undefined ? [] : [{ layer: layer.name, why: `${why}, which has no integer form here` }];
  });
}

/** @throws {InputError} naming the first layer that the C kernels do not know. */
export function requireKnown(graph: readonly Named[]): void {
  const [first] = withoutForm(graph);
  if (first !== undefined) throw refused(first.layer, first.why);
}
