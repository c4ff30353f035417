import assert from "node:assert/strict";
import { readFiles } from "../house/files.ts";
import { goneEquivalents, listNames, namedMutants, reasonFor } from "./lists.ts";
import { mutantsOf } from "./places.ts";
import { Reach } from "./reach.ts";
import { withSwitches } from "./switches.ts";

const changes = (source: string) =>
  mutantsOf("a.ts", source).map(({ kind, text, replacement }) => `${kind}: ${text} → ${replacement}`);

Deno.test("mutantsOf() changes operators, bounds, numbers, conditions, statements, methods and signs", () => {
  assert.deepEqual(changes("const f = (a: number) => a < 2 && !g(a);"), [
    "operator: && → ||",
    "operator: < → <=",
    "operator: < → >=",
    "number: 2 → 3",
    "number: 2 → 1",
    "sign: !g(a) → g(a)",
  ]);
  assert.deepEqual(changes("if (x) y = 0.5; else run(x);"), [
    "condition: x → true",
    "condition: x → false",
    "dropped: y = 0.5; → ;",
    "number: 0.5 → 0.75",
    "number: 0.5 → 0.3333333333333333",
    "dropped: run(x); → ;",
  ]);
  assert.deepEqual(changes("function f() { return Math.min(a ?? b, -c); }"), [
    "dropped: return Math.min(a ?? b, -c); → return undefined;",
    "method: min → max",
    "default: a ?? b → a",
    "sign: -c → c",
  ]);
  assert.deepEqual(changes("const f = true ? a.filter(g) : Math.abs(h);"), [
    "condition: true ? a.filter(g) : Math.abs(h) → (a.filter(g))",
    "condition: true ? a.filter(g) : Math.abs(h) → (Math.abs(h))",
    "boolean: true → false",
    "method: a.filter(g) → a",
    "method: Math.abs(h) → (h)",
  ]);
});

Deno.test("mutantsOf() leaves types, texts, errors and counters alone, and makes guards against rounding large", () => {
  assert.deepEqual(changes('import a from "b"; interface C { d: 1 } type E = 2; let f: 3 | undefined;'), []);
  assert.deepEqual(changes('const text = "a" + b + `c`; throw new Error("d" + 1);'), []);
  assert.deepEqual(changes("for (; i < n; i++);"), ["bound: n → (n) - 1", "operator: < → >="]);
  assert.deepEqual(changes("const dust = 1e-12;"), ["number: 1e-12 → 0.000001"]);
  assert.deepEqual(changes("const many = 1000;"), ["number: 1000 → 1500", "number: 1000 → 667"]);
});

Deno.test("mutantsOf() gives the place of every mutant, which is code as well", () => {
  const source = "const a = 1;\nconst b = a + 2;\n";
  const plus = mutantsOf("a.ts", source).find(({ text }) => text === "+")!;
  assert.equal(plus.line, 2);
  assert.equal(source.slice(plus.start, plus.end), "+");
});

Deno.test("withSwitches() is the right code with no switch on, and each mutant with its own", () => {
  const source = `
    const least = 2;
    export function clip(values) {
      const out = [];
      for (const [i, value] of values.entries()) {
        if (value < least || !(i % 3)) continue;
        out.push(values.at(-1)?.toFixed(1) ?? Math.max(value, least + 1));
      }
      return out.filter((x) => x > 0).length === 0 ? [least * 2] : out;
    }`;
  const mutants = mutantsOf("clip.js", source);
  assert.ok(mutants.length > 20);
  const run = (code: string, on: number) => {
    const $m = (first: number, last: number) => on >= first && on <= last;
    try {
      const clip = new Function("$m", `${code.replace("export ", "")}; return clip;`)($m);
      return JSON.stringify([clip([1, 5, 3, 2.5, 4]), clip([]), clip([1, 2, { at: 0 }])]);
    } catch (error) {
      return String(error);
    }
  };
  const all = withSwitches(source, mutants);
  assert.equal(run(all, -1), run(source, -1));
  for (const [i, { start, end, replacement, kind, text }] of mutants.entries()) {
    const alone = source.slice(0, start) + replacement + source.slice(end);
    assert.equal(run(all, i), run(alone, -1), `${kind}: ${text}`);
  }
});

Deno.test("Reach takes the test of the same place first, then of the same name, then the nearest, and follows lazy imports, but not tables of loaders", () => {
  const reach = new Reach([
    { path: "lib/a/one.ts", text: "" },
    { path: "lib/a/two.ts", text: 'import { one } from "./one.ts";' },
    { path: "lib/a/list.ts", text: 'export const load = () => import("./one.ts");' },
    { path: "tests/a/near_test.ts", text: 'import "../../lib/a/one.ts";' },
    {
      path: "tests/a/lazy_test.ts",
      text: 'const one = await import("../../lib/a/one.ts"); // twice as long',
    },
    { path: "lib/a/step.ts", text: 'async function run() { const { one } = await import("./one.ts"); }' },
    { path: "tests/a/step_test.ts", text: 'import "../../lib/a/step.ts";' },
    { path: "tests/a/two_test.ts", text: 'import "../../lib/a/two.ts"; // longer than the one of the step' },
    { path: "tests/b/one_test.ts", text: 'import "../../lib/a/two.ts"; import "./other.ts";' },
    {
      path: "tests/a/one_test.ts",
      text: 'import "../../lib/a/two.ts"; // the longest of all, but in its place',
    },
    { path: "tests/a/list_test.ts", text: 'import "../../lib/a/list.ts";' },
  ]);
  assert.deepEqual(reach.testsOf("lib/a/one.ts"), [
    "tests/a/one_test.ts",
    "tests/b/one_test.ts",
    "tests/a/near_test.ts",
    "tests/a/lazy_test.ts",
    "tests/a/step_test.ts",
    "tests/a/two_test.ts",
  ]);
});

const sources = new Map(readFiles("lib").map(({ path, text }) => [path, text]));

Deno.test("the named mutants and those that change nothing have their places in the code of today", () => {
  assert.equal(namedMutants("fourteen", (file) => sources.get(file)!).length, 14);
  for (const list of listNames) {
    for (const { start, text, file } of namedMutants(list, (file) => sources.get(file)!)) {
      assert.ok(sources.get(file)!.startsWith(text, start));
    }
  }
  const mutants = (file: string) => mutantsOf(file, sources.get(file) ?? "");
  assert.deepEqual(goneEquivalents(mutants), []);
});

Deno.test("a named mutant whose place is gone is an error, and a survivor without a reason has none", () => {
  assert.throws(() => namedMutants("fourteen", () => ""), /has not exactly one/);
  const [first] = mutantsOf("lib/fsq/collapse.ts", "const a = 1;");
  assert.equal(reasonFor(first), undefined);
});

Deno.test("a reason without a change stands for every mutant of its line, one with a change for that only", () => {
  const of = (file: string, line: string) =>
    mutantsOf(file, sources.get(file)!).filter(({ context }) => context === line);
  const hash = of("lib/cluster/points/distinct.ts", "h ^= h >>> 15;");
  assert.ok(hash.length > 2 && hash.every((mutant) => reasonFor(mutant) !== undefined));
  const leader = of("lib/model/evaluate.ts", "for (let c = 1; c < classes; c++) {");
  assert.deepEqual(leader.filter((mutant) => reasonFor(mutant) !== undefined).map((m) => m.replacement), [
    "0",
  ]);
});
