import assert from "node:assert/strict";
import { batches } from "./batches.ts";

Deno.test("batches() joins files that do not run whole programs, neighbours together, and keeps each file once", () => {
  const signal = Array.from({ length: 40 }, (_, i) => `tests/signal/${String(i).padStart(2, "0")}_test.ts`);
  const files = ["tests/e2e/b_test.ts", ...signal, "tests/fsq/a_test.ts", "tests/path_test.ts"];
  const { single, batches: found } = batches(files);
  assert.deepEqual(single, ["tests/e2e/b_test.ts"]);
  assert.deepEqual(found.flat(), ["tests/fsq/a_test.ts", "tests/path_test.ts", ...signal]);
  assert.ok(found.every(({ length }) => length > 0 && length <= 16));
});
