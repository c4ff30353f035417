/** `deno task gallery [FILE]`: every figure from usual and odd data on one page, to look at. */
import { conditions, drawings } from "./figures.ts";
import { pageStyle } from "../../lib/report/page_style.ts";
import { markup } from "../../lib/text/html.ts";
import { drawnSections } from "./sections.ts";
import { svgFaults } from "./svg_faults.ts";

const [file = "gallery.html"] = Deno.args;
if (file.startsWith("-")) {
  console.log("usage: deno task gallery [FILE]");
  Deno.exit(2);
}
const parts: string[] = [];
let faults = 0;
for (const condition of conditions) {
  parts.push(`<h1>${condition}</h1>`);
  const shown: [string, string | undefined][] = [
    ...Object.entries(drawings(condition)).map(([name, draw]): [string, string | undefined] => [
      `figures.${name}`,
      draw()?.toHtml(),
    ]),
    ...await drawnSections(condition),
  ];
  for (const [name, html] of shown) {
    const wrong = html === undefined ? [] : svgFaults(html);
    faults += wrong.length;
    parts.push(
      `<h2><code>${name}</code></h2>`,
      ...wrong.map((fault) => markup`<p class="fault">${fault}</p>`.text),
      html ?? "<p>nothing to draw</p>",
    );
  }
}
await Deno.writeTextFile(
  file,
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery</title><style>${pageStyle}
.fault { color: #b91c1c; }</style><body><main>${parts.join("\n")}</main></body></html>`,
);
console.log(`wrote ${file}, ${faults} faults`);
