/** An executed notebook as one HTML file that loads nothing from anywhere. */
import { Marked } from "marked";
import type { Json } from "../artifacts/artifact.ts";
import { withoutAbsent } from "./absent.ts";
import { Html, markup, type Part } from "../text/html.ts";
import { type Cell, type Multiline, type Notebook, type Output, textOf } from "./nbformat.ts";
import { sealPlace } from "./own_file.ts";
import { pageStyle } from "./page_style.ts";
import { tabStops } from "./tab_stops.ts";

export interface HtmlOptions {
  /** Title of the page. @default the first heading of the notebook, else `Report` */
  title?: string;
  /** Whether the page ends with the place of a seal, for `writeOwn()`. */
  sealed?: boolean;
  /** Said above everything else. */
  banner?: string;
  /** @default "en" */
  language?: string;
}

interface Heading {
  depth: number;
  /** HTML of the heading's text. */
  html: string;
  text: string;
  id: string;
}

/** No script but our own, and nothing remote: whatever a cell put out, the page stays one file. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; " +
  `script-src ${tabStops.source}`;

/**
 * Renders a notebook. Markdown and HTML outputs are taken as they are, as in Jupyter (a notebook is trusted), but a
 * content security policy keeps their scripts and remote resources out. Images in Markdown become links unless they are data.
 *
 * ```ts
 * import { renderHtml } from "./html.ts";
 * import assert from "node:assert/strict";
 * const cell = { cell_type: "markdown", metadata: {}, source: "# Walks" } as const;
 * const notebook = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
 * assert.match(renderHtml(notebook), /<title>Walks<\/title>/);
 * ```
 */
export function renderHtml(notebook: Notebook, options: HtmlOptions = {}): string {
  const headings: Heading[] = [];
  const { cells, left } = withoutAbsent(notebook.cells);
  const body = markup`${joined(cells.map((cell) => renderCell(cell, headings)))}${leftOut(left)}`;
  const title = options.title ?? headings[0]?.text ?? "Report";
  const entries = headings.filter((h) => h.depth === 2 || h.depth === 3);
  const item = (h: Heading) =>
    markup`<li${h.depth === 3 && new Html(' class="sub"')}><a href="#${h.id}">${new Html(h.html)}</a></li>\n`;
  const contents = entries.length >= 2 &&
    markup`<nav class="contents" aria-label="Contents"><ol>\n${entries.map(item)}</ol></nav>`;
  return markup`<!doctype html>
<html lang="${options.language ?? "en"}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
<div class="page">
${contents}
<main>
${options.banner !== undefined && markup`<p class="banner" role="alert">${options.banner}</p>\n`}${body}
</main>
</div>
<script>${new Html(tabStops.script)}</script>
</body>
</html>
${options.sealed === true && new Html(`<!-- ${sealPlace} -->\n`)}`.text;
}

const joined = (parts: readonly Part[]) => markup`${parts.map((part, i) => [i > 0 && "\n", part])}`;

function leftOut(titles: readonly string[]): Part {
  return titles.length > 0 &&
    markup`\n<p class="note left-out">Nothing is connected to this report for: ${titles.join(", ")}.</p>`;
}

function renderCell(cell: Cell, headings: Heading[]): Part {
  const source = textOf(cell.source);
  if (cell.cell_type === "markdown") {
    return new Html(renderMarkdown(source, headings, attachmentsOf(cell)));
  }
  if (cell.cell_type === "raw" || source.trim() === "") return undefined;
  const label = cell.metadata.tags?.includes("injected-parameters") ? "Parameters" : "Code";
  const hidden = cell.metadata.tags?.includes("remove-input") ?? false;
  const code = !hidden &&
    markup`<details class="code"><summary>${label}</summary><pre><code>${source}</code></pre></details>\n`;
  return [code, joined((cell.outputs ?? []).map((output) => renderOutput(output, headings)))];
}

function renderOutput(output: Output, headings: Heading[]): Part {
  // deno-lint-ignore no-control-regex
  const plain = (text: string) => text.replace(/\x1b\[[0-9;]*m/g, "");
  switch (output.output_type) {
    case "stream":
      return markup`<pre class="output ${output.name}">${plain(textOf(output.text))}</pre>`;
    case "error":
      return markup`<pre class="output error">${plain(output.traceback.join("\n"))}</pre>`;
    default: {
      const shown = renderBundle(output.data, headings);
      return shown !== undefined && markup`<div class="output">${shown}</div>`;
    }
  }
}

/** The richest representation that a page can show. */
function renderBundle(data: Record<string, Json>, headings: Heading[]): Html | undefined {
  const text = (type: string) => Object.hasOwn(data, type) ? textOf(data[type] as Multiline) : undefined;
  const rich = text("text/html") ?? text("image/svg+xml")?.replace(/^<\?xml[^>]*\?>\s*/, "");
  if (rich !== undefined) return new Html(collectHeadings(rich, headings));
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp"]) {
    const bytes = text(type)?.replace(/\s/g, "");
    if (bytes !== undefined && /^[A-Za-z0-9+/=]*$/.test(bytes)) {
      return markup`<img alt="${text("text/plain")}" src="data:${type};base64,${bytes}">`;
    }
  }
  const markdown = text("text/markdown");
  if (markdown !== undefined) return new Html(renderMarkdown(markdown, headings, {}));
  const plain = text("text/plain");
  if (plain !== undefined) return markup`<pre>${plain}</pre>`;
  const json = data["application/json"];
  return json === undefined ? undefined : markup`<pre>${JSON.stringify(json, null, 2)}</pre>`;
}

/** Headings in HTML outputs count for the contents as well, where they have an id. */
function collectHeadings(html: string, headings: Heading[]): string {
  // Parts of a section stand one level below the heading that they follow, so that no level is left out.
  const level = Math.min(4, (headings.at(-1)?.depth ?? 1) + 1);
  const shown = html.replaceAll("<h4>", `<h${level} class="part">`).replaceAll("</h4>", `</h${level}>`);
  for (const [, depth, id, inner] of shown.matchAll(/<h([1-3]) id="([^"]+)"[^>]*>(.*?)<\/h\1>/gs)) {
    const text = inner.replace(/<[^>]*>/g, "");
    headings.push({ depth: Number(depth), id, html: text, text });
  }
  return shown;
}

function attachmentsOf(cell: Cell): Record<string, string> {
  const attachments = (cell as { attachments?: Record<string, Record<string, string>> }).attachments ?? {};
  return Object.fromEntries(
    Object.entries(attachments).map(([name, bundle]) => {
      const [type, bytes] = Object.entries(bundle)[0] ?? ["text/plain", ""];
      return [name, `data:${type};base64,${bytes}`];
    }),
  );
}

function renderMarkdown(source: string, headings: Heading[], attachments: Record<string, string>): string {
  const marked = new Marked({ gfm: true });
  marked.use({
    renderer: {
      heading({ tokens, depth }) {
        const inline = this.parser.parseInline(tokens);
        const text = this.parser.parseInline(tokens, this.parser.textRenderer);
        const id = uniqueId(text, headings);
        headings.push({ depth, html: inline, text, id });
        return `<h${depth} id="${id}">${inline}</h${depth}>\n`;
      },
      image({ href, text }) {
        const embedded = href.startsWith("attachment:") ? attachments[href.slice(11)] : href;
        if (embedded?.startsWith("data:image/")) {
          return markup`<img alt="${text}" src="${embedded}">`.text;
        }
        return markup`<a href="${href}">${text || href}</a>`.text;
      },
      table(token) {
        const cells = (row: typeof token.header, tag: string) =>
          row.map((c) => {
            const number = c.align === "right" ? ' class="number"' : "";
            return `<${tag}${number}>${this.parser.parseInline(c.tokens)}</${tag}>`;
          }).join("");
        const rows = token.rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("\n");
        return `<div class="table"><table>\n<thead><tr>${cells(token.header, "th")}</tr></thead>\n` +
          `<tbody>\n${rows}\n</tbody></table></div>\n`;
      },
    },
  });
  return marked.parse(source, { async: false });
}

function uniqueId(text: string, headings: readonly Heading[]): string {
  const slug =
    text.toLowerCase().replace(/&[a-z0-9#]+;/g, "").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") ||
    "section";
  let id = slug;
  for (let i = 2; headings.some((h) => h.id === id); i++) id = `${slug}-${i}`;
  return id;
}
