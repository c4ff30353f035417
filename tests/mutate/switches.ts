/** All mutants of a module in one text, each behind a switch, so that its tests are loaded only once. */
import ts from "typescript";
import type { Mutant } from "./places.ts";

/**
 * The module with every mutant in it: where `$m(first, last)` is true, the one of these that is switched on stands in
 * place of the right code (`$m(i, i)` asks for one of them). Mutants are numbered from `offset` on.
 */
export function withSwitches(source: string, mutants: readonly Mutant[], offset = 0): string {
  const tree = ts.createSourceFile("module.ts", source, ts.ScriptTarget.Latest, true);
  const carried = new Map<ts.Node, number[]>();
  for (const [i, mutant] of mutants.entries()) {
    const carrier = carrierOf(nodeAt(tree, mutant));
    carried.set(carrier, [...carried.get(carrier) ?? [], i]);
  }
  const write = (node: ts.Node): string => {
    const own = carried.get(node);
    let text = "", at = node.getFullStart();
    const start = node.getStart(tree);
    ts.forEachChild(node, (child) => {
      text += source.slice(at, child.getFullStart()) + write(child);
      at = child.end;
    });
    text += source.slice(at, node.end);
    if (own === undefined) return text;
    const lead = source.slice(node.getFullStart(), start), right = text.slice(lead.length);
    const wrong = (i: number) =>
      source.slice(start, mutants[i].start) + mutants[i].replacement + source.slice(mutants[i].end, node.end);
    const any = asks(own.map((i) => i + offset));
    if (ts.isStatement(node)) {
      const cases = own.map((i) => `if (${asks([i + offset])}) { ${wrong(i)} }`).join(" else ");
      return `${lead}{ if (${any}) { ${cases} } else { ${right} } }`;
    }
    const cases = own.map((i) => `${asks([i + offset])} ? (${wrong(i)}) : `).join("");
    return `${lead}(${any} ? (${cases}0) : (${right}))`;
  };
  return write(tree);
}

/** The numbers of one place are given as ranges, as others may lie between them. */
function asks(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const i of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === i - 1) last[1] = i;
    else ranges.push([i, i]);
  }
  return ranges.map(([first, last]) => `$m(${first}, ${last})`).join(" || ");
}

/** The largest node of exactly a mutant's text. */
function nodeAt(tree: ts.SourceFile, { start, end }: Mutant): ts.Node {
  let found: ts.Node = tree;
  const visit = (node: ts.Node): void => {
    const from = node.getStart(tree);
    if (from > start || node.end < end) return;
    found = node;
    if (from !== start || node.end !== end) ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** The smallest expression or statement around a mutant that can be put behind a condition. */
function carrierOf(node: ts.Node): ts.Node {
  while (!isCarrier(node)) node = node.parent;
  return node;
}

function isCarrier(node: ts.Node): boolean {
  if (ts.isExpressionStatement(node) || ts.isReturnStatement(node) || ts.isBreakOrContinueStatement(node)) {
    return true;
  }
  if (!ts.isExpression(node)) return false;
  const { parent } = node;
  // A name is no value, and a link of an optional chain is nothing by itself.
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if ("name" in parent && parent.name === node) return false;
  if (ts.isOptionalChain(node) && ts.isOptionalChain(parent) && parent.expression === node) return false;
  // What is called keeps its `this`, and what is assigned to its place.
  if (ts.isCallExpression(parent) && parent.expression === node) return false;
  return true;
}
