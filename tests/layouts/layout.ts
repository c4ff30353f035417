/** What a layout of a recording is: how some program writes it, and what the reader must make of it. */

/** A recording as its writer knows it. */
export interface Truth {
  id?: string;
  subject?: string;
  /** Label of every sample; empty for none. */
  label?: (i: number) => string;
  samples: number;
  /** Value of a sample's channel; nothing is compared where it is NaN. */
  value?: (i: number, channel: number) => number;
  gaps?: [number, number][];
  facts?: Record<string, string | number>;
}

/** One layout. */
export interface Layout {
  name: string;
  /** Ending or kind of the files. */
  format: string;
  /** Who writes such files. */
  maker: string;
  /** Public place that shows it: `owner/repo#n` (those of `checked_sources.ts` were opened), or the title of a document. */
  source: string;
  files: Record<string, string | Uint8Array>;
  /** What stands under `with:`. */
  with: Record<string, unknown>;
  /** What is read, or the words of the refusal. */
  expect:
    | { rate: number; channels?: string[]; units?: string[]; recordings: Truth[]; warns?: RegExp }
    | { refused: RegExp };
}

/** An input that is odd in one thing; its name is a sentence that begins with "load". */
export type Odd = Pick<Layout, "name" | "files" | "with" | "expect">;

/** Rows of time in seconds and the signal, at 50 Hz. */
export const plainRow = (i: number): (string | number)[] => [(i / 50).toFixed(2), ...channelsOf(i)];
export const plainHeader = "t,ax,ay,az";
export const plainTable = (n = 200) => lines(plainHeader, n, plainRow);

/** The signal behind all layouts: sample `i` of channel `c`, with four decimals. */
export function signal(i: number, c: number): number {
  return Math.round(1e4 * (Math.sin(0.11 * (i + 1) * (c % 3 + 1) + c) + (c % 3 === 2 ? 1 : 0))) / 1e4;
}

/** The channels of a sample. */
export const channelsOf = (i: number, width = 3) => Array.from({ length: width }, (_, c) => signal(i, c));

/** Lines out of a header and `n` rows, each a list of cells. */
export function lines(
  header: string,
  n: number,
  row: (i: number) => readonly (string | number)[],
  separator = ",",
): string {
  const body = Array.from({ length: n }, (_, i) => row(i).join(separator));
  return `${[...(header === "" ? [] : [header]), ...body].join("\n")}\n`;
}

/** One recording of the signal. */
export const whole = (samples: number, more: Partial<Truth> = {}): Truth => ({
  samples,
  value: signal,
  ...more,
});

/** Two digits. */
export const two = (n: number) => String(n).padStart(2, "0");

/** A date of the clock in UTC, `hh:mm:ss.mmm`. */
export const timeOfDay = (ms: number) => new Date(ms).toISOString().slice(11, 23);
