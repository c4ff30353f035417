/**
 * Makes docs/artifacts.md from the documentation in lib/artifacts/: `deno task docs`. A test holds the page to it.
 */
import * as api from "../../lib/mod.ts";
import type { ArtifactType } from "../../lib/artifacts/artifact.ts";
import { formatted, table } from "../docs/markdown.ts";
import { readFiles } from "./files.ts";

const rootUrl = new URL("../../", import.meta.url);

const intro = `<!-- Written by \`deno task docs\` from lib/artifacts/. Change it there. -->

# Artifacts

An artifact is a folder of plain files. Its header, \`artifact.json\`, names the type, the version of the files' layout
and facts about them. Steps exchange artifacts; \`publish: DIR\` copies one out, and \`import\` brings one in.
\`.npy\` files are NumPy arrays, \`.json\` files are read through a schema that says what is wrong where.`;

/** One documented line of a block: a field of an interface, or a file in a table of names. */
interface Entry {
  name: string;
  value: string;
  doc: string;
}

const oneLine = (comment: string) =>
  comment.replaceAll(/^\s*\*\s?/gm, "").replace(/```[\s\S]*?```/g, "").replaceAll(/\s+/g, " ")
    .replaceAll(/\{@linkcode ([^}]*)\}/g, "`$1`").trim();

/** Entries of the block that `start` opens, up to the closing bracket at its own indentation. */
function entriesOf(text: string, start: RegExp): Entry[] {
  const opened = start.exec(text);
  if (opened === null) return [];
  const body = text.slice(opened.index + opened[0].length).split(/^\}/m, 1)[0];
  const lines = body.matchAll(
    /(?:^ {2}\/\*\*([\s\S]*?)\*\/\n)?^ {2}(?:readonly )?([\w$]+\??): (.+?)[;,]?$/gm,
  );
  return [...lines].map(([, doc = "", name, value]) => ({ name, value, doc: oneLine(doc) }));
}

/** File names of a table such as `modelFiles`, nested ones included, with the words beside them. */
async function fileRows(path: string, text: string, table: string): Promise<string[][]> {
  const module: Record<string, Record<string, unknown>> = await import(new URL(path, rootUrl).href);
  const docs = new Map(
    entriesOf(text, new RegExp(`export const ${table} = \\{`)).map(({ name, doc }) => [name, doc]),
  );
  return Object.entries(module[table]).flatMap(([key, value]) => {
    const names = typeof value === "string" ? [value] : Object.values(value as Record<string, string>);
    return names.map((name) => [`\`${name}\``, docs.get(key) ?? ""]);
  });
}

async function section(
  { name, version, summary }: ArtifactType,
  path: string,
  text: string,
): Promise<string> {
  const comment =
    new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*?)\\*/\\nexport const ${name}\\b`).exec(text)?.[1] ?? "";
  const [, listed] = /\{@linkcode (\w+Files)\}/.exec(comment) ?? [];
  const files = listed === undefined ? [] : await fileRows(path, text, listed);
  const [, base] = new RegExp(`export interface ${name} extends (\\w+) \\{`).exec(text) ?? [];
  const fields = [base, name].filter((one) => one !== undefined)
    .flatMap((one) => entriesOf(text, new RegExp(`export interface ${one}(?: extends [^{]*)? \\{`)));
  return [
    `## ${name}`,
    `${summary}. Layout version ${version}, \`${path}\`.`,
    files.length > 0 ? table(["file", "holds"], files) : oneLine(comment),
    fields.length === 0 ? "" : table(
      ["field", "type", "meaning"],
      fields.map(({ name, value, doc }) => [`\`${name}\``, value === "{" ? "object" : `\`${value}\``, doc]),
    ),
  ].filter((part) => part !== "").join("\n\n");
}

/** The page as it should be, formatted. */
export async function artifactPage(): Promise<string> {
  const files = readFiles("lib/artifacts");
  const types = (Object.entries(api) as [string, unknown][]).flatMap(([name, value]) => {
    const type = value as ArtifactType;
    return typeof type?.write === "function" && type.name === name ? [type] : [];
  });
  const sections = await Promise.all(types.map((type) => {
    const found = files.find(({ text }) => new RegExp(`export const ${type.name}\\b`).test(text))!;
    return section(type, found.path, found.text);
  }));
  const { page } = await formatted({ page: [intro, ...sections].join("\n\n") + "\n" });
  return page!;
}
