import assert from "node:assert/strict";
import { conditions, drawings } from "./figures.ts";
import { drawnSections } from "./sections.ts";
import { svgFaults } from "./svg_faults.ts";

Deno.test("svgFaults() finds numbers that are none, small text and what leaves the frame", () => {
  const svg = (inside: string) => `<svg width="100" height="50">${inside}</svg>`;
  assert.deepEqual(svgFaults(svg('<text x="50" y="20" text-anchor="middle">fits</text>')), []);
  const faults: [string, RegExp][] = [
    ['<circle cx="NaN" cy="3" r="2"/>', /NaN/],
    ['<text x="10" y="20" font-size="7">small</text>', /text of 7 px/],
    ['<text x="60" y="20">far too long for it</text>', /beyond the frame/],
    ['<g transform="translate(90,10)"><rect width="30" height="5"/></g>', /rect beyond the frame/],
    ['<g transform="translate(50,45) rotate(90)"><text>downwards</text></g>', /text beyond the frame/],
  ];
  for (const [inside, fault] of faults) assert.match(svgFaults(svg(inside)).join("\n"), fault, inside);
});

for (const condition of conditions) {
  Deno.test(`every figure draws within its frame and in readable text: ${condition}`, () => {
    const faults: string[] = [];
    for (const [name, draw] of Object.entries(drawings(condition))) {
      const html = draw()?.toHtml();
      if (html === undefined) continue;
      faults.push(...svgFaults(html).map((fault) => `${name}: ${fault}`));
    }
    assert.deepEqual(faults, []);
  });

  Deno.test(`every section draws within its frame and in readable text: ${condition}`, async () => {
    const drawn = await drawnSections(condition);
    assert.deepEqual(
      drawn.flatMap(([name, html]) => svgFaults(html).map((fault) => `${name}: ${fault}`)),
      [],
    );
  });
}
