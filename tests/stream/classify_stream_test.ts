import assert from "node:assert/strict";
import { type ClassifyOptions, classifyStream, type StreamEvent } from "../../lib/stream/classify_stream.ts";
import { StreamingClassifier } from "../../lib/stream/classifier.ts";
import type { StreamEncoder } from "../../lib/stream/encoder.ts";
import type { ClockOptions } from "../../lib/stream/sample_clock.ts";
import { parserFor } from "../../lib/stream/parsers.ts";
import { sampleLayout } from "../../lib/stream/sample_parser.ts";

/** Windows of four samples at 10 Hz; the code is the sum of the window. */
const encoder: StreamEncoder = {
  sensors: ["phone"],
  channels: ["a"],
  rate: 10,
  length: 4,
  context: 0,
  hop: 2,
  labels: ["low", "high"],
  levels: null,
  scaler: undefined,
  read(window) {
    const sum = window.reduce((a, b) => a + b, 0);
    const high = sum > 20 ? 0.9 : 0.1;
    return Promise.resolve({ latent: Float32Array.of(sum), probabilities: [1 - high, high] });
  },
  codeOf: ([sum]) => sum,
  release: () => Promise.resolve(),
};

/** What comes of a text; with a column `t` by its times, with a column `who` by subjects. */
async function run(text: string, { onBad, ...clock }: ClassifyOptions & Partial<ClockOptions> = {}) {
  const open = () => new StreamingClassifier(encoder, { smoothing: { modeWidth: 3 } });
  const head = text.split("\n")[0].split(",");
  const [time, subject] = ["t", "who"].map((name) => head.find((c) => c === name));
  const parser = parserFor("csv", sampleLayout(encoder, "stdin", { time, subject }));
  const bytes = async function* () {
    for (const part of text.match(/[^]{1,5}/g) ?? []) yield new TextEncoder().encode(part);
  };
  const events: StreamEvent[] = [];
  let failure: unknown;
  try {
    for await (
      const event of classifyStream({ name: "stdin", bytes: bytes() }, parser, open, {
        onBad,
        clock: time === undefined ? undefined : { name: time, maxGap: 0.2, ...clock },
      })
    ) {
      events.push(event);
    }
  } catch (error) {
    failure = error;
  }
  const words = events.map((e) =>
    e.event === "prediction"
      ? `${e.prediction.start}-${e.prediction.end}:${e.prediction.code}` +
        (e.prediction.smoothed === null ? "" : ` ${e.prediction.smoothed.index}`)
      : e.event === "end"
      ? `${e.reason} ${e.decisions.map((d) => d.index)}`
      : e.event === "bad"
      ? `bad ${e.error.row}`
      : "silent"
  );
  return { words, failure };
}

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${from + i}`).join("\n");

Deno.test("classifyStream() predicts every hop and gives what the smoother held at the end", async () => {
  const { words, failure } = await run(`a\n${rows(0, 9)}`);
  assert.equal(failure, undefined);
  assert.deepEqual(words, ["0-4:6", "2-6:14 0", "4-8:22 1", "end 2"]);
});

Deno.test("classifyStream() lets no window cross a bad line that leaves a gap", async () => {
  const { words } = await run(`a\n${rows(0, 5)}\nx\ny\n${rows(7, 12)}\n`, { onBad: "gap" });
  assert.deepEqual(words, ["0-4:6", "gap 0", "bad 7", "bad 8", "7-11:34", "end 1"]);
});

Deno.test("classifyStream() stops at a bad line after all that was before it", async () => {
  const { words, failure } = await run(`a\n${rows(0, 5)}\nx\n${rows(7, 12)}\n`);
  assert.deepEqual(words, ["0-4:6", "end 0"]);
  assert.match(`${failure}`, /stdin:7: Cannot read sample: a is "x"/);
});

Deno.test("classifyStream() finds gaps by time, counts what is missing, and survives a clock set back", async () => {
  const at = (times: number[]) => `t,a\n${times.map((t) => `${t},1`).join("\n")}\n`;
  const jump = [0, 0.1, 0.2, 0.3, 1, 1.1, 1.2, 1.3];
  assert.deepEqual((await run(at(jump))).words, ["0-4:4", "gap 0", "10-14:4", "end 1"]);
  const bridged = ["0-4:4", "2-6:4 0", "4-8:4 1", "6-10:4 2", "8-12:4 3", "10-14:4 4", "end 5"];
  assert.deepEqual((await run(at(jump), { maxGap: 5 })).words, bridged);
  const back = [50, 50.1, 50.2, 50.3, 1, 1.1, 1.2, 1.3, 1.4];
  const { words } = await run(at(back), { onBad: "gap" });
  assert.deepEqual(words, ["0-4:4", "bad 6", "gap 0", "5-9:4", "end 1"]);
  const { failure } = await run(at(back));
  assert.match(
    `${failure}`,
    /stdin:6: Cannot read sample: its time 1 lies before 50.3; the clock started again/,
  );
  assert.deepEqual((await run(at(back), { unsorted: "restart" })).words, [
    "0-4:4",
    "gap 0",
    "4-8:4",
    "end 1",
  ]);
});

Deno.test("classifyStream() ends without a prediction where nothing came", async () => {
  assert.deepEqual((await run("")).words, []);
  assert.deepEqual((await run("a\n1\n")).words, ["silent"]);
});
