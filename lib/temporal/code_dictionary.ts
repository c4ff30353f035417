/**
 * The behavioural dictionary: what each FSQ code means, how surely, and what to say of a code that was never seen.
 * Neighbours are found on the digits, because neighbouring codes of a lattice are close in the latent space while
 * their numbers are not.
 */
import { placeValues } from "../fsq/constants.ts";
import { dictionaryOf } from "./dictionary.ts";

/** What one code means. */
export interface CodeMeaning {
  code: number;
  /** Digits, first dimension fastest. */
  digits: number[];
  /** Most frequent label; −1 when no window with the code is labelled. */
  label: number;
  /** Share of the labelled windows with that label. */
  purity: number | null;
  /** Windows with the code. */
  support: number;
  /** Labels that hold at least a fifth of the labelled windows: two or more make the code ambiguous. */
  shared: number[];
  /** Codes of the dictionary that differ by one step in one digit. */
  neighbours: number[];
}

/** The answer for one code. */
export interface Lookup {
  meaning: CodeMeaning;
  /** Steps between the asked code and the one that answers: 0 when it was seen. */
  distance: number;
  /** True when the code itself was never seen with a label: the answer is its nearest neighbour's. */
  unseen: boolean;
}

/** Share of a code's windows from which a label counts as sharing it. */
const sharing = 0.2;

/** Digits of a code, first dimension fastest. */
export function codeDigits(code: number, levels: readonly number[]): number[] {
  return levels.map((level) => {
    const digit = code % level;
    code = Math.floor(code / level);
    return digit;
  });
}

/**
 * A dictionary over the codes that occur.
 *
 * ```ts
 * import { CodeDictionary } from "./code_dictionary.ts";
 * import assert from "node:assert/strict";
 * const dictionary = new CodeDictionary([0, 0, 0, 5], [1, 1, 0, 2], [4, 4], 3);
 * assert.equal(dictionary.look(0).meaning.label, 1);
 * assert.deepEqual([dictionary.look(9).meaning.code, dictionary.look(9).distance], [5, 1]);
 * ```
 */
export class CodeDictionary {
  /** Ascending by code. */
  readonly entries: readonly CodeMeaning[];
  readonly #levels: readonly number[];
  readonly #known: Map<number, CodeMeaning>;
  readonly #found = new Map<number, Lookup>();

  /**
   * @param codes Code of each window.
   * @param labels Label of each window, −1 unlabelled.
   */
  constructor(
    codes: ArrayLike<number>,
    labels: ArrayLike<number>,
    levels: readonly number[],
    classes: number,
  ) {
    this.#levels = levels;
    const found = dictionaryOf(codes, labels, classes);
    const present = new Set(found.map((e) => e.key));
    this.entries = found.map(({ key, label, purity, windows, counts }): CodeMeaning => {
      const labelled = counts.reduce((a, b) => a + b, 0);
      return {
        code: key,
        digits: codeDigits(key, levels),
        label,
        purity,
        support: windows,
        shared: counts.flatMap((c, l) => (c > 0 && c >= sharing * labelled ? [l] : [])),
        neighbours: latticeNeighbors(key, levels).filter((code) => present.has(code)),
      };
    });
    this.#known = new Map(this.entries.filter((e) => e.label >= 0).map((e) => [e.code, e]));
  }

  /** Codes that at least two labels share. */
  get ambiguous(): CodeMeaning[] {
    return this.entries.filter((e) => e.shared.length > 1);
  }

  /**
   * The meaning of a code; of the nearest labelled code by summed digit steps when it has none itself (the one with
   * more support where tied, then the smaller code).
   */
  look(code: number): Lookup {
    const known = this.#known.get(code);
    if (known !== undefined) return { meaning: known, distance: 0, unseen: false };
    if (this.#known.size === 0) {
      throw new RangeError("Cannot look up code: no code of the dictionary is labelled");
    }
    let answer = this.#found.get(code);
    if (answer === undefined) {
      answer = this.#nearest(codeDigits(code, this.#levels));
      this.#found.set(code, answer);
    }
    return answer;
  }

  #nearest(digits: number[]): Lookup {
    let best: CodeMeaning | undefined, distance = Infinity;
    for (const entry of this.#known.values()) {
      const d = entry.digits.reduce((sum, digit, i) => sum + Math.abs(digit - digits[i]), 0);
      if (d < distance || (d === distance && entry.support > best!.support)) {
        best = entry;
        distance = d;
      }
    }
    return { meaning: best!, distance, unseen: true };
  }
}

function latticeNeighbors(code: number, levels: readonly number[]): number[] {
  const out: number[] = [];
  const places = placeValues(levels);
  codeDigits(code, levels).forEach((digit, i) => {
    if (digit > 0) out.push(code - places[i]);
    if (digit + 1 < levels[i]) out.push(code + places[i]);
  });
  return out.sort((a, b) => a - b);
}
