/** Which machines cannot run an encoder file, told before it is trained: a plan cannot know, because it runs no code. */
import type { EncoderGraph } from "../../artifacts/encoder_graph.ts";
import type { Architecture, Model } from "../../artifacts/model.ts";
import { preflight } from "../../hailo/compile/preflight.ts";
import { withoutForm } from "../../hailo/package/c/known_layers.ts";
import { weightShapes } from "../../model/architecture.ts";
import { deviceOnnx } from "../../model/export/export_graphs.ts";
import { decodeModel } from "../../onnx/decode.ts";

/** Most reasons in one sentence. */
const shown = 3;

/** What C code and a Hailo-8 lack for the layers of `architecture.graph`, one sentence a target; none where both run it. */
export function encoderLimits(architecture: Architecture): string[] {
  const { graph } = architecture;
  if (graph === undefined) return [];
  return [
    ...sentence("c", withoutForm(graph).map(({ layer, why }) => `layer ${layer} ${why}`)),
    ...sentence("hailo8", unsupported(architecture, graph)),
  ];
}

function sentence(target: string, reasons: string[]): string[] {
  if (reasons.length === 0) return [];
  const more = reasons.length > shown ? `; and ${reasons.length - shown} more` : "";
  return [
    `No package will run this encoder on target ${target}: ${reasons.slice(0, shown).join("; ")}${more}`,
  ];
}

/** Errors of the checks before a compiler: operators and shapes do not depend on what the weights will be. */
function unsupported(architecture: Architecture, graph: EncoderGraph): string[] {
  const weights: Model["weights"] = Object.fromEntries(
    Object.entries(weightShapes(architecture)).map(([name, shape]) => [
      name,
      { shape, data: new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(0.01) },
    ]),
  );
  const scaler = { method: "none" as const, center: [], scale: [] };
  const device = deviceOnnx({ architecture, weights, scaler, temperature: 1 });
  const { findings } = preflight(decodeModel(device));
  const errors = findings.filter(({ severity }) => severity === "error");
  // By the names of the file's layers: nodes of the graph are called after their numbers.
  const found = new Map<string, Set<string>>();
  const others: string[] = [];
  for (const { message } of errors) {
    const [, at, op] = /^layer(\d+)\.[^:]*: ([A-Z]\w+)/.exec(message) ?? [];
    const layer = graph[Number(at)]?.name;
    if (layer === undefined || op === undefined) others.push(message.replace(/\.$/, ""));
    else found.set(layer, (found.get(layer) ?? new Set()).add(op));
  }
  const named = [...found].map(([layer, ops]) => `layer ${layer} needs ${[...ops].join(", ")}`);
  return [...named, ...others];
}
