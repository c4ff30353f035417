/** What a user's notebook imports and names is in the key of the step that executes it. */
import assert from "node:assert/strict";
import { Project } from "../project.ts";

function notebook(...cells: string[]): string {
  const code = (source: string) => ({
    cell_type: "code",
    metadata: {},
    source,
    outputs: [],
    execution_count: null,
  });
  return JSON.stringify({ cells: cells.map(code), metadata: {}, nbformat: 4, nbformat_minor: 4 });
}

/** What plan says of a step that executes the notebook. */
async function planned(project: Project, stated?: true) {
  const engine = await project.open();
  const files = [{ name: "notebook", pattern: "pages/my.ipynb", notebook: true as const }];
  const cache = { mode: "pure" as const, ...(stated === undefined ? {} : { stated }) };
  return (await engine.plan(project.plan({ page: { uses: "join", files, cache } })))[0];
}

function write(project: Project, ...cells: string[]): void {
  project.write("pages/my.ipynb", notebook(...cells));
}

Deno.test("a change in what a notebook imports or names changes the key of its report", async () => {
  await using project = new Project();
  write(
    project,
    "import { k } from './k.ts';\nimport data from './d.json' with { type: 'json' };\nconst x = 1;",
    // Declared again, as a kernel allows.
    'const x = 2; const late = await import("./late.ts");',
    "await Deno.readTextFile('cfg.txt'); await Deno.readFile(`../data/a.bin`);",
    'const there = new URL("./named/", import.meta.url);',
    "import { own } from '@/own.ts'; // by the project's import map",
  );
  const files: Record<string, string> = {
    "pages/k.ts": 'import { q } from "./k2.ts"; export const k = q;',
    "pages/k2.ts": "export const q = 1;",
    "pages/d.json": "1",
    "pages/late.ts": "export const l = 1;",
    "pages/cfg.txt": "1",
    "data/a.bin": "1",
    "pages/named/x.csv": "1",
    "lib/own.ts": "export const own = 1;",
    "deno.json": '{ "imports": { "@/": "./lib/" } }',
  };
  for (const [path, text] of Object.entries(files)) project.write(path, text);
  const keys = [(await planned(project)).key];
  assert.equal((await planned(project)).key, keys[0]);
  for (const path of Object.keys(files).filter((p) => p !== "deno.json")) {
    project.write(path, path.endsWith(".ts") ? `${files[path]} export const more = 1;` : "2");
    keys.push((await planned(project)).key);
    assert.ok(keys.at(-1) !== null && keys.at(-1) !== keys.at(-2), path);
  }
  project.write("pages/k2.ts", "// a comment\nexport const q = 1; export const more = 1;");
  assert.equal((await planned(project)).key, keys.at(-1));
});

Deno.test("a file that a notebook names counts from the moment it is there", async () => {
  await using project = new Project();
  write(project, "try { await Deno.readTextFile('later.txt') } catch {}");
  const before = (await planned(project)).key;
  project.write("pages/later.txt", "1");
  assert.notEqual((await planned(project)).key, before);
});

Deno.test("a report whose notebook asks the world, or whose packages nothing locks, runs each time", async () => {
  await using project = new Project();
  project.write("pages/asks.ts", "export const home = () => Deno.env.get('HOME');");
  const cases: Record<string, string> = {
    "await fetch('https://example.org');": "./pages/my.ipynb asks the network",
    "import { home } from './asks.ts';": "./pages/asks.ts asks the environment",
    "await new Deno.Command('date').output();": "./pages/my.ipynb asks other programs",
    "import x from 'npm:never-locked-here@1';": "the version of npm:never-locked-here@1 is locked nowhere",
  };
  const own = "./pages/my.ipynb";
  const computed = [
    'const name = ["cfg", "txt"].join("."); await Deno.readTextFile(name);',
    "await Deno.readTextFile(`${inputs[0].dir}/metrics.json`);",
    'Deno.readFileSync("a" + b)',
    "for await (const { name } of Deno.readDir(folder)) console.log(name);",
    'await Deno.readTextFile("./cfg.txt" + suffix);',
    "const read = Deno.readTextFile; await read(name);",
    "Deno.statSync(new URL(name, import.meta.url)).mtime",
  ];
  for (const cell of computed) cases[cell] = `${own} reads files by a computed name`;
  for (
    const cell of [
      'import { readFileSync } from "node:fs"; readFileSync(name);',
      'Deno["read" + "TextFile"](name)',
      "const { readTextFile } = Deno; await readTextFile(name);",
      "const d = Deno; await d.readTextFile(name);",
    ]
  ) cases[cell] = `${own} may read any file`;
  cases['import { open } from "motiflow"; await open("latest");'] = `${own} reads other runs`;
  for (const [cell, because] of Object.entries(cases)) {
    write(project, cell);
    const { reason } = await planned(project);
    assert.equal(reason, `never taken from the cache: ${because} (unless the step says \`cache: pure\`)`);
    assert.notEqual((await planned(project, true)).reason, reason);
  }
  write(
    project,
    'await Deno.readTextFile("cfg.txt"); Deno.readFileSync(`cfg.txt`, {}); ' +
      'await Deno.readFile(new URL("./cfg.txt", import.meta.url)); import { Metrics } from "motiflow";',
  );
  assert.doesNotMatch((await planned(project)).reason, /never taken/);
  write(project, "import { z } from 'zod'; const text = \"it came from 'x'\";");
  assert.doesNotMatch((await planned(project)).reason, /never taken/);
});
