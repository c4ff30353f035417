/** Samples as raw float32, little-endian, `[sensors, channels]` each, one after the other. */
import { InputError } from "../errors.ts";
import { type Incoming, isSampleValue, type SampleLayout, type SampleParser } from "./sample_parser.ts";

export class FloatParser implements SampleParser {
  readonly #layout: SampleLayout;
  readonly #sample: Uint8Array;
  #filled = 0;
  #count = 0;

  constructor(layout: SampleLayout) {
    const wanted = layout.time ?? layout.subject;
    if (wanted !== null) {
      throw new InputError(`Cannot read samples: raw values have no column ${wanted}`, {
        hint: "Leave it out, or send CSV or JSON.",
      });
    }
    this.#layout = layout;
    this.#sample = new Uint8Array(4 * layout.names.length);
  }

  take(bytes: Uint8Array): Incoming[] {
    const out: Incoming[] = [];
    for (let from = 0; from < bytes.length;) {
      const part = bytes.subarray(from, from + this.#sample.length - this.#filled);
      this.#sample.set(part, this.#filled);
      this.#filled += part.length;
      from += part.length;
      if (this.#filled < this.#sample.length) break;
      this.#filled = 0;
      out.push(this.#read());
    }
    return out;
  }

  end(): Incoming[] {
    if (this.#filled === 0) return [];
    const why = `it ends after ${this.#filled} of ${this.#sample.length} bytes`;
    return [{ error: this.#bad(this.#count + 1, why) }];
  }

  #read(): Incoming {
    const view = new DataView(this.#sample.buffer);
    const values = Float32Array.from(
      { length: this.#layout.names.length },
      (_, i) => view.getFloat32(4 * i, true),
    );
    this.#count++;
    const at = values.findIndex((v) => !isSampleValue(v));
    if (at < 0) return { values, time: null, row: this.#count };
    return { error: this.#bad(this.#count, `${this.#layout.names[at][0]} is ${values[at]}`) };
  }

  #bad(sample: number, why: string): InputError {
    return new InputError(`Cannot read sample: ${why}`, { file: this.#layout.source, row: sample });
  }
}
