import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CodeIds, touchedSince } from "../../../lib/engine/key/code_id.ts";
import { codeName, type LoadedFiles } from "../../../lib/engine/key/loaded_files.ts";
import { CodeMemory } from "../../../lib/engine/key/code_memory.ts";
import { StatCache } from "../../../lib/engine/key/stat_cache.ts";
import { keepCode } from "../../../lib/engine/store/code_store.ts";
import { StoreFs } from "../../../lib/engine/system/fs.ts";
import { Layout } from "../../../lib/engine/system/layout.ts";
import { seal, unseal } from "../../../lib/engine/system/seal.ts";

const fs = new StoreFs();
const program = new URL("../../../lib/steps/window.ts", import.meta.url).href;
const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "motiflow-codes-" }));
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const step = `import { a } from "./a.ts";
import { z } from "zod";
const page = new URL("./pages/", import.meta.url);
export default () => [a, z, page];`;

/** A project with one step, whose files are two folders below its root. */
class Project {
  readonly root = join(Deno.makeTempDirSync({ dir: folder }), "p");
  readonly layout: Layout;

  constructor(own = step) {
    this.write("steps/deep/step.ts", own);
    this.write("steps/deep/a.ts", "export const a = 1;");
    this.write("steps/deep/pages/one.html", "<p>");
    this.write(".motiflow/code/.keep", "");
    this.layout = new Layout(this.root);
  }

  path(name: string): string {
    return join(this.root, name);
  }

  write(name: string, text: string): void {
    Deno.mkdirSync(join(this.path(name), ".."), { recursive: true });
    Deno.writeTextFileSync(this.path(name), text);
  }

  get module(): string {
    return pathToFileURL(this.path("steps/deep/step.ts")).href;
  }

  /** The id as a run finds it, which keeps it together with what it stands for. */
  async id(module = this.module, loaded: LoadedFiles = {}): Promise<string> {
    await using codes = new CodeMemory(this.layout, this.root, this.#cache());
    const code = await codes.of(module, loaded);
    keepCode(fs, this.layout, code);
    codes.save(fs);
    return code.id;
  }

  /** The id as it is without a memory. */
  async followed(module = this.module, loaded: LoadedFiles = {}): Promise<string> {
    await using codes = new CodeIds(this.root, this.#cache());
    return (await codes.of(module, loaded)).id;
  }

  #cache(): StatCache {
    return new StatCache(this.path("none.json"), this.root);
  }

  /** Rewrites the memory as if another id had been found, so that a recall shows; undefined where none is kept. */
  mark(
    module = this.module,
    loaded: LoadedFiles = {},
    more: (kept: any) => void = () => {},
  ): string | undefined {
    const kept = this.kept();
    const code = kept?.codes[codeName(module, loaded)];
    if (code === undefined) return undefined;
    code.id = "marked";
    more(kept);
    Deno.writeFileSync(this.layout.codeIds, seal(JSON.stringify(kept)));
    this.write(
      ".motiflow/code/marked.json",
      JSON.stringify({ modules: { marked: "1" }, packages: {}, parts: {} }),
    );
    return "marked";
  }

  kept(): any {
    try {
      return JSON.parse(unseal(Deno.readFileSync(this.layout.codeIds)));
    } catch {
      return undefined;
    }
  }
}

/** What is done to a project whose code is kept, and must be seen. */
const changes: Record<string, (project: Project) => void> = {
  "a module of the same length and date": (project) => {
    const path = project.path("steps/deep/a.ts");
    const { mtime } = Deno.statSync(path);
    Deno.writeTextFileSync(path, "export const a = 2;");
    Deno.utimeSync(path, mtime!, mtime!);
  },
  "a file more in a folder": (project) => project.write("steps/deep/pages/two.html", "<b>"),
  "a file of a folder": (project) => project.write("steps/deep/pages/one.html", "<b>"),
  "a module that is gone": (project) => Deno.removeSync(project.path("steps/deep/a.ts")),
  "names of its own": (project) => project.write("steps/deep/deno.json", '{"imports":{"zod":"./a.ts"}}'),
  "names of its own further up": (project) =>
    project.write("deno.jsonc", '{"imports":{"zod":"./steps/deep/a.ts"}}'),
  "a link in place of a folder": (project) => {
    Deno.renameSync(project.path("steps/deep/pages"), project.path("pages"));
    project.write("others/one.html", "<i>");
    Deno.symlinkSync(project.path("others"), project.path("steps/deep/pages"));
  },
};

/** The same for what a step of the program's loads. */
const loadedChanges: Record<string, (project: Project) => void> = {
  "the notebook": (project) => project.write("notes/page.ipynb", notebook('"table.csv"; 2')),
  "a file that it names and that was not there": (project) => project.write("notes/table.csv", "1"),
  "a file in place of a folder that it names": (project) => {
    Deno.removeSync(project.path("notes/folder"));
    project.write("notes/folder", "1");
  },
  "names of the project": (project) => project.write("deno.json", '{"imports":{"mine":"./notes/more.ts"}}'),
  "the module": (project) => project.write("notes/more.ts", "export default 2;"),
};

function notebook(source: string): string {
  return JSON.stringify({ cells: [{ cell_type: "code", source }] });
}

const projects = {
  kept: new Project(),
  program: new Project(),
  changed: Object.keys(changes).map(() => new Project()),
  distrusted: new Project(),
  loading: Object.keys(loadedChanges).map(() => {
    const project = new Project();
    project.write("notes/page.ipynb", notebook('"table.csv"; "folder"'));
    project.write("notes/more.ts", "export default 1;");
    Deno.mkdirSync(project.path("notes/folder"));
    return project;
  }),
  mapped: new Project(),
  gone: new Project('import "./gone.ts";'),
};
projects.mapped.write("deno.json", '{"imports":{"zod":"./steps/deep/a.ts"}}');
// Until what was written can be told from what will be; once for all tests.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100);

Deno.test("code that is as it was is not followed again, and says of itself what it said", async () => {
  const { kept: project } = projects;
  assert.equal(await project.id(), await project.followed());
  await using codes = new CodeIds(project.root, new StatCache(project.path("none.json"), project.root));
  const followed = await codes.of(project.module);
  await using memory = new CodeMemory(project.layout, project.root, new StatCache("none", project.root));
  const recalled = await memory.of(project.module);
  const { basics: _, ...all } = followed;
  assert.deepEqual({ ...recalled }, all);
  assert.deepEqual([...recalled.stats], [...followed.stats]);
  assert.equal(touchedSince(recalled), false);
  assert.equal(project.mark(), await project.id());
  project.write("steps/deep/a.ts", "export const a = 3;");
  assert.equal(touchedSince(recalled), true);
});

Deno.test("code of the program is not followed again either", async () => {
  const { program: project } = projects;
  const id = await project.id(program);
  await project.id();
  assert.equal(await project.id(program), id);
  assert.equal(project.mark(program), await project.id(program));
});

Deno.test("whatever code follows from is followed again once it is another", async () => {
  for (const [i, [what, change]] of Object.entries(changes).entries()) {
    const project = projects.changed[i]!;
    const before = await project.id();
    assert.equal(project.mark(), await project.id(), what);
    change(project);
    const after = await project.id();
    assert.equal(after, await project.followed(), what);
    assert.notEqual(after, before, what);
    // What is younger than two seconds may change again unseen; what is gone is not young.
    if (what !== "a module that is gone") {
      assert.notEqual(project.kept().codes[codeName(project.module, {})]?.id, after, what);
    }
  }
});

Deno.test("a memory that is damaged, of another program or without what its ids stand for is none", async () => {
  const { distrusted: project } = projects;
  const id = await project.id();
  assert.equal(project.mark(), await project.id());
  Deno.removeSync(project.path(".motiflow/code/marked.json"));
  assert.equal(await project.id(), id);
  for (const field of ["version", "program"]) {
    project.mark(undefined, undefined, (kept) => kept[field] = `${kept[field]}2`);
    assert.equal(await project.id(), id, field);
  }
  project.mark();
  const bytes = Deno.readFileSync(project.layout.codeIds);
  bytes[bytes.length >> 1]! ^= 1;
  Deno.writeFileSync(project.layout.codeIds, bytes);
  assert.equal(await project.id(), id);
  project.mark();
  Deno.truncateSync(project.layout.codeIds, 100);
  assert.equal(await project.id(), id);
});

Deno.test("code that has names of the project's own is not kept", async () => {
  await projects.mapped.id();
  assert.equal(projects.mapped.mark(), undefined);
});

Deno.test("code that misses a module is known until that is there", async () => {
  const { gone: project } = projects;
  const before = await project.id();
  assert.equal(project.mark(), await project.id());
  project.write("steps/deep/gone.ts", "export {};");
  const after = await project.id();
  assert.equal(after, await project.followed());
  assert.notEqual(after, before);
});

Deno.test("a step that loads a notebook or a module is known by these, and by what they name", async () => {
  for (const [i, [what, change]] of Object.entries(loadedChanges).entries()) {
    const project = projects.loading[i]!;
    const loaded = {
      notebooks: [project.path("notes/page.ipynb")],
      modules: [project.path("notes/more.ts")],
    };
    const before = await project.id(project.module, loaded);
    assert.notEqual(before, await project.id(project.module));
    assert.equal(project.mark(project.module, loaded), await project.id(project.module, loaded), what);
    assert.notEqual(await project.id(project.module), "marked");
    change(project);
    const after = await project.id(project.module, loaded);
    assert.equal(after, await project.followed(project.module, loaded), what);
    assert.notEqual(after, "marked", what);
  }
});
