/** A source of bytes through parser and classifier: predictions as they come, gaps and bad samples on the way. */
import { InputError } from "../errors.ts";
import type { Decision, Prediction, StreamingClassifier } from "./classifier.ts";
import type { Incoming, SampleParser } from "./sample_parser.ts";

/** What happens on a stream. */
export type StreamEvent =
  | { event: "prediction"; prediction: Prediction; time: number | null }
  /** Samples are continuous no more: the smoother gives what it held back. */
  | { event: "end"; reason: "gap" | "end"; decisions: Decision[] }
  /** A sample that cannot be used; it counts as missing. */
  | { event: "bad"; error: InputError };

/** Bytes, and what to call where they come from. */
export interface Source {
  name: string;
  bytes: AsyncIterable<Uint8Array>;
}

/** How to go on where samples are missing. */
export interface ClassifyOptions {
  /** A bad sample ends the stream with its error, or leaves a gap. */
  onBad?: "stop" | "gap";
  /** Seconds between two samples beyond which there is a gap, where samples have times; default 0.2. */
  maxGap?: number;
}

/**
 * Classifies what comes until the source ends. Pulls: nothing is read before what was found is taken.
 *
 * @throws {InputError} the first bad sample's, after what was predicted before it, with `onBad: "stop"`.
 */
export async function* classifyStream(
  source: Source,
  parser: SampleParser,
  classifier: StreamingClassifier,
  { onBad = "stop", maxGap = 0.2 }: ClassifyOptions = {},
): AsyncGenerator<StreamEvent> {
  let last: number | null = null;
  /** Bad samples since the last good one, and predictions since the last end. */
  let missing = 0, open = 0;
  const cut = async function* (reason: "gap" | "end", samples: number): AsyncGenerator<StreamEvent> {
    const { predictions, decisions } = await classifier.gap(samples);
    open += predictions.length;
    for (const prediction of predictions) yield { event: "prediction", prediction, time: last };
    if (open > 0) yield { event: "end", reason, decisions };
    open = 0;
  };
  const one = async function* (incoming: Incoming): AsyncGenerator<StreamEvent> {
    if (!("error" in incoming) && incoming.time !== null && last !== null && incoming.time <= last) {
      const { time, row } = incoming;
      const why = `its time ${time} is not after ${last}`;
      incoming = { error: new InputError(`Cannot read sample: ${why}`, { file: source.name, row }) };
      // A clock that was set back must not make all samples to come bad.
      last = time;
    }
    if ("error" in incoming) {
      yield* cut(onBad === "stop" ? "end" : "gap", 1);
      if (onBad === "stop") throw incoming.error;
      missing++;
      yield { event: "bad", error: incoming.error };
      return;
    }
    const { values, time } = incoming;
    if (time !== null && last !== null && time - last > maxGap) {
      yield* cut("gap", Math.max(0, Math.round((time - last) * classifier.rate) - 1 - missing));
    }
    if (time !== null) last = time;
    missing = 0;
    for (const prediction of await classifier.push(values)) {
      open++;
      yield { event: "prediction", prediction, time };
    }
  };
  for await (const bytes of source.bytes) {
    for (const incoming of parser.take(bytes)) yield* one(incoming);
  }
  for (const incoming of parser.end()) yield* one(incoming);
  yield* cut("end", 0);
}
