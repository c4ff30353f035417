import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { formatDiagnostics, Source } from "../../lib/workflow/diagnostic.ts";
import { parseYaml } from "../../lib/workflow/document.ts";
import { toJson } from "../../lib/workflow/node.ts";
import { workflowJsonSchema } from "../../lib/workflow/schema.ts";
import { check, registry } from "./fake_steps.ts";
import { violations } from "./json_schema.ts";

const files = new URL("./files/", import.meta.url);
const schema = await workflowJsonSchema(registry);
const environment = () => "set";
const memory = () => 2 * 2 ** 30;

function* read(folder: string): Generator<[name: string, text: string]> {
  const entries = [...Deno.readDirSync(new URL(folder, files))].sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { name } of entries) yield [name, Deno.readTextFileSync(new URL(folder + name, files))];
}

function plain(text: string): unknown {
  const { root, diagnostics } = parseYaml(new Source("w.yaml", text));
  assert.equal(formatDiagnostics(diagnostics.list), "");
  return toJson(root!);
}

for (const [name, text] of read("good/")) {
  Deno.test(`schema and checker accept ${name}`, async () => {
    assert.equal(formatDiagnostics((await check(text, { environment, memory })).diagnostics), "");
    assert.deepEqual(violations(schema, plain(text)), []);
  });
}

for (const [name, text] of read("bad/")) {
  // The last line of each file says who finds its mistake, where, and in which words.
  const [, who, expected] = /# (schema and checker|checker): (.*)\n$/.exec(text)!;
  Deno.test(`${who} refuse${who === "checker" ? "s" : ""} ${name}`, async () => {
    const result = await check(text, { environment, memory });
    assert.equal(result.ok, false);
    const [first] = result.diagnostics.map((d) => `${d.location.line}:${d.location.column} ${d.message}`);
    assert.ok(first.startsWith(expected), `${first}\nis not\n${expected}`);
    // What only the checker can see must not disturb an editor.
    assert.equal(violations(schema, plain(text)).length > 0, who === "schema and checker");
  });
}

Deno.test("the schema of the real steps accepts the project's own workflows, and the file beside them is current", async () => {
  const real = await workflowJsonSchema((await import("../../lib/steps/registry.ts")).registry);
  const folder = new URL("../../workflows/", import.meta.url);
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(".yaml")) continue;
    assert.deepEqual(violations(real, plain(Deno.readTextFileSync(new URL(name, folder)))), [], name);
  }
  for (const [, name] of JSON.stringify(real).matchAll(/"\$ref":"#\/\$defs\/([^"]*)"/g)) {
    assert.ok(Object.hasOwn(real.$defs, name), name);
  }
  const kept = new URL("workflow.schema.json", folder);
  assert.ok(existsSync(kept));
  assert.deepEqual(
    JSON.parse(Deno.readTextFileSync(kept)),
    real,
    "write it anew: deno task schema --out workflows/workflow.schema.json",
  );
});
