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
