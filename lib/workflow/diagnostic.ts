/** A mistake in a workflow file as a value: collected, sorted and printed together, never thrown one at a time. */

/** A position in a workflow file, one-based. */
export interface Location {
  file: string;
  line: number;
  column: number;
  /** Length of the marked text on its line. */
  length: number;
}

/** One problem and where it stands. */
export interface Diagnostic {
  severity: "error" | "warning";
  /** What is wrong, without place and without remedy. */
  message: string;
  location: Location;
  /** The source line at {@linkcode location}. */
  excerpt: string;
  /** What to do about it. */
  hint?: string;
  /** Other places that belong to the problem, e.g. the first of two equal keys. */
  supplemental?: { message: string; location: Location; excerpt: string }[];
}

/** A half-open range of UTF-16 offsets in a text. */
export interface Span {
  start: number;
  end: number;
}

/** A named text that can tell lines and columns. Further texts may follow it: their spans begin where it ends. */
export class Source {
  readonly #starts: number[] = [0];
  readonly #own: string;
  readonly #more: { base: number; source: Source }[] = [];
  #text: string;

  /** @param file How the user named it. */
  constructor(readonly file: string, text: string) {
    this.#own = this.#text = text;
    for (let i = text.indexOf("\n"); i !== -1; i = text.indexOf("\n", i + 1)) this.#starts.push(i + 1);
  }

  /** All texts, one after the other. */
  get text(): string {
    return this.#text;
  }

  /** Adds a file; returns the offset at which spans into it begin. */
  append(file: string, text: string): number {
    const base = this.#text.length + 1;
    this.#more.push({ base, source: new Source(file, text) });
    this.#text += `\n${text}`;
    return base;
  }

  /** Where a file stands among those that were added, from one on; 0 for the first and any other. */
  rank(file: string): number {
    return this.#more.findIndex(({ source }) => source.file === file) + 1;
  }

  /** The text that a span lies in, and the span in it. */
  #home({ start, end }: Span): { source: Source; span: Span } | undefined {
    const home = this.#more.findLast(({ base }) => start >= base);
    return home && { source: home.source, span: { start: start - home.base, end: end - home.base } };
  }

  /** The one-based line and column of a span; a span over several lines is cut at its first line. */
  locate(span: Span): Location {
    const home = this.#home(span);
    if (home !== undefined) return home.source.locate(home.span);
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= span.start) low = middle;
      else high = middle - 1;
    }
    const column = span.start - this.#starts[low]! + 1;
    const room = Math.max(1, this.line(low + 1).length - column + 1);
    return {
      file: this.file,
      line: low + 1,
      column,
      length: Math.max(1, Math.min(span.end - span.start, room)),
    };
  }

  /** Location and source line of a span, as a diagnostic holds them. */
  place(span: Span): { location: Location; excerpt: string } {
    const home = this.#home(span);
    if (home !== undefined) return home.source.place(home.span);
    const location = this.locate(span);
    return { location, excerpt: this.line(location.line) };
  }

  /** The text of a one-based line without its end. */
  line(number: number): string {
    const start = this.#starts[number - 1] ?? 0;
    const end = this.#own.indexOf("\n", start);
    return this.#own.slice(start, end === -1 ? undefined : end).replace(/\r$/, "");
  }
}

/** Most errors of one file: a file with more is not a workflow, and the rest would only cost time. */
export const MAX_DIAGNOSTICS = 200;

/** Ends the check of a file that has {@linkcode MAX_DIAGNOSTICS}; the check catches it. */
export class TooManyDiagnostics extends Error {}

/** Collects the diagnostics of one file; equal ones are kept once. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];
  readonly #seen = new Set<string>();
  #errors = 0;

  constructor(readonly source: Source) {}

  error(
    span: Span,
    message: string,
    more: { hint?: string; also?: { message: string; span: Span }[] } = {},
  ): void {
    const { hint, also } = more;
    this.add({
      severity: "error",
      message,
      ...this.source.place(span),
      ...(hint === undefined ? {} : { hint }),
      ...(also === undefined
        ? {}
        : { supplemental: also.map((a) => ({ message: a.message, ...this.source.place(a.span) })) }),
    });
  }

  warning(span: Span, message: string, hint?: string): void {
    this.add({
      severity: "warning",
      message,
      ...this.source.place(span),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  add(diagnostic: Diagnostic): void {
    const { file, line, column } = diagnostic.location;
    const identity = `${file}:${line}:${column}:${diagnostic.message}`;
    if (this.#seen.has(identity)) return;
    this.#seen.add(identity);
    this.list.push(diagnostic);
    if (diagnostic.severity === "error" && ++this.#errors >= MAX_DIAGNOSTICS) throw new TooManyDiagnostics();
  }

  get failed(): boolean {
    return this.list.some((d) => d.severity === "error");
  }

  /** In the order of the files. */
  sorted(): Diagnostic[] {
    return this.list.toSorted((a, b) =>
      this.source.rank(a.location.file) - this.source.rank(b.location.file) ||
      a.location.line - b.location.line || a.location.column - b.location.column
    );
  }
}

const WIDTH = 120;

/**
 * Prints one diagnostic: `file:line:col: message`, the source line and a caret below the place.
 *
 * ```ts
 * import { formatDiagnostic, Source } from "./diagnostic.ts";
 * import assert from "node:assert/strict";
 * const place = new Source("a.yaml", "steps: { lod: {} }").place({ start: 9, end: 12 });
 * assert.equal(
 *   formatDiagnostic({ severity: "error", message: "unknown step", ...place }),
 *   "a.yaml:1:10: unknown step\n  1 | steps: { lod: {} }\n    |          ^^^",
 * );
 * ```
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const kind = diagnostic.severity === "warning" ? "warning: " : "";
  const lines = [`${position(diagnostic.location)}: ${kind}${diagnostic.message}`, ...excerpt(diagnostic)];
  for (const other of diagnostic.supplemental ?? []) {
    lines.push(`  ${position(other.location)}: ${other.message}`, ...excerpt(other));
  }
  if (diagnostic.hint !== undefined) lines.push(`  hint: ${diagnostic.hint}`);
  return lines.join("\n");
}

/** All diagnostics as one text, an empty line between two. */
export function formatDiagnostics(diagnostics: Diagnostic[]): string {
  return diagnostics.map(formatDiagnostic).join("\n\n");
}

/** All errors in one line each, without the lines of the file: for records and messages that leave the machine. */
export function briefErrors(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.filter((d) => d.severity === "error").map((d) => `${position(d.location)}: ${d.message}`)
    .join("\n");
}

function position(location: Location): string {
  return `${location.file}:${location.line}:${location.column}`;
}

function excerpt({ location, excerpt: line }: { location: Location; excerpt: string }): string[] {
  if (line.trim() === "") return [];
  const gutter = `${location.line}`;
  let text = line;
  let column = location.column - 1;
  // A line may be very long: show the part around the place.
  if (text.length > WIDTH) {
    const from = Math.max(0, Math.min(column - 40, text.length - WIDTH));
    const cut = text.slice(from, from + WIDTH);
    text = `${from > 0 ? "…" : ""}${cut}${from + WIDTH < line.length ? "…" : ""}`;
    column -= from - (from > 0 ? 1 : 0);
  }
  text = text.replaceAll("\t", " ").replace(INVISIBLE, "·");
  const carets = "^".repeat(Math.max(1, Math.min(location.length, text.length - column)));
  return [`  ${gutter} | ${text}`, `  ${" ".repeat(gutter.length)} | ${" ".repeat(column)}${carets}`];
}

/** Control and formatting characters would break the terminal or move the caret. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;
