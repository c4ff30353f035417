import assert from "node:assert/strict";
import * as all from "../../lib/steps/all.ts";
import { registry } from "../../lib/steps/registry.ts";

Deno.test("scripts reach every step that workflows do", () => {
  assert.deepEqual(Object.values(all).map(({ type }) => type as string).sort(), [...registry.names].sort());
});
