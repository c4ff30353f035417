/** The bracket that is never closed: the YAML library points to where it gave up, often lines below. */
import type { Span } from "../diagnostic.ts";

const CLOSING: Record<string, string> = { "{": "}", "[": "]" };

/** The last opening bracket without its `closing` one; undefined where there is none. Quotes and comments are passed over. */
export function unclosed(text: string, closing: string): Span | undefined {
  const open: { at: number; closing: string }[] = [];
  // A quoted text, a comment, a bracket; a bracket opens something only after a blank, a colon or another bracket.
  for (
    const match of text.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?<=^|\s)#.*|(?<=^|[\s:,[{])[{[]|[}\]]/gm)
  ) {
    const [part] = match;
    if (CLOSING[part] !== undefined) open.push({ at: match.index, closing: CLOSING[part] });
    else if (part === open.at(-1)?.closing) open.pop();
  }
  const at = open.findLast((bracket) => bracket.closing === closing)?.at;
  return at === undefined ? undefined : { start: at, end: at + 1 };
}
