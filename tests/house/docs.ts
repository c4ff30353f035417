/** Reads what `deno doc --json` says of a module's exports. */

interface Declaration {
  kind: string;
  location: { filename: string };
  jsDoc?: { doc?: string; tags?: { doc?: string }[] };
}

interface Documentation {
  nodes: Record<string, { symbols: { name: string; declarations: Declaration[] }[] }>;
}

/** One exported name; a value and a type of the same name are one. */
export interface ExportedName {
  name: string;
  kinds: string;
  file: string;
  documented: boolean;
  example: boolean;
}

/** All exported names but namespaces, whose members have modules of their own. */
export function dataOf({ nodes }: Documentation): ExportedName[] {
  return Object.values(nodes).flatMap(({ symbols }) => symbols).map(({ name, declarations }) => {
    const docs = declarations.map(({ jsDoc }) =>
      [jsDoc?.doc ?? "", ...(jsDoc?.tags ?? []).map(({ doc }) => doc ?? "")].join("\n").trim()
    );
    return {
      name,
      kinds: declarations.map(({ kind }) => kind).join(" "),
      file: declarations[0].location.filename,
      documented: docs.some((doc) => doc !== ""),
      example: docs.some((doc) => /^```ts$/m.test(doc)),
    };
  }).filter(({ kinds }) => kinds !== "namespace");
}
