import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { parseHTML } from "linkedom";
import { renderHtml } from "../../lib/report/html.ts";
import type { Cell, Notebook, Output } from "../../lib/report/nbformat.ts";

const markdown = (source: string, extra: Record<string, unknown> = {}): Cell => ({
  cell_type: "markdown",
  metadata: {},
  source,
  ...extra,
});
const code = (source: string, ...outputs: Output[]): Cell => ({
  cell_type: "code",
  metadata: {},
  source,
  outputs,
});
const data = (bundle: Record<string, any>): Output => ({
  output_type: "display_data",
  data: bundle,
  metadata: {},
});
const page = (...cells: Cell[]) =>
  renderHtml({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 } satisfies Notebook);
const parse = (html: string) => parseHTML(html).document;

Deno.test("renderHtml() escapes code, streams, errors and plain text", () => {
  const evil = '<script>alert("x")</script> & more';
  const html = page(code(
    evil,
    { output_type: "stream", name: "stdout", text: [evil, "\n\u001b[31mred\u001b[0m"] },
    { output_type: "error", ename: "E", evalue: evil, traceback: [evil] },
    data({ "text/plain": evil }),
    data({ "application/json": { evil } }),
  ));
  const document = parse(html);
  assert.deepEqual(
    [...document.querySelectorAll("script")].filter((e) => e.textContent!.includes("alert")),
    [],
  );
  const texts = [...document.querySelectorAll("pre")].map((e) => e.textContent);
  assert.equal(texts.length, 5);
  for (const text of texts.slice(0, 4)) assert.ok(text?.startsWith(evil));
  assert.match(texts[1]!, /\nred$/);
});

Deno.test("renderHtml() prefers HTML, then SVG, then images, then text", () => {
  const svg = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>';
  const document = parse(page(
    code("1", data({ "text/plain": "t", "image/svg+xml": svg, "text/html": "<b>h</b>" })),
    code("2", data({ "text/plain": "t", "image/svg+xml": svg })),
    code("3", data({ "text/plain": 'a "plot"', "image/png": "iVBO\nRw0=" })),
    code("4", data({ "text/plain": "t", "text/markdown": "*m*" })),
  ));
  const outputs = [...document.querySelectorAll(".output")];
  assert.equal(outputs[0].innerHTML, "<b>h</b>");
  assert.ok(outputs[1].querySelector("svg > rect"));
  assert.equal(outputs[2].querySelector("img")?.getAttribute("src"), "data:image/png;base64,iVBORw0=");
  assert.equal(outputs[2].querySelector("img")?.getAttribute("alt"), 'a "plot"');
  assert.ok(outputs[3].querySelector("em"));
});

Deno.test("renderHtml() loads nothing: images become links unless they are data, and a policy forbids the rest", () => {
  const html = page(
    markdown(
      "![logo](https://example.org/logo.png) ![inside](attachment:a.png) [link](https://example.org)",
      {
        attachments: { "a.png": { "image/png": "AAAA" } },
      },
    ),
  );
  const document = parse(html);
  const sources = [...document.querySelectorAll("[src]")].map((e) => e.getAttribute("src"));
  assert.deepEqual(sources, ["data:image/png;base64,AAAA"]);
  assert.equal(document.querySelectorAll("link, iframe, object, embed").length, 0);
  const policy = document.querySelector("meta[http-equiv]")?.getAttribute("content");
  assert.match(policy ?? "", /default-src 'none'/);
  // The page's own script is let in by its content, so no other is.
  const [own, ...others] = [...document.querySelectorAll("script")].map((e) => e.textContent!);
  assert.deepEqual(others, []);
  const hash = createHash("sha256").update(own!).digest("base64");
  assert.deepEqual(policy?.match(/script-src .*$/)?.[0], `script-src 'sha256-${hash}'`);
  assert.doesNotMatch(html.match(/<style>[^]*<\/style>/)![0], /@import|url\(/);
});

Deno.test("renderHtml() lists headings once each with unique anchors", () => {
  const document = parse(page(
    markdown("# A & B\n\n## Größe `k`\n\n### Same\n\n### Same"),
    code("x", data({ "text/html": '<h3 id="own">Own <em>part</em></h3>' })),
  ));
  const links = [...document.querySelectorAll("nav a")];
  assert.deepEqual(links.map((a) => a.textContent), ["Größe k", "Same", "Same", "Own part"]);
  for (const link of links) {
    const id = link.getAttribute("href")!.slice(1);
    assert.equal(document.querySelectorAll(`[id="${id}"]`).length, 1, id);
  }
  assert.equal(document.querySelector("title")?.textContent, "A & B");
});

Deno.test("renderHtml() folds code away and leaves out what is tagged remove-input", () => {
  const hidden: Cell = { ...code("secretSetup()"), metadata: { tags: ["remove-input"] } };
  const html = page(code("shown()"), hidden);
  assert.match(html, /<details class="code"><summary>Code<\/summary><pre><code>shown\(\)/);
  assert.doesNotMatch(html, /secretSetup/);
});

Deno.test("renderHtml() sets tables of Markdown with right-aligned numbers", () => {
  const document = parse(page(markdown("| a | n |\n|---|--:|\n| x | 1 |")));
  assert.equal(document.querySelector("td.number")?.textContent, "1");
});
