/** A source of bytes through parser, clock and classifier: predictions as they come, gaps and bad samples on the way. */
import { InputError } from "../errors.ts";
import type { Decision, Prediction, StreamingClassifier } from "./classifier.ts";
import { type ClockOptions, SampleClock, type Ticked } from "./sample_clock.ts";
import type { Incoming, SampleParser } from "./sample_parser.ts";
import type { SampleUnits } from "./sample_units.ts";

/** What happens on a stream, with whose samples it is about where there are several subjects. */
export type StreamEvent =
  & { subject?: string }
  & (
    | { event: "prediction"; prediction: Prediction; time: number | string | null }
    /** Samples are continuous no more: the smoother gives what it held back. */
    | { event: "end"; reason: "gap" | "end"; decisions: Decision[] }
    /** A sample that cannot be used; it counts as missing. */
    | { event: "bad"; error: InputError }
    /** Samples do not look like what the model takes. */
    | { event: "doubt"; message: string }
    /** At the end, a subject of whom no window came. */
    | { event: "silent" }
  );

/** Bytes, and what to call where they come from. */
export interface Source {
  name: string;
  bytes: AsyncIterable<Uint8Array>;
}

/** How to go on where samples are missing. */
export interface ClassifyOptions {
  /** A bad sample ends the stream with its error, or counts as missing. */
  onBad?: "stop" | "gap";
  /** What the times mean, where samples have times. */
  clock?: Omit<ClockOptions, "source" | "rate">;
  /** Units of the samples. */
  units?: SampleUnits;
}

/** More subjects than this are no subjects but something that changes all the time. */
const mostSubjects = 1000;

/**
 * Classifies what comes until the source ends; each subject's samples by themselves. Pulls: nothing is read before what was
 * found is taken.
 *
 * @param open Makes the classifier of a subject.
 * @throws {InputError} the first bad sample's, after what was predicted before it, with `onBad: "stop"`; and where unit,
 * rate and times contradict each other.
 */
export async function* classifyStream(
  source: Source,
  parser: SampleParser,
  open: () => StreamingClassifier,
  { onBad = "stop", clock, units }: ClassifyOptions = {},
): AsyncGenerator<StreamEvent> {
  const lanes = new Map<string | undefined, Lane>();
  const laneOf = (subject: string | undefined) => {
    let lane = lanes.get(subject);
    if (lane === undefined) {
      if (lanes.size === mostSubjects) {
        throw new InputError(`Cannot keep subjects apart: there are more than ${mostSubjects}`, {
          file: source.name,
          hint: "Name the column that tells people or animals apart.",
        });
      }
      lanes.set(subject, lane = new Lane(open(), onBad, subject, clock && { ...clock, source: source.name }));
    }
    return lane;
  };
  async function* one(incoming: Incoming): AsyncGenerator<StreamEvent> {
    if ("values" in incoming) yield* doubts(units?.take(incoming.values));
    yield* laneOf(incoming.subject).take(incoming);
  }
  for await (const bytes of source.bytes) {
    for (const incoming of parser.take(bytes)) yield* one(incoming);
  }
  for (const incoming of parser.end()) yield* one(incoming);
  yield* doubts(units?.end());
  for (const lane of lanes.values()) yield* lane.end();
}

function doubts(messages: readonly string[] = []): StreamEvent[] {
  return messages.map((message) => ({ event: "doubt", message }));
}

/** The samples of one subject. */
class Lane {
  readonly #classifier: StreamingClassifier;
  readonly #clock: SampleClock | undefined;
  readonly #onBad: "stop" | "gap";
  readonly #subject: { subject?: string };
  #time: number | string | null = null;
  /** Predictions since the last end, and in all. */
  #open = 0;
  #all = 0;

  constructor(
    classifier: StreamingClassifier,
    onBad: "stop" | "gap",
    subject: string | undefined,
    clock: Omit<ClockOptions, "rate"> | undefined,
  ) {
    this.#classifier = classifier;
    this.#onBad = onBad;
    this.#subject = subject === undefined ? {} : { subject };
    const { rate, encoder } = classifier;
    this.#clock = clock && new SampleClock({ ...clock, rate }, encoder.length);
  }

  async *take(incoming: Incoming): AsyncGenerator<StreamEvent> {
    if (this.#clock !== undefined) {
      for (const ticked of this.#clock.take(incoming)) yield* this.#one(ticked);
    } else if ("error" in incoming) yield* this.#bad(incoming.error, true);
    else yield* this.#push(incoming.values);
  }

  async *end(): AsyncGenerator<StreamEvent> {
    for (const ticked of this.#clock?.end() ?? []) yield* this.#one(ticked);
    yield* this.#cut("end", 0);
    if (this.#all === 0) yield { ...this.#subject, event: "silent" };
  }

  async *#one(ticked: Ticked): AsyncGenerator<StreamEvent> {
    // On a clock, the time of the next sample tells whether a bad one leaves a gap.
    if ("error" in ticked) return yield* this.#bad(ticked.error, false);
    if ("missing" in ticked) return yield* this.#cut("gap", ticked.missing);
    this.#time = ticked.time;
    yield* this.#push(ticked.values);
  }

  async *#push(values: Float32Array): AsyncGenerator<StreamEvent> {
    for (const prediction of await this.#classifier.push(values)) yield this.#predicted(prediction);
  }

  async *#bad(error: InputError, gap: boolean): AsyncGenerator<StreamEvent> {
    if (gap || this.#onBad === "stop") yield* this.#cut(this.#onBad === "stop" ? "end" : "gap", 1);
    if (this.#onBad === "stop") throw error;
    yield { ...this.#subject, event: "bad", error };
  }

  async *#cut(reason: "gap" | "end", samples: number): AsyncGenerator<StreamEvent> {
    const { predictions, decisions } = await this.#classifier.gap(samples);
    for (const prediction of predictions) yield this.#predicted(prediction);
    if (this.#open > 0) yield { ...this.#subject, event: "end", reason, decisions };
    this.#open = 0;
  }

  #predicted(prediction: Prediction): StreamEvent {
    this.#open++;
    this.#all++;
    return { ...this.#subject, event: "prediction", prediction, time: this.#time };
  }
}
