/** Times as they stand in a stream, to seconds: the unit and the order of day and month show in the first of them. */
import { InputError } from "../errors.ts";
import { type DateOrder, Dates, orderOfFormat } from "../signal/read/instant.ts";
import type { Place } from "../signal/read/laws/place.ts";
import { typicalStep } from "../signal/read/laws/steps.ts";
import { secondsPerUnit, type TimeUnit } from "../signal/read/laws/time_unit.ts";

/** What is known of the time column beforehand. */
export interface TimeColumn {
  name: string;
  /** Samples per second of the model. */
  rate: number;
  unit?: TimeUnit;
  /** Order of day and month, e.g. `dd/MM/yyyy`. */
  format?: string;
}

/** Reads the times of one stream. */
export class TimeReader {
  /** Times are dates, in milliseconds, or times of day. */
  readonly instants: boolean;
  readonly daily: boolean;
  /** Seconds per unit of the column. */
  readonly unit: number;
  readonly #dates: Dates;

  /**
   * @param first The first times of the stream.
   * @throws {InputError} where these leave the unit, or the order of day and month, open.
   */
  constructor(first: readonly (number | string)[], column: TimeColumn, place: Place) {
    this.instants = typeof first[0] === "string";
    if (!this.instants) {
      const numbers = Float64Array.from(first.filter((t) => typeof t === "number"));
      this.#dates = new Dates();
      this.daily = false;
      this.unit = unitOf(numbers, column, place);
      return;
    }
    const texts = first.filter((t) => typeof t === "string");
    this.#dates = new Dates(
      column.format === undefined ? orderIn(texts, place) : orderOfFormat(column.format),
    );
    this.unit = 1e-3;
    texts.forEach((text) => this.#dates.parse(text, 0));
    this.daily = this.#dates.daily;
  }

  /** The time in the column's unit, or in milliseconds; NaN for what is no time. */
  read(time: number | string): number {
    if (typeof time === "number") return this.instants ? NaN : time;
    return this.instants ? this.#dates.parse(time, 0) : NaN;
  }

  /** A time of this stream as it would be written there. */
  write(seconds: number): number | string {
    if (this.daily) return new Date(seconds * 1000).toISOString().slice(11, -1);
    if (this.instants) return new Date(Math.round(seconds * 1000)).toISOString();
    return Number((seconds / this.unit).toPrecision(15));
  }
}

function unitOf(times: Float64Array, { name, rate, unit = "auto" }: TimeColumn, place: Place): number {
  try {
    return secondsPerUnit(unit, { step: typicalStep(times), first: times[0], name, rate, place });
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new InputError(
      `Cannot use time: the steps of ${
        Number(typicalStep(times).toPrecision(6))
      } in ${name} are no ${rate} samples a second, the model's rate, in s, ms, us or ns`,
      {
        ...place,
        hint: "State what it counts: --time-unit ms, --time-unit samples for a counter, or seconds per tick.",
        cause,
      },
    );
  }
}

/** The order of day and month in which all dates exist; undefined where the year comes first. */
function orderIn(texts: readonly string[], place: Place): DateOrder | undefined {
  const read = (order: DateOrder) => {
    const dates = new Dates(order);
    return texts.map((text) => dates.parse(text, 0));
  };
  const [dayFirst, monthFirst] = [read("dmy"), read("mdy")];
  const usable = (times: number[]) => times.filter((t) => !Number.isNaN(t)).length;
  if (usable(dayFirst) !== usable(monthFirst)) {
    return usable(dayFirst) > usable(monthFirst) ? "dmy" : "mdy";
  }
  if (dayFirst.every((t, i) => Object.is(t, monthFirst[i]))) return undefined;
  throw new InputError(`Cannot tell day from month in ${texts[0]}`, {
    ...place,
    hint: 'State the format: --time-format "dd/MM/yyyy HH:mm:ss", or MM/dd/yyyy.',
  });
}
