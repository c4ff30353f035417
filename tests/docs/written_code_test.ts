/** Code that users read is right by its types. One check for all of it: each loads the types of the whole API anew. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readNotebook, textOf } from "../../lib/report/nbformat.ts";
import { examples, moved } from "../house/contributing.ts";
import { codeOf, localImports } from "../report/notebook_code.ts";
import { guideBlocks } from "./guides.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const notebooks = new URL("../../notebooks/", import.meta.url);

/** The code cells of a committed notebook as one module; none may hold output. */
async function notebookCode(name: string): Promise<string> {
  const source = await readNotebook(fileURLToPath(new URL(name, notebooks)));
  for (const cell of source.cells) {
    if (cell.cell_type === "code") assert.deepEqual(cell.outputs, [], `${name}: ${textOf(cell.source)}`);
  }
  const code = localImports(source).reduce(
    (text, specifier) => text.replaceAll(specifier, new URL(specifier, notebooks).href),
    codeOf(source),
  );
  return `${code}export {};\n`;
}

Deno.test("modules of the guides and of CONTRIBUTING.md and cells of notebooks type-check, and cells hold no output", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "motiflow-written-" }));
  try {
    const modules = new Map<string, string>();
    for (const { language, text } of guideBlocks()) {
      if (language === "ts") modules.set(join("guides", /^\/\/ (\S+\.ts)\n/.exec(text)![1]!), text);
    }
    for (const [path, code] of examples()) {
      modules.set(join("contributing", path.replaceAll("/", "_")), moved(path, code));
    }
    for (const { name } of Deno.readDirSync(notebooks)) {
      if (name.endsWith(".ipynb")) modules.set(`${name}.ts`, await notebookCode(name));
    }
    for (const kind of [/^guides/, /^contributing/, /\.ipynb\.ts$/]) {
      assert.ok([...modules.keys()].filter((path) => kind.test(path)).length >= 2, `${kind}`);
    }
    for (const [path, code] of modules) {
      Deno.mkdirSync(dirname(join(folder, path)), { recursive: true });
      Deno.writeTextFileSync(join(folder, path), code);
    }
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--config", join(root, "deno.json"), ...modules.keys()],
      cwd: folder,
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
