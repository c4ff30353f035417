import assert from "node:assert/strict";
import { registry } from "../../../lib/steps/registry.ts";
import { tried as device } from "./device.ts";
import { tried as discovery } from "./discovery.ts";
import { tried as judging } from "./judging.ts";
import { tried as reading } from "./reading.ts";
import { tried as training } from "./training.ts";

Deno.test("the parameters of every step in the registry are tried", () => {
  const tried = [device, discovery, judging, reading, training].flat().map(({ step }) => step.type);
  assert.deepEqual(tried.sort(), [...registry.names].sort());
});
