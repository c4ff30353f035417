/**
 * Typed edges: which artifact goes to which input port. `from` is a step, a list of steps matched to the port types,
 * or a map from port to step. A step with several outputs is named `step.output`.
 */
import type { Diagnostics, Span } from "./diagnostic.ts";
import type { YamlNode } from "./node.ts";
import type { Arity } from "./step.ts";
import { suggestion } from "../text/suggest.ts";

/** A step named in `from`, possibly with one of its outputs. */
export interface Reference {
  step: string;
  output?: string;
  span: Span;
}

/** What stands after `from:`. */
export type From =
  | { form: "list"; references: Reference[]; span: Span }
  | { form: "map"; ports: { port: string; key: Span; references: Reference[] }[]; span: Span };

/** Port name to type name (`null` takes any) and arity. */
export type PortTypes = Record<string, { type: string | null; arity: Arity }>;

/** Output name to type name. */
export type OutputTypes = Record<string, string>;

/** What feeds a port. */
export interface Binding {
  arity: Arity;
  sources: { step: string; output: string; span: Span }[];
}

/** Reads `from`; undefined where it has no usable shape (the grammar has then said so). */
export function readFrom(node: YamlNode | undefined): From | undefined {
  if (node === undefined) return undefined;
  if (node.kind !== "map") return { form: "list", references: readReferences(node), span: node.span };
  const ports = [...node.entries].map(([port, { key, value }]) => ({
    port,
    key,
    references: readReferences(value),
  }));
  return { form: "map", ports, span: node.span };
}

function readReferences(node: YamlNode): Reference[] {
  if (node.kind === "list") return node.items.flatMap(readReferences);
  if (node.kind !== "scalar" || typeof node.value !== "string") return [];
  const [step = "", output] = node.value.split(/\.(.*)/s);
  return [{ step, span: node.span, ...(output === undefined ? {} : { output }) }];
}

/** All references of a `from`, in the order of the file. */
export function referencesOf(from: From | undefined): Reference[] {
  if (from === undefined) return [];
  return from.form === "list" ? from.references : from.ports.flatMap((p) => p.references);
}

interface Candidate {
  step: string;
  output: string;
  type: string;
  span: Span;
}

/** Connects ports; every mistake becomes a diagnostic at its own place. */
export function bindPorts(
  step: { id: string; uses: string; span: Span },
  ports: PortTypes,
  from: From | undefined,
  outputsOf: (step: string) => OutputTypes | undefined,
  makers: (type: string) => string[],
  diagnostics: Diagnostics,
): Record<string, Binding> {
  const bindings: Record<string, Binding> = {};
  for (const [port, { arity }] of Object.entries(ports)) bindings[port] = { arity, sources: [] };
  const problem = new Problems(step, ports, makers, diagnostics);
  if (from?.form === "map") bindByName(ports, from, outputsOf, bindings, problem);
  else bindByType(ports, from, outputsOf, bindings, problem);
  return bindings;
}

/** Wording of the mistakes of one step. */
class Problems {
  constructor(
    readonly step: { id: string; uses: string; span: Span },
    readonly ports: PortTypes,
    readonly makers: (type: string) => string[],
    readonly diagnostics: Diagnostics,
  ) {}

  /** `windows: Windows, split: Split (optional)`. */
  get signature(): string {
    const takes = Object.entries(this.ports).map(([port, { type, arity }]) =>
      `${port}: ${type ?? "anything"}${arity === "one" ? "" : ` (${arity})`}`
    );
    return takes.length === 0
      ? `${this.step.uses} takes no inputs`
      : `${this.step.uses} takes ${takes.join(", ")}`;
  }

  missing(port: string, type: string, from: From | undefined): void {
    const made = this.makers(type).filter((id) => id !== this.step.id);
    const hint = made.length > 0
      ? `${made.slice(0, 5).join(", ")} ${made.length === 1 ? "makes" : "make"} ${type}: add ${
        made.length === 1 ? "it" : "one of them"
      } to \`from\``
      : `no step of this file makes ${type}`;
    this.diagnostics.error(
      from?.span ?? this.step.span,
      `step "${this.step.id}" needs ${type} on port ${port}, but ${
        from === undefined ? "it has no `from`" : "`from` names none"
      }`,
      { hint },
    );
  }
}

function candidatesOf(
  reference: Reference,
  outputsOf: (step: string) => OutputTypes | undefined,
  diagnostics: Diagnostics,
): Candidate[] | undefined {
  const outputs = outputsOf(reference.step);
  if (outputs === undefined) return undefined;
  const all = Object.entries(outputs).map(([output, type]) => ({
    step: reference.step,
    output,
    type,
    span: reference.span,
  }));
  if (reference.output === undefined) return all;
  const named = all.filter((c) => c.output === reference.output);
  if (named.length === 0) {
    diagnostics.error(
      reference.span,
      `step "${reference.step}" has no output "${reference.output}"`,
      suggestion(reference.output, Object.keys(outputs)),
    );
    return undefined;
  }
  return named;
}

const label = (c: Candidate, several = false) => several ? `${c.step}.${c.output}` : c.step;

function bindByName(
  ports: PortTypes,
  from: Extract<From, { form: "map" }>,
  outputsOf: (step: string) => OutputTypes | undefined,
  bindings: Record<string, Binding>,
  problem: Problems,
): void {
  const { step, diagnostics } = problem;
  const unsure = new Set<string>();
  let misnamed = false;
  for (const { port, key, references } of from.ports) {
    const spec = Object.hasOwn(ports, port) ? ports[port] : undefined;
    if (spec === undefined) {
      misnamed = true;
      diagnostics.error(key, `${step.uses} has no input port "${port}"`, {
        hint: suggestion(port, Object.keys(ports)).hint ?? problem.signature,
      });
      continue;
    }
    if (spec.arity !== "many" && references.length > 1) {
      diagnostics.error(references[1]!.span, `port ${port} takes one ${spec.type}, not ${references.length}`);
    }
    for (const reference of references) {
      const candidates = candidatesOf(reference, outputsOf, diagnostics);
      unsure.add(port);
      if (candidates === undefined) continue;
      const fitting = candidates.filter((c) => spec.type === null || c.type === spec.type);
      if (fitting.length === 0) {
        diagnostics.error(
          reference.span,
          `port ${port} of ${step.uses} takes ${spec.type}, but step "${reference.step}" gives ${
            candidates.map((c) => c.type).join(", ") || "nothing"
          }`,
        );
      } else if (fitting.length > 1 && spec.arity !== "many") {
        diagnostics.error(reference.span, `step "${reference.step}" gives several ${spec.type}`, {
          hint: `name the output: ${fitting.map((c) => label(c, true)).join(" or ")}`,
        });
      } else {bindings[port]!.sources.push(
          ...fitting.map(({ step, output, span }) => ({ step, output, span })),
        );}
    }
  }
  for (const [port, { type, arity }] of Object.entries(ports)) {
    if (misnamed || unsure.has(port)) continue;
    if (arity === "one" && type !== null && bindings[port]!.sources.length === 0) {
      problem.missing(port, type, from);
    }
  }
}

function bindByType(
  ports: PortTypes,
  from: Extract<From, { form: "list" }> | undefined,
  outputsOf: (step: string) => OutputTypes | undefined,
  bindings: Record<string, Binding>,
  problem: Problems,
): void {
  const { step, diagnostics } = problem;
  const references = from?.references ?? [];
  const seen = new Map<string, Span>();
  let complete = true;
  const candidates = references.flatMap((reference) => {
    const name = `${reference.step}.${reference.output ?? ""}`;
    const first = seen.get(name);
    if (first !== undefined) {
      diagnostics.error(reference.span, `step "${reference.step}" stands twice in \`from\``, {
        also: [{ message: "first here", span: first }],
      });
      return [];
    }
    seen.set(name, reference.span);
    const found = candidatesOf(reference, outputsOf, diagnostics);
    if (found === undefined) complete = false;
    return found ?? [];
  });
  const claimed = new Set<Candidate>();
  const taken = new Set(Object.values(ports).map((p) => p.type));
  // A source of a wrong type is the cause of a missing one: one mistake, one message.
  if (!taken.has(null) && references.some((r) => isUnfit(r, candidates, taken))) complete = false;
  const byType = Map.groupBy(
    Object.entries(ports).filter(([, p]) => p.type !== null),
    ([, p]) => p.type!,
  );
  for (const [type, takers] of byType) {
    const fitting = candidates.filter((c) => c.type === type);
    fitting.forEach((c) => claimed.add(c));
    const required = takers.filter(([, p]) => p.arity === "one");
    const taker = takers.length === 1
      ? takers[0]
      : fitting.length === 1 && required.length === 1
      ? required[0]
      : undefined;
    if (taker === undefined) {
      if (fitting.length > 0) {
        diagnostics.error(
          from!.span,
          `ports ${takers.map(([p]) => p).join(" and ")} of ${step.uses} all take ${type}`,
          {
            hint: `say which is which: from: { ${
              takers.map(([p], i) => `${p}: ${label(fitting[i % fitting.length]!)}`).join(", ")
            } }`,
          },
        );
      } else if (complete) { for (const [port] of required) problem.missing(port, type, from); }
      continue;
    }
    const [port, { arity }] = taker;
    if (fitting.length === 0) {
      if (arity === "one" && complete) problem.missing(port, type, from);
    } else if (arity !== "many" && fitting.length > 1) {
      const several = new Set(fitting.map((c) => c.step)).size < fitting.length;
      const names = fitting.map((c) => label(c, several));
      diagnostics.error(
        fitting[1]!.span,
        `${names.join(" and ")} both give ${type}, but port ${port} of ${step.uses} takes one`,
        {
          hint: several
            ? `name the output, e.g. ${names[0]}`
            : `keep one of them, or name the port: from: { ${port}: ${names[0]}, … }`,
        },
      );
    } else bindings[port]!.sources.push(...fitting.map(({ step, output, span }) => ({ step, output, span })));
  }
  const rest = Object.entries(ports).find(([, p]) => p.type === null)?.[0];
  const free = candidates.filter((c) => !claimed.has(c));
  if (rest !== undefined) {
    bindings[rest]!.sources.push(...free.map(({ step, output, span }) => ({ step, output, span })));
    return;
  }
  for (const reference of references) {
    if (!isUnfit(reference, candidates, taken)) continue;
    const gives = candidates.filter((c) => c.span === reference.span).map((c) => c.type).join(", ");
    diagnostics.error(
      reference.span,
      `step "${reference.step}" gives ${gives}, which ${step.uses} does not take`,
      { hint: problem.signature },
    );
  }
}

/** Whether none of the reference's outputs has a type that some port takes. */
function isUnfit(reference: Reference, candidates: Candidate[], taken: Set<string | null>): boolean {
  const own = candidates.filter((c) => c.span === reference.span);
  return own.length > 0 && !own.some((c) => taken.has(c.type));
}
