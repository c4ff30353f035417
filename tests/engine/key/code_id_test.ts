import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { CodeIds } from "../../../lib/engine/key/code_id.ts";
import { Normalizer, references } from "../../../lib/engine/key/normalize_module.ts";
import { StatCache } from "../../../lib/engine/key/stat_cache.ts";
import { PackageMap } from "../../../lib/engine/key/packages.ts";
import { Project } from "../project.ts";

async function codeOf(project: Project, module = "steps/main.ts") {
  await using codes = new CodeIds(project.root, new StatCache(project.path("none.json"), project.root));
  return await codes.of(pathToFileURL(project.path(module)).href);
}

/** Ids before and after writing `edits`, for a small module graph. */
async function idsAround(edits: Record<string, string>): Promise<[string, string]> {
  await using project = new Project();
  project.write(
    "steps/main.ts",
    `
    import { a, type Kind } from "./a.ts";
    import type { Only } from "./types.ts";
    import table from "./table.json" with { type: "json" };
    export * from "./again.ts";
    const page = new URL("./page.html", import.meta.url);
    export default async (k: Kind, o: Only) => [a, k, o, table, page, (await import(/* later */ "./lazy.ts")).lazy];`,
  );
  project.write("steps/a.ts", "export type Kind = 1; export const a = 1;");
  project.write("steps/types.ts", "export interface Only { x: number }");
  project.write("steps/table.json", "[1]");
  project.write("steps/again.ts", 'export { deep } from "./deep.ts";');
  project.write("steps/deep.ts", "export const deep = 1;");
  project.write("steps/lazy.ts", "export const lazy = 1;");
  project.write("steps/page.html", "<p>");
  project.write("steps/unrelated.ts", "export const u = 1;");
  const before = (await codeOf(project)).id;
  for (const [path, text] of Object.entries(edits)) project.write(`steps/${path}`, text);
  return [before, (await codeOf(project)).id];
}

Deno.test("CodeIds.of() does not change with comments, layout, types and unrelated files", async () => {
  const [before, after] = await idsAround({
    "a.ts": "// why\nexport type Kind = 1 | 2;\n\n/** doc */\nexport const a: number = 1; // trailing\n",
    "types.ts": "export interface Only { y: string }",
    "unrelated.ts": "export const u = 2;",
  });
  assert.equal(before, after);
});

Deno.test("CodeIds.of() changes with anything that the module reaches", async () => {
  for (
    const [path, text] of Object.entries({
      "a.ts": "export type Kind = 1; export const a = 2;",
      "deep.ts": "export const deep = 2;",
      "lazy.ts": "export const lazy = 2;",
      "table.json": "[2]",
      "page.html": "<b>",
    })
  ) {
    const [before, after] = await idsAround({ [path]: text });
    assert.notEqual(before, after, path);
  }
});

Deno.test("CodeIds.of() is the same wherever the project lies", async () => {
  await using one = new Project();
  await using two = new Project();
  assert.equal((await codeOf(one, "steps/join.ts")).id, (await codeOf(two, "steps/join.ts")).id);
  assert.deepEqual(Object.keys((await codeOf(one, "steps/join.ts")).modules), [
    "./steps/join.ts",
    "./steps/text.ts",
  ]);
});

Deno.test("CodeIds.of() takes a missing or broken module into the id instead of failing", async () => {
  await using project = new Project();
  project.write("steps/main.ts", 'import "./gone.ts";');
  const missing = await codeOf(project);
  assert.equal(missing.modules["./steps/gone.ts"], "missing");
  project.write("steps/gone.ts", "this is {{ no code");
  assert.notEqual((await codeOf(project)).id, missing.id);
});

Deno.test("CodeIds.of() follows cycles once", async () => {
  await using project = new Project();
  project.write("steps/main.ts", 'import "./other.ts"; export const m = 1;');
  project.write("steps/other.ts", 'import "./main.ts"; export const o = 1;');
  assert.deepEqual(Object.keys((await codeOf(project)).modules), ["./steps/main.ts", "./steps/other.ts"]);
});

Deno.test("declarations() tells which function changed, and only that", async () => {
  await using normalizer = new Normalizer();
  const parts = async (source: string) => (await normalizer.normalize(source, "a.ts"))!.parts;
  const source = "export function a() { return 1; }\nclass B { c = 2; }\nexport const d = new B();\n";
  const before = await parts(source);
  assert.deepEqual(Object.keys(before), ["a", "B", "d"]);
  const changed = (after: Record<string, string>) =>
    [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) =>
      before[name] !== after[name]
    );
  assert.deepEqual(changed(await parts("// a note\n" + source)), []);
  assert.deepEqual(changed(await parts(source.replace("c = 2", "c = 3"))), ["B"]);
  assert.deepEqual(changed(await parts(source + "export const extra = 1;\n")), ["extra"]);
});

Deno.test("references() finds static, dynamic, re-exporting and locating references", () => {
  const found = references(
    'import"a";import b from"./b.ts";import*as c from\'./c.ts\';export*from"./d.ts";export{e}from"./e.ts";' +
      'const f=await import("./f.ts"),g=import(`./g.ts`),h=import(name),i=new URL("./i.wasm",import.meta.url),' +
      'j=import.meta.resolve("./j.ts");',
  );
  assert.deepEqual(found.imports, ["./b.ts", "./c.ts", "./d.ts", "./e.ts", "./f.ts", "./g.ts", "a"]);
  assert.deepEqual(found.resources, ["./i.wasm", "./j.ts"]);
});

Deno.test("PackageMap follows the import map and closes over the lock file", async () => {
  await using project = new Project();
  project.write(
    "deno.json",
    JSON.stringify({
      imports: { "plot": "npm:@observablehq/plot@0.6.17", "zod": "npm:zod@4.6.7", "#lib/": "./lib/" },
    }),
  );
  project.write(
    "deno.lock",
    JSON.stringify({
      version: "5",
      specifiers: { "npm:@observablehq/plot@0.6.17": "0.6.17", "npm:zod@4.6.7": "4.6.7" },
      npm: {
        "@observablehq/plot@0.6.17": { integrity: "sha512-plot", dependencies: ["d3", "isoformat@1.0.0"] },
        "d3@7.9.0": { integrity: "sha512-d3", dependencies: ["isoformat@1.0.0"] },
        "isoformat@1.0.0": { integrity: "sha512-iso" },
        "isoformat@2.0.0": { integrity: "sha512-other" },
        "zod@4.6.7": { integrity: "sha512-zod" },
      },
    }),
  );
  const map = new PackageMap(pathToFileURL(project.path("deno.json")).href);
  const from = "file:///x/steps/a.ts";
  assert.equal(map.resolve("./b.ts", from), "file:///x/steps/b.ts");
  assert.equal(map.resolve("#lib/x.ts", from), pathToFileURL(project.path("lib/x.ts")).href);
  assert.equal(map.resolve("zod/v4", from), "npm:zod@4.6.7/v4");
  const plot = {};
  map.addLocked(map.resolve("plot", from), plot);
  assert.deepEqual(plot, {
    "@observablehq/plot@0.6.17": "sha512-plot",
    "d3@7.9.0": "sha512-d3",
    "isoformat@1.0.0": "sha512-iso",
  });
  const zod = {};
  map.addLocked("npm:/zod@4.6.7/v4", zod);
  assert.deepEqual(zod, { "zod@4.6.7": "sha512-zod" });
  const unknown = {};
  map.addLocked("npm:left-pad@1", unknown);
  assert.deepEqual(unknown, { "npm:left-pad@1": "not locked" });
});

Deno.test("the program's own names lead to its modules, whose changes change the id of who imports them", async () => {
  const program = new URL("../../../", import.meta.url).href;
  const map = new PackageMap(`${program}deno.json`);
  assert.equal(map.resolve("motiflow", "file:///x/a.ts"), `${program}lib/mod.ts`);
  assert.equal(map.resolve("motiflow/report", "file:///x/a.ts"), `${program}lib/report/notebook_api.ts`);
  await using project = new Project();
  project.write("deno.json", '{ "name": "@own/pack", "exports": "./steps/a.ts" }');
  const own = new PackageMap(pathToFileURL(project.path("deno.json")).href);
  assert.equal(own.resolve("@own/pack", "file:///x"), pathToFileURL(project.path("steps/a.ts")).href);
  assert.equal(own.mapped("@own/other"), undefined);
  // The whole public API takes a while to read; one part of it shows the same.
  project.write("steps/main.ts", 'import { Codes } from "motiflow/report"; export default Codes;');
  const { modules } = await codeOf(project);
  assert.ok(modules["lib/report/notebook_api.ts"] !== undefined);
  assert.ok(modules["lib/artifacts/codes.ts"] !== undefined);
});

Deno.test("a step that takes of motiflow what its basics have is made of these", async () => {
  const codeFor = async (source: string) => {
    await using project = new Project();
    project.write("steps/main.ts", source);
    return await codeOf(project);
  };
  const small = [
    'import { defineStep, Metrics as Numbers, type Interval } from "motiflow"; export default defineStep(Numbers as Interval);',
    'import type { Sources } from "motiflow"; export { InputError } from "motiflow"; export default (s: Sources) => s;',
  ];
  for (const source of small) {
    const { modules, basics } = await codeFor(source);
    assert.ok(modules["lib/errors.ts"] !== undefined && modules["lib/basics.ts"] !== undefined, source);
    assert.equal(modules["lib/mod.ts"], undefined, source);
    const config = JSON.parse(Deno.readTextFileSync(await basics!()));
    assert.equal(config.imports.motiflow, new URL("../../../lib/basics.ts", import.meta.url).href);
  }
});

Deno.test("normalised code says which names of motiflow it takes, where these are all", async () => {
  await using normalizer = new Normalizer();
  const takes = async (source: string) => (await normalizer.normalize(source, "a.ts"))?.takes;
  assert.deepEqual(
    await takes(
      'import { Metrics as M, Plot, type Source } from "motiflow"; export { Codes } from "motiflow"; f(M, Plot);',
    ),
    ["Metrics", "Plot", "Codes"],
  );
  for (
    const source of [
      'import * as all from "motiflow"; f(all.Metrics);',
      'import { Metrics } from "motiflow"; f(Metrics, await import("motiflow"));',
      'import { Metrics } from "motiflow"; f(Metrics, import.meta.resolve(`motiflow`));',
      'import "motiflow";',
      'import { z } from "zod"; f(z);',
    ]
  ) assert.equal(await takes(source), undefined, source);
});

Deno.test("packages that no lock file holds are told, texts that look like imports are not", async () => {
  const unseenIn = async (source: string) => {
    await using project = new Project();
    project.write("steps/main.ts", source);
    return (await codeOf(project)).unseen;
  };
  const names: Record<string, string> = {
    "npm:never-locked-here@1.2.3": 'import x from "npm:never-locked-here@1.2.3"; export default x;',
    "jsr:@never/locked@1": 'export * from "jsr:@never/locked@1";',
    "https://example.org/x.ts": 'import "https://example.org/x.ts";',
    "some-package/part": 'export default () => import("some-package/part");',
  };
  for (const [name, source] of Object.entries(names)) {
    assert.deepEqual(await unseenIn(source), [`the version of ${name} is locked nowhere`]);
  }
  for (
    const computed of ["import(name)", 'import("npm:" + name)', "import(`./${name}.ts`)", "import(a, {})"]
  ) {
    const source = `const [a, name] = ["x", "y"]; export default () => ${computed};`;
    assert.deepEqual(await unseenIn(source), ["./steps/main.ts imports by a computed name"], computed);
  }
  const literal =
    'export default () => [import("./a.ts"), import(`./b.ts`), import("./c.json", { with: {} })];';
  assert.deepEqual(await unseenIn(literal), []);
  const locked = `import { z } from "zod"; import fs from "node:fs"; import type { X } from "types-only";
    import data from "data:text/javascript,export default 1"; import "./other.ts";
    export default [z, fs, data, "copied from 'elsewhere'", 'import "nothing"', \`from "nowhere"\`];`;
  assert.deepEqual(await unseenIn(locked), []);
});

Deno.test("the parser of one engine does not end with that of another in the same program", async () => {
  const first = new Normalizer();
  await using second = new Normalizer();
  for (const one of [first, second]) await one.normalize("1", "one.ts");
  const answer = second.normalize("export default 1;", "two.ts");
  await first[Symbol.asyncDispose]();
  assert.match((await answer)!.hash, /^[0-9a-f]{64}$/);
});

Deno.test("CodeIds.of() takes modules that a step loads, what they import and the packages that they name", async () => {
  await using project = new Project();
  project.write(
    "encoder.ts",
    'import * as tf from "@tensorflow/tfjs"; import { k } from "./k.ts"; export default () => [tf, k];',
  );
  project.write("k.ts", "export const k = 3;");
  const train = new URL("../../../lib/steps/train.ts", import.meta.url).href;
  const code = async (modules: string[]) => {
    await using codes = new CodeIds(project.root, new StatCache(project.path("none.json"), project.root));
    return await codes.of(train, { modules });
  };
  const [without, first] = [await code([]), await code([project.path("encoder.ts")])];
  assert.ok(Object.hasOwn(first.modules, "./encoder.ts") && Object.hasOwn(first.modules, "./k.ts"));
  for (const part of ["core", "layers"]) {
    const found = Object.entries(first.packages).find(([name]) =>
      name.startsWith(`@tensorflow/tfjs-${part}@4.22.0`)
    );
    assert.match(found![1], /^sha512-/);
  }
  assert.equal(Object.keys(without.packages).some((name) => name.includes("tensorflow")), false);
  assert.deepEqual(first.unseen, []);
  assert.ok(first.files.includes(project.path("k.ts")));
  project.write("k.ts", "export const k = 5;");
  assert.equal(new Set([without.id, first.id, (await code([project.path("encoder.ts")])).id]).size, 3);
});
