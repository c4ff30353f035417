/** Resolves the example of each step of the program, and tells which asked for anything but its parameters. */
import { parse } from "yaml";
import { examples } from "../../lib/steps/examples.ts";
import { registry } from "../../lib/steps/registry.ts";
import { watchAmbient } from "../../lib/workflow/own/ambient.ts";
import { stepType } from "../../lib/workflow/step_type.ts";

const types = await Promise.all(
  Object.entries(examples).map(async ([uses, text]) => {
    const [entry] = Object.values(parse(text)) as [{ with?: Record<string, any> }];
    return { uses, type: stepType(await registry.load(uses)), written: entry.with ?? {} };
  }),
);
const said: Record<string, { ok: boolean; asked: boolean }> = {};
for (const { uses, type, written } of types) {
  const asked = watchAmbient();
  const resolution = await type.resolve(written);
  said[uses] = { ok: resolution.ok, asked: asked() };
}
const asked = watchAmbient();
Deno.cwd();
said["a file"] = { ok: true, asked: asked() };
postMessage(said);
