import assert from "node:assert/strict";
import * as node from "node:path";
import fc from "fast-check";
import * as own from "../../../lib/engine/system/path.ts";

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

Deno.test("the engine opens and runs without a module of Node.js, whose loading takes a tenth of a no-op run", async () => {
  const engine = new URL("../../../lib/engine/engine.ts", import.meta.url).href;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", engine] }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  type Dependency = { specifier: string; code?: { specifier: string }; isDynamic?: boolean };
  const dependencies = new Map<string, Dependency[]>(
    modules.map((
      m: { specifier: string; dependencies?: Dependency[] },
    ) => [m.specifier, m.dependencies ?? []]),
  );
  const reached = new Set([engine]);
  for (const url of reached) {
    for (const { specifier, code, isDynamic } of dependencies.get(url) ?? []) {
      if (code === undefined || isDynamic === true) continue;
      assert.doesNotMatch(specifier, /^(node|npm):/, `${url} imports ${specifier}`);
      reached.add(code.specifier);
    }
  }
  assert.ok(reached.size > 40, "the walk has seen the engine");
});
