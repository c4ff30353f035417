/** A short simulated recording and the lines that every host must print of it: what the hosts of a package are held to. */
import type { Pipeline } from "../../stream/pipeline_file.ts";
import { Random } from "../../random.ts";
import { StreamingClassifier, type StreamOptions } from "../../stream/classifier.ts";
import { classifyStream } from "../../stream/classify_stream.ts";
import { NamedLines } from "../../stream/named_lines.ts";
import { openEncoder } from "../../stream/open_encoder.ts";
import { motifReader } from "../../stream/packed_motifs.ts";
import { parserFor } from "../../stream/parsers.ts";
import { sampleLayout } from "../../stream/sample_parser.ts";
import { optionsOf } from "../../stream/smoothing.ts";

/** Places in a package. */
export const goldenStream = {
  samples: "selftest/stream.csv",
  lines: "selftest/stream.expected.jsonl",
} as const;

/** Windows before the gap and behind it. */
const windows = [12, 6] as const;
/** Share of samples that are lost, so that hosts have to interpolate. */
const lost = 0.01;

/** Both files. Nobody was recorded: samples are waves around the scaler's centre, and say so in their first line. */
export async function goldenStreamFiles(
  bundle: string,
  pipeline: Pipeline,
  posterior: Float32Array | undefined,
): Promise<{ samples: string; lines: string }> {
  const samples = simulated(pipeline);
  const encoder = await openEncoder(bundle);
  try {
    const { motifs, smoothing, hsmm, rate, max_gap: maxGap } = pipeline;
    const options: StreamOptions = {
      hop: pipeline.window.hop,
      gravitySupplied: pipeline.not_in_real_time.length > 0,
      ...(motifs && { lookup: await motifReader(motifs, encoder.levels, () => posterior!) }),
      ...(smoothing && { smoothing: optionsOf(smoothing) }),
      ...(hsmm && { hsmm }),
    };
    const open = () => new StreamingClassifier(encoder, options);
    const { sensors } = pipeline;
    const layout = sampleLayout({ sensors, channels: open().inputs }, goldenStream.samples, { time: "time" });
    const source = {
      name: goldenStream.samples,
      bytes: ReadableStream.from([new TextEncoder().encode(samples)]),
    };
    const clock = { name: "time", rate, maxGap, unit: "s" as const };
    const named = new NamedLines(encoder.labels, motifs?.names, hsmm?.names);
    const lines: string[] = [];
    for await (const event of classifyStream(source, parserFor("csv", layout), open, { clock })) {
      if (event.event !== "prediction" && event.event !== "end") continue;
      lines.push(JSON.stringify(named.line(event)) + "\n");
    }
    return { samples, lines: lines.join("") };
  } finally {
    await encoder.release();
  }
}

/** Times, and samples of all channels where the filtered ones cannot be made of the others, with a gap in the middle. */
function simulated(pipeline: Pipeline): string {
  const { sensors, channels, inputs, scaler, window, rate } = pipeline;
  const rng = new Random(20);
  const supplied = pipeline.not_in_real_time.length > 0;
  const names = supplied ? channels : inputs.map(({ channel }) => channel);
  const columns = sensors.flatMap((sensor, s) =>
    names.map((name) => {
      const c = channels.indexOf(name);
      const wave = { hertz: rng.between(0.3, rate / 8), phase: rng.between(0, 2 * Math.PI) };
      return { name: `${sensor}.${name}`, center: scaler.center[s][c], spread: 1 / scaler.scale[s][c], wave };
    })
  );
  const rows = ["# simulated", ["time", ...columns.map(({ name }) => name)].join(",")];
  let first = 0;
  for (const count of windows) {
    const samples = window.length + (count - 1) * window.hop;
    for (let t = first; t < first + samples; t++) {
      const strength = 0.3 + 1.2 * (Math.floor((t - first) / window.length) % 2);
      const values = columns.map(({ center, spread, wave: { hertz, phase } }) =>
        center + spread * (strength * Math.sin(2 * Math.PI * hertz * t / rate + phase) + 0.3 * rng.normal())
      );
      if (t > first && rng.uniform() < lost) continue;
      rows.push([t / rate, ...values].map((value) => String(Number(value.toPrecision(7)))).join(","));
    }
    first += samples + Math.ceil((pipeline.max_gap + 1) * rate);
  }
  return rows.join("\n") + "\n";
}
