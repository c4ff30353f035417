/** The clock of the model under samples that come with times of their own: what `load` does to a table, as it comes. */
import { InputError } from "../errors.ts";
import { stepBack, type Unsorted } from "../signal/read/laws/order.ts";
import { measureRate, spreadShared } from "../signal/read/laws/rate.ts";
import { gapLimit, typicalStep } from "../signal/read/laws/steps.ts";
import { isLongBreak } from "../signal/read/stretches_of_table.ts";
import { lowering, raising } from "../signal/read/sample_times.ts";
import { sameTick } from "../signal/read/resample.ts";
import { SharedStamps, type Timed } from "./shared_stamps.ts";
import type { Incoming } from "./sample_parser.ts";
import { type TimeColumn, TimeReader } from "./time_reader.ts";

/** How the times of a stream are read. */
export interface ClockOptions extends TimeColumn {
  /** Longest step in seconds that is no gap. */
  maxGap: number;
  /** What a step back does that is not just a row too late. */
  unsorted?: Exclude<Unsorted, "sort">;
  /** Name of the source for messages. */
  source: string;
}

/** A sample on the clock, samples that are missing there, or one that cannot be used. */
export type Ticked =
  | { values: Float32Array; time: number | string }
  /** Samples missing here; 0 where nobody knows how many. */
  | { missing: number }
  | { error: InputError };

type Sample = Extract<Incoming, { values: Float32Array }>;

/** Rows that are looked at together, at the start and again and again: as many as a window has, within reason. */
const rows = { fewest: 24, most: 1024, again: 256 };
/** Fewer rows show nothing about a rate. */
const judged = 20;

/**
 * Places samples on a clock of the model's rate, by the laws of `load`: rows stay as they are while each lies within half a
 * sample of its tick, and are interpolated linearly from the first one on that does not; steps above `maxGap` are gaps.
 *
 * The first rows, as many as a window, are held back until their unit and rate are known.
 */
export class SampleClock {
  readonly #options: ClockOptions;
  readonly #held: Incoming[] = [];
  readonly #hold: number;
  #reader: TimeReader | undefined;
  #limit = 0;
  #step = 0;
  /** Whether rows have to be interpolated from the start. */
  #uneven = false;
  #even = true;
  /** Seconds of the first tick, the next tick's number, rows since the first tick, and seconds by which times are mended. */
  #begin = NaN;
  #tick = 0;
  #rows = 0;
  #shift = 0;
  /** The last sample on the clock, and the last time as it came. */
  #last: Timed | undefined;
  #stamp: number | undefined;
  #shared: SharedStamps | undefined;
  /** Times since the rate was last looked at. */
  #recent: number[] = [];

  /** @param length Samples of a window. */
  constructor(options: ClockOptions, length: number) {
    this.#options = options;
    this.#hold = Math.min(rows.most, Math.max(rows.fewest, length));
  }

  /** What a row makes of the clock. @throws {InputError} where unit, rate and rows contradict each other. */
  take(incoming: Incoming): Ticked[] {
    if (this.#reader !== undefined) return this.#one(incoming);
    this.#held.push(incoming);
    return this.#held.length < this.#hold ? [] : this.#open();
  }

  /** What is left when nothing more comes. */
  end(): Ticked[] {
    const out = this.#reader === undefined ? this.#open() : [];
    return [...out, ...this.#rest()];
  }

  #open(): Ticked[] {
    const samples = this.#held.filter((i): i is Sample => !("error" in i));
    if (samples.length > 0) this.#decide(samples);
    return this.#held.splice(0).flatMap((i) => this.#one(i));
  }

  /** Finds unit, rate and evenness in the first rows. */
  #decide(samples: Sample[]): void {
    const { source: file } = this.#options;
    const place = { file, row: samples[0].row };
    const reader = new TimeReader(samples.map((s) => s.time!), this.#options, place);
    const seconds = samples.map((s) => reader.read(s.time!) * reader.unit).filter((t) => !Number.isNaN(t));
    const back = seconds.findIndex((t, i) => t < seconds[i - 1]);
    const stamps = Float64Array.from(back < 0 ? seconds : seconds.slice(0, back), (t) => t - seconds[0]);
    const spread = spreadShared(stamps, this.#options.maxGap, false);
    const times = spread ?? stamps;
    if (spread !== undefined) {
      const second = stamps.find((t) => t > 0);
      const size = stamps.filter((t) => t === second).length;
      this.#shared = new SharedStamps(size, typicalStep(stamps));
    }
    this.#reader = reader;
    this.#step = typicalStep(times) || 1 / this.#options.rate;
    this.#limit = gapLimit(this.#options.maxGap, this.#step);
    this.#check(times, samples[0].row);
    this.#uneven = !times.every((t, i) => Math.abs(t * this.#options.rate - i) <= 0.5);
  }

  /** The law that rows, duration and rate agree, and that the rate is the model's. */
  #check(times: Float64Array, row: number): void {
    const { source: file, rate, maxGap, name } = this.#options;
    if (times.length <= judged) return;
    const place = { file, row };
    let measured: number;
    try {
      measured = measureRate(times, maxGap, false, place);
    } catch (cause) {
      if (!(cause instanceof InputError)) throw cause;
      const [said] = cause.message.split("\n");
      throw new InputError(said.slice(said.indexOf("Cannot")), {
        ...place,
        hint:
          `Send a time of its own with each sample, or leave --time out where samples come evenly at ${rate} Hz.`,
        cause,
      });
    }
    if (measured <= lowering * rate && measured * raising >= rate) return;
    throw new InputError(
      `Cannot classify: ${name} shows ${
        Number(measured.toPrecision(4))
      } samples a second, the model reads ${rate}`,
      {
        ...place,
        hint: measured > rate
          ? `Lower the rate to ${rate} Hz through a low-pass before, or state the unit (--time-unit).`
          : "Record at the model's rate, train at this one (load's rate:), or state the unit (--time-unit).",
      },
    );
  }

  #one(incoming: Incoming): Ticked[] {
    if ("error" in incoming) return [incoming];
    const reader = this.#reader!;
    const { values, row, time } = incoming;
    let seconds = reader.read(time!) * reader.unit + this.#shift;
    if (Number.isNaN(seconds)) return [this.#bad(`its time is "${time}", unlike the first ones`, row)];
    const out: Ticked[] = [];
    const before = this.#stamp;
    if (before !== undefined && seconds < before) {
      const { kind, what, shift } = stepBack(before, seconds, {
        unit: reader.unit,
        daily: reader.daily,
        step: this.#step,
      });
      if (kind === "midnight" || kind === this.#options.unsorted && kind !== "restart") {
        this.#shift += shift;
        seconds += shift;
      } else {
        if (kind !== "swapped") out.push(...this.#rest());
        if (kind !== "swapped") this.#restart();
        if (kind !== "restart" || this.#options.unsorted !== "restart") {
          const why = `its time ${reader.write(seconds)} lies before ${reader.write(before)}; ${what}`;
          return [...out, this.#bad(why, row, kind), ...(kind === "swapped" ? [] : [{ missing: 1 }])];
        }
        out.push({ missing: 0 });
      }
    }
    if (before !== undefined && isLongBreak(seconds - before, this.#step)) out.push(...this.#rest());
    this.#stamp = seconds;
    const samples = this.#shared?.take({ values, seconds }) ?? [{ values, seconds }];
    return [...out, ...samples.flatMap((sample) => this.#watched(sample, row))];
  }

  /** What is left of a block of samples that share a time. */
  #rest(): Ticked[] {
    return (this.#shared?.end() ?? []).flatMap((sample) => this.#place(sample));
  }

  #bad(why: string, row: number, kind?: string): Ticked {
    const hint = kind === undefined || kind === "swapped"
      ? undefined
      : `Set --unsorted ${kind} to go on there.`;
    return { error: new InputError(`Cannot read sample: ${why}`, { file: this.#options.source, row, hint }) };
  }

  #restart(): void {
    this.#last = undefined;
    this.#stamp = undefined;
    this.#shift = 0;
    this.#recent = [];
  }

  /** Places a sample, and looks at the rate again from time to time. */
  #watched(sample: Timed, row: number): Ticked[] {
    this.#recent.push(sample.seconds);
    if (this.#recent.length >= Math.max(this.#hold, rows.again)) {
      const [first] = this.#recent;
      this.#check(Float64Array.from(this.#recent, (t) => t - first), row - this.#recent.length + 1);
      this.#recent = [];
    }
    return this.#place(sample);
  }

  #place({ values, seconds }: Timed): Ticked[] {
    const { rate } = this.#options;
    const last = this.#last;
    this.#last = { seconds, values };
    if (last === undefined || isLongBreak(seconds - last.seconds, this.#step)) {
      const missing = last === undefined ? 0 : Math.round((seconds - last.seconds) * rate) - 1;
      [this.#begin, this.#tick, this.#rows, this.#even] = [seconds, 1, 1, !this.#uneven];
      const sample = { values, time: this.#reader!.write(seconds) };
      return last === undefined ? [sample] : [{ missing }, sample];
    }
    const at = (seconds - this.#begin) * rate;
    this.#even &&= Math.abs(at - this.#rows) <= 0.5;
    this.#rows++;
    if (!this.#even) return this.#interpolate(last, { seconds, values });
    this.#tick++;
    return [{ values, time: this.#reader!.write(seconds) }];
  }

  /** The ticks up to a row, between it and the one before. */
  #interpolate(a: Timed, b: Timed): Ticked[] {
    const { rate } = this.#options;
    const [from, to] = [a.seconds - this.#begin, b.seconds - this.#begin];
    const span = to - from;
    const out: Ticked[] = [];
    let missing = 0;
    for (; this.#tick <= to * rate + sameTick / 10; this.#tick++) {
      const t = this.#tick / rate;
      if (span > this.#limit && Math.min(t - from, to - t) * rate > sameTick) {
        missing++;
        continue;
      }
      if (missing > 0) out.push({ missing });
      missing = 0;
      const share = span > 0 ? Math.min(1, Math.max(0, (t - from) / span)) : 0;
      const values = a.values.map((v, c) => share === 0 ? v : v + (b.values[c] - v) * share);
      out.push({ values, time: this.#reader!.write(this.#begin + t) });
    }
    if (missing > 0) out.push({ missing });
    return out;
  }
}
