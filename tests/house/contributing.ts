/** The examples of CONTRIBUTING.md, each a file of this tree that is not there yet. */
import { dirname, join } from "node:path/posix";
import project from "../../deno.json" with { type: "json" };

const root = new URL("../../", import.meta.url);
const packages: Record<string, string> = project.imports;

/** The examples by the path in their first line. */
export function examples(): Map<string, string> {
  const text = Deno.readTextFileSync(new URL("CONTRIBUTING.md", root));
  const blocks = text.matchAll(/```ts\n\/\/ (lib\/\S+\.ts)\n([\s\S]*?)```/g);
  return new Map([...blocks].map(([, path, code]) => [path, code]));
}

/** An example as it stands elsewhere: what it imports is named by address. */
export function moved(path: string, code: string): string {
  return code.replaceAll(/(from )"([^"]+)"/g, (whole, from: string, name: string) => {
    if (name.startsWith(".")) return `${from}"${new URL(join(dirname(path), name), root).href}"`;
    return packages[name] === undefined ? whole : `${from}"${packages[name]}"`;
  });
}
