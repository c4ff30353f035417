/** `schedule:` of a workflow file against the scheduler that will read it. */
import type { Diagnostics } from "../diagnostic.ts";
import { CRON } from "../grammar.ts";
import { get, text, type YamlNode } from "../node.ts";
import type { Workplan } from "../workplan.ts";

/** A mistake in a schedule; the message continues a sentence that begins with the key and its value. */
export interface ScheduleProblem {
  key: "cron" | "timezone";
  severity: "error" | "warning";
  message: string;
  hint: string;
}

/**
 * Says what is wrong with a schedule. It comes from outside, like the registry of steps: only the scheduler knows how
 * cron text is read, and its library is loaded only where a file has a schedule.
 */
export type ScheduleChecker = (
  schedule: { cron: string; timezone: string },
) => Promise<readonly ScheduleProblem[]>;

/** The schedule of a file whose shape is right, or undefined; its mistakes go to `diagnostics`. */
export async function readSchedule(
  tree: YamlNode,
  check: ScheduleChecker | undefined,
  diagnostics: Diagnostics,
): Promise<Workplan["schedule"]> {
  const node = get(tree, "schedule");
  const cron = text(get(node, "cron"));
  // Anything else the grammar has refused.
  if (node === undefined || cron === undefined || !CRON.test(cron)) return undefined;
  const schedule = { cron, timezone: text(get(node, "timezone")) ?? "UTC" };
  for (const { key, severity, message, hint } of await check?.(schedule) ?? []) {
    const { span } = get(node, key) ?? node;
    const sentence = `schedule.${key} "${schedule[key]}" ${message}`;
    if (severity === "error") diagnostics.error(span, sentence, { hint });
    else diagnostics.warning(span, sentence, hint);
  }
  return schedule;
}
