/** The formats that a stream of samples may come in. */
import { CsvParser } from "./csv_parser.ts";
import { FloatParser } from "./float_parser.ts";
import { JsonParser } from "./json_parser.ts";
import type { SampleLayout, SampleParser } from "./sample_parser.ts";

/** `csv`: rows under a header; `json`: one JSON value a line; `f32`: raw float32, little-endian. */
export type SampleFormat = "csv" | "json" | "f32";

/** A parser of this format. */
export function parserFor(format: SampleFormat, layout: SampleLayout): SampleParser {
  switch (format) {
    case "csv":
      return new CsvParser(layout);
    case "json":
      return new JsonParser(layout);
    case "f32":
      return new FloatParser(layout);
  }
}
