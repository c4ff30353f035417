/** Samples as rows of a text table: any of the separators and decimal marks that `load` reads. */
import { InputError } from "../errors.ts";
import { detectDialect, type Dialect } from "../signal/read/text/csv_dialect.ts";
import { parseNumber } from "../signal/read/number.ts";
import { Lines } from "./lines.ts";
import {
  type Incoming,
  isSampleValue,
  placesOf,
  type SampleLayout,
  type SampleParser,
} from "./sample_parser.ts";

/** Reads rows under a header that names the columns, or rows of just the values in the model's order. */
export class CsvParser implements SampleParser {
  readonly #layout: SampleLayout;
  readonly #lines = new Lines();
  /** The first two lines, which tell the dialect. */
  #first: { bytes: Uint8Array; line: number }[] = [];
  #dialect: Dialect | undefined;
  #values: number[] = [];
  #time = -1;
  #subject = -1;
  #line = 0;
  #starts = new Int32Array(0);
  #ends = new Int32Array(0);

  constructor(layout: SampleLayout) {
    this.#layout = layout;
  }

  take(bytes: Uint8Array): Incoming[] {
    return this.#lines.take(bytes).flatMap((line) => this.#read(line));
  }

  end(): Incoming[] {
    const last = this.#lines.end().flatMap((line) => this.#read(line));
    return this.#dialect === undefined && this.#first.length > 0 ? [...last, ...this.#begin()] : last;
  }

  #read(line: Uint8Array | null): Incoming[] {
    this.#line++;
    if (line === null) return [this.#bad("the line is longer than 64 KiB")];
    let from = 0;
    while (line[from] === 32 || line[from] === 9) from++;
    if (from === line.length || line[from] === 35) return [];
    if (this.#dialect !== undefined) return [this.#row(line)];
    this.#first.push({ bytes: line.slice(), line: this.#line });
    return this.#first.length < 2 ? [] : this.#begin();
  }

  /** Finds dialect and columns, then reads the lines held back for that. */
  #begin(): Incoming[] {
    const { source } = this.#layout;
    const lines = this.#first;
    const text = new Uint8Array(lines.reduce((n, { bytes }) => n + bytes.length + 1, 0)).fill(10);
    lines.reduce((at, { bytes }) => (text.set(bytes, at), at + bytes.length + 1), 0);
    const dialect = this.#dialectOf(text);
    const { header, columns } = dialect;
    if (header !== null) {
      const { values, time, subject } = placesOf(this.#layout, header);
      this.#values = values;
      this.#time = time;
      this.#subject = subject;
    } else {
      const wanted = this.#layout.names.length;
      if (columns !== wanted || this.#layout.time !== null || this.#layout.subject !== null) {
        throw new InputError(
          `Cannot read samples: there is no header, and ${columns} columns where the model reads ${wanted}`,
          {
            file: source,
            row: lines[0].line,
            hint: "Begin with a line that names the columns.",
          },
        );
      }
      this.#values = this.#layout.names.map((_, i) => i);
    }
    this.#dialect = dialect;
    this.#starts = new Int32Array(columns + 1);
    this.#ends = new Int32Array(columns + 1);
    this.#first = [];
    return (header === null ? lines : lines.slice(1)).map(({ bytes, line }) => this.#row(bytes, line));
  }

  #dialectOf(text: Uint8Array): Dialect {
    const { source } = this.#layout;
    try {
      return detectDialect(text, source);
    } catch (cause) {
      if (!(cause instanceof InputError)) throw cause;
      // What helps where a file is loaded does not help here.
      const [said] = cause.message.split("\n");
      throw new InputError(said.slice(Math.max(0, said.indexOf("Cannot"))), {
        file: source,
        hint: "Send UTF-8 text: a header that names the columns, and one row a sample.",
        cause,
      });
    }
  }

  #row(line: Uint8Array, number = this.#line): Incoming {
    const { columns, header } = this.#dialect!;
    const cells = this.#split(line);
    if (cells !== columns) return this.#bad(`it has ${cells} cells, the first line has ${columns}`, number);
    const subject = this.#subject < 0 ? undefined : this.#text(line, this.#subject);
    if (subject === "") return this.#bad(`${this.#layout.subject} is empty`, number);
    const values = new Float32Array(this.#values.length);
    for (let i = 0; i < values.length; i++) {
      const cell = this.#values[i];
      values[i] = this.#number(line, cell);
      if (!isSampleValue(values[i])) {
        const name = header?.[cell] ?? `column ${cell + 1}`;
        return this.#bad(`${name} is "${this.#text(line, cell)}", no number`, number, subject);
      }
    }
    if (this.#time < 0) return { values, time: null, row: number, subject };
    const time = this.#number(line, this.#time);
    if (Number.isFinite(time)) return { values, time, row: number, subject };
    const text = this.#text(line, this.#time);
    if (text === "") return this.#bad(`${this.#layout.time} is empty`, number, subject);
    return { values, time: text, row: number, subject };
  }

  #text(line: Uint8Array, cell: number): string {
    return new TextDecoder().decode(line.subarray(this.#starts[cell], this.#ends[cell])).trim();
  }

  #number(line: Uint8Array, cell: number): number {
    return parseNumber(line, this.#starts[cell], this.#ends[cell], this.#dialect!.separator !== 44);
  }

  /** Finds the cells of a line; returns their number, at most one more than there are columns. */
  #split(line: Uint8Array): number {
    const { separator, columns } = this.#dialect!;
    const blank = separator === 32;
    let count = 0;
    for (let i = 0; i <= line.length && count <= columns; i++) {
      if (blank) { while (line[i] === 32 || line[i] === 9) i++; }
      const from = i;
      if (blank && from === line.length && count > 0) break;
      while (i < line.length && line[i] !== separator && !(blank && line[i] === 9)) i++;
      // Some loggers close each row with the separator.
      if (from === i && i === line.length && count === columns) break;
      const quoted = line[from] === 34 && line[i - 1] === 34 && i - from > 1 ? 1 : 0;
      this.#starts[count] = from + quoted;
      this.#ends[count++] = i - quoted;
    }
    return count;
  }

  #bad(why: string, row = this.#line, subject?: string): Incoming {
    return {
      error: new InputError(`Cannot read sample: ${why}`, { file: this.#layout.source, row }),
      subject,
    };
  }
}
