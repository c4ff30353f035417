/** `package.json` says what `deno.json` says. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readFiles } from "./files.ts";
import { packageParts } from "../../lib/report/kernel/kernel_home.ts";
import { largePages } from "../../lib/text/program.ts";
import config from "../../deno.json" with { type: "json" };
import manifest from "../../package.json" with { type: "json" };

const root = fileURLToPath(new URL("../../", import.meta.url));
/** What the program's own modules import, and what that asks to be beside it; tests import more. */
const imported = new Set([
  "commander",
  ...readFiles("lib").flatMap(({ text }) =>
    [...text.matchAll(/(?:from |import\()"((?:@[^/"]+\/)?[^./"@][^/"]*)[^"]*"/g)].map(([, name]) => name)
  ),
]);

Deno.test("the npm package has the name, version and licence of deno.json and depends on the same packages", () => {
  for (const key of ["name", "version", "license"] as const) assert.equal(manifest[key], config[key]);
  const { deno, ...packages }: Record<string, string> = {
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
  };
  const imports = Object.entries(config.imports).filter(([name]) => imported.has(name))
    .map(([name, target]) => [name, target.slice(`npm:${name}@`.length)]);
  assert.deepEqual(packages, Object.fromEntries(imports));
  assert.ok(
    Deno.readTextFileSync(join(root, ".ci/run")).includes(`deno@${deno}"`),
    "CI runs on the same Deno",
  );
});

Deno.test("notebooks of the npm package find every part of a package that the program imports", () => {
  const parts = readFiles("lib").flatMap(({ text }) =>
    [...text.matchAll(/(?:from |import\()"((?:@[^/"]+\/)?[^./"@:]+\/[^"]+)"/g)].map(([, part]) => part!)
  ).filter((part) => imported.has(part.split("/").slice(0, part.startsWith("@") ? 2 : 1).join("/")));
  const own = new Set([...Object.keys(config.imports), "motiflow/report"]);
  assert.deepEqual([...new Set(parts.filter((part) => !own.has(part)))].sort(), [...packageParts]);
});

Deno.test("what the program reads is in the npm package", () => {
  for (const path of manifest.files) assert.ok(existsSync(join(root, path.replace(/\/\*.*$/, ""))), path);
  const home = Deno.readTextFileSync(join(root, "npm/home.mjs"));
  const parts: string[] = JSON.parse(/const parts = (\[.*\])/.exec(home)![1]);
  const shipped = manifest.files.map((path) => path.replace(/\/\*.*$/, ""));
  // npm adds package.json by itself.
  assert.deepEqual(parts.filter((part) => !shipped.includes(part)), ["package.json"]);
});

Deno.test("however the program is started, it asks for large pages of memory", () => {
  const asks = `GLIBC_TUNABLES=${largePages} `;
  const tasks = Object.entries(config.tasks).filter(([, { command }]) => command.includes("lib/cli/main.ts"));
  assert.ok(tasks.length > 20);
  assert.deepEqual(tasks.filter(([, { command }]) => !command.startsWith(asks)), []);
  const launcher = Deno.readTextFileSync(join(root, "npm/motiflow.mjs"));
  assert.ok(launcher.includes(`GLIBC_TUNABLES: "${largePages}"`));
});
