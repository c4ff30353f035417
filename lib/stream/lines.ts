/** Lines of a stream of bytes. */

/** Longest line that is kept, in bytes; what goes on longer is no line of samples. */
export const longestLine = 1 << 16;

/**
 * Cuts bytes into lines as they come, at `\n`, `\r\n` or `\r` alone; holds back one unfinished line, never more than {@linkcode longestLine} of it.
 *
 * ```ts
 * import { Lines } from "./lines.ts";
 * import assert from "node:assert/strict";
 * const lines = new Lines();
 * const text = (found: (Uint8Array | null)[]) => found.map((b) => b && new TextDecoder().decode(b));
 * assert.deepEqual(text(lines.take(new TextEncoder().encode("a\r\nb"))), ["a"]);
 * assert.deepEqual(text(lines.take(new TextEncoder().encode("c\n\n"))), ["bc", ""]);
 * ```
 */
export class Lines {
  #rest: Uint8Array[] = [];
  #held = 0;
  #tooLong = false;
  /** The last byte that was seen ended a line as `\r`: a `\n` behind it belongs to it. */
  #afterReturn = false;

  /** The lines that these bytes end, without their ends; `null` for one that was too long. */
  take(bytes: Uint8Array): (Uint8Array | null)[] {
    const out: (Uint8Array | null)[] = [];
    let from = 0;
    let [feed, turn] = [bytes.indexOf(10), bytes.indexOf(13)];
    while (feed >= 0 || turn >= 0) {
      const end = turn < 0 || (feed >= 0 && feed < turn) ? feed : turn;
      const pair = end === feed && end === from && this.#afterReturn;
      if (!pair) {
        this.#hold(bytes.subarray(from, end));
        out.push(this.#line());
      }
      this.#afterReturn = end === turn;
      from = end + 1;
      if (feed >= 0 && feed < from) feed = bytes.indexOf(10, from);
      if (turn >= 0 && turn < from) turn = bytes.indexOf(13, from);
    }
    if (from < bytes.length) this.#afterReturn = false;
    // The caller may use its buffer again.
    if (from < bytes.length) this.#hold(bytes.slice(from));
    return out;
  }

  /** The last line, where it has no end. */
  end(): (Uint8Array | null)[] {
    return this.#held > 0 || this.#tooLong ? [this.#line()] : [];
  }

  #hold(part: Uint8Array): void {
    if (this.#held + part.length > longestLine) {
      this.#tooLong = true;
      this.#rest = [];
      this.#held = 0;
    }
    if (this.#tooLong) return;
    this.#rest.push(part);
    this.#held += part.length;
  }

  #line(): Uint8Array | null {
    const parts = this.#rest;
    const tooLong = this.#tooLong;
    let line = parts[0] ?? new Uint8Array(0);
    if (parts.length > 1) {
      line = new Uint8Array(this.#held);
      let at = 0;
      for (const part of parts) {
        line.set(part, at);
        at += part.length;
      }
    }
    this.#rest = [];
    this.#held = 0;
    this.#tooLong = false;
    return tooLong ? null : line;
  }
}
