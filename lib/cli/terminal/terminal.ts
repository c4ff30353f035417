/** The only place that writes to the terminal: results to stdout, everything about the work to stderr. */

const encoder = new TextEncoder();

/** Colours, empty where they are not wanted. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

/** Colours, or none. */
export function styleFor(color: boolean): Style {
  const wrap = (on: number, off: number) => (text: string) => color ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  return {
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    red: wrap(31, 39),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
  };
}

/**
 * Writes all bytes, also where the pipe takes fewer at once. What cannot be told ends nothing: a run goes on although its
 * terminal has gone, or the disk of its log is full.
 *
 * @returns Why something was not written; undefined where it was, or nobody reads it any more.
 */
function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): string | undefined {
  const bytes = encoder.encode(text);
  for (let done = 0; done < bytes.length;) {
    try {
      done += stream.writeSync(bytes.subarray(done));
    } catch (error) {
      if (error instanceof Deno.errors.WouldBlock) continue;
      return error instanceof Deno.errors.BrokenPipe ? undefined : (error as Error).message;
    }
  }
}

let unwritten: string | undefined;

/** Why results are missing from stdout; undefined where none are. */
export function outLost(): string | undefined {
  return unwritten;
}

/** Prints a line of the result. */
export function out(text: string): void {
  const why = writeAll(Deno.stdout, `${text}\n`);
  unwritten ??= why;
}

/** Prints a line of a result without end, at the reader's pace; false once the reader has gone. */
export async function outTaken(text: string): Promise<boolean> {
  const bytes = encoder.encode(`${text}\n`);
  try {
    for (let done = 0; done < bytes.length;) done += await Deno.stdout.write(bytes.subarray(done));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}

/** Prints a line about the work. */
export function err(text: string): void {
  writeAll(Deno.stderr, `${text}\n`);
}

/** Writes without a line end, for the status line. */
export function errRaw(text: string): void {
  writeAll(Deno.stderr, text);
}

const color = (stream: { isTerminal(): boolean }) =>
  Deno.env.get("NO_COLOR") === undefined && Deno.env.get("TERM") !== "dumb" && stream.isTerminal();

export const outStyle: Style = styleFor(color(Deno.stdout));
export const errStyle: Style = styleFor(color(Deno.stderr));

/** Columns below which a terminal has no room for the status line, or does not say how wide it is. */
const narrowest = 20;

/** Whether the status line can be rewritten. */
export function isTerminal(): boolean {
  return Deno.stderr.isTerminal() && Deno.env.get("TERM") !== "dumb" && columns() >= narrowest;
}

/** Columns of the terminal. */
export function columns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}

/** Prints a value as JSON. */
export function json(value: unknown): void {
  out(JSON.stringify(value, null, 2));
}
