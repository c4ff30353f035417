import assert from "node:assert/strict";
import { declaredNames } from "../../lib/report/declared_names.ts";

const names = (source: string) => declaredNames(source).map(({ name }) => name);

Deno.test("declaredNames() finds parameters that are indented, second on a line or after a comma", () => {
  assert.deepEqual(names("let k = 3;\nlet name: string = 'a';\nconst fixed = 1;"), ["k", "name", "fixed"]);
  assert.deepEqual(names("let a = 1; let b = 2;"), ["a", "b"]);
  assert.deepEqual(names("let n = 3, m = 4"), ["n", "m"]);
  assert.deepEqual(names("  let x = 1\n\tlet y"), ["x", "y"]);
  assert.deepEqual(names("let a = 1,\n    b = 2,\n    c"), ["a", "b", "c"]);
  assert.deepEqual(names("export let out = 'x';"), ["out"]);
  assert.deepEqual(declaredNames("const a = 1, b = 2").map(({ fixed }) => fixed), [true, true]);
});

Deno.test("declaredNames() sees nothing in texts, comments, lists, calls and functions", () => {
  assert.deepEqual(names("let a = [1, b, 2], c = f(d, e), g = { h: 1, i }, j;"), ["a", "c", "g", "j"]);
  assert.deepEqual(names("// let a = 1\n/* let b */ let c = 'let d = 1', e = `let f, ${g}`;"), ["c", "e"]);
  assert.deepEqual(names("function f() { let inner = 1; }\nlet outer = () => { let deep, x = 2; };"), [
    "outer",
  ]);
  assert.deepEqual(names("let m: Map<string, number> = new Map<string, number>(), n = 1"), ["m", "n"]);
  assert.deepEqual(names("let small = a < b, large = a > c"), ["small", "large"]);
  assert.deepEqual(names("x.let = 1; outlet; let inlet = 2"), ["inlet"]);
});
