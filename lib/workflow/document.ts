/**
 * YAML 1.2 text to positioned nodes, safe against hostile files: size, depth and alias expansion are limited before
 * anything grows, and every refusal has a position.
 *
 * Typed values: numbers are written as in JSON (`7`, `-0.5`, `1e-3`; also `.5` and `+1`); `1.10` is the number 1.1
 * where a number is meant and has to be quoted where a text is meant. `yes`, `no`, `on`, `2026-01-31` and `12:30` are
 * text. Leading zeros, octal, hexadecimal, infinite and not exactly representable numbers are errors.
 */
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type Pair,
  type ParsedNode,
  Parser,
  type Scalar,
} from "yaml";
import { bareExpressions, withoutExpressions } from "./mistakes/bare_expression.ts";
import { Diagnostics, Source, type Span } from "./diagnostic.ts";
import type { MapNode, YamlNode } from "./node.ts";
import { syntaxMessage } from "./mistakes/syntax_message.ts";
import { unclosed } from "./mistakes/unclosed.ts";

/** Files above this size (bytes) are refused before they are parsed. */
export const MAX_BYTES = 256 * 1024;
/** Deepest nesting of lists and maps. */
const MAX_DEPTH = 64;
/** Most anchors (`&name`): each costs the library memory, and nobody writes that many by hand. */
const MAX_ANCHORS = 1000;
/** Most nodes after aliases are expanded. */
const MAX_NODES = 200_000;

/** Decodes the bytes of a workflow file; refuses what is too large or not UTF-8 text. */
export function decode(
  bytes: Uint8Array,
  file: string,
  size: number = bytes.length,
): { text: string } | { diagnostics: Diagnostics } {
  const refuse = (message: string, hint: string) => {
    const diagnostics = new Diagnostics(new Source(file, ""));
    diagnostics.error({ start: 0, end: 0 }, message, { hint });
    return { diagnostics };
  };
  if (size > MAX_BYTES) {
    return refuse(
      `the file has ${size} bytes, a workflow may have ${MAX_BYTES}`,
      "keep data in files of their own and name them with `path`",
    );
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return refuse("the file is not UTF-8 text", "save it as UTF-8");
  }
}

/**
 * Parses a text; `root` is undefined where the syntax is broken. Mistakes go to `diagnostics`.
 *
 * @param least What is in such a file at least.
 */
export function parseYaml(
  source: Source,
  diagnostics: Diagnostics = new Diagnostics(source),
  least = "a workflow has at least `steps:`",
): { root?: YamlNode; diagnostics: Diagnostics } {
  const { text } = source;
  // deno-lint-ignore no-control-regex
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.exec(text);
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).padStart(4, "0");
    diagnostics.error(at(control.index), `control character U+${code} in the text`, { hint: "remove it" });
    return { diagnostics };
  }
  for (const marker of text.matchAll(/^(<{7}|={7}|>{7}|\|{7})(?: .*)?\r?$/gm)) {
    diagnostics.error(
      { start: marker.index, end: marker.index + 7 },
      `merge conflict marker ${marker[1]}`,
      { hint: "resolve the conflict and remove the marker" },
    );
  }
  if (diagnostics.failed) return { diagnostics };
  const document = compose(text, diagnostics);
  if (document === undefined || diagnostics.failed) return { diagnostics };
  if (document.contents === null) {
    diagnostics.error(at(0), "the file is empty", { hint: least });
    return { diagnostics };
  }
  const root = new Builder(document, diagnostics).build(document.contents, 0);
  return { root, diagnostics };
}

function at(offset: number): Span {
  return { start: offset, end: offset + 1 };
}

function compose(text: string, diagnostics: Diagnostics): Document.Parsed | undefined {
  const parser = new Parser();
  const composer = new Composer({ uniqueKeys: false, version: "1.2", strict: true, logLevel: "silent" });
  const documents: Document.Parsed[] = [];
  let anchors = 0;
  const feed = function* () {
    for (const lexeme of new Lexer().lex(text)) {
      yield* parser.next(lexeme);
      // The composer recurses, so depth has to be stopped here.
      if (parser.stack.length > MAX_DEPTH * 2) {
        throw new TooMuch(parser.offset, `nested more than ${MAX_DEPTH} levels deep`);
      }
      if (lexeme[0] === "&" && ++anchors > MAX_ANCHORS) {
        throw new TooMuch(parser.offset, `more than ${MAX_ANCHORS} anchors`);
      }
    }
    yield* parser.end();
  };
  try {
    documents.push(...composer.compose(feed(), true, text.length) as Iterable<Document.Parsed>);
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    diagnostics.error(at(error.offset - 1), error.message);
    return undefined;
  }
  const [document, second] = documents as [Document.Parsed, ...Document.Parsed[]];
  const mistakes = [...document.errors, ...document.warnings];
  const bare = bareExpressions(text, mistakes.slice(0, 500).map(({ pos }) => pos[0]));
  if (bare.length > 0) {
    for (const { span, hint } of bare) diagnostics.error(span, BARE, { hint });
    // What else is wrong shows once their braces are out of the way.
    return compose(withoutExpressions(text, bare), diagnostics);
  }
  for (const { code, pos, message } of firstOfEach(mistakes, text).slice(0, 20)) {
    const told = syntaxMessage(code, message, text.slice(...pos));
    const opening = told.closing === undefined ? undefined : unclosed(text, told.closing);
    diagnostics.error(opening ?? { start: pos[0], end: pos[1] }, told.message, told);
  }
  if (second !== undefined) {
    diagnostics.error(at(second.range[0]), "a second document in the file", {
      hint: "one file is one workflow: remove the line `---` or split the file",
    });
  }
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== "1.2") {
    diagnostics.error(at(0), `%YAML ${document.directives.yaml.version}: workflows are YAML 1.2`, {
      hint: "remove the directive",
    });
  }
  return document;
}

/** Mistakes without those that only follow from one above them, which go away with it. */
function firstOfEach<T extends { code: string; pos: [number, number] }>(
  mistakes: readonly T[],
  text: string,
): T[] {
  let shifted = false;
  /** Where the last line with a broken map ends. */
  let broken = -1;
  return mistakes.toSorted((a, b) => a.pos[0] - b.pos[0]).filter(({ code, pos: [at] }) => {
    const map = code.startsWith("BLOCK_") || code === "MISSING_CHAR";
    const follows = code === "UNEXPECTED_TOKEN"
      ? broken >= 0
      : code === "BAD_INDENT"
      ? shifted
      : map && at <= broken;
    const end = text.indexOf("\n", at);
    if (map || code === "UNEXPECTED_TOKEN") broken = end < 0 ? text.length : end;
    shifted ||= code === "TAB_AS_INDENT" || code === "BAD_INDENT";
    return !follows;
  });
}

const BARE = "an expression has to be quoted here";

class TooMuch extends Error {
  constructor(readonly offset: number, message: string) {
    super(message);
  }
}

const NUMBER = /^[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/;

/** Turns the library's nodes into ours, resolving aliases and merge keys under limits. */
class Builder {
  readonly #document: Document.Parsed;
  readonly #diagnostics: Diagnostics;
  readonly #open = new Set<Node>();
  #anchors: Map<string, Node[]> | undefined;
  #count = 0;

  constructor(document: Document.Parsed, diagnostics: Diagnostics) {
    this.#document = document;
    this.#diagnostics = diagnostics;
  }

  build(node: Node | null, offset: number, depth = 0): YamlNode {
    if (++this.#count > MAX_NODES) {
      const range = (node as ParsedNode | null)?.range;
      if (this.#count === MAX_NODES + 1) {
        this.#diagnostics.error(span(range, offset), `aliases expand to more than ${MAX_NODES} values`, {
          hint: "write fewer aliases (`*name`)",
        });
      }
      return { kind: "scalar", value: null, span: span(range, offset), literal: false };
    }
    if (depth > MAX_DEPTH) {
      this.#diagnostics.error(
        span((node as ParsedNode | null)?.range, offset),
        `nested more than ${MAX_DEPTH} levels deep`,
      );
      return { kind: "scalar", value: null, span: at(offset), literal: false };
    }
    if (node === null) {
      return { kind: "scalar", value: null, span: { start: offset, end: offset }, literal: false };
    }
    const where = span(node.range, offset);
    if (isAlias(node)) return this.#alias(node, where, depth);
    this.#open.add(node);
    try {
      if (isMap(node)) return this.#map(node.items as Pair<ParsedNode, ParsedNode | null>[], where, depth);
      if (isSeq(node)) {
        return {
          kind: "list",
          items: (node.items as (Node | null)[]).map((item) => this.build(item, where.start, depth + 1)),
          span: where,
        };
      }
      return isScalar(node)
        ? this.#scalar(node, where)
        : { kind: "scalar", value: null, span: where, literal: false };
    } finally {
      this.#open.delete(node);
    }
  }

  #alias(node: Node & { source: string }, where: Span, depth: number): YamlNode {
    const none: YamlNode = { kind: "scalar", value: null, span: where, literal: false };
    const target = this.#resolve(node.source, where.start);
    if (target === undefined) {
      this.#diagnostics.error(where, `no anchor &${node.source} before this alias`);
      return none;
    }
    if (this.#open.has(target)) {
      this.#diagnostics.error(where, `alias *${node.source} contains itself`);
      return none;
    }
    return this.build(target, where.start, depth + 1);
  }

  #resolve(name: string, before: number): Node | undefined {
    if (this.#anchors === undefined) {
      // Built once: the library's own resolver walks the document for each alias.
      const anchors = this.#anchors = new Map<string, Node[]>();
      const visit = (node: unknown): void => {
        if (isNode(node) && !isAlias(node) && node.anchor !== undefined) {
          anchors.set(node.anchor, [...(anchors.get(node.anchor) ?? []), node]);
        }
        if (isMap(node)) { for (const pair of node.items) visit(pair.key), visit(pair.value); }
        else if (isSeq(node)) node.items.forEach(visit);
      };
      visit(this.#document.contents);
    }
    return this.#anchors.get(name)?.findLast((node) => (node.range?.[0] ?? 0) < before);
  }

  #map(items: Pair<ParsedNode, ParsedNode | null>[], where: Span, depth: number): MapNode {
    const node: MapNode = { kind: "map", entries: new Map(), span: where };
    const merged: MapNode[] = [];
    for (const { key, value } of items) {
      const keyWhere = span(key?.range, where.start);
      const built = this.build(value, keyWhere.end, depth + 1);
      if (isScalar(key) && key.source === "<<" && key.type === "PLAIN") {
        merged.push(...this.#mergeSources(built));
        continue;
      }
      const name = isScalar(key) && key.value !== null ? String(key.source ?? key.value) : undefined;
      if (name === undefined) {
        const [bare] = bareExpressions(this.#diagnostics.source.text, [keyWhere.start]);
        if (bare !== undefined) this.#diagnostics.error(bare.span, BARE, { hint: bare.hint });
        else this.#diagnostics.error(keyWhere, "a key has to be a word or a number");
        continue;
      }
      const first = node.entries.get(name);
      if (first !== undefined) {
        this.#diagnostics.error(keyWhere, `key "${name}" stands twice in this map`, {
          also: [{ message: "first here", span: first.key }],
        });
        continue;
      }
      node.entries.set(name, { key: keyWhere, value: built });
    }
    for (const source of merged) {
      for (const [name, entry] of source.entries) if (!node.entries.has(name)) node.entries.set(name, entry);
    }
    return node;
  }

  #mergeSources(node: YamlNode): MapNode[] {
    const sources = node.kind === "list" ? node.items : [node];
    return sources.filter((source): source is MapNode => {
      if (source.kind !== "map") {
        this.#diagnostics.error(source.span, "the merge key << takes a map or a list of maps");
      }
      return source.kind === "map";
    });
  }

  #scalar(node: Scalar, where: Span): YamlNode {
    const { value } = node;
    const quoted = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE";
    const raw = this.#diagnostics.source.text.slice(where.start, where.end);
    const literal = node.type === "PLAIN" ? raw === value : quoted && raw.slice(1, -1) === value;
    if (typeof value === "number" || typeof value === "bigint") {
      return {
        kind: "scalar",
        value: this.#number(String(node.source), Number(value), where),
        span: where,
        literal,
      };
    }
    if (value === null || typeof value === "boolean" || typeof value === "string") {
      return { kind: "scalar", value, span: where, literal };
    }
    this.#diagnostics.error(where, "not a text, number, true, false or null");
    return { kind: "scalar", value: null, span: where, literal: false };
  }

  #number(source: string, value: number, where: Span): number {
    if (!Number.isFinite(value)) {
      this.#diagnostics.error(where, `${source} is not a finite number`);
    } else if (!NUMBER.test(source)) {
      this.#diagnostics.error(where, `${source} is not a decimal number`, {
        hint: `write "${source}" for the text, or the decimal number without leading zeros`,
      });
    } else if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?[0-9]+$/.test(source)) {
      this.#diagnostics.error(where, `${source} cannot be kept exactly as a number`, {
        hint: `write "${source}" for the text`,
      });
    } else return value === 0 ? 0 : value;
    return 0;
  }
}

function span(range: readonly number[] | null | undefined, offset: number): Span {
  return range ? { start: range[0]!, end: range[1]! } : { start: offset, end: offset };
}
