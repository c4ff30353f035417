/**
 * The small language inside `${{ }}` and `if`: literals, `params.x`, `matrix.x`, `env.X`, comparison and logic.
 * An expression only ever yields a value; it is never text for a shell.
 *
 * ```
 * or := and ("||" and)*        and := equal ("&&" equal)*      equal := order (("==" | "!=") order)?
 * order := unary (("<" | "<=" | ">" | ">=") unary)?             unary := "!" unary | primary
 * primary := number | 'text' | "text" | true | false | null | "(" or ")" | name ("." name | "[" number "]")*
 * ```
 */
import type { Json } from "../artifacts/artifact.ts";

/** A parsed expression; offsets count from the start of the parsed text. */
export type Expression =
  | { kind: "literal"; value: Json }
  | { kind: "reference"; path: (string | number)[]; start: number; end: number }
  | { kind: "not"; operand: Expression }
  | { kind: "binary"; operator: string; left: Expression; right: Expression; start: number; end: number };

/** A mistake inside an expression. */
export class ExpressionError extends SyntaxError {
  constructor(message: string, readonly start: number, readonly end: number, readonly hint?: string) {
    super(message);
    this.name = "ExpressionError";
  }
}

interface Token {
  kind: "number" | "text" | "name" | "operator" | "end";
  text: string;
  value: Json;
  start: number;
  end: number;
}

const TOKEN =
  /\s*(?:(-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?)|('(?:[^'])*'|"(?:[^"])*")|([A-Za-z_][A-Za-z0-9_-]*)|(==|!=|<=|>=|&&|\|\||[<>!()[\].]))/y;
const MAX_LENGTH = 2000;
const MAX_DEPTH = 50;

/**
 * Parses one expression.
 *
 * @throws {ExpressionError} with offsets into `text`.
 *
 * ```ts
 * import { evaluate, parseExpression } from "./expression.ts";
 * import assert from "node:assert/strict";
 * const expression = parseExpression("params.k > 8 && matrix.variant != 'raw'");
 * assert.equal(evaluate(expression, { params: { k: 12 }, matrix: { variant: "fsq" } }), true);
 * ```
 */
export function parseExpression(text: string): Expression {
  if (text.length > MAX_LENGTH) throw new ExpressionError("the expression is too long", 0, text.length);
  return new ExpressionParser(text).parse();
}

class ExpressionParser {
  readonly #text: string;
  #token: Token;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#token = this.#read(0);
  }

  parse(): Expression {
    if (this.#ended) {
      throw new ExpressionError("the expression is empty", 0, Math.max(1, this.#text.length));
    }
    const expression = this.#or();
    if (!this.#ended) this.#unexpected();
    return expression;
  }

  get #ended(): boolean {
    return this.#token.kind === "end";
  }

  #read(from: number): Token {
    TOKEN.lastIndex = from;
    const match = TOKEN.exec(this.#text);
    if (match === null) {
      const start = from + this.#text.slice(from).search(/\S|$/);
      if (start === this.#text.length) return { kind: "end", text: "", value: null, start, end: start };
      const one = this.#text.charAt(start);
      const hint = one === "="
        ? "compare with =="
        : /['"]/.test(one)
        ? "the closing quote is missing"
        : undefined;
      throw new ExpressionError(`unexpected ${one} in the expression`, start, start + 1, hint);
    }
    const [whole, number, quoted, name, operator] = match;
    const end = from + whole.length;
    const raw = (number ?? quoted ?? name ?? operator)!;
    const start = end - raw.length;
    if (number !== undefined) return { kind: "number", text: raw, value: Number(raw), start, end };
    if (quoted !== undefined) return { kind: "text", text: raw, value: raw.slice(1, -1), start, end };
    return { kind: name === undefined ? "operator" : "name", text: raw, value: null, start, end };
  }

  #next(): Token {
    const token = this.#token;
    this.#token = this.#read(token.end);
    return token;
  }

  #is(...operators: string[]): boolean {
    return this.#token.kind === "operator" && operators.includes(this.#token.text);
  }

  #expect(operator: string): Token {
    if (!this.#is(operator)) this.#unexpected(`${operator} expected`);
    return this.#next();
  }

  #unexpected(hint?: string): never {
    const { kind, text, start, end } = this.#token;
    throw new ExpressionError(
      kind === "end" ? "the expression ends too early" : `unexpected ${text} in the expression`,
      start,
      Math.max(end, start + 1),
      hint,
    );
  }

  #chain(operators: string[], operand: () => Expression, repeated: boolean): Expression {
    let left = operand();
    while (this.#is(...operators)) {
      const operator = this.#next();
      left = {
        kind: "binary",
        operator: operator.text,
        left,
        right: operand(),
        start: operator.start,
        end: operator.end,
      };
      if (!repeated && this.#is(...operators)) {
        this.#unexpected("put parentheses around one of the comparisons");
      }
    }
    return left;
  }

  #or(): Expression {
    if (++this.#depth > MAX_DEPTH) throw new ExpressionError("the expression is nested too deeply", 0, 1);
    const and = () => this.#chain(["&&"], () => this.#equal(), true);
    const expression = this.#chain(["||"], and, true);
    this.#depth--;
    return expression;
  }

  #equal(): Expression {
    const order = () => this.#chain(["<", "<=", ">", ">="], () => this.#unary(), false);
    return this.#chain(["==", "!="], order, false);
  }

  #unary(): Expression {
    let negations = 0;
    for (; this.#is("!"); negations++) this.#next();
    let operand = this.#primary();
    // Only the parity matters, and a long row of ! must not become a deep tree.
    if (negations > 0) operand = { kind: "not", operand };
    return negations > 0 && negations % 2 === 0 ? { kind: "not", operand } : operand;
  }

  #primary(): Expression {
    const token = this.#token;
    if (token.kind === "number" || token.kind === "text") {
      this.#next();
      return { kind: "literal", value: token.value };
    }
    if (this.#is("(")) {
      this.#next();
      const inner = this.#or();
      this.#expect(")");
      return inner;
    }
    if (token.kind !== "name") this.#unexpected();
    this.#next();
    if (token.text === "true" || token.text === "false") {
      return { kind: "literal", value: token.text === "true" };
    }
    if (token.text === "null") return { kind: "literal", value: null };
    return this.#reference(token);
  }

  #reference(first: Token): Expression {
    const path: (string | number)[] = [first.text];
    let end = first.end;
    while (this.#is(".", "[")) {
      if (this.#next().text === ".") {
        if (this.#token.kind !== "name") this.#unexpected("a name expected");
        const name = this.#next();
        path.push(name.text);
        end = name.end;
      } else {
        if (this.#token.kind !== "number") this.#unexpected("a number expected");
        path.push(this.#next().value as number);
        end = this.#expect("]").end;
      }
    }
    return { kind: "reference", path, start: first.start, end };
  }
}

/** All references in an expression. */
export function references(expression: Expression): Extract<Expression, { kind: "reference" }>[] {
  if (expression.kind === "reference") return [expression];
  if (expression.kind === "not") return references(expression.operand);
  if (expression.kind === "binary") return [...references(expression.left), ...references(expression.right)];
  return [];
}

/** Names and their values: `{ params, matrix, env }`. */
export type Scope = Record<string, Json>;

/** The value of an expression; logic takes only true and false, order only two numbers or two texts. */
export function evaluate(expression: Expression, scope: Scope): Json {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "reference":
      return lookUp(expression, scope);
    case "not":
      return !truth(expression.operand, scope, "!");
    case "binary":
      return binary(expression, scope);
  }
}

function lookUp(reference: Extract<Expression, { kind: "reference" }>, scope: Scope): Json {
  let value: Json = scope;
  for (const [depth, part] of reference.path.entries()) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, part)) {
      const whole = reference.path.slice(0, depth + 1).join(".");
      throw new ExpressionError(`${whole} does not exist`, reference.start, reference.end);
    }
    value = (value as { [key: string]: Json })[part]!;
  }
  return value;
}

function truth(expression: Expression, scope: Scope, operator: string): boolean {
  const value = evaluate(expression, scope);
  if (typeof value === "boolean") return value;
  const { start, end } = "start" in expression ? expression : { start: 0, end: 1 };
  throw new ExpressionError(`${operator} takes true or false, not ${JSON.stringify(value)}`, start, end);
}

function binary(expression: Extract<Expression, { kind: "binary" }>, scope: Scope): Json {
  const { operator, left, right, start, end } = expression;
  if (operator === "&&") return truth(left, scope, "&&") && truth(right, scope, "&&");
  if (operator === "||") return truth(left, scope, "||") || truth(right, scope, "||");
  const [a, b] = [evaluate(left, scope), evaluate(right, scope)];
  if (operator === "==" || operator === "!=") return equal(a, b) === (operator === "==");
  if (typeof a !== typeof b || (typeof a !== "number" && typeof a !== "string")) {
    throw new ExpressionError(`${operator} compares two numbers or two texts`, start, end);
  }
  const order = a === b ? 0 : a < (b as typeof a) ? -1 : 1;
  return operator === "<"
    ? order < 0
    : operator === "<="
    ? order <= 0
    : operator === ">"
    ? order > 0
    : order >= 0;
}

/** Equality of JSON values; a number never equals a text. */
function equal(a: Json, b: Json): boolean {
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal((a as any)[key], (b as any)[key]));
}
