/** Whether a workflow has the shape of the language: known keys with values of their kinds. */
import type { Diagnostics } from "../diagnostic.ts";
import { workflowSchema } from "../grammar.ts";
import { addIssues } from "../mistakes/issues.ts";
import { get, toJson, type YamlNode } from "../node.ts";
import { jsonSchemaOf } from "../step_type.ts";
import type { Alert } from "../workplan.ts";

/**
 * Reports what the language's schema says of a file, and what the schema cannot see.
 *
 * @returns The file's alerts; none where it has not the shape.
 */
export function checkShape(tree: YamlNode, diagnostics: Diagnostics): Alert[] {
  const value = toJson(tree);
  const result = workflowSchema.safeParse(value);
  const anchor = { start: tree.span.start, end: tree.span.start + 1 };
  if (!result.success) {
    addIssues(
      result.error.issues,
      { node: tree, value, shape: jsonSchemaOf(workflowSchema), label: "the workflow", anchor },
      diagnostics,
    );
  }
  // The one key that plain objects cannot show to the schema.
  for (const part of ["params", "matrix", "steps"]) {
    const map = get(tree, part);
    const named = map?.kind === "map" ? map.entries.get("__proto__") : undefined;
    if (named === undefined) continue;
    diagnostics.error(named.key, `"__proto__" cannot be a name`, {
      hint: "begin with a letter; letters, digits, - and _ follow",
    });
  }
  const steps = get(tree, "steps");
  if (steps?.kind === "map" && steps.entries.size === 0) {
    diagnostics.error(steps.span, "the workflow has no steps");
  }
  return result.success ? result.data.alerts ?? [] : [];
}
