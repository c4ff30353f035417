import assert from "node:assert/strict";
import { registry } from "../../lib/steps/registry.ts";

Deno.test("the registry knows the steps it names", async () => {
  for (const name of registry.names) {
    assert.ok(registry.moduleOf(name)?.endsWith(`/${name.replaceAll("-", "_")}.ts`));
    const { type, environment } = await registry.load(name);
    assert.equal(type, name);
    // A run reads this before it loads a step only to ask.
    const text = Deno.readTextFileSync(new URL(registry.moduleOf(name)!));
    assert.equal(text.includes("environment"), environment !== undefined, name);
  }
});

for (const name of ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__", "Load", ""]) {
  Deno.test(`the registry knows no step "${name}"`, async () => {
    assert.equal(registry.moduleOf(name), undefined);
    await assert.rejects(registry.load(name), RangeError);
  });
}
