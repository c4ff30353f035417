/**
 * Observable Plot without a browser, and what all figures of a report have in common: a title, a caption that says on
 * how much data of which origin the figure rests, and colours that read on light and dark paper. The only module that
 * imports Plot and its document.
 */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Origin } from "../artifacts/artifact.ts";
import { Html, markup } from "../text/html.ts";
import { typesetCount } from "../text/typeset.ts";
import { fitTexts, textWidth } from "./fit_text.ts";

export { Plot };

const { document } = parseHTML("<!doctype html><html><body></body></html>");

/** What a figure rests on; printed below it. */
export interface Provenance {
  n: number;
  /** What is counted, e.g. `windows`. */
  of: string;
  origin: Origin;
}

export interface FigureText {
  title: string;
  /** How to read the figure and what it says, in full sentences. */
  caption: string;
  /** Left out for figures that show nothing measured. */
  provenance?: Provenance | Provenance[];
  /** Whether the title is printed; false below a heading that says the same. @default true */
  titled?: boolean;
}

/**
 * A titled figure. As the last expression of a notebook cell, or given to `Deno.jupyter.display`, it shows itself.
 *
 * ```ts
 * import { Figure } from "./plot.ts";
 * import { markup } from "../text/html.ts";
 * import assert from "node:assert/strict";
 * const provenance = { n: 12, of: "windows", origin: "measured" as const };
 * const figure = new Figure({ title: "Use", caption: "How often.", provenance }, markup`<p>…</p>`);
 * assert.match(figure.toHtml(), /12 windows/);
 * ```
 */
export class Figure implements FigureText {
  readonly title: string;
  readonly caption: string;
  readonly provenance: Provenance[];
  readonly titled: boolean;
  /** What stands between title and caption: SVG, legends or tables. */
  readonly body: Html;

  constructor({ title, caption, provenance = [], titled = true }: FigureText, body: Html) {
    this.title = title;
    this.caption = caption;
    this.provenance = [provenance].flat();
    this.titled = titled;
    this.body = body;
  }

  /** The figure as HTML. */
  toHtml(): string {
    const caption = [this.caption, origins(this.provenance)].filter((part) => part !== "").join(" ");
    const below = caption === "" ? "" : markup`<figcaption>${caption}</figcaption>\n`;
    // A drawing keeps its size, so that its words can be read, and is moved on narrow pages, also by keys.
    const drawing =
      markup`<div class="drawing" role="group" tabindex="0" aria-label="${this.title}">${this.body}</div>`;
    const title = this.titled && markup`<div class="title" style="font-weight:600">${this.title}</div>\n`;
    return markup`<figure>\n${title}${drawing}\n${below}</figure>`.text;
  }

  /** The bundle of representations that Jupyter asks for. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/html": this.toHtml(), "text/plain": `${this.title}. ${this.caption}` };
  }
}

/** `n = 1234 windows, measured.` */
function origins(provenance: readonly Provenance[]): string {
  if (provenance.length === 0) return "";
  const texts = provenance.map(({ n, of, origin }) => `n = ${typesetCount(n)} ${of}, ${origin}`);
  return `${texts.join("; ")}.`;
}

/** Common size of figures, in CSS pixels: the width of the text column. */
export const figureWidth = 760;

/** Room for the longest label of a vertical axis. */
export function labelMargin(labels: readonly string[]): number {
  return Math.min(Math.ceil(Math.max(27, ...labels.map(textWidth))) + 14, figureWidth * 0.32);
}

/** Size and margins of one of several panels side by side. */
export const smallPanel = {
  width: 250,
  height: 210,
  marginLeft: 44,
  marginRight: 8,
  marginTop: 28,
  marginBottom: 36,
};

/** Options for the scale of these values; around one value alone, of which Plot would make ticks of twelve digits. */
export function scaleOf(values: Iterable<number | null>): Pick<Plot.ScaleOptions, "domain"> {
  const finite = [...values].filter((v): v is number => v !== null && Number.isFinite(v));
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  if (finite.length === 0) return { domain: [0, 1] };
  const half = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return high - low > 1e-6 * half ? {} : { domain: [low - half / 2, high + half / 2] };
}

/**
 * Draws a plot and returns it as an SVG element that also stands alone as a file.
 *
 * ```ts
 * import { draw, Plot } from "./plot.ts";
 * import assert from "node:assert/strict";
 * const svg = draw("Three points", { height: 80, marks: [Plot.dot([1, 2, 3], { x: (x) => x })] });
 * assert.match(svg.text, /^<svg.*aria-label="Three points"/);
 * ```
 *
 * @param label What the drawing shows, read aloud by screen readers.
 */
export function draw(label: string, options: Plot.PlotOptions): Html {
  const element = Plot.plot({
    // linkedom's document has what Plot calls, but declares types of its own.
    document: document as unknown as Document,
    width: figureWidth,
    ...options,
    style: { fontSize: "12px", fontFamily: "inherit", ...(options.style as Record<string, string> ?? {}) },
  });
  if (element.tagName.toLowerCase() !== "svg") {
    throw new TypeError(`Cannot draw plot: titles and legends go into the figure, got <${element.tagName}>`);
  }
  for (const tick of element.querySelectorAll('[aria-label$="tick label"] text')) {
    // Plot groups digits by commas, everything else here by thin spaces.
    const text = tick.textContent ?? "";
    if (/^−?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)) tick.textContent = text.replaceAll(",", "\u202f");
  }
  fitTexts(element, Number(element.getAttribute("width")), Number(element.getAttribute("height")));
  element.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  // An image has one name: those that Plot gives to its groups are forbidden on them, and read by nobody.
  for (const part of element.querySelectorAll("[aria-label]")) {
    part.setAttribute("data-mark", part.getAttribute("aria-label")!);
    part.removeAttribute("aria-label");
  }
  for (const part of element.querySelectorAll("[aria-description]")) part.removeAttribute("aria-description");
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", label);
  // Paths are drawn to a tenth of a pixel: more digits are half of a report's size.
  const paths = element.outerHTML.replace(
    / d="[^"]*"/g,
    (path) => path.replace(/\d+\.\d{2,}/g, (digits) => String(Number(Number(digits).toFixed(1)))),
  );
  return new Html(paths);
}

/**
 * A figure from Plot's own options, which shows itself in a notebook.
 *
 * ```ts
 * import { Plot, plot } from "./plot.ts";
 * import assert from "node:assert/strict";
 * const figure = plot({ marks: [Plot.dot([{ x: 1, y: 2 }], { x: "x", y: "y" })] }, { title: "One point" });
 * assert.match(figure.toHtml(), /One point[^]*<svg/);
 * ```
 */
export function plot(
  options: Plot.PlotOptions,
  { title = "", caption = "", provenance = [] }: Partial<FigureText> = {},
): Figure {
  return new Figure({ title, caption, provenance }, draw(title || "plot", options));
}

/** Of its own, since Jupyter has none of a page's styles. */
export const keyStyle = "display:inline-block;width:0.75em;height:0.75em;margin-right:0.35em";

/** In place of a figure that has nothing to draw. */
export function nothingToDraw(title: string, provenance: Provenance | Provenance[]): Figure {
  return new Figure({ title, caption: "There is nothing to draw.", provenance }, markup``);
}

/** Panels side by side; of its own, since Jupyter has none of a page's styles. */
export function sideBySide(drawings: readonly Html[]): Html {
  return markup`<div class="panels" style="display:flex;flex-wrap:wrap;gap:4px">${drawings}</div>`;
}

/** A row of colour keys. */
export function legend(entries: readonly { name: string; color: string }[]): Html {
  const keys = entries.map(({ name, color }) =>
    markup`<span style="white-space:nowrap;margin-right:0.9em"><i style="${keyStyle};background:${color}"></i>${name}</span>`
  );
  return markup`<div class="legend">${keys}</div>`;
}

/** The colour of heat maps, laid on more thickly for more, so that dark pages have dark cells. */
export const heat = "#0b4f8a";

/** How thickly, for a share. */
export const heatOpacity = (share: number): number => 0.06 + 0.94 * share;

/**
 * Ink that reads on a heat-map cell of the given share: white where the cell is dark on every page, else the page's own. On
 * white paper both have a contrast of some 4:1 at the share where they change.
 */
export const inkOnHeat = (share: number): string => share > 0.675 ? "#ffffff" : "currentColor";
