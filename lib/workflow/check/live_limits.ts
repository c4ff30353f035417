/** Says, before anything runs, what of a workflow no sensor can feed and no device computes, where its result is to go there. */
import type { Diagnostics } from "../diagnostic.ts";
import type { LiveFacts } from "../expand/expand.ts";
import type { StepEntry } from "../step_entry.ts";

/** Warns once at each place on the way to a step that deploys, of what concerns the targets of the last such step. */
export function warnOfLimits(
  entries: readonly StepEntry[],
  { limits, targets }: LiveFacts,
  diagnostics: Diagnostics,
): void {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const ways = entries.filter(({ type }) => type?.deploys === true).map(({ id }) => wayTo(id, byId));
  const passed = new Set(ways.flatMap(([, ...before]) => before));
  const told = new Set<string>();
  for (const [last, ...before] of ways.filter(([last]) => !passed.has(last!))) {
    const known = targets.get(last!);
    for (
      const { span, message, hint, targets: limited } of [last!, ...before].flatMap((id) =>
        limits.get(id) ?? []
      )
    ) {
      const concerned = limited?.filter((target) => known?.has(target) ?? true);
      const key = `${span.start} ${message}`;
      if (concerned?.length === 0 || told.has(key)) continue;
      told.add(key);
      const goal = known === undefined || concerned === undefined
        ? "a stream or a device"
        : concerned.join(" and ");
      diagnostics.warning(span, `${message}; ${last} is made for ${goal}`, hint);
    }
  }
}

/** A step and all that it is made of. */
function wayTo(last: string, byId: ReadonlyMap<string, StepEntry>): string[] {
  const way = [last];
  const seen = new Set(way);
  for (const id of way) {
    for (const { step } of Object.values(byId.get(id)?.bindings ?? {}).flatMap(({ sources }) => sources)) {
      if (seen.has(step)) continue;
      seen.add(step);
      way.push(step);
    }
  }
  return way;
}
