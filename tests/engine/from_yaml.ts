/** Work plans from workflow files, through the checker, with the program's own steps. */
import { formatDiagnostics } from "../../lib/workflow/diagnostic.ts";
import { loadWorkflow } from "../../lib/workflow/load.ts";
import type { Workplan } from "../../lib/workflow/workplan.ts";
import { registry } from "../../lib/steps/registry.ts";
import type { Project } from "./project.ts";

/** The plan of a workflow that is written to `w.yaml`. @throws what the checker says, where it finds mistakes. */
export async function planFrom(project: Project, workflow: string): Promise<Workplan> {
  project.write("motiflow.json", '{ "version": 1, "name": "test" }');
  project.write("w.yaml", workflow);
  const checked = await loadWorkflow("w.yaml", { registry, cwd: project.root });
  if (!checked.ok) throw new Error(formatDiagnostics(checked.diagnostics));
  return checked.plan;
}

/** Source of a user's step with one parameter `x` of any kind, whose output is a text. */
export function ownStep(body: string, { top = "", parts = "" } = {}): string {
  return `import { z } from "zod";
import { Text } from "./text.ts";
${top}
export default {
  type: "own", summary: "A step of the test", inputs: { texts: { type: Text, arity: "many" } },
  params: z.strictObject({ x: z.any().optional() }), outputs: { text: Text }, ${parts}
  async run({ inputs, params, files, out, scratch, log }: any) {
    ${body}
  },
};
`;
}

/** A workflow of one step `own`, with more fields after `uses`. */
export function oneStep(fields = ""): string {
  return `steps:\n  own: { uses: ./steps/own.ts${fields === "" ? "" : `, ${fields}`} }\n`;
}
