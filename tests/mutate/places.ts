/** Small faults that a module could have: each place of its code with what might stand there by mistake. */
import ts from "typescript";

/** A piece of a file's text and what a mutant has instead. */
export interface Mutant {
  file: string;
  /** Place of the first character, from 0. */
  start: number;
  end: number;
  /** From 1. */
  line: number;
  kind: string;
  /** The whole line in which it begins, without the spaces around it. */
  context: string;
  text: string;
  replacement: string;
}

/** Operators by what is mistaken for them; a bound has its neighbor and its opposite. */
const operators = new Map<ts.SyntaxKind, string[]>([
  [ts.SyntaxKind.PlusToken, ["-"]],
  [ts.SyntaxKind.MinusToken, ["+"]],
  [ts.SyntaxKind.AsteriskToken, ["/"]],
  [ts.SyntaxKind.SlashToken, ["*"]],
  [ts.SyntaxKind.PercentToken, ["*"]],
  [ts.SyntaxKind.AsteriskAsteriskToken, ["*"]],
  [ts.SyntaxKind.PlusEqualsToken, ["-="]],
  [ts.SyntaxKind.MinusEqualsToken, ["+="]],
  [ts.SyntaxKind.AsteriskEqualsToken, ["/="]],
  [ts.SyntaxKind.SlashEqualsToken, ["*="]],
  [ts.SyntaxKind.LessThanToken, ["<=", ">="]],
  [ts.SyntaxKind.LessThanEqualsToken, ["<", ">"]],
  [ts.SyntaxKind.GreaterThanToken, [">=", "<="]],
  [ts.SyntaxKind.GreaterThanEqualsToken, [">", "<"]],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, ["!=="]],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, ["==="]],
  [ts.SyntaxKind.AmpersandAmpersandToken, ["||"]],
  [ts.SyntaxKind.BarBarToken, ["&&"]],
  [ts.SyntaxKind.LessThanLessThanToken, [">>"]],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, ["<<"]],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken, ["<<"]],
  [ts.SyntaxKind.AmpersandToken, ["|"]],
  [ts.SyntaxKind.BarToken, ["&"]],
]);

/** Methods that are mistaken for each other. */
const methods = new Map(
  [["min", "max"], ["floor", "ceil"], ["some", "every"], ["find", "findLast"], ["findIndex", "findLastIndex"]]
    .flatMap(([a, b]) => [[a, b], [b, a]]),
);

/** Methods and functions whose call can be forgotten: of `x.f(…)` remains `x`, of `Math.f(x)` remains `x`. */
const droppedMethods = new Set(["filter", "slice", "toSorted", "sort", "reverse", "toReversed"]);
const droppedFunctions = new Set(["abs", "sqrt", "exp", "log", "round"]);

/**
 * All mutants of a module.
 *
 * Left out: types, imports, texts, the words of an error, and the step of a loop's counter, whose mutants never end.
 * Numbers below a millionth guard against rounding: they are made a million times larger, as no test can tell 1e-12
 * from 2e-12.
 */
export function mutantsOf(file: string, source: string): Mutant[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const add = (kind: string, node: ts.Node, replacement: string) => {
    const start = node.getStart(tree), text = source.slice(start, node.end);
    if (text === replacement) return;
    const line = tree.getLineAndCharacterOfPosition(start).line + 1;
    found.push({ file, start, end: node.end, line, kind, context: lineAt(source, start), text, replacement });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isImportDeclaration(node)) {
      return;
    }
    if (ts.isThrowStatement(node)) return;
    collect(node, add);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function collect(node: ts.Node, add: (kind: string, node: ts.Node, replacement: string) => void): void {
  if (ts.isBinaryExpression(node)) {
    if (ofTexts(node)) return;
    const counts = ts.isForStatement(node.parent) && node.parent.condition === node &&
      node.operatorToken.kind === ts.SyntaxKind.LessThanToken;
    // One round more often writes beyond a typed array, which changes nothing; one round less leaves out the last.
    if (counts) add("bound", node.right, `(${node.right.getText()}) - 1`);
    for (const instead of operators.get(node.operatorToken.kind) ?? []) {
      if (!counts || instead !== "<=") add("operator", node.operatorToken, instead);
    }
    if (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
      add("default", node, node.left.getText());
    }
  } else if (ts.isPrefixUnaryExpression(node)) {
    const { operator, operand } = node;
    if (operator === ts.SyntaxKind.ExclamationToken || operator === ts.SyntaxKind.MinusToken) {
      add("sign", node, operand.getText());
    }
  } else if (ts.isNumericLiteral(node)) {
    for (const instead of otherNumbers(node)) add("number", node, instead);
  } else if (node.kind === ts.SyntaxKind.TrueKeyword) add("boolean", node, "false");
  else if (node.kind === ts.SyntaxKind.FalseKeyword) add("boolean", node, "true");
  else if (ts.isIfStatement(node)) {
    add("condition", node.expression, "true");
    add("condition", node.expression, "false");
  } else if (ts.isWhileStatement(node)) add("condition", node.expression, "false");
  else if (ts.isConditionalExpression(node)) {
    add("condition", node, `(${node.whenTrue.getText()})`);
    add("condition", node, `(${node.whenFalse.getText()})`);
  } else if (ts.isExpressionStatement(node)) {
    if (isEffect(node.expression)) add("dropped", node, ";");
  } else if (ts.isReturnStatement(node)) {
    if (node.expression !== undefined) add("dropped", node, "return undefined;");
  } else if (ts.isContinueStatement(node) || ts.isBreakStatement(node)) {
    if (!ts.isCaseClause(node.parent)) add("dropped", node, ";");
  } else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression, name } = node.expression;
    const instead = methods.get(name.text);
    if (instead !== undefined) add("method", name, instead);
    if (expression.getText() === "Math") {
      if (droppedFunctions.has(name.text)) add("method", node, `(${node.arguments[0].getText()})`);
    } else if (droppedMethods.has(name.text)) add("method", node, expression.getText());
  }
}

/** Neighbors of a small whole number; a half more and a third less of a fraction and of a large number. */
function otherNumbers(node: ts.NumericLiteral): string[] {
  const value = Number(node.text);
  if (value !== 0 && value < 1e-6) return [String(value * 1e6)];
  if (!Number.isInteger(value)) return [String(value * 1.5), String(value / 1.5)];
  if (value >= 100) return [String(Math.round(value * 1.5)), String(Math.round(value / 1.5))];
  // A minus before 0 or a minus before the literal would only make another zero or a strange text.
  return value === 0 ? ["1"] : [String(value + 1), String(value - 1)];
}

/** The line around a place, without the spaces around it. */
export function lineAt(source: string, at: number): string {
  const end = source.indexOf("\n", at);
  return source.slice(source.lastIndexOf("\n", at - 1) + 1, end === -1 ? undefined : end).trim();
}

/** Whether an addition joins texts. */
function ofTexts(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return ofTexts(node.expression);
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return true;
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
    (ofTexts(node.left) || ofTexts(node.right));
}

function isEffect(node: ts.Expression): boolean {
  if (ts.isAwaitExpression(node)) return isEffect(node.expression);
  if (ts.isCallExpression(node)) return node.expression.kind !== ts.SyntaxKind.SuperKeyword;
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return true;
  return ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    node.operatorToken.kind <= ts.SyntaxKind.LastAssignment;
}
