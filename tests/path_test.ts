import assert from "node:assert/strict";
import * as node from "node:path";
import fc from "fast-check";
import * as own from "../lib/path.ts";

const part = fc.constantFrom("", ".", "..", "a", "bc", ".x", "...", "a.b", "ü €", "-", "\n");
const path = fc.tuple(fc.constantFrom("", "/", "//", "./", "../"), fc.array(part, { maxLength: 6 })).map(
  ([head, parts]) => head + parts.join("/"),
);

Deno.test("paths are those of node:path", () => {
  fc.assert(
    fc.property(fc.array(path, { maxLength: 3 }), path, path, (list, a, b) => {
      assert.equal(own.join(...list), node.join(...list));
      assert.equal(own.resolve(...list), node.resolve(...list));
      assert.equal(own.dirname(a), node.dirname(a), `dirname ${JSON.stringify(a)}`);
      assert.equal(own.basename(a), node.basename(a), `basename ${JSON.stringify(a)}`);
      assert.equal(own.isAbsolute(a), node.isAbsolute(a));
      assert.equal(own.relative(a, b), node.relative(a, b));
    }),
    { numRuns: 3000 },
  );
  assert.equal(own.sep, node.sep);
});

/** Modules that are loaded with a module of `lib/`; fails where one of Node.js, or of npm but for `allowed`, is among them. */
async function loadedWith(module: string, allowed = /^$/): Promise<number> {
  const start = new URL(`../lib/${module}`, import.meta.url).href;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", start] }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  type Dependency = { specifier: string; code?: { specifier: string }; isDynamic?: boolean };
  const dependencies = new Map<string, Dependency[]>(
    modules.map((
      m: { specifier: string; dependencies?: Dependency[] },
    ) => [m.specifier, m.dependencies ?? []]),
  );
  const reached = new Set([start]);
  for (const url of reached) {
    for (const { specifier, code, isDynamic } of dependencies.get(url) ?? []) {
      if (code === undefined || isDynamic === true || allowed.test(specifier)) continue;
      assert.doesNotMatch(specifier, /^(node|npm):/, `${url} imports ${specifier}`);
      reached.add(code.specifier);
    }
  }
  return reached.size;
}

Deno.test("the engine opens and runs without a module of Node.js, whose loading takes a tenth of a no-op run", async () => {
  assert.ok(await loadedWith("engine/engine.ts") > 40, "the walk has seen the engine");
});

Deno.test("a worker and the basics of own steps load no module of Node.js, a fifth of a fresh worker's time", async () => {
  assert.ok(await loadedWith("engine/executors/worker.ts") > 10);
  assert.ok(await loadedWith("basics.ts", /^zod$/) > 30);
});
