/** On which axes of the matrix each step lies. */
import type { Diagnostics } from "../diagnostic.ts";
import type { FileHead } from "../file_head.ts";
import { get, type YamlNode } from "../node.ts";
import type { StepEntry } from "../step_entry.ts";

/** A step lies on the axes it names and on those of its sources, less those it gathers. */
export function placeOnAxes(order: StepEntry[], head: FileHead, diagnostics: Diagnostics): void {
  const byId = new Map(order.map((e) => [e.id, e]));
  // After a mistake in a step nobody knows on which axes it was meant to lie.
  const complete = order.every((e) => e.connected !== undefined && !e.with.broken);
  for (const entry of order) {
    const sources = Object.entries(entry.bindings).flatMap(([port, b]) =>
      b.sources.map((s) => ({ ...s, port, arity: b.arity }))
    );
    const inherited = new Set(sources.flatMap((s) => byId.get(s.step)?.axes ?? []));
    const gathered = new Set(entry.over.map((o) => o.axis));
    for (const { axis, span } of entry.over) {
      if (entry.ownAxes.has(axis)) {
        diagnostics.error(span, `step "${entry.id}" gathers ${axis}, so it cannot use matrix.${axis} itself`);
      } else if (complete && !inherited.has(axis)) {
        diagnostics.error(span, `no input of step "${entry.id}" is expanded over ${axis}`);
      }
    }
    for (const source of sources) {
      const through = (byId.get(source.step)?.axes ?? []).filter((axis) => gathered.has(axis));
      if (through.length > 0 && source.arity !== "many") {
        diagnostics.error(
          source.span,
          `port ${source.port} of ${entry.uses} takes one artifact, but step "${source.step}" gives one for each ${
            through.join(" and ")
          }`,
          { hint: `remove \`over\`, or gather with a step that takes many, e.g. uses: summarize` },
        );
      }
    }
    entry.axes = head.names.matrix.filter((axis) =>
      (entry.ownAxes.has(axis) || inherited.has(axis)) && !gathered.has(axis)
    );
  }
}

/** Warns of axes that no step lies on. */
export function warnOfUnused(
  tree: YamlNode,
  entries: StepEntry[],
  head: FileHead,
  diagnostics: Diagnostics,
): void {
  const matrix = get(tree, "matrix");
  if (matrix?.kind !== "map" || entries.length === 0 || entries.some((e) => e.with.broken)) return;
  const used = new Set(entries.flatMap((e) => [...e.ownAxes]));
  for (const axis of head.names.matrix) {
    if (used.has(axis)) continue;
    diagnostics.warning(
      matrix.entries.get(axis)!.key,
      `no step uses matrix axis ${axis}`,
      `use it as \${{ matrix.${axis} }}`,
    );
  }
}
