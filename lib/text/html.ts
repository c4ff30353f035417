/** HTML by one tagged template: what is not HTML already is escaped. */

/** Text that is safe inside HTML and inside quoted attributes. */
function escapeHtml(text: unknown): string {
  return String(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Text that is HTML already; everything else is escaped by {@linkcode markup}. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** Something that renders itself, such as a figure. */
interface Rendered {
  toHtml(): string;
}

/** What stands in a template: text and numbers are escaped, nothing is left out, lists are joined. */
export type Part = Html | Rendered | string | number | null | undefined | false | readonly Part[];

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "string" || typeof part === "number") return escapeHtml(part);
  if ("toHtml" in part) return part.toHtml();
  return part.map(render).join("");
}

/**
 * A template whose values are escaped unless they are {@linkcode Html}.
 *
 * ```ts
 * import { markup } from "./html.ts";
 * import assert from "node:assert/strict";
 * assert.equal(markup`<b>${"a < b"}</b>${markup`<i>c</i>`}`.text, "<b>a &lt; b</b><i>c</i>");
 * ```
 */
export function markup(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.map((text, i) => text + (i < parts.length ? render(parts[i]) : "")).join(""));
}
