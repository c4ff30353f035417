/** What this program's own stream makes of a table, by a package. */
import { InputError } from "../../../lib/errors.ts";
import { StreamingClassifier } from "../../../lib/stream/classifier.ts";
import { classifyStream } from "../../../lib/stream/classify_stream.ts";
import { NamedLines } from "../../../lib/stream/named_lines.ts";
import { openEncoder } from "../../../lib/stream/open_encoder.ts";
import { openPacked } from "../../../lib/stream/open_packed.ts";
import { parserFor } from "../../../lib/stream/parsers.ts";
import { sampleLayout } from "../../../lib/stream/sample_parser.ts";
import { SampleUnits } from "../../../lib/stream/sample_units.ts";

/** What a host printed, and what it said. */
export interface Told {
  code: number;
  out: string;
  err: string;
}

/** This program's stream of a package. */
export async function streamTold(root: string, table: string): Promise<Told> {
  const out: string[] = [], err: string[] = [];
  try {
    const [encoder, packed] = [await openEncoder(root), (await openPacked(root))!];
    const { lookup, smoothing, names } = packed;
    const open = () => new StreamingClassifier(encoder, { lookup, smoothing });
    const { inputs } = open();
    const layout = sampleLayout({ ...encoder, channels: inputs }, "table", { time: "time" });
    const units = new SampleUnits({
      ...{ sensors: encoder.sensors, channels: inputs },
      units: inputs.map((name) => encoder.units![encoder.channels.indexOf(name)]),
    });
    const namer = new NamedLines(encoder.labels, names);
    const source = { name: "table", bytes: ReadableStream.from([await Deno.readFile(table)]) };
    const clock = { name: "time", maxGap: 0.2 };
    for await (const event of classifyStream(source, parserFor("csv", layout), open, { clock, units })) {
      if (event.event === "doubt") err.push(event.message);
      else if (event.event === "silent") {
        err.push(`no window of ${encoder.length} samples came without a gap`);
      } else if (event.event !== "bad") out.push(JSON.stringify(namer.line(event)));
    }
    await encoder.release();
    if (out.length === 0) err.push(`no window of ${encoder.length} samples came without a gap`);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    err.push(error.message);
  }
  return { code: Number(err.length > 0), out: out.join("\n"), err: err.join("\n") };
}
