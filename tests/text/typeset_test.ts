import assert from "node:assert/strict";
import { typesetTime } from "../../lib/text/typeset.ts";

Deno.test("typesetTime() takes the unit in which a stretch of time is read", () => {
  assert.deepEqual([45, 60, 720, 3600, 22_500].map(typesetTime), [
    "45 s",
    "1 min",
    "12 min",
    "1 h",
    "6.25 h",
  ]);
});
