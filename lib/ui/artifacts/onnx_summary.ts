/** What is in an ONNX file, without running it. */
import { basename } from "node:path";
import { type DecodedValue, decodeModel } from "../../onnx/decode.ts";
import { bytes } from "../../text/numbers.ts";
import { type Html, markup } from "../../text/html.ts";

/** Inputs, outputs, operators and weights as tables. */
export async function onnxSummary(name: string, path: string): Promise<Html> {
  const file = await Deno.readFile(path);
  const { graph, opsets, producer } = decodeModel(file, basename(path));
  const operators = [...Map.groupBy(graph.nodes, ({ op }) => op)]
    .map(([op, nodes]) => ({ op, count: nodes.length }))
    .sort((a, b) => b.count - a.count || (a.op < b.op ? -1 : 1));
  const weights = graph.initializers.reduce((sum, { shape }) => sum + shape.reduce((n, d) => n * d, 1), 0);
  const tensor = ({ name, type, shape }: DecodedValue) =>
    `${name}: ${type}${shape === undefined ? "" : ` [${shape.join(" × ")}]`}`;
  const facts: [string, string][] = [
    ["Inputs", graph.inputs.map(tensor).join("; ")],
    ["Outputs", graph.outputs.map(tensor).join("; ")],
    ["Operators", operators.map(({ op, count }) => `${count} ${op}`).join(", ")],
    ["Weights", `${weights} numbers in ${graph.initializers.length} tensors`],
    ["Operator set", Object.entries(opsets).map(([domain, v]) => `${domain || "ai.onnx"} ${v}`).join(", ")],
    ["Made by", producer],
    ["Size", bytes(file.length)],
  ];
  return markup`
    <h2>${name}</h2>
    <div class="table" tabindex="0" role="region" aria-label="${name}">
      <table class="facts">
        <tbody>${
    facts.filter(([, value]) => value !== "").map(([k, v]) =>
      markup`<tr><th scope="row">${k}</th><td>${v}</td></tr>`
    )
  }</tbody>
      </table>
    </div>
  `;
}
