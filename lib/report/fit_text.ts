/** Shortens the texts of a drawing that would run out of its frame. */

/** A transform as `[a, b, c, d, e, f]` of SVG's `matrix`. */
type Matrix = readonly [number, number, number, number, number, number];

/** Estimated width of a text at 12 px in a system font: capitals are wide. */
export function textWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += /[\p{Lu}MW@_]/u.test(letter) ? 8.4 : 6.8;
  return width;
}

/** Takes letters out of the middle: names often differ at their ends. @param width Pixels at 12 px. */
function shorten(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const letters = [...text];
  for (let keep = letters.length - 1; keep > 1; keep--) {
    const head = Math.ceil(keep * 0.6);
    const short = `${letters.slice(0, head).join("").trimEnd()}…${
      letters.slice(letters.length - (keep - head)).join("").trimStart()
    }`;
    if (textWidth(short) <= width) return short;
  }
  return "…";
}

/**
 * Shortens what is too long, in place; the whole text stays as a tooltip. Widths are estimates, a tenth on the safe side
 * of most fonts, so the frame is taken a little larger than it is.
 */
export function fitTexts(svg: Element, width: number, height: number): void {
  visit(svg, [1, 0, 0, 1, 0, 0], 12, "start");

  function visit(element: Element, outer: Matrix, outerSize: number, outerAnchor: string): void {
    const matrix = times(outer, parseTransform(element.getAttribute("transform") ?? ""));
    const size = Number(element.getAttribute("font-size") ?? outerSize) || outerSize;
    const anchor = element.getAttribute("text-anchor") ?? outerAnchor;
    if (element.tagName.toLowerCase() === "text") return fit(element, matrix, size, anchor);
    for (const child of element.children) visit(child, matrix, size, anchor);
  }

  function fit(element: Element, matrix: Matrix, size: number, anchor: string): void {
    const text = element.textContent ?? "";
    // Lines of their own were laid out by whoever wrote them.
    if (text === "" || element.children.length > 0) return;
    const place = (name: string) => Number.parseFloat(element.getAttribute(name) ?? "0") || 0;
    const [x, y] = [place("x"), place("y")];
    const [a, b, c, d, e, f] = matrix;
    const [left, top] = [a * x + c * y + e, b * x + d * y + f];
    const ahead = toEdge(left, top, a, b), behind = toEdge(left, top, -a, -b);
    const room = anchor === "end" ? behind : anchor === "middle" ? 2 * Math.min(ahead, behind) : ahead;
    const short = shorten(text, Math.max(0, room) * 1.08 * 12 / size);
    if (short === text) return;
    element.textContent = short;
    const title = element.ownerDocument.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = text;
    element.appendChild(title);
  }

  /** Distance from a point to the frame along a direction. */
  function toEdge(x: number, y: number, dx: number, dy: number): number {
    const across = dx > 1e-9 ? (width - x) / dx : dx < -1e-9 ? -x / dx : Infinity;
    const down = dy > 1e-9 ? (height - y) / dy : dy < -1e-9 ? -y / dy : Infinity;
    return Math.min(across, down);
  }
}

function parseTransform(text: string): Matrix {
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  for (const [, kind, list] of text.matchAll(/(translate|rotate)\(([^)]*)\)/g)) {
    const [a = 0, b = 0] = list.split(/[\s,]+/).map(Number);
    const [cos, sin] = [Math.cos(a * Math.PI / 180), Math.sin(a * Math.PI / 180)];
    matrix = times(matrix, kind === "translate" ? [1, 0, 0, 1, a, b] : [cos, sin, -sin, cos, 0, 0]);
  }
  return matrix;
}

function times([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix {
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}
