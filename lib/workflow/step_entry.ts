/** One entry of `steps:` as it stands in the file, with its references found but nothing resolved yet. */
import type { Diagnostics, Span } from "./diagnostic.ts";
import type { Expression } from "./expression.ts";
import { get, type MapNode, text, type YamlNode } from "./node.ts";
import { type Binding, type From, readFrom, referencesOf } from "./ports.ts";
import type { StepType } from "./step_type.ts";
import { suggestion } from "../text/suggest.ts";
import { compileExpression, compileTemplate, type Names, type Template } from "./template.ts";

/** A step while it is being checked; later stages fill in what is missing. */
export interface StepEntry {
  id: string;
  key: Span;
  node: MapNode;
  uses: string;
  usesSpan: Span;
  /** Undefined where `uses` names nothing. */
  type?: StepType;
  module: string;
  /** Whether `uses` is the user's own file. */
  own: boolean;
  from: From | undefined;
  over: { axis: string; span: Span }[];
  with: { template: Template; node: YamlNode | undefined; axes: string[]; broken: boolean };
  condition: { expression: Expression; span: (start: number, end: number) => Span } | boolean;
  publish: Template | undefined;
  /** Axes that the step names itself. */
  ownAxes: Set<string>;
  /** Axes along which the step is expanded, in the order of the file. */
  axes: string[];
  bindings: Record<string, Binding>;
  /** Ports that something is connected to; undefined where a mistake in `from` leaves that open. */
  connected?: ReadonlySet<string>;
}

/** Reads the entries that are maps; the grammar has reported the others. */
export function readEntries(
  steps: YamlNode | undefined,
  names: Names,
  diagnostics: Diagnostics,
): StepEntry[] {
  if (steps?.kind !== "map") return [];
  const entries: StepEntry[] = [];
  for (const [id, { key, value }] of steps.entries) {
    if (value.kind === "map") entries.push(readEntry(id, key, value, names, diagnostics));
  }
  return entries;
}

function readEntry(id: string, key: Span, node: MapNode, names: Names, diagnostics: Diagnostics): StepEntry {
  const ownAxes = new Set<string>();
  const withNode = get(node, "with");
  const withAxes = new Set<string>();
  const before = diagnostics.list.length;
  const template: Template = withNode === undefined
    ? { kind: "constant", value: {} }
    : compileTemplate(withNode, names, diagnostics, withAxes);
  const broken = diagnostics.list.length > before;
  withAxes.forEach((axis) => ownAxes.add(axis));
  const publish = get(node, "publish");
  const uses = get(node, "uses");
  return {
    id,
    key,
    node,
    uses: text(uses) ?? "",
    usesSpan: uses?.span ?? key,
    module: "",
    own: /^\.{0,2}\//.test(text(uses) ?? ""),
    from: readFrom(get(node, "from")),
    over: readOver(get(node, "over"), names, diagnostics),
    with: { template, node: withNode, axes: [...withAxes], broken },
    condition: readCondition(get(node, "if"), names, diagnostics, ownAxes),
    publish: publish === undefined ? undefined : compileTemplate(publish, names, diagnostics, ownAxes),
    ownAxes,
    axes: [],
    bindings: {},
  };
}

function readOver(node: YamlNode | undefined, names: Names, diagnostics: Diagnostics): StepEntry["over"] {
  if (node === undefined) return [];
  const items = node.kind === "list" ? node.items : [node];
  return items.flatMap((item) => {
    const axis = text(item);
    if (axis === undefined) return [];
    if (names.matrix.includes(axis)) return [{ axis, span: item.span }];
    const hint = names.matrix.length === 0
      ? { hint: "the file has no `matrix:`" }
      : suggestion(axis, names.matrix);
    diagnostics.error(item.span, `${axis} is not a matrix axis`, hint);
    return [];
  });
}

function readCondition(
  node: YamlNode | undefined,
  names: Names,
  diagnostics: Diagnostics,
  axes: Set<string>,
): StepEntry["condition"] {
  if (node?.kind !== "scalar") return true;
  if (typeof node.value !== "string") return node.value !== false;
  const whole = /^(\s*\$\{\{)(.*)\}\}\s*$/s.exec(node.value);
  const [source, offset] = whole === null ? [node.value, 0] : [whole[2]!, whole[1]!.length];
  return compileExpression(node, source, offset, names, diagnostics, axes) ?? true;
}

/** Checks that all steps named in `from` exist and that no step needs itself; returns the entries in run order. */
export function orderEntries(entries: StepEntry[], diagnostics: Diagnostics): StepEntry[] | undefined {
  const byId = new Map(entries.map((e) => [e.id, e]));
  let sound = true;
  for (const entry of entries) {
    for (const reference of referencesOf(entry.from)) {
      if (reference.step === entry.id) {
        diagnostics.error(reference.span, `step "${entry.id}" takes its input from itself`);
        sound = false;
      } else if (!byId.has(reference.step)) {
        const others = entries.map((e) => e.id).filter((id) => id !== entry.id);
        diagnostics.error(
          reference.span,
          `there is no step "${reference.step}"`,
          suggestion(reference.step, others),
        );
      }
    }
  }
  const order: StepEntry[] = [];
  const state = new Map<StepEntry, "open" | "done">();
  for (const entry of entries) sound = visit(entry, byId, state, order, diagnostics) && sound;
  return sound ? order : undefined;
}

/** Depth first without recursion, so that a chain of a hundred thousand steps is no stack overflow. */
function visit(
  first: StepEntry,
  byId: Map<string, StepEntry>,
  state: Map<StepEntry, "open" | "done">,
  order: StepEntry[],
  diagnostics: Diagnostics,
): boolean {
  if (state.has(first)) return true;
  let sound = true;
  const path = [{ entry: first, references: referencesOf(first.from), next: 0 }];
  state.set(first, "open");
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const reference = top.references[top.next++];
    if (reference === undefined) {
      state.set(top.entry, "done");
      order.push(top.entry);
      path.pop();
      continue;
    }
    const target = byId.get(reference.step);
    if (target === undefined || target === top.entry) continue;
    const seen = state.get(target);
    if (seen === "open") {
      const from = path.findIndex((p) => p.entry === target);
      const members = [...path.slice(from).map((p) => p.entry.id), target.id];
      diagnostics.error(reference.span, `the steps need each other in a cycle: ${members.join(" → ")}`, {
        hint: "take one of these steps out of a `from`",
      });
      sound = false;
    } else if (seen === undefined) {
      state.set(target, "open");
      path.push({ entry: target, references: referencesOf(target.from), next: 0 });
    }
  }
  return sound;
}
