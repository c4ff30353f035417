/**
 * `${{ params.x }}` without quotes inside `{ }`: YAML takes its braces for a map of its own and stumbles over each of them.
 * The habit comes from GitHub's workflows, where values stand on lines of their own.
 */
import type { Span } from "../diagnostic.ts";

/** An expression that needs quotes, with the value that it is part of. */
export interface BareExpression {
  span: Span;
  hint: string;
}

/** `${{ x }}`, or what is meant by `{{ x }}` and `${x}`, within a plain value. */
const VALUE = /[^\s,[\]{}"'#$:]{0,200}(?:\$\{\{|\{\{|\$\{)([^{}\n"']{0,200})\}\}?[^\s,[\]{}"'#]{0,200}/g;

/**
 * The expressions that one of some offsets lies in.
 *
 * ```ts
 * import { bareExpressions } from "./bare_expression.ts";
 * import assert from "node:assert/strict";
 * const [found] = bareExpressions("with: { path: data/{{ params.day }}.csv }", [20]);
 * assert.equal(found!.hint, 'put it into quotes: "data/${{ params.day }}.csv"');
 * ```
 */
export function bareExpressions(text: string, offsets: readonly number[]): BareExpression[] {
  return [...text.matchAll(VALUE)].flatMap((match) => {
    const [whole, inner] = [match[0], match[1]!.trim()];
    const span = { start: match.index, end: match.index + whole.length };
    if (inner === "" || !offsets.some((at) => at >= span.start && at < span.end)) return [];
    const written = whole.replace(/\$?\{\{?[^{}]*\}\}?/, `\${{ ${inner} }}`);
    return [{ span, hint: `put it into quotes: "${written}"` }];
  });
}

/** The text with something harmless of the same length in place of the expressions. */
export function withoutExpressions(text: string, bare: readonly BareExpression[]): string {
  let masked = text;
  for (const { span } of bare) {
    masked = masked.slice(0, span.start) + "x".repeat(span.end - span.start) + masked.slice(span.end);
  }
  return masked;
}
