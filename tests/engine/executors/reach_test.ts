/** How far a user's step reaches: to what its key knows, and no further. */
import assert from "node:assert/strict";
import { alone } from "../../house/alone.ts";
import { Project, type Spec, stepSource, textOf } from "../project.ts";

/** What a step got by each of several attempts, by name: the value, or what it was told. */
async function tries(
  project: Project,
  attempts: Record<string, string>,
  { top = "", ...spec }: Partial<Spec> & { top?: string } = {},
): Promise<Record<string, string>> {
  const list = Object.entries(attempts).map(([name, code]) =>
    `[${JSON.stringify(name)}, async () => ${code}]`
  );
  project.write(
    "steps/odd.ts",
    `import { createRequire } from "node:module";\n${top}\n${
      stepSource(`const j = (...parts: string[]) => parts.join("");
      const found: Record<string, string> = {};
      for (const [name, attempt] of [${list}] as [string, () => Promise<unknown>][]) {
        try { found[name] = String(await attempt()); } catch (e: any) { found[name] = "refused: " + e.message; }
      }
      return { text: JSON.stringify(found) };`)
    }`,
  );
  const engine = await project.open({ workers: true });
  const result = await engine.run(project.plan({ odd: { uses: "odd", ...spec } }));
  assert.equal(result.status, "succeeded", result.tasks[0].error ?? "");
  return JSON.parse(textOf(result, "odd"));
}

async function elsewhere(): Promise<Project> {
  const other = new Project();
  other.write("far.ts", 'export const far = "far";');
  other.write("far.json", '"far"');
  other.write("far.txt", "far");
  return await Promise.resolve(other);
}

Deno.test("a computed import reaches no module, text or worker that the key does not know", async () => {
  await using project = new Project();
  await using other = await elsewhere();
  const far = (name: string) => `j(${JSON.stringify(other.root)}, "/far.", "${name}")`;
  project.write("steps/unknown.ts", "export const near = 1;");
  const found = await tries(project, {
    module: `(await import(${far("ts")})).far`,
    text: `(await import(${far("txt")}, { with: { type: "text" } })).default`,
    json: `(await import(${far("json")}, { with: { type: "json" } })).default`,
    near: `(await import(j("./un", "known.ts"))).near`,
    data: `(await import("data:text/javascript," + encodeURIComponent(j("export * from 'file://", ${
      far("ts")
    }, "'")))).far`,
    program: `Object.keys(await import(j(${
      JSON.stringify(import.meta.dirname)
    }, "/../../../lib/fsq/quantizer.ts")))`,
    worker: `new Worker(new URL(j("file://", ${far("ts")})), { type: "module" })`,
    require: `createRequire(import.meta.url)(${far("json")})`,
    file: `Deno.readTextFileSync(${far("txt")})`,
    lock: `Deno.readTextFileSync(j(${JSON.stringify(import.meta.dirname)}, "/../../../deno.lock"))`,
  });
  assert.deepEqual(Object.entries(found).filter(([, answer]) => !/^refused: .*requires/i.test(answer)), []);
});

Deno.test("what a step's module names is there: modules, data, packages, workers", async () => {
  await using project = new Project();
  project.write("steps/near.ts", 'export const near = "near";');
  project.write("steps/near.json", '"near"');
  project.write("steps/near.txt", "near");
  project.write("steps/worker.ts", 'self.postMessage("near");');
  const found = await tries(project, {
    static: "near",
    module: `(await import("./near.ts")).near`,
    json: "data",
    text: `(await import("./near.txt", { with: { type: "text" } })).default`,
    resource: `Deno.readTextFileSync(new URL("./near.txt", import.meta.url))`,
    package: `typeof z.string === "function" ? "near" : ""`,
    worker: `await new Promise((done) => {
      new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }).onmessage = ({ data }) => done(data);
    })`,
  }, {
    top: `import { near } from "./near.ts"; import data from "./near.json" with { type: "json" };
      import { z } from "zod";`,
  });
  for (const [name, answer] of Object.entries(found)) assert.equal(answer, "near", name);
});

Deno.test("a literal path leads out of the project only where `read` opens what it leads to, links included", async () => {
  await using project = new Project();
  await using other = await elsewhere();
  Deno.symlinkSync(other.path("far.ts"), project.path("steps/link.ts"));
  Deno.symlinkSync(other.root, project.path("steps/folder"));
  const attempts = {
    module: `(await import(${JSON.stringify(other.path("far.ts"))})).far`,
    text: `(await import(${JSON.stringify(other.path("far.txt"))}, { with: { type: "text" } })).default`,
    resource: `Deno.readTextFileSync(new URL(${
      JSON.stringify(`file://${other.path("far.txt")}`)
    }, import.meta.url))`,
    link: `(await import("./link.ts")).far`,
    folder: `(await import("./folder/far.ts")).far`,
  };
  const refused = await tries(project, attempts);
  for (const [name, answer] of Object.entries(refused)) assert.match(answer, /^refused: /, name);
  const opened = await tries(project, attempts, { permissions: { read: [other.root] } });
  for (const [name, answer] of Object.entries(opened)) assert.equal(answer, "far", name);
});

Deno.test("a refused import fails its step with the permission to write", async () => {
  await using project = new Project();
  await using other = await elsewhere();
  project.write(
    "steps/odd.ts",
    stepSource(`const path = [${JSON.stringify(other.root)}, "far.ts"].join("/");
      return { text: (await import(path)).far };`),
  );
  const engine = await project.open({ workers: true });
  const [task] = (await engine.run(project.plan({ odd: { uses: "odd" } }))).tasks;
  assert.equal(task.errorKind, "permission");
  assert.equal(
    task.error,
    `The step tried to read ${
      other.path("far.ts")
    } without the permission "read".\n  Declare it at the step in ` +
      `the workflow:\n    permissions: { read: ["${other.path("far.ts")}"] }`,
  );
});

Deno.test("a step writes only below its outputs and its scratch folder", async () => {
  await using project = new Project();
  const found = await tries(project, {
    beside: `Deno.writeTextFileSync(out("text") + "/../beside.txt", "x")`,
    above: `Deno.writeTextFileSync(out("text") + "/../../beside.txt", "x")`,
    folder: `Deno.mkdirSync(out("text") + "-more")`,
    link: `Deno.symlinkSync("/etc", out("text") + "/etc")`,
    removed: `Deno.removeSync(out("text") + "/..", { recursive: true })`,
    project: `Deno.writeTextFileSync(new URL("./near.txt", import.meta.url), "x")`,
    inside: `(Deno.writeTextFileSync(out("text") + "/more.txt", "x"), "done")`,
    scratch: `(Deno.writeTextFileSync(scratch + "/more.txt", "x"), "done")`,
  });
  const { inside, scratch, ...others } = found;
  assert.deepEqual([inside, scratch], ["done", "done"]);
  assert.deepEqual(Object.entries(others).filter(([, answer]) => !/^refused: .*requires/i.test(answer)), []);
});

Deno.test(
  "language, time zone, colours, debug switches and the working directory are the same for every step",
  alone(async () => {
    await using project = new Project();
    const seen = {
      date: "new Date(0).toString()",
      zone: "Intl.DateTimeFormat().resolvedOptions().timeZone",
      number: "(1234.5).toLocaleString()",
      sort: '["b", "a", "B", "ä"].sort((x, y) => x.localeCompare(y)).join()',
      language: "navigator.language",
      color: "Deno.noColor",
      folder: "Deno.cwd()",
    };
    const before = Deno.env.toObject();
    const here = Deno.cwd();
    const foreign = {
      TZ: "Asia/Tokyo",
      LANG: "de_DE.UTF-8",
      LC_ALL: "de_DE.UTF-8",
      NO_COLOR: "1",
      NODE_DEBUG: "fs",
    };
    const plain = await tries(project, seen, { cache: { mode: "never" } });
    try {
      for (const [name, value] of Object.entries(foreign)) Deno.env.set(name, value);
      Deno.chdir("/");
      assert.deepEqual(await tries(project, seen, { cache: { mode: "never" } }), plain);
      assert.equal(plain.folder, Deno.realPathSync(project.root));
      assert.match(plain.date, /GMT\+0000/);
      const granted = await tries(project, seen, { permissions: { env: ["TZ", "LANG", "LC_ALL"] } });
      assert.deepEqual([granted.zone, granted.language, granted.number], ["Asia/Tokyo", "de-DE", "1.234,5"]);
    } finally {
      Deno.chdir(here);
      for (const name of Object.keys(foreign)) {
        if (before[name] === undefined) Deno.env.delete(name);
        else Deno.env.set(name, before[name]);
      }
    }
  }),
);
