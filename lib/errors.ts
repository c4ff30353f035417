/**
 * The one error class for a user's mistake in data or parameters. The command line prints its message without a
 * stack trace; every other exception is treated as a broken invariant.
 */

/** Where in the user's own material the mistake stands. */
export interface InputErrorOptions extends ErrorOptions {
  /** The file that holds the mistake, as the user named it. */
  file?: string;
  /** One-based row (line of a text file, first data row of a table is its line in the file). */
  row?: number;
  /** What the user can do about it, as a full sentence. */
  hint?: string;
}

/**
 * Something the user gave cannot be used. The message names the place, the value and the remedy.
 *
 * ```ts
 * import { InputError } from "./errors.ts";
 * import assert from "node:assert/strict";
 * const error = new InputError("Cannot read column: ax is missing", { file: "walk.csv", row: 1 });
 * assert.equal(error.message, "walk.csv:1: Cannot read column: ax is missing");
 * ```
 */
export class InputError extends Error {
  readonly file: string | undefined;
  readonly row: number | undefined;
  readonly hint: string | undefined;

  constructor(message: string, options: InputErrorOptions = {}) {
    const place = options.file === undefined
      ? ""
      : `${options.file}${options.row === undefined ? "" : `:${options.row}`}: `;
    super(`${place}${message}${options.hint === undefined ? "" : `\n  ${options.hint}`}`, options);
    this.name = "InputError";
    this.file = options.file;
    this.row = options.row;
    this.hint = options.hint;
  }
}
