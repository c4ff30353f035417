/** What the file of a logger holds, and what a format of such files is: one file and one line in `formats.ts`. */
import type { ByteSource } from "./byte_source.ts";

/** Blocks of samples with the times at which they begin. */
export interface Blocks {
  readonly count: number;
  /** Seconds since 1970 on the device's clock, float64 `[count]`. */
  readonly begin: Float64Array;
  /** Samples of each, int32 `[count]`. */
  readonly samples: Int32Array;
}

/** A recording of a device, whose samples are decoded block by block. */
export interface DeviceSignal {
  /** Maker and model, e.g. `Axivity AX3`. */
  device: string;
  /** Channel names of the sensor, e.g. `acc_x`, and the unit of each. */
  channels: string[];
  units: string[];
  /** Samples per second that the device was set to. */
  rate: number;
  blocks: Blocks;
  /** Writes the samples of a block, float32 `[samples, channels]`, from place `at` of `into` on. Blocks are asked for in order. */
  decode(block: number, into: Float32Array, at: number): void;
  /** Lets go of what it holds of the file; nothing can be decoded after that. */
  close?(): void;
  /** What one count stands for, by channel; absent where numbers are no counts without offset. */
  scale?: number[];
  /** Who was recorded, as the device was told. */
  subject?: string;
  /** Serial number, place on the body, …. */
  facts: Record<string, string | number>;
  /** Why there may be time without samples, in words. */
  pause?: string;
  /** What is wrong or unusual, in sentences without full stop. */
  notes: string[];
}

/** A format of files. */
export interface DeviceFormat {
  /** Maker's name and the usual ending, for messages. */
  readonly name: string;
  /** Usual ending of names, without dot. */
  readonly ending: string;
  /** Whether a file that begins with these bytes may be of this format. */
  recognize(head: Uint8Array): boolean;
  /** @throws {InputError} naming what is broken. */
  open(bytes: ByteSource, file: string): DeviceSignal;
}

/** What to do about a file that is broken. */
export const copyAgain = "Copy the file from the device again.";

/** Seconds since 1970 of a date and time, the month from 1; NaN for a day or time of day that there is not. */
export function secondsOfDate(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute && date.getUTCSeconds() === second;
  return same ? ms / 1000 : NaN;
}

/** Collects blocks. */
export class BlockList {
  readonly #begin: number[] = [];
  readonly #samples: number[] = [];

  get length(): number {
    return this.#begin.length;
  }

  add(begin: number, samples: number): void {
    this.#begin.push(begin);
    this.#samples.push(samples);
  }

  done(): Blocks {
    return {
      count: this.length,
      begin: Float64Array.from(this.#begin),
      samples: Int32Array.from(this.#samples),
    };
  }
}

/** Whole numbers as ranges, e.g. `0, 13 to 14`; the first few where there are many. */
export function ranges(numbers: readonly number[]): string {
  const found: [number, number][] = [];
  for (const n of numbers) {
    const last = found.at(-1);
    if (last !== undefined && n === last[1] + 1) last[1] = n;
    else found.push([n, n]);
  }
  const words = found.slice(0, 8).map(([a, b]) => a === b ? `${a}` : `${a} to ${b}`);
  return words.join(", ") + (found.length > 8 ? `, … (${numbers.length} in all)` : "");
}
