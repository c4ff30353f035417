/** What is wrong with a small file of settings in JSON, in the words that mistakes of a workflow file have. */
import type { z } from "zod";
import { Source } from "../diagnostic.ts";
import { parseYaml } from "../document.ts";
import { toJson } from "../node.ts";
import { jsonSchemaOf } from "../step_type.ts";
import { addIssues } from "./issues.ts";

/**
 * Says what a schema refused, each mistake with its field and what stands there, and the one-based line of the first.
 *
 * @param text JSON, which is read as the YAML that it also is, for the places.
 * @param issues Of the schema, about that text; at least one.
 */
export function settingsMistakes(
  text: string,
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
): { message: string; row: number } {
  const { root, diagnostics } = parseYaml(new Source("", text));
  if (root !== undefined) {
    const anchor = { start: root.span.start, end: root.span.start + 1 };
    const checked = {
      node: root,
      value: toJson(root),
      shape: jsonSchemaOf(schema),
      label: "the file",
      anchor,
    };
    addIssues(issues, checked, diagnostics);
  }
  const all = diagnostics.sorted();
  return { message: all.map(({ message }) => message).join("; "), row: all[0]!.location.line };
}
