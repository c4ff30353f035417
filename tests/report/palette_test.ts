import assert from "node:assert/strict";
import {
  converter,
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  wcagContrast,
} from "culori";
import { inkOn, labelColor, shadeOf, tellable } from "../../lib/report/palette.ts";
import { heat, heatOpacity, inkOnHeat } from "../../lib/report/plot.ts";
import { behaviourColor } from "../../lib/report/behaviours/color.ts";

const rgb = converter("rgb"), linear = converter("lrgb");
const distance = differenceCiede2000();
const first = Array.from({ length: tellable }, (_, id) => labelColor(id));

/** Machado, Oliveira, Fernandes 2009, severity 1. */
const protan = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [
  -0.003882,
  -0.048116,
  1.051998,
]];
const deutan = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [
  -0.01182,
  0.04294,
  0.968881,
]];

/** A colour as somebody sees it, by a matrix on linear light. */
function onLight(matrix: number[][]): (color: any) => any {
  return (color) => {
    const { r, g, b } = linear(color) as any;
    const [red, green, blue] = matrix.map(([x, y, z]) => Math.min(1, Math.max(0, x! * r + y! * g + z! * b)));
    return { mode: "lrgb", r: red, g: green, b: blue };
  };
}

/** Of all pairs the one that is least apart, seen through `see`. */
function least(colors: readonly string[], see: (color: any) => any): { pair: string[]; apart: number } {
  const seen = colors.map((color) => see(rgb(color)));
  return colors.flatMap((a, i) =>
    colors.slice(0, i).map((b, j) => ({ pair: [a, b], apart: distance(seen[i], seen[j]) }))
  ).reduce((x, y) => y.apart < x.apart ? y : x);
}

Deno.test("the colour difference of the tests is that of the published vectors", () => {
  // Sharma, Wu, Dalal 2005, table 1, pairs 1, 7, 17 and 25.
  const lab = (l: number, a: number, b: number) => ({ mode: "lab65" as const, l, a, b });
  const pairs: [any, any, number][] = [
    [lab(50, 2.6772, -79.7751), lab(50, 0, -82.7485), 2.0425],
    [lab(50, 0, 0), lab(50, -1, 2), 2.3669],
    [lab(50, 2.5, 0), lab(73, 25, -18), 27.1492],
    [lab(60.2574, -34.0099, 36.2677), lab(60.4626, -34.1751, 39.4387), 1.2644],
  ];
  for (const [a, b, expected] of pairs) assert.ok(Math.abs(distance(a, b) - expected) < 1e-3);
  const red = filterDeficiencyDeuter(1)(rgb("#ff0000")!) as any;
  assert.deepEqual([red.r, red.g], [deutan[0]![0], deutan[1]![0]]);
});

Deno.test("the first eight colours are told apart by all readers", () => {
  assert.equal(tellable, 8);
  const views = {
    usual: [(color: any) => color, 17],
    protan: [onLight(protan), 10],
    deutan: [onLight(deutan), 10],
    "protan on encoded RGB": [filterDeficiencyProt(1), 10],
    "deutan on encoded RGB": [filterDeficiencyDeuter(1), 10],
  } as const;
  for (const [name, [see, must]] of Object.entries(views)) {
    const { pair, apart } = least(first, see);
    assert.ok(apart >= must, `${name}: ${pair} are ${apart.toFixed(1)} apart`);
  }
  // The measure notices: two of the colours used before were 1.4 apart for protanopes.
  assert.ok(least(["#e69f00", "#b3a100"], filterDeficiencyProt(1)).apart < 3);
});

Deno.test("the first eight colours stand out from the light and from the dark page", () => {
  for (const color of first) {
    assert.ok(wcagContrast(color, "#ffffff") >= 3, color);
    assert.ok(wcagContrast(color, "#12171d") >= 3, color);
  }
});

Deno.test("words on a colour have ink that reads", () => {
  for (let id = -1; id < 40; id++) {
    const color = labelColor(id);
    assert.ok(wcagContrast(inkOn(color), color) >= 4.5, `${id}: ${color}`);
  }
});

Deno.test("behaviours of one label are shades of one colour where the labels are few", () => {
  const names = ["walking (motif 0)", "sitting", "walking (motif 2)", "motif 3"];
  const color = behaviourColor({ names });
  assert.deepEqual(names.map((_, id) => color(id)), [
    labelColor(0),
    labelColor(1),
    shadeOf(0, 1),
    labelColor(2),
  ]);
  const many = Array.from({ length: 12 }, (_, i) => `label ${i} (motif ${i})`);
  const own = behaviourColor({ names: many });
  assert.equal(new Set(many.map((_, id) => own(id))).size, 12);
  assert.equal(color(-1), labelColor(-1));
});

Deno.test("the number in a cell of a heat map reads on light and dark pages at every share", () => {
  const ink = rgb(heat)!;
  for (const { paper, own } of [{ paper: "#ffffff", own: "#1c2430" }, { paper: "#12171d", own: "#dfe5ec" }]) {
    for (let share = 0; share <= 1; share += 0.01) {
      const [under, thick] = [rgb(paper)!, heatOpacity(share)];
      const mix = (key: "r" | "g" | "b") => thick * ink[key] + (1 - thick) * under[key];
      const cell = { mode: "rgb" as const, r: mix("r"), g: mix("g"), b: mix("b") };
      const text = inkOnHeat(share) === "currentColor" ? own : inkOnHeat(share);
      const contrast = wcagContrast(cell, text);
      assert.ok(contrast > 3.9, `${contrast.toFixed(2)} at ${share.toFixed(2)} on ${paper}`);
    }
  }
});
