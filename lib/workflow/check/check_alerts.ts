/** `alerts:` of a workflow file: what the grammar cannot say of them. */
import type { Diagnostics } from "../diagnostic.ts";
import { get, text, type YamlNode } from "../node.ts";

/**
 * What may be meant by the name of a metric that nobody measures; undefined for one that is known. It comes from outside,
 * like the registry of steps: only the science knows its metrics.
 */
export type MetricChecker = (name: string) => Promise<{ nearest?: string } | undefined>;

/** @param own Whether steps of the user's own may measure what nobody else knows. */
export async function checkAlerts(
  tree: YamlNode,
  own: boolean,
  check: MetricChecker | undefined,
  diagnostics: Diagnostics,
): Promise<void> {
  const alerts = get(tree, "alerts");
  for (const alert of alerts?.kind === "list" ? alerts.items : []) {
    if (alert.kind !== "map") continue;
    if (get(alert, "below") === undefined && get(alert, "above") === undefined) {
      diagnostics.error(alert.span, "an alert needs a limit", { hint: "add `below:` or `above:`" });
    }
    const metric = get(alert, "metric");
    const name = text(metric);
    const unknown = name === undefined ? undefined : await check?.(name);
    if (unknown === undefined || (own && unknown.nearest === undefined)) continue;
    const hint = unknown.nearest === undefined
      ? "metrics and their names are those that `show latest` lists"
      : `did you mean "${unknown.nearest}"?`;
    diagnostics.warning(metric!.span, `no step measures "${name}", so this alert would never be sent`, hint);
  }
}
