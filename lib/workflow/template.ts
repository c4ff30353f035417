/** `${{ }}` inside YAML values: a whole-value substitution keeps its type, inside a text it makes text. */
import type { Json } from "../artifacts/artifact.ts";
import type { Diagnostics, Span } from "./diagnostic.ts";
import {
  evaluate,
  type Expression,
  ExpressionError,
  parseExpression,
  references,
  type Scope,
} from "./expression.ts";
import { define, type ScalarNode, type YamlNode } from "./node.ts";
import { suggestion } from "../text/suggest.ts";

/** A value with its expressions parsed. */
export type Template =
  | { kind: "constant"; value: Json }
  | {
    kind: "text";
    parts: (string | { expression: Expression; span: (start: number, end: number) => Span })[];
  }
  | { kind: "list"; items: Template[] }
  | { kind: "map"; entries: [string, Template][] };

/** What expressions may name; values are unknown at this stage, only names are checked. */
export interface Names {
  params: string[];
  matrix: string[];
  env: string[];
}

/** Parses all expressions of a value; mistakes go to `diagnostics`. Adds the used matrix axes to `axes`. */
export function compileTemplate(
  node: YamlNode,
  names: Names,
  diagnostics: Diagnostics,
  axes: Set<string>,
): Template {
  if (node.kind === "list") {
    const items = node.items.map((item) => compileTemplate(item, names, diagnostics, axes));
    return items.every((i) => i.kind === "constant")
      ? { kind: "constant", value: items.map((i) => i.value) }
      : { kind: "list", items };
  }
  if (node.kind === "map") {
    const entries = [...node.entries].map(([key, { value }]): [string, Template] => [
      key,
      compileTemplate(value, names, diagnostics, axes),
    ]);
    if (entries.some(([, t]) => t.kind !== "constant")) return { kind: "map", entries };
    const value: { [key: string]: Json } = {};
    for (const [key, t] of entries) define(value, key, (t as { value: Json }).value);
    return { kind: "constant", value };
  }
  if (typeof node.value !== "string" || !node.value.includes("${{")) {
    return { kind: "constant", value: node.value };
  }
  const parts: Extract<Template, { kind: "text" }>["parts"] = [];
  const whole = node.value;
  let last = 0;
  for (let start = whole.indexOf("${{"); start !== -1; start = whole.indexOf("${{", last)) {
    const end = whole.indexOf("}}", start);
    if (end === -1) {
      diagnostics.error(spanIn(node)(start, whole.length), "the closing }} is missing");
      break;
    }
    if (start > last) parts.push(whole.slice(last, start));
    last = end + 2;
    const part = compileExpression(node, whole.slice(start + 3, end), start + 3, names, diagnostics, axes);
    if (part !== undefined) parts.push(part);
  }
  if (last < whole.length) parts.push(whole.slice(last));
  return { kind: "text", parts };
}

/** Parses one expression that stands in a scalar at `offset` and checks its names. */
export function compileExpression(
  node: ScalarNode,
  text: string,
  offset: number,
  names: Names,
  diagnostics: Diagnostics,
  axes: Set<string>,
): { expression: Expression; span: (start: number, end: number) => Span } | undefined {
  const span = (start: number, end: number) => spanIn(node)(offset + start, offset + end);
  try {
    const expression = parseExpression(text);
    let known = true;
    for (const reference of references(expression)) {
      const problem = checkReference(reference.path, names);
      if (problem !== undefined) {
        diagnostics.error(span(reference.start, reference.end), ...problem);
        known = false;
      } else if (reference.path[0] === "matrix") axes.add(String(reference.path[1]));
    }
    return known ? { expression, span } : undefined;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    diagnostics.error(
      span(error.start, error.end),
      error.message,
      error.hint === undefined ? {} : { hint: error.hint },
    );
    return undefined;
  }
}

/** Offsets into a scalar's value as a span of the file; the whole scalar where they do not agree. */
function spanIn(node: ScalarNode): (start: number, end: number) => Span {
  return (start, end) => {
    if (!node.literal) return node.span;
    const quote = node.span.end - node.span.start > String(node.value).length ? 1 : 0;
    return { start: node.span.start + quote + start, end: node.span.start + quote + end };
  };
}

function checkReference(path: (string | number)[], names: Names): [string, { hint?: string }] | undefined {
  const [root = "", name = ""] = path.map(String);
  if (!(root === "params" || root === "matrix" || root === "env")) {
    const answer = /^(yes|on|no|off)$/i.test(root) ? { hint: "write true or false" } : undefined;
    return [
      `unknown name ${root} in the expression`,
      answer ?? suggestion(root, ["params", "matrix", "env"]),
    ];
  }
  if (path.length < 2) return [`${root} needs a name: ${root}.x`, suggestion("", names[root])];
  if (names[root].includes(name)) return undefined;
  if (root === "params") {
    return [`param ${name} is not declared`, suggestionOr(name, names.params, "declare it below `params:`")];
  }
  if (root === "matrix") {
    return [`${name} is not a matrix axis`, suggestionOr(name, names.matrix, "declare it below `matrix:`")];
  }
  return [`environment variable ${name} is not declared`, { hint: `add it to the list: env: [${name}]` }];
}

function suggestionOr(word: string, known: string[], otherwise: string): { hint?: string } {
  return known.length === 0 ? { hint: otherwise } : suggestion(word, known);
}

/** The value of a template; mistakes go to `onError` and become null. */
export function render(
  template: Template,
  scope: Scope,
  onError: (span: Span, message: string) => void,
): Json {
  switch (template.kind) {
    case "constant":
      return template.value;
    case "list":
      return template.items.map((item) => render(item, scope, onError));
    case "map": {
      const value: { [key: string]: Json } = {};
      for (const [key, item] of template.entries) define(value, key, render(item, scope, onError));
      return value;
    }
    case "text": {
      const values = template.parts.map((part) =>
        typeof part === "string" ? part : value(part.expression, scope, part.span, onError)
      );
      if (values.length === 1) return values[0]!;
      return values.map((v) => typeof v === "string" ? v : JSON.stringify(v)).join("");
    }
  }
}

/** Evaluates, turning a mistake into a call of `onError` and null. */
export function value(
  expression: Expression,
  scope: Scope,
  span: (start: number, end: number) => Span,
  onError: (span: Span, message: string) => void,
): Json {
  try {
    return evaluate(expression, scope);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    onError(span(error.start, error.end), error.message);
    return null;
  }
}
