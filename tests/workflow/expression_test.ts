import assert from "node:assert/strict";
import { evaluate, ExpressionError, parseExpression, references } from "../../lib/workflow/expression.ts";

const scope = {
  params: { k: 12, name: "wool", levels: [8, 6, 5], on: true, deep: { a: { b: 1 } }, none: null },
  matrix: { "fold-1": 2 },
};
const value = (text: string) => evaluate(parseExpression(text), scope);

function mistake(text: string): string {
  try {
    value(text);
  } catch (error) {
    if (error instanceof ExpressionError) return `${error.start}-${error.end} ${error.message}`;
    throw error;
  }
  return "none";
}

Deno.test("evaluate() gives references and literals their own type", () => {
  assert.deepEqual(value("params.levels"), [8, 6, 5]);
  assert.equal(value(" params.levels[1] "), 6);
  assert.equal(value("params.deep.a.b"), 1);
  assert.equal(value("matrix.fold-1"), 2);
  assert.equal(value("-1.5e2"), -150);
  assert.equal(value("'it'"), "it");
  assert.equal(value('"it\'s"'), "it's");
  assert.equal(value("null"), null);
});

Deno.test("evaluate() compares values without changing their type", () => {
  assert.equal(value("params.k == 12"), true);
  assert.equal(value("params.k == '12'"), false);
  assert.equal(value("params.none == null"), true);
  assert.equal(value("params.levels != params.levels"), false);
  assert.equal(value("params.k > 8"), true);
  assert.equal(value("'a' < 'b'"), true);
  assert.equal(value("1 <= 1 && 2 >= 3"), false);
});

Deno.test("evaluate() binds ! before comparison before && before ||, and stops early", () => {
  assert.equal(value("true || false && false"), true);
  assert.equal(value("(true || false) && false"), false);
  assert.equal(value("!params.on == false"), true);
  assert.equal(value("!!params.on"), true);
  assert.equal(value("false && params.missing"), false);
  assert.equal(value("true || params.missing"), true);
});

Deno.test("evaluate() refuses what has no value, at its place", () => {
  assert.equal(mistake("params.missing"), "0-14 params.missing does not exist");
  assert.equal(mistake("params.levels[3]"), "0-16 params.levels.3 does not exist");
  assert.equal(mistake("params.constructor"), "0-18 params.constructor does not exist");
  assert.equal(mistake("params.__proto__.x"), "0-18 params.__proto__ does not exist");
  assert.equal(mistake("params.levels.length2"), "0-21 params.levels.length2 does not exist");
  assert.equal(mistake("true && params.k"), "8-16 && takes true or false, not 12");
  assert.equal(mistake("params.k < 'a'"), "9-10 < compares two numbers or two texts");
});

Deno.test("parseExpression() names the place of a syntax mistake", () => {
  assert.equal(mistake(""), "0-1 the expression is empty");
  assert.equal(mistake("params."), "7-8 the expression ends too early");
  assert.equal(mistake("1 = 2"), "2-3 unexpected = in the expression");
  assert.equal(mistake("(1"), "2-3 the expression ends too early");
  assert.equal(mistake("1 2"), "2-3 unexpected 2 in the expression");
  assert.equal(mistake("'open"), "0-1 unexpected ' in the expression");
  assert.equal(mistake("1 == 1 == 1"), "7-9 unexpected == in the expression");
  assert.equal(mistake("eval(1)"), "4-5 unexpected ( in the expression");
  assert.equal(mistake("a; b"), "1-2 unexpected ; in the expression");
});

Deno.test("parseExpression() bounds length and depth", () => {
  assert.match(mistake("(".repeat(1000)), /nested too deeply/);
  assert.equal(value("!".repeat(1001) + "true"), false);
  assert.match(mistake("1".repeat(3000)), /too long/);
});

Deno.test("references() lists all names of an expression", () => {
  const found = references(parseExpression("params.a == matrix.b && !(env.C != 'x')"));
  assert.deepEqual(found.map((r) => r.path.join(".")), ["params.a", "matrix.b", "env.C"]);
});
