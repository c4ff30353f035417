/** Tables with times through `load` and the batch pipeline, and the same bytes through the stream. */
import assert from "node:assert/strict";
import { openSession } from "../../lib/onnx/runtime.ts";
import { Random } from "../../lib/random.ts";
import { StreamingClassifier } from "../../lib/stream/classifier.ts";
import { classifyStream, type StreamEvent } from "../../lib/stream/classify_stream.ts";
import { modelEncoder } from "../../lib/stream/encoder.ts";
import { parserFor } from "../../lib/stream/parsers.ts";
import type { ClockOptions } from "../../lib/stream/sample_clock.ts";
import { sampleLayout } from "../../lib/stream/sample_parser.ts";
import { readFiles } from "../signal/read/read_files.ts";
import { batchOf, modelFor } from "./batch.ts";

const rate = 50;
const sensors = { phone: ["a", "b", "c"] };
const smoothing = { modeWidth: 3, minDwell: 3 };

/** A signal that changes its kind every few seconds, read at any time. */
function signal(t: number, person = 0): string {
  const kind = Math.floor(t / 3 + person) % 3;
  const wave = Math.sin(2 * Math.PI * (1 + kind + 0.3 * person) * t);
  return [wave * (1 + kind), kind + 0.3 * wave, Math.cos(7 * t) - kind].map((v) => v.toFixed(5)).join(",");
}

interface Case {
  name: string;
  /** Seconds of the samples. */
  times: number[];
  /** A time as it stands in the table. */
  write?: (t: number) => string;
  clock?: Partial<ClockOptions>;
  /** How `load` is told what `clock` says. */
  load?: Parameters<typeof readFiles>[1];
}

const random = new Random(5);
const even = Array.from({ length: 1500 }, (_, i) => i / rate);
const lossy = even.filter((_, i) => ![77, 300, 301, 640].includes(i) && !(i >= 800 && i < 871));
const epoch = 1_700_000_000;
const cases: Case[] = [
  { name: "even times", times: even },
  { name: "times that jitter within half a sample", times: even.map((t) => t + 0.008 * random.uniform()) },
  { name: "lost samples and a gap", times: lossy },
  {
    name: "a gap that is no whole number of samples, and jitter",
    times: even.map((t, i) => t + (i < 700 ? 0 : 1.2371) + (i === 20 ? 0.013 : 0.004 * random.uniform())),
  },
  { name: "a clock that runs 1.6 % slow", times: even.map((t) => t * 1.016) },
  { name: "samples at 40 Hz", times: even.map((t) => t * 1.25) },
  {
    name: "three samples under each time, the first block cut short, one block lost",
    times: even.filter((_, i) => i > 0 && (i < 600 || i > 602)),
    write: (t) => (Math.floor(Math.round(t * rate) / 3) * 3 / rate).toFixed(2),
  },
  { name: "a break of minutes", times: lossy.map((t) => t > 9.01 ? t + 123.4567 : t) },
  {
    name: "milliseconds since 1970",
    times: lossy,
    write: (t) => String(Math.round((epoch + t) * 1000)),
  },
  {
    name: "dates with a zone",
    times: lossy,
    write: (t) => new Date((epoch + t) * 1000).toISOString().replace("Z", "+00:00"),
  },
  {
    name: "dates, day first where the format tells",
    times: lossy,
    write: (t) =>
      new Date((epoch + t) * 1000).toISOString().replace(/(\d+)-(\d+)-(\d+)T(.*)Z/, "05/06/$1 $4"),
    clock: { format: "dd/MM/yyyy HH:mm:ss" },
    load: { time: { column: "t", format: "dd/MM/yyyy HH:mm:ss" } },
  },
  {
    name: "times of day over midnight",
    times: even,
    write: (t) => new Date((86400 - 11.13 + t) * 1000).toISOString().slice(11, -1),
  },
  {
    name: "a counter of samples",
    times: lossy,
    write: (t) => String(Math.round(t * rate)),
    clock: { unit: "samples" },
    load: { time: { column: "t", unit: "samples" } },
  },
  {
    name: "a counter of 16 bits that wraps",
    times: lossy,
    write: (t) => String((65000 + Math.round(t * rate)) % 65536),
    clock: { unit: "samples", unsorted: "wrap" },
    load: { time: { column: "t", unit: "samples" }, unsorted: "wrap" },
  },
];

const tableOf = ({ times, write = (t) => t.toFixed(4) }: Case) =>
  `t,a,b,c\n${times.map((t) => `${write(t)},${signal(t)}\n`).join("")}`;

/** The events of a stream in chunks of 1 to 300 bytes. */
async function streamed(
  model: ReturnType<typeof modelFor>,
  text: string,
  clock: Partial<ClockOptions> = {},
  onBad: "stop" | "gap" = "stop",
  subject?: string,
) {
  const session = await openSession(model.onnx);
  const encoder = modelEncoder(model, session);
  const parser = parserFor("csv", sampleLayout(encoder, "stdin", { time: "t", subject }));
  const chunks = async function* () {
    const bytes = new TextEncoder().encode(text);
    const sizes = new Random(1);
    for (let at = 0, size; at < bytes.length; at += size) {
      size = 1 + sizes.below(300);
      yield bytes.slice(at, at + size);
    }
  };
  const open = () => new StreamingClassifier(encoder, { hop: 25, smoothing });
  const options = { onBad, clock: { name: "t", maxGap: 0.2, ...clock } };
  const events: StreamEvent[] = [];
  try {
    for await (const e of classifyStream({ name: "stdin", bytes: chunks() }, parser, open, options)) {
      events.push(e);
    }
  } finally {
    await encoder.release();
  }
  return events;
}

function answers(events: readonly StreamEvent[]) {
  const predictions = events.flatMap((e) => e.event === "prediction" ? [e.prediction] : []);
  const smoothed = events.flatMap((e) =>
    e.event === "end" ? e.decisions : e.event === "prediction" ? e.prediction.smoothed ?? [] : []
  );
  return { predictions, smoothed: smoothed.map((d) => d.label) };
}

async function loaded(text: string, more: Case["load"] = {}) {
  const { recordings } = await readFiles({ "a.csv": text }, { rate, time: "t", sensors, ...more });
  return { ...recordings, labelNames: ["sit", "walk", "run"] };
}

for (const one of cases) {
  Deno.test(`a stream with --time gives what the batch gives: ${one.name}`, async () => {
    const text = tableOf(one);
    const recordings = await loaded(text, one.load);
    const model = modelFor(recordings, 100);
    const batch = await batchOf(model, recordings, 25, smoothing);
    const events = await streamed(model, text, one.clock);
    const { predictions, smoothed } = answers(events);
    assert.deepEqual(predictions.map((p) => p.code), [...batch.codes]);
    assert.deepEqual(predictions.map((p) => p.label), [...batch.labels]);
    assert.deepEqual(smoothed, [...batch.smoothed]);
    assert.ok(predictions.length >= 30 && new Set(batch.codes).size > 3, "the model says too little");
    if (recordings.recordings.length === 1) {
      assert.deepEqual(predictions.map((p) => p.start), [...batch.windows.start]);
    }
    predictions.forEach((p, i) => {
      const confidence = batch.probabilities[i * 3 + p.label!];
      assert.ok(Math.abs(p.confidence! - confidence) < 1e-3, `${p.confidence} ${confidence}`);
    });
  });
}

Deno.test("a stream takes a cell that cannot be read for a lost sample, as load does", async () => {
  const one = cases[0];
  const lines = tableOf(one).trim().split("\n").map((line, i) =>
    i === 333 || i > 600 && i < 650 ? line.replace(/,[^,]*,/, ",,") : line
  );
  const recordings = await loaded(lines.join("\n"), { missing: "gap" });
  const model = modelFor(recordings, 100);
  const batch = await batchOf(model, recordings, 25, smoothing);
  const events = await streamed(model, lines.join("\n"), {}, "gap");
  assert.equal(events.filter((e) => e.event === "bad").length, 50);
  // The batch keeps the two good cells of the row, the stream takes the whole row for lost: the same where all are missing.
  const { predictions } = answers(events);
  assert.deepEqual(predictions.map((p) => p.start), [...batch.windows.start]);
});

Deno.test("a stream keeps subjects apart whose rows are mixed", async () => {
  const who = ["ann", "bob", "cid"];
  const text = `t,who,a,b,c\n${
    lossy.map((t) => who.map((name, k) => `${t.toFixed(2)},${name},${signal(t, k)}\n`).join("")).join("")
  }${[0, 1, 2].map((i) => `${i / rate},dan,${signal(i)}\n`).join("")}`;
  const recordings = await loaded(text, { subject: "who", short: "skip", minSeconds: 1 });
  assert.equal(recordings.recordings.length, 3);
  const model = modelFor(recordings, 100);
  const batch = await batchOf(model, recordings, 25, smoothing);
  const events = await streamed(model, text, {}, "stop", "who");
  for (const [k, name] of who.entries()) {
    const own = answers(events.filter((e) => e.subject === name));
    const places = [...batch.windows.recording.keys()].filter((i) => batch.windows.recording[i] === k);
    assert.deepEqual(own.predictions.map((p) => p.code), places.map((i) => batch.codes[i]));
    assert.deepEqual(own.predictions.map((p) => p.start), places.map((i) => batch.windows.start[i]));
    assert.deepEqual(own.smoothed, places.map((i) => batch.smoothed[i]));
  }
  assert.deepEqual(events.filter((e) => e.event === "silent").map((e) => e.subject), ["dan"]);
});

Deno.test("a stream refuses times that contradict the model's rate, and names the cure", async () => {
  const model = modelFor(await loaded(tableOf(cases[0])), 100);
  const refusals: [string, Partial<Case>, RegExp][] = [
    [
      "twice the rate",
      { times: even.map((t) => t / 2) },
      /shows 100 samples a second, the model reads 50.*\n.*low-pass/,
    ],
    [
      "a quarter of the rate",
      { times: even.map((t) => 4 * t) },
      /shows 12\.5 samples a second, the model reads 50/,
    ],
    [
      "rows that come two and four at a time",
      { times: even.map((_, i) => (i - i % 6 + (i % 6 < 2 ? 0 : 2)) / rate) },
      /Cannot use time: .* rows in .* samples a second.*\n.*leave --time out/,
    ],
    [
      "a counter that nobody called one",
      { write: (t) => String(Math.round(t * rate)) },
      /the steps of 1 in t are no 50 samples a second.*\n.*--time-unit samples/,
    ],
    [
      "dates that may be read both ways",
      { write: (t) => `05/06/2024 10:00:${t.toFixed(3).padStart(6, "0")}` },
      /Cannot tell day from month in 05\/06\/2024.*\n.*--time-format/,
    ],
    [
      "a clock change",
      { write: (t) => new Date((epoch + t - (t > 15 ? 3600 : 0)) * 1000).toISOString() },
      /its time 2023-11-14T21:13:35\.020Z lies before 2023-11-14T22:13:35\.000Z; .*clock change.*\n.*--unsorted clock-change/,
    ],
    [
      "half the rate from the middle on",
      { times: even.map((t) => t > 10 ? 2 * t - 10 : t) },
      /shows 25 samples/,
    ],
  ];
  for (const [name, changes, says] of refusals) {
    await assert.rejects(
      () => streamed(model, tableOf({ name, times: even, ...changes })),
      (error: Error) => says.test(error.message) || assert.fail(`${name}: ${error.message}`),
    );
  }
});
