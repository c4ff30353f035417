/** Publications that a later run would read as input: the same workflow would then give another result each time. */
import { resolve } from "node:path";
import { normalize } from "node:path/posix";
import type { Diagnostics } from "../diagnostic.ts";
import { type CutPattern, cutPattern, hasWildcard, matcher } from "./glob.ts";
import { get } from "../node.ts";
import type { StepEntry } from "../step_entry.ts";
import type { Task } from "../workplan.ts";

/** Tells of every step that publishes where a step of the same workflow searches for files. */
export async function checkPublications(
  tasks: readonly Task[],
  entries: readonly StepEntry[],
  root: string,
  diagnostics: Diagnostics,
): Promise<void> {
  const patterns = new Map<string, string>();
  for (const task of tasks) {
    for (const { pattern } of task.files) {
      if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(pattern) && !patterns.has(pattern)) {
        patterns.set(pattern, task.step);
      }
    }
  }
  const reported = new Set<string>();
  for (const { step, publish } of tasks) {
    if (publish === undefined || reported.has(step)) continue;
    for (const [pattern, reader] of patterns) {
      if (!await canMatch(pattern, publish, root)) continue;
      reported.add(step);
      const span = get(entries.find(({ id }) => id === step)!.node, "publish")!.span;
      diagnostics.error(
        span,
        `step "${reader}" reads ${pattern}, which takes what is published to ${publish}`,
        {
          hint: "publish outside of the inputs, e.g. to out/, or make the pattern narrower",
        },
      );
      break;
    }
  }
}

/** Whether a pattern can match a file below a folder, or a folder that holds it. */
async function canMatch(pattern: string, folder: string, root: string): Promise<boolean> {
  const { fixed, wild } = absolute(pattern, root);
  const base = fixed.split("/").filter((part) => part !== "");
  const target = resolve(root, folder).split("/").filter((part) => part !== "");
  const common = Math.min(base.length, target.length);
  if (base.slice(0, common).join("/") !== target.slice(0, common).join("/")) return false;
  // The search begins in the published folder, or takes everything of a folder above it.
  if (base.length >= target.length || wild.length === 0) return true;
  const rest = target.slice(base.length);
  for (const [i, part] of wild.entries()) {
    // Hidden folders are searched where a pattern names them only.
    if (part.includes("**")) return !rest.slice(i).some((name) => name.startsWith("."));
    // The last part of the pattern is the file, and that lies below the folder.
    if (i === wild.length - 1) return i >= rest.length;
    if (i >= rest.length) return true;
    if (hasWildcard(part) ? !(await matcher([part], pattern))(rest[i]!) : part !== rest[i]) return false;
  }
  return false;
}

/** Only the user's own part of a pattern has wildcards. */
function absolute(pattern: string, root: string): CutPattern {
  const { fixed, wild } = cutPattern(normalize(pattern).replace(/(?<=.)\/$/, ""));
  return { fixed: resolve(root, fixed), wild };
}
