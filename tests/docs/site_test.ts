import assert from "node:assert/strict";
import { join } from "node:path/posix";
import { parseHTML } from "linkedom";
import { buildSite } from "./site.ts";

const root = new URL("../../", import.meta.url);
const { site, dead } = await buildSite(root);
const html = [...site].filter(([path]) => path.endsWith(".html")) as [string, string][];

Deno.test("no document links to a page, a heading or a picture that is not there", () => {
  assert.deepEqual(dead, []);
  for (const [path, text] of html) {
    const { document } = parseHTML(text);
    for (const element of document.querySelectorAll("[href], [src]")) {
      const target = element.getAttribute("href") ?? element.getAttribute("src")!;
      if (/^(https?|mailto):/.test(target)) {
        assert.equal(element.tagName, "A", `${path} loads ${target} from elsewhere`);
        continue;
      }
      const [file = "", anchor] = target.split("#");
      const page = file === "" ? path : join(path, "..", file);
      assert.ok(site.has(page), `${path}: ${target}`);
      if (anchor) {
        assert.ok((site.get(page) as string).includes(`id="${anchor}"`), `${path}: no heading ${target}`);
      }
    }
  }
});

Deno.test("a link into nowhere is told, with the document that has it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "motiflow-site-" });
  try {
    const pages = [
      "README.md",
      "workflows/README.md",
      "hailo/README.md",
      "ARCHITECTURE.md",
      "CONTRIBUTING.md",
    ];
    for (const page of [...pages, "CHANGELOG.md"]) {
      await Deno.mkdir(join(folder, page, ".."), { recursive: true });
      await Deno.writeTextFile(join(folder, page), "# T\n\n[a](gone.md) [b](#nothing) [c](README.md#t)\n");
    }
    const broken = await buildSite(new URL(`file://${folder}/`));
    assert.ok(broken.dead.includes("CHANGELOG.md: gone.md"));
    assert.ok(broken.dead.includes("CHANGELOG.md: #nothing (no such heading)"));
    assert.ok(!broken.dead.some((link) => link.endsWith("README.md#t")));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the search finds words in titles first, then in the text below them", () => {
  const { document, Event } = parseHTML(site.get("guides/faq.html") as string);
  new Function("window", "document", `with (window) { ${site.get("search.js")} }`)({}, document);
  const input = document.getElementById("search") as any;
  const results = (words: string) => {
    input.value = words;
    input.dispatchEvent(new Event("input"));
    return [...document.querySelectorAll("#results a")].map((a) => a.getAttribute("href"));
  };
  assert.equal(results("glossary")[0], "../guides/glossary.html#glossary");
  assert.ok(results("hysteresis_high").includes("../steps/smooth.html#parameters"));
  assert.ok(results("macro-f1 baseline").length > 0);
  assert.deepEqual(results("qqqqq"), []);
  assert.equal(document.querySelector("#results")!.textContent, "Nothing found.");
  results("");
  assert.equal((document.getElementById("results") as any).hidden, true);
});
