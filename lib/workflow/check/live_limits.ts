/** Says, before anything runs, what of a workflow no sensor can feed and no device computes, where its result is to go there. */
import type { Diagnostics } from "../diagnostic.ts";
import type { NotLive } from "../expand/resolve.ts";
import type { StepEntry } from "../step_entry.ts";

/** Warns once at each place on the way to a step that deploys. */
export function warnOfLimits(
  entries: readonly StepEntry[],
  notLive: ReadonlyMap<string, readonly NotLive[]>,
  diagnostics: Diagnostics,
): void {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const told = new Set<string>();
  for (const last of entries.filter(({ type }) => type?.deploys === true)) {
    const open = [last.id];
    const seen = new Set(open);
    for (const id of open) {
      for (const { span, message, hint } of notLive.get(id) ?? []) {
        const key = `${span.start} ${message}`;
        if (!told.has(key)) {
          diagnostics.warning(span, `${message}; ${last.id} is made for a stream or a device`, hint);
        }
        told.add(key);
      }
      const sources = Object.values(byId.get(id)?.bindings ?? {}).flatMap(({ sources }) => sources);
      for (const { step } of sources) {
        if (seen.has(step)) continue;
        seen.add(step);
        open.push(step);
      }
    }
  }
}
