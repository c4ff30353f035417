/**
 * What the public API exports is documented, and its functions and classes have an example. `deno test --doc lib/` runs
 * the examples.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dataOf } from "./docs.ts";
import { readFiles } from "./files.ts";

const root = new URL("../../", import.meta.url);
const { exports }: { exports: Record<string, string> } = JSON.parse(
  await Deno.readTextFile(new URL("deno.json", root)),
);

for (const [name, path] of Object.entries(exports)) {
  Deno.test(`every export of "motiflow${name.slice(1)}" is documented, functions and classes by example`, async () => {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["doc", "--json", fileURLToPath(new URL(path, root))],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const symbols = dataOf(JSON.parse(new TextDecoder().decode(stdout)));
    assert.ok(symbols.length > 10);
    const without = (what: (symbol: typeof symbols[number]) => boolean) =>
      symbols.filter(what).map(({ name, file }) => `${name} (${file})`);
    assert.deepEqual(without(({ documented }) => !documented), []);
    assert.deepEqual(without(({ kinds, example }) => /function|class/.test(kinds) && !example), []);
  });
}

Deno.test("dataOf() joins the declarations of a name, and takes an example from any of them", () => {
  const location = { filename: "file:///x/a.ts" };
  const at = (name: string, kind: string, doc?: string) => ({
    name,
    declarations: [{ kind, location, ...(doc === undefined ? {} : { jsDoc: { doc } }) }],
  });
  const both = {
    name: "C",
    declarations: [...at("C", "interface").declarations, ...at("C", "variable", "x").declarations],
  };
  const symbols = [
    at("f", "function", "Says.\n\n```ts\nf();\n```"),
    at("g", "function"),
    both,
    at("N", "namespace"),
  ];
  assert.deepEqual(dataOf({ nodes: { "file:///x/mod.ts": { symbols } } }), [
    { name: "f", kinds: "function", file: "file:///x/a.ts", documented: true, example: true },
    { name: "g", kinds: "function", file: "file:///x/a.ts", documented: false, example: false },
    { name: "C", kinds: "interface variable", file: "file:///x/a.ts", documented: true, example: false },
  ]);
});

Deno.test("examples import files that are there", () => {
  const gone = readFiles("lib").flatMap(({ path, text }) =>
    [...text.matchAll(/^ *\* .*?(?:from |import\()"(\.[^"]+)"/gm)].map(([, target]) => target)
      .filter((target) => !existsSync(new URL(target, new URL(path, root))))
      .map((target) => `${path}: ${target}`)
  );
  assert.deepEqual(gone, []);
});
