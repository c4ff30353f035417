import assert from "node:assert/strict";
import { type Export, exportsOf } from "./exports.ts";
import { readFiles } from "./files.ts";

const entryPoints = ["lib/mod.ts", "lib/report/notebook_api.ts"];
const testOnly: Record<string, string[]> = JSON.parse(
  await Deno.readTextFile(new URL("test_only.json", import.meta.url)),
);

/** A value that no one imports, or a type that not even its own file uses. */
function unused({ kind, usedInside, importers }: Export): boolean {
  return importers.length === 0 && (kind === "value" || !usedInside);
}

function onlyTested({ kind, usedInside, importers }: Export): boolean {
  return importers.length > 0 && importers.every((path) => path.startsWith("tests/")) &&
    (kind === "value" || !usedInside);
}

const label = ({ file, name }: Export) => `${file} ${name}`;

Deno.test("every export is imported somewhere, and one that only tests import is listed with its reason", () => {
  const files = ["lib", "tests", "workflows"].flatMap((folder) => readFiles(folder));
  const all = exportsOf([...files, ...readFiles("notebooks", ".ipynb")])
    .filter(({ file }) => !entryPoints.includes(file));
  assert.ok(all.length > 1000);
  assert.deepEqual(all.filter(unused).map(label), [], "drop `export`, or the code");
  assert.deepEqual(
    all.filter(onlyTested).map(label).sort(),
    Object.values(testOnly).flat().sort(),
    "tests/house/test_only.json lists with a reason what only tests import",
  );
});

Deno.test("exportsOf() follows static, renamed, star, type and lazy imports, and own examples", () => {
  const lib = `
/** Says so.
 *
 * import { shown } from "./a.ts";
 */
export const shown = 1;
export function plain() {}
export async function renamed() {}
export class Typed {}
export const lazily = 2;
export const sent = 3;
export interface Shape {}
export function lonely(): Shape { return {}; }
// import { lonely } from "./a.ts";
`;
  const user = `
import { plain, renamed as other, type Typed } from "../lib/a.ts";
const { lazily } = await import("../lib/a.ts");
export { sent } from "../lib/a.ts";
`;
  const found = exportsOf([{ path: "lib/a.ts", text: lib }, { path: "tests/u.ts", text: user }]);
  assert.deepEqual(Object.fromEntries(found.map((e) => [e.name, e.importers])), {
    shown: ["example"],
    plain: ["tests/u.ts"],
    renamed: ["tests/u.ts"],
    Typed: ["tests/u.ts"],
    lazily: ["tests/u.ts"],
    sent: ["tests/u.ts"],
    Shape: [],
    lonely: [],
  });
  assert.deepEqual(found.filter(unused).map(({ name }) => name), ["lonely"]);
  const star = exportsOf([
    { path: "lib/a.ts", text: lib },
    { path: "lib/mod.ts", text: 'export * as a from "./a.ts";' },
  ]);
  assert.ok(star.every(({ importers }) => importers.includes("lib/mod.ts")));
});
