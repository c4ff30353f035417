/** Finds what is wrong with the drawing of a figure, by its SVG text alone. */
import { parseHTML } from "linkedom";
import { textWidth } from "../../lib/report/fit_text.ts";

/** A transform as `[a, b, c, d, e, f]` of SVG's `matrix`. */
type Matrix = [number, number, number, number, number, number];
interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Pixels by which estimates of text may be wrong. */
const slack = 4;
/** Smallest text that people read without effort, in pixels. */
const smallestText = 9;

/** One line for each fault: numbers that are none, text that is too small, marks and text beyond the frame. */
export function svgFaults(html: string): string[] {
  const { document } = parseHTML(`<body>${html}</body>`);
  const faults = new Set<string>();
  // The text, not only the attributes: captions are read as well.
  // What a metric that has no value says of itself.
  html = html.replaceAll("the value was NaN", "the value was none");
  for (const word of ["NaN", "undefined", "Infinity", "[object"]) {
    if (html.includes(word)) {
      const at = html.indexOf(word);
      faults.add(`says ${word}: ${html.slice(Math.max(0, at - 60), at + 20).replaceAll(/\s+/g, " ")}`);
    }
  }
  for (const svg of document.querySelectorAll("svg")) {
    // A legend's swatch has neither scale nor text.
    const [width, height] = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))];
    if (!(width > 0 && height > 0)) faults.add(`an svg of ${svg.getAttribute("width")} × ${height} px`);
    walk(svg, [1, 0, 0, 1, 0, 0], 12, (element, matrix, size) => {
      const name = element.tagName.toLowerCase();
      const text = element.textContent?.trim() ?? "";
      if (name === "text" && text !== "" && size < smallestText) {
        faults.add(`text of ${size} px: ${clipped(text)}`);
      }
      const box = name === "text" ? textBox(element, size) : markBox(element);
      if (box === undefined) return;
      const { left, right, top, bottom } = placed(box, matrix);
      const room = name === "text" ? slack : 1.5;
      if (left < -room || top < -room || right > width + room || bottom > height + room) {
        const place = [left, top, right, bottom].map(Math.round).join(" ");
        faults.add(`${name} beyond the frame ${width} × ${height} (${place}): ${clipped(text)}`);
      }
    });
  }
  return [...faults];
}

/** Calls `see` with each element, its transform to the frame and its font size; what is clipped is left out. */
function walk(
  element: Element,
  outer: Matrix,
  outerSize: number,
  see: (element: Element, matrix: Matrix, size: number) => void,
): void {
  if (element.getAttribute("clip-path")) return;
  const matrix = times(outer, parseTransform(element.getAttribute("transform") ?? ""));
  const style = /font-size:\s*([\d.]+)px/.exec(element.getAttribute("style") ?? "")?.[1];
  const size = Number(element.getAttribute("font-size") ?? style ?? outerSize) || outerSize;
  see(element, matrix, size);
  for (const child of element.children) {
    if (!["title", "style", "defs", "clippath"].includes(child.tagName.toLowerCase())) {
      walk(child, matrix, size, see);
    }
  }
}

function parseTransform(text: string): Matrix {
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  for (const [, kind, list] of text.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [a = 0, b = 0] = list.split(/[\s,]+/).map(Number);
    const angle = a * Math.PI / 180;
    if (kind === "translate") matrix = times(matrix, [1, 0, 0, 1, a, b]);
    if (kind === "rotate") {
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      matrix = times(matrix, [cos, sin, -sin, cos, 0, 0]);
    }
  }
  return matrix;
}

function times([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix {
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

function placed({ left, right, top, bottom }: Box, [a, b, c, d, e, f]: Matrix): Box {
  const corners = [[left, top], [right, top], [left, bottom], [right, bottom]];
  const xs = corners.map(([x, y]) => a * x + c * y + e), ys = corners.map(([x, y]) => b * x + d * y + f);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

/** Room of a text that has none of its own position inside, by the estimate that figures use for their margins. */
function textBox(element: Element, size: number): Box | undefined {
  const lines = [...element.querySelectorAll("tspan")].map((t) => t.textContent ?? "");
  // Not its tooltip.
  const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) =>
    node.textContent ?? ""
  );
  const text = lines.length > 0 ? lines : [own.join("")];
  const width = Math.max(...text.map(textWidth)) * size / 12 * 0.85;
  if (width === 0) return undefined;
  const [x, y] = [number(element, "x"), number(element, "y")];
  let anchor: string | null = null;
  for (let at: Element | null = element; at !== null && anchor === null; at = at.parentElement) {
    anchor = at.getAttribute("text-anchor");
  }
  const left = anchor === "end" ? x - width : anchor === "middle" ? x - width / 2 : x;
  return { left, right: left + width, top: y - size / 2, bottom: y + size / 2 };
}

function markBox(element: Element): Box | undefined {
  const name = element.tagName.toLowerCase();
  if (name === "rect") {
    const [x, y] = [number(element, "x"), number(element, "y")];
    return { left: x, right: x + number(element, "width"), top: y, bottom: y + number(element, "height") };
  }
  if (name === "circle") {
    const [x, y, r] = [number(element, "cx"), number(element, "cy"), number(element, "r")];
    return { left: x - r, right: x + r, top: y - r, bottom: y + r };
  }
  if (name === "line") {
    const xs = [number(element, "x1"), number(element, "x2")];
    const ys = [number(element, "y1"), number(element, "y2")];
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  }
  return undefined;
}

function number(element: Element, name: string): number {
  return Number.parseFloat(element.getAttribute(name) ?? "0") || 0;
}

function clipped(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
