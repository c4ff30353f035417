import assert from "node:assert/strict";
import { batches, moduleOf } from "./batches.ts";

Deno.test("files of one room share a worker, a few each, and those that start programs have their own", () => {
  const files = (room: string, n: number) =>
    Array.from({ length: n }, (_, i) => `tests/${room}/${i}_test.ts`);
  const groups = batches([...files("fsq", 10), ...files("e2e", 2), ...files("metrics", 3)]);
  assert.deepEqual(groups.map((group) => group.length), [1, 1, 8, 2, 3]);
  assert.deepEqual(groups.flat().sort(), [...files("e2e", 2), ...files("fsq", 10), ...files("metrics", 3)]);
  assert.ok(groups.every((group) => new Set(group.map((path) => path.split("/")[1])).size === 1));
});

Deno.test("a group's module imports each file by its address, whatever stands in it", () => {
  assert.equal(
    moduleOf(['file:///a"b_test.ts', "file:///c_test.ts"]),
    'import "file:///a\\"b_test.ts";\nimport "file:///c_test.ts";\n',
  );
});
