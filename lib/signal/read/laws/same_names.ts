/** The law that names of one thing are one name: 1, 1.0 and 01; and the report of names that differ in case alone. */
import { InputError } from "../../../errors.ts";
import { suggestion } from "../../../text/suggest.ts";
import type { Notes } from "./notes.ts";

/** A text that equals that of every other spelling of the same number, and of the same letters. */
export function canonical(written: string): string {
  const text = written.normalize("NFC").replace(/[\u00a0\u202f]/g, " ");
  return /^[+-]?\d+([.,]\d*)?$/.test(text) && text.length < 16
    ? String(Number(text.replace(",", ".")))
    : text;
}

/** Names in their first spelling. */
export class SameNames {
  readonly #what: string;
  readonly #first = new Map<string, string>();

  /** @param what Classes, subjects, …, for messages. */
  constructor(what: string) {
    this.#what = what;
  }

  /** The name under which `text` goes: `1` for `1.0`, the first spelling for any other one of the same number. */
  name(text: string): string {
    const key = canonical(text);
    const known = this.#first.get(key);
    if (known !== undefined) return known;
    const name = /^[+-]?\d+[.,]0*$/.test(text) || canonical(text) !== text && !/^[+-]?\d/.test(text)
      ? key
      : text;
    this.#first.set(key, name);
    return name;
  }

  /** Reports names that are equal but for case or blanks. */
  report(notes: Notes): void {
    const plain = (name: string) =>
      /^[+-]?\d/.test(name)
        ? name
        : name.toLowerCase().replace(/[\s_-]+/g, "").replace(/(?<!\d)0+(?=\d)/g, "");
    for (const names of Map.groupBy(this.#first.values(), plain).values()) {
      if (names.length < 2) continue;
      const [first, ...others] = names;
      const one = others.map((name) => `${JSON.stringify(name)}: ${JSON.stringify(first)}`).join(", ");
      notes.add(
        `${this.#what} that differ in case, blanks or zeros only count as different: ${
          names.map((name) => `"${name}"`).join(" and ")
        }${this.#what === "Classes" ? `; label_names: { ${one} } makes them one` : ""}`,
      );
    }
  }
}

/** Texts that a user wrote about texts of the data, each of which must match something. */
export class Keys {
  readonly #what: string;
  readonly #byKey: Map<string, string>;
  readonly #used = new Set<string>();
  readonly #seen = new Set<string>();

  /** @param what The parameter, for messages. */
  constructor(what: string, keys: Iterable<string>) {
    this.#what = what;
    this.#byKey = new Map([...keys].map((key) => [canonical(key), key]));
  }

  /** The key that `text` matches. */
  match(text: string): string | undefined {
    const key = canonical(text);
    this.#seen.add(text);
    const found = this.#byKey.get(key);
    if (found !== undefined) this.#used.add(key);
    return found;
  }

  /** @throws {InputError} for a key that matched nothing. */
  check(): void {
    for (const [key, written] of this.#byKey) {
      if (this.#used.has(key)) continue;
      const { hint } = suggestion(written, [...this.#seen].filter((text) => text !== ""));
      throw new InputError(`Cannot use ${this.#what}: no label is "${written}"`, {
        hint: hint === undefined ? undefined : hint[0].toUpperCase() + hint.slice(1),
      });
    }
  }
}
