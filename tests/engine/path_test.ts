import assert from "node:assert/strict";
import * as node from "node:path";
import fc from "fast-check";
import * as own from "../../lib/engine/path.ts";

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
