import assert from "node:assert/strict";
import { levelsForClasses } from "../../lib/fsq/levels_for_classes.ts";

Deno.test("ten classes are the first that get six dimensions, which a package for C still numbers in 16 bits", () => {
  assert.deepEqual(levelsForClasses(2), [4, 4, 4]);
  assert.deepEqual(levelsForClasses(9), [4, 4, 4]);
  assert.equal(levelsForClasses(10).length, 6);
  assert.ok(levelsForClasses(40).reduce((codes, levels) => codes * levels, 1) <= 65_536);
});
