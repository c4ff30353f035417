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

Deno.test("an editor shows a step's ports and parameters, and offers it with what it must be given", async () => {
  const real = await workflowJsonSchema((await import("../../lib/steps/registry.ts")).registry);
  const { step } = real.$defs;
  const hover = (name: string) =>
    step.properties.uses.anyOf.find((one: any) => one.const === name).description;
  assert.match(hover("window"), /Recordings → Windows\n\nParameters: length, hop, within, context\.$/);
  assert.match(hover("load"), /One of: source: simulate; source: hapt;/);
  const snippet = (name: string) => step.defaultSnippets.find(({ label }: any) => label === name).body;
  assert.deepEqual(snippet("window"), { uses: "window", from: "${1:recordings}" });
  assert.deepEqual(snippet("train").from, ["${1:windows}", "${2:split}"]);
  assert.deepEqual(snippet("load").with, { source: "${1:simulate}" });
});

Deno.test("a parameter that the chosen source needs is missed by name, and a foreign one refused", async () => {
  const real = await workflowJsonSchema((await import("../../lib/steps/registry.ts")).registry);
  const remarks = (params: string) =>
    violations(real, plain(`version: 1\nname: x\nsteps:\n  r: { uses: load, with: ${params} }\n`));
  assert.deepEqual(remarks("{ source: csv, path: data }"), []);
  assert.deepEqual(remarks('{ source: "${{ params.source }}", path: data }'), []);
  const [missing, ...more] = remarks("{ source: csv }");
  assert.match(missing!, /path/);
  assert.deepEqual(more, []);
  assert.ok(remarks("{ path: data }").some((remark) => remark.includes("source")));
  assert.ok(remarks("{ source: simulate, path: data }").length > 0);
});
