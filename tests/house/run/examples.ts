/**
 * The examples of docstrings as tests, as `deno test --doc` makes them, but in as few modules as one likes: it starts a
 * worker for each example, which takes longer than nearly all of them.
 */
import { pathToFileURL } from "node:url";
import type { Source } from "../exports.ts";

/** An example as the text of a module. */
export interface Example {
  /** Where it stands: `lib/fsq/levels.ts#12-18`. */
  name: string;
  text: string;
}

/** Whether code names something by itself, not as a member of something else; `...name` does. */
const uses = (code: string, name: string) => new RegExp(`(?<!\\w|(?<!\\.\\.)\\.)${name}\\b`).test(code);

/**
 * All examples of a module, each with what it uses of the module's exports imported.
 *
 * @param source The module by its path from `root`.
 * @param root Absolute path of the repository.
 */
export function examplesOf({ path, text }: Source, root: string): Example[] {
  const url = pathToFileURL(`${root}/${path}`);
  const declared = text.matchAll(/^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm);
  const passedOn = text.matchAll(/^export \{([^}]*)\}/gm);
  const exported = [
    ...[...declared].map(([, name]) => name!),
    ...[...passedOn].flatMap(([, names]) => names!.split(",")).filter((name) => !/^\s*type\s/.test(name))
      .map((name) => name.trim().replace(/^\w+ as /, "")).filter((name) => name !== ""),
  ];
  return [...text.matchAll(/^ *\* ```ts\n([\s\S]*?)^ *\* ```$/gm)].map(({ 0: whole, 1: lines, index }) => {
    const code = lines!.replaceAll(/^ *\* ?/gm, "");
    const statements = /^import\s[^;]*?["']([^"']+)["'][^;]*;\n/gm;
    const imports = [...code.matchAll(statements)].map(([statement, specifier]) =>
      specifier!.startsWith(".") ? statement.replace(specifier!, new URL(specifier!, url).href) : statement
    );
    const body = code.replaceAll(statements, "");
    const isThere = (name: string) => imports.some((line) => new RegExp(`\\b${name}\\b`).test(line));
    const used = exported.filter((name) => uses(body, name) && !isThere(name));
    if (used.length > 0) imports.push(`import { ${used.join(", ")} } from "${url.href}";\n`);
    const first = text.slice(0, index).split("\n").length + 1;
    const name = `${path}#${first}-${first + whole.split("\n").length - 3}`;
    return { name, text: `${imports.join("")}Deno.test("${name}", async () => {\n${body}});\n` };
  });
}
