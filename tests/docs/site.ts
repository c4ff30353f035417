/**
 * `deno task site [DIR]`: all documents as one folder of pages with a search, that needs no network and no server. Links
 * between documents become links between pages, pictures are copied, and the names of other files stay plain words.
 */
import { dirname, join, relative } from "node:path/posix";
import { Marked } from "marked";
import { readFiles } from "../house/files.ts";
import { script, style } from "./site_style.ts";

/** Documents above docs/ that belong to the site. */
const above = [
  "README.md",
  "workflows/README.md",
  "hailo/README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
];

/** One document. */
interface Document {
  /** From the repository's root. */
  source: string;
  /** From the site's. */
  target: string;
  text: string;
}

/** Files of the site by path. */
export type Site = Map<string, string | Uint8Array>;

/** What a reader looks for: a heading with the text below it. */
interface Entry {
  title: string;
  page: string;
  url: string;
  text: string;
}

/** Builds the site. @param root URL of the repository. */
export async function buildSite(root: URL): Promise<{ site: Site; dead: string[] }> {
  const documents: Document[] = [
    ...readFiles("docs", ".md").map(({ path, text }) => ({ source: path, target: pageOf(path), text })),
    ...await Promise.all(above.map(async (path) => ({
      source: path,
      target: pageOf(path),
      text: await Deno.readTextFile(new URL(path, root)),
    }))),
  ];
  const known = new Map(documents.map((document) => [document.source, document]));
  const pages = documents.map((document) => render(document, known, root));
  const anchors = new Map(pages.map(({ document, ids }) => [document.target, ids]));
  const dead = pages.flatMap(({ document, links }) =>
    links.flatMap(({ href, page, anchor }) => {
      if (page === undefined) return [`${document.source}: ${href}`];
      const lost = anchor !== "" && anchors.get(page)?.has(anchor) === false;
      return lost ? [`${document.source}: ${href} (no such heading)`] : [];
    })
  );
  const site: Site = new Map();
  for (const { document, body, title } of pages) site.set(document.target, layout(document, title, body));
  for (const [target, source] of pages.flatMap(({ pictures }) => [...pictures])) {
    site.set(target, await Deno.readFile(new URL(source, root)));
  }
  const entries = pages.flatMap(({ entries }) => entries);
  // A script, not JSON: a page that is opened from a file may load nothing else.
  site.set("search.js", `window.motiflowIndex = ${JSON.stringify(entries)};\n${script}`);
  site.set("style.css", style);
  return { site, dead };
}

/** `docs/guides/x.md` is `guides/x.html`, `docs/README.md` is `index.html`, `README.md` is `overview.html`. */
function pageOf(source: string): string {
  const own = source.startsWith("docs/") ? source.slice(5) : source === "README.md" ? "overview.md" : source;
  return own.replace(/(^|\/)README\.md$/, "$1index.md").replace(/\.md$/, ".html").toLowerCase();
}

interface Link {
  href: string;
  /** Page of the site, or "" for what lies elsewhere; undefined where there is nothing. */
  page: string | undefined;
  anchor: string;
}

function render(document: Document, known: ReadonlyMap<string, Document>, root: URL) {
  const ids = new Set<string>();
  const pictures = new Map<string, string>();
  const links: Link[] = [];
  const entries: Entry[] = [];
  let title = "";
  const add = (words: string) => {
    const last = entries.at(-1);
    if (last !== undefined) last.text = `${last.text} ${words}`.slice(0, 4000);
  };
  const marked = new Marked({
    walkTokens(token) {
      if (token.type === "paragraph" || token.type === "tablecell") add(plain(token.text));
      if (token.type === "table") {
        for (const row of [token.header, ...token.rows]) add(row.map((c: any) => plain(c.text)).join(" "));
      }
      if (token.type === "code") add(token.text);
    },
    renderer: {
      heading({ tokens, depth, text }) {
        const id = unique(slug(text), ids);
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const [to, words] = [lead(href), this.parser.parseInline(tokens)];
        return to === undefined ? words : `<a href="${escaped(to)}">${words}</a>`;
      },
      image({ href, text }) {
        lead(href);
        const source = join(dirname(document.source), href);
        const target = join("files", source);
        if (exists(new URL(source, root))) pictures.set(target, source);
        return `<img src="${escaped(relative(dirname(document.target), target))}" alt="${escaped(text)}">`;
      },
      table(token) {
        const cells = (tag: string, row: typeof token.header) =>
          row.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join("");
        const body = token.rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("\n");
        // Keys with long meanings become blocks where a screen is narrow.
        const kind = /^key below/.test(token.header[0]!.text) ? "table keys" : "table";
        return `<div class="${kind}" tabindex="0" role="group" aria-label="table"><table><thead><tr>${
          cells("th", token.header)
        }</tr></thead><tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  /** Where a link leads from this page; nowhere where the site does not have the file. */
  const lead = (href: string): string | undefined => {
    if (/^[a-z]+:/.test(href)) return href;
    const [path = "", anchor = ""] = href.split("#");
    const source = path === "" ? document.source : join(dirname(document.source), path);
    const target = known.get(source)?.target;
    const file = target === undefined && exists(new URL(source, root));
    links.push({ href, page: target ?? (file ? "" : undefined), anchor });
    const from = dirname(document.target);
    if (target === undefined) return undefined;
    return `${relative(from, target)}${anchor === "" ? "" : `#${anchor}`}`;
  };
  // Headings come first, so that the words below each are found under it.
  const tokens = marked.lexer(document.text);
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.type === "heading") {
      const id = unique(slug(token.text), seen);
      if (token.depth === 1 && title === "") title = plain(token.text);
      entries.push({ title: plain(token.text), page: title, url: `${document.target}#${id}`, text: "" });
    } else marked.walkTokens([token], marked.defaults.walkTokens!);
  }
  // What is wider than a phone is scrolled, which keys have to reach as well.
  const body = marked.parser(tokens).replaceAll("<pre><code", '<pre tabindex="0"><code');
  return { document, body, title, ids, links, entries, pictures };
}

function exists(url: URL): boolean {
  try {
    Deno.statSync(url);
    return true;
  } catch {
    return false;
  }
}

const plain = (markdown: string) =>
  markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll(/[`*]/g, "");

/** The anchor of a heading, as GitHub makes it. */
function slug(text: string): string {
  return plain(text).toLowerCase().replaceAll(/[^\p{L}\p{N}_ -]/gu, "").trim().replaceAll(" ", "-");
}

function unique(id: string, taken: Set<string>): string {
  let free = id;
  for (let n = 1; taken.has(free); n++) free = `${id}-${n}`;
  taken.add(free);
  return free;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** What stands beside every page, in this order. */
const menu: [string, string][] = [
  ["Start", "index.html"],
  ["Overview", "overview.html"],
  ["First study", "guides/first-study.html"],
  ["Reading the report", "guides/reading-the-report.html"],
  ["Choosing", "guides/choosing.html"],
  ["Own step", "guides/own-step.html"],
  ["Own encoder", "guides/own-encoder.html"],
  ["Notebooks", "guides/notebooks.html"],
  ["Deploying", "guides/deploying.html"],
  ["Questions", "guides/faq.html"],
  ["Glossary", "guides/glossary.html"],
  ["Language", "workflows/index.html"],
  ["Steps", "steps/index.html"],
  ["Artifacts", "artifacts.html"],
  ["Metrics", "metrics.html"],
  ["Findings", "findings.html"],
  ["Codes", "codes.html"],
  ["Architecture", "architecture.html"],
  ["Changes", "changelog.html"],
];

function layout({ target }: Document, title: string, body: string): string {
  const up = relative(dirname(target), ".") || ".";
  const items = menu.map(([name, page]) =>
    `<li><a href="${up}/${page}"${page === target ? ' aria-current="page"' : ""}>${name}</a></li>`
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} – Motiflow</title>
<link rel="stylesheet" href="${up}/style.css">
</head>
<body data-root="${up}/">
<a class="skip" href="#content">Skip to the text</a>
<header>
<a class="home" href="${up}/index.html">Motiflow</a>
<label>Search <input type="search" id="search" autocomplete="off" aria-controls="results"></label>
<details><summary>Contents</summary><nav aria-label="Contents"><ul>${items.join("")}</ul></nav></details>
</header>
<ol id="results" aria-live="polite" hidden></ol>
<div class="columns">
<nav class="side" aria-label="Pages"><ul>${items.join("")}</ul></nav>
<main id="content">
${body}</main>
</div>
<script src="${up}/search.js" defer></script>
</body>
</html>
`;
}

if (import.meta.main) {
  const folder = Deno.args[0] ?? "out/site";
  const { site, dead } = await buildSite(new URL("../../", import.meta.url));
  for (const link of dead) console.error(`dead link: ${link}`);
  for (const [path, content] of site) {
    await Deno.mkdir(join(folder, dirname(path)), { recursive: true });
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(join(folder, path), bytes);
  }
  console.log(`${folder}/index.html`);
  if (dead.length > 0) Deno.exit(1);
}
