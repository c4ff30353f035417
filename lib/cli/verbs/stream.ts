/** `stream`: samples in at sensor rate, one line of JSON out per hop. */
import type { Examples } from "../examples.ts";
import { positive } from "../flags.ts";
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { Behaviours } from "../../artifacts/behaviours.ts";
import { Motifs } from "../../artifacts/motifs.ts";
import { InputError } from "../../errors.ts";
import type { TimeUnit } from "../../signal/read/laws/time_unit.ts";
import { extentPattern, extentSamples } from "../../signal/window/extent.ts";
import { StreamingClassifier } from "../../stream/classifier.ts";
import { classifyStream, type StreamEvent } from "../../stream/classify_stream.ts";
import type { StreamEncoder } from "../../stream/encoder.ts";
import { openEncoder } from "../../stream/open_encoder.ts";
import { parserFor } from "../../stream/parsers.ts";
import { sampleLayout } from "../../stream/sample_parser.ts";
import { SampleUnits } from "../../stream/sample_units.ts";
import { NamedLines } from "../../stream/named_lines.ts";
import { namesOf, smoothingOfBehaviours, statesOf } from "../../stream/published_names.ts";
import { openPacked } from "../../stream/open_packed.ts";
import { type StreamTiming, TimingLog } from "../../stream/timing.ts";
import { parseSmoothing, smoothingOf } from "../../stream/smoothing.ts";
import { Exit, exitCodes } from "../terminal/exit.ts";
import { count, number } from "../../text/numbers.ts";
import { openSource } from "../../stream/open_source.ts";
import { err, outTaken } from "../terminal/terminal.ts";
import { userPath } from "../paths.ts";

export const examples: Examples = [
  ["stream out/production/package --input tcp:9000"],
  ["stream out/production/package --units acc=g", "a sensor that gives g where the model takes m/s^2"],
  ["stream out/model --time timestamp --subject person", "from stdin, with times and several people"],
];

export const command = new Command()
  .description(
    "Classify samples as they come: one line of JSON per hop with code, label, confidence and smoothed label, equal " +
      "to the batch result. Columns are named sensor.channel, or as --columns says.",
  )
  .argument("<folder>", "published package, bundle or model")
  .option("--hop <extent>", 'samples between predictions, or "1s", "50%"; by default the one of the training')
  .option("--input <place>", "-, unix:PATH or tcp:PORT on this machine", "-")
  .addOption(
    new Option("--format <format>", "csv with a header, one JSON value a line, or raw little-endian float32")
      .choices(["csv", "json", "f32"] as const).default("csv" as const),
  )
  .option("--columns <names>", "columns to read, sensor by sensor, with commas between", list)
  .option(
    "--time <column>",
    "column with the time: numbers or dates, read as load reads them; lost samples are interpolated, longer jumps are gaps",
  )
  .option(
    "--time-unit <unit>",
    "s, ms, us, ns, samples or seconds per tick, where it does not show",
    timeUnit,
  )
  .option("--time-format <format>", "order of day and month, e.g. dd/MM/yyyy, where it does not show")
  .option("--max-gap <seconds>", "longest step of time that is no gap", positive, 0.2)
  .addOption(
    new Option("--unsorted <what>", "what a step back in time does, as in load")
      .choices(["error", "clock-change", "wrap", "restart"] as const).default("error" as const),
  )
  .option(
    "--subject <column>",
    "column that tells subjects apart; each one's samples are classified by themselves",
  )
  .addOption(
    new Option("--on-bad <what>", "a bad line stops, or is reported and counts as missing")
      .choices(["stop", "gap"] as const).default("stop" as const),
  )
  .option(
    "--smooth <settings>",
    'parameters of the smooth step such as "median_k=7,min_dwell_ms=300", default, or none; ' +
      "those of --behaviours where it is given",
  )
  .option("--motifs <dir>", "published motifs, made with the same model")
  .option("--behaviours <dir>", "published behaviours of these motifs: their names and smoothing")
  .option("--units <units>", "units of the samples where they are not the model's: acc=g,gyro=deg/s")
  .option("--rate <hertz>", "samples per second, where the model does not know", positive)
  .option("--supplied-gravity", "the samples hold the model's gravity channels")
  .option("--timing", "at the end, tell how late predictions and smoothed labels were")
  .action(async (folder, options) => {
    const stop = new AbortController();
    const end = () => stop.abort();
    const signals: Deno.Signal[] = ["SIGINT", "SIGTERM"];
    for (const signal of signals) Deno.addSignalListener(signal, end);
    try {
      const encoder = await openEncoder(userPath(folder));
      const motifs = options.motifs === undefined ? undefined : await Motifs.read(userPath(options.motifs));
      const behaviours = options.behaviours === undefined
        ? undefined
        : await Behaviours.read(userPath(options.behaviours));
      if (behaviours !== undefined && motifs === undefined) {
        throw new InputError("Cannot name behaviours: --behaviours needs their --motifs");
      }
      // Another choice of motifs leaves the package's own names and smoothing out.
      const packed = motifs === undefined ? await openPacked(userPath(folder)) : undefined;
      const timing = { hop: hopOf(options.hop, encoder, options.rate), rate: options.rate };
      const given = {
        ...timing,
        ...(motifs === undefined ? {} : { motifs }),
        ...(packed?.lookup && { lookup: packed.lookup }),
        gravitySupplied: options.suppliedGravity === true,
      };
      const { hop, rate, inputs } = new StreamingClassifier(encoder, given);
      const asPacked = packed !== undefined && options.smooth === undefined && hop === encoder.hop;
      if (packed !== undefined && hop !== encoder.hop && options.smooth === undefined) {
        err(
          "note: the package smooths at its own hop; at another one the defaults of smooth are taken (--smooth)",
        );
      }
      const followed = options.smooth === undefined ? behaviours : undefined;
      const hsmm = asPacked ? packed.hsmm : followed && statesOf(followed, rate / hop);
      const byRules = () => asPacked ? packed.smoothing : smoothingFor(options.smooth, followed, rate / hop);
      const smoothing = hsmm === undefined ? byRules() : undefined;
      const times = new TimingLog();
      const open = () =>
        new StreamingClassifier(encoder, {
          ...given,
          ...(smoothing && { smoothing }),
          ...(hsmm && { hsmm }),
          ...(options.timing === true && { onTiming: (ms: number) => times.add(ms) }),
        });
      const source = openSource(
        options.input.replace(/^unix:(.+)$/, (_, path) => `unix:${userPath(path)}`),
        stop.signal,
        (place) => err(`listening on ${place}`),
      );
      const layout = sampleLayout({ sensors: encoder.sensors, channels: inputs }, source.name, options);
      const { width, latency } = open();
      err(
        `${encoder.length} samples a window, one every ${hop} at ${rate} Hz, ${width} values a sample` +
          (latency === null ? "" : `; smoothed labels come ${latency} predictions later`),
      );
      const names = motifs === undefined ? packed?.names : namesOf(motifs, behaviours);
      const clock = options.time === undefined ? undefined : {
        name: options.time,
        unit: options.timeUnit,
        format: options.timeFormat,
        maxGap: options.maxGap,
        unsorted: options.unsorted,
      };
      const parser = parserFor(options.format, layout);
      const units = unitsFor(encoder, inputs, options.units);
      const events = classifyStream(source, parser, open, {
        onBad: options.onBad,
        clock,
        ...(units && { units }),
      });
      try {
        const { predictions, broken } = await print(
          events,
          new NamedLines(encoder.labels, names, hsmm?.names),
        );
        if (predictions === 0 && !broken && !stop.signal.aborted) {
          throw new InputError(
            `Cannot classify: no window of ${encoder.length} samples came without a gap`,
            {
              file: source.name,
              hint: options.time === undefined
                ? "Send more samples."
                : `Send more samples, or see that the steps of ${options.time} lie below --max-gap ${options.maxGap} s.`,
            },
          );
        }
        if (options.timing === true) err(timingLine(times.summary(latency, hop / rate)));
      } finally {
        await encoder.release();
      }
    } finally {
      for (const signal of signals) Deno.removeSignalListener(signal, end);
    }
    if (stop.signal.aborted) throw new Exit(exitCodes.interrupted);
  });

function timingLine(timing: StreamTiming | undefined): string {
  if (timing === undefined) return "too few predictions to time";
  const { n, warmup, p50, p95, p99, smoothingSeconds, endToEnd95 } = timing;
  const ms = [p50, p95, p99].map((value) => number(value));
  return `from the last sample to the prediction: p50 ${ms[0]}, p95 ${ms[1]}, p99 ${
    ms[2]
  } ms over ${n} predictions ` +
    `(scaling, network, quantiser, classifier, motif, smoother; ${warmup} for warm-up left out)` +
    (smoothingSeconds === null
      ? ""
      : `; to the smoothed label: ${number(smoothingSeconds)} s more for the predictions it waits for, ` +
        `p95 ${number(endToEnd95!)} ms`);
}

/** Prints what happens until the source ends or nobody reads any more; `broken` where nobody does. */
async function print(events: AsyncIterable<StreamEvent>, namer: NamedLines) {
  let predictions = 0, bad = 0, broken = false;
  for await (const event of events) {
    if (event.event === "bad") {
      bad++;
      err(`error: ${event.error.message}`);
    } else if (event.event === "doubt") {
      err(`warning: ${event.message}`);
    } else if (event.event === "silent") {
      if (event.subject !== undefined) err(`warning: no window came without a gap from ${event.subject}`);
    } else {
      if (event.event === "prediction") predictions++;
      if (!await outTaken(JSON.stringify(namer.line(event)))) {
        broken = true;
        break;
      }
    }
  }
  err(`${count(predictions, "prediction")}${bad === 0 ? "" : `, ${count(bad, "bad sample")}`}`);
  return { predictions, broken };
}

function smoothingFor(text: string | undefined, behaviours: Behaviours | undefined, predictionRate: number) {
  if (text === "none") return undefined;
  if (behaviours !== undefined) return smoothingOfBehaviours(behaviours, predictionRate);
  return smoothingOf(parseSmoothing(text === undefined || text === "default" ? "" : text), predictionRate);
}

/** What turns samples into the model's units; nothing where the model does not know them. */
function unitsFor(
  { sensors, channels, units }: StreamEncoder,
  inputs: readonly string[],
  written: string | undefined,
): SampleUnits | undefined {
  if (units === undefined) {
    if (written === undefined) return undefined;
    throw new InputError("Cannot convert units: the model does not tell those of its channels");
  }
  return new SampleUnits(
    { sensors, channels: inputs, units: inputs.map((name) => units[channels.indexOf(name)]) },
    written,
  );
}

/** Samples between predictions; says so where neither the user nor the model does. */
function hopOf(text: string | undefined, encoder: StreamEncoder, rate = encoder.rate): number | undefined {
  if (text === undefined) {
    if (encoder.hop === null) err("note: the model does not tell its hop; half a window is taken (--hop)");
    return undefined;
  }
  if (!/^\d+$/.test(text) && !extentPattern.test(text)) {
    throw new InputError(`Cannot read hop: expected samples, "1s", "500ms" or "50%", got "${text}"`);
  }
  return extentSamples(/^\d+$/.test(text) ? Number(text) : text, rate, encoder.length);
}

function timeUnit(text: string): TimeUnit {
  const known = (["s", "ms", "us", "ns", "samples"] as const).find((unit) => unit === text);
  if (known !== undefined) return known;
  if (Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("It must be s, ms, us, ns, samples or the seconds of a tick.");
}

function list(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}
