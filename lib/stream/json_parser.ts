/** Samples as one JSON value a line: an array of the values, one array a sensor, or an object by column names. */
import { InputError } from "../errors.ts";
import { Lines } from "./lines.ts";
import {
  type Incoming,
  isSampleValue,
  placesOf,
  type SampleLayout,
  type SampleParser,
} from "./sample_parser.ts";

export class JsonParser implements SampleParser {
  readonly #layout: SampleLayout;
  readonly #lines = new Lines();
  #line = 0;

  constructor(layout: SampleLayout) {
    this.#layout = layout;
  }

  take(bytes: Uint8Array): Incoming[] {
    return this.#lines.take(bytes).flatMap((line) => this.#read(line));
  }

  end(): Incoming[] {
    return this.#lines.end().flatMap((line) => this.#read(line));
  }

  #read(line: Uint8Array | null): Incoming[] {
    this.#line++;
    if (line === null) return [this.#bad("the line is longer than 64 KiB")];
    const text = new TextDecoder().decode(line).trim();
    if (text === "") return [];
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return [this.#bad("the line is no JSON")];
    }
    if (typeof value !== "object" || value === null) return [this.#bad("it is neither array nor object")];
    return [Array.isArray(value) ? this.#array(value) : this.#object(value as Record<string, unknown>)];
  }

  #array(value: unknown[]): Incoming {
    const wanted = this.#layout.time ?? this.#layout.subject;
    if (wanted !== null) return this.#bad(`an array has no ${wanted}`);
    return this.#sample(value.flat(), null);
  }

  #object(value: Record<string, unknown>): Incoming {
    const names = Object.keys(value);
    let places: ReturnType<typeof placesOf>;
    try {
      places = placesOf(this.#layout, names);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return this.#bad(error.message.replace(/^.*?Cannot read samples: /s, ""));
    }
    const time = places.time < 0 ? null : value[names[places.time]];
    if (places.time >= 0 && !Number.isFinite(time) && (typeof time !== "string" || time === "")) {
      return this.#bad(`${this.#layout.time} is neither a number nor a date`);
    }
    const who = places.subject < 0 ? undefined : value[names[places.subject]];
    if (places.subject >= 0 && !["number", "string"].includes(typeof who)) {
      return this.#bad(`${this.#layout.subject} is neither text nor a number`);
    }
    const subject = who === undefined ? undefined : String(who);
    return this.#sample(places.values.map((i) => value[names[i]]), time as number | string | null, subject);
  }

  #sample(found: unknown[], time: number | string | null, subject?: string): Incoming {
    const { names } = this.#layout;
    if (found.length !== names.length) {
      return this.#bad(`it has ${found.length} values, the model reads ${names.length}`);
    }
    const at = found.findIndex((v) => typeof v !== "number" || !isSampleValue(v));
    if (at >= 0) return this.#bad(`${names[at][0]} is ${JSON.stringify(found[at])}, no number`, subject);
    return { values: Float32Array.from(found as number[]), time, row: this.#line, subject };
  }

  #bad(why: string, subject?: string): Incoming {
    const place = { file: this.#layout.source, row: this.#line };
    return { error: new InputError(`Cannot read sample: ${why}`, place), subject };
  }
}
