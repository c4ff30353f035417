/** Two loggers whose clocks differ by what is planted, brought together by listed events. */
import assert from "node:assert/strict";
import { Random } from "../../../../lib/random.ts";
import { InputError } from "../../../../lib/errors.ts";
import { type Events, fitEvents } from "../../../../lib/signal/read/align/events.ts";
import { loadFiles } from "../../../layouts/load.ts";
import { makeCwa } from "../devices/make_device_files.ts";

const begin = Date.UTC(2026, 2, 4, 12) / 1000;
const random = new Random(5);
/** True seconds of taps. */
const taps = [20, 250, 480, 700, 860];

/** A logger at 100 Hz for 15 minutes, in which a spike shows each tap; its clock tells `t + offset + drift · t`. */
const logger = (offset: number, drift: number) =>
  makeCwa({
    fractions: true,
    blocks: Array.from({ length: 750 }, (_, k) => ({
      begin: begin + offset + 1.2 * k,
      sequence: k,
      counts: Array.from({ length: 120 }, (_, i) => {
        const true_ = (1.2 * k + i / 100) / (1 + drift);
        const spike = taps.some((t) => Math.abs(true_ - t) < 0.02) ? 200 : 0;
        return [spike, 0, 256].map((v) => Math.round(v + 2 * random.normal()));
      }),
    })),
  });
const clockText = (seconds: number) =>
  new Date(Math.round(1000 * (begin + seconds))).toISOString().replace("T", " ").replace("Z", "");

const params = {
  source: "device",
  sensors: { wrist: { files: "_wrist" }, hip: { files: "_hip" } },
  align: { by: "events", files: "_taps" },
  subject: { from: "filename", pattern: "(p1)" },
};
/** A clock that was never set: 19 years behind. */
const [offset, drift] = [-600_000_000.25, 120e-6];
const files = { "p1_wrist.cwa": logger(0, 0), "p1_hip.cwa": logger(offset, drift) };

/** Largest distance of the two sensors' spikes in samples. */
function apart(data: Float32Array, samples: number): number {
  const spikes = [0, 3].map((c) =>
    Array.from({ length: samples }, (_, t) => t).filter((t) =>
      t > 0 && data[6 * t + c] > 0.4 && data[6 * t - 6 + c] <= 0.4
    )
  );
  assert.deepEqual(spikes.map((s) => s.length), [taps.length, taps.length]);
  return Math.max(...spikes[0].map((t, i) => Math.abs(t - spikes[1][i])));
}

Deno.test("load aligns loggers by events that a table lists, and tells offset and drift", async () => {
  const rows = taps.map((t) => `${clockText(t)},${clockText(t * (1 + drift) + offset)},tap`);
  // One that the hip did not record.
  rows.splice(2, 0, `${clockText(300)},,call`);
  const { recordings, warnings } = await loadFiles({
    ...files,
    "p1_taps.csv": `wrist,hip,what\n${rows.join("\n")}\n`,
  }, params);
  const [clock] = recordings.quality!.clocks!;
  assert.deepEqual([clock.by, clock.windows, clock.applied], ["events", 5, true]);
  // Times are written in milliseconds.
  assert(Math.abs(clock.offset - offset) < 0.002 && Math.abs(clock.ppm - 120) < 5, JSON.stringify(clock));
  assert.match(warnings.join("\n"), /Clock of hip against wrist in p1: .* 1\d\d\.\d ppm fast, by 5 events/);
  assert.doesNotMatch(warnings.join("\n"), /taps/);
  const [{ data, samples }] = recordings.recordings;
  assert(samples > 89_000 && apart(data, samples) <= 1);
});

Deno.test("events may count from the begin of each file, and name their recording in a column", async () => {
  const rows = taps.map((t) => `p1,${1000 * t},${1000 * t * (1 + drift)}`);
  const { recordings } = await loadFiles(
    { ...files, "all_taps.csv": `who,wrist,hip\n${rows.join("\n")}\n` },
    {
      ...params,
      align: { by: "events", files: "all_taps", file: "who", times: "relative", unit: 0.001 },
    },
  );
  const [clock] = recordings.quality!.clocks!;
  assert(Math.abs(clock.offset - offset) < 0.02 && Math.abs(clock.ppm - 120) < 1, JSON.stringify(clock));
  const [{ data, samples }] = recordings.recordings;
  assert(apart(data, samples) <= 1);
});

for (
  const [what, table, message, row] of [
    ["no time", "wrist,hip\n2026-03-04 12:00:20,soon\n", /"soon" is no time/, 2],
    ["no date", "wrist,hip\n12:00:20,12:00:20\n", /has no date/, 2],
    ["no column of a sensor", "wrist,ankle\n1,2\n", /hip/, undefined],
    [
      "a clock of another zone",
      "wrist,hip\n2026-03-04 13:00:20,2026-03-04 13:00:20\n",
      /the event at 2026-03-04 13:00:20 lies outside of p1_wrist/,
      2,
    ],
    [
      "no time of the other",
      "wrist,hip\n2026-03-04 12:00:20,\n",
      /no event of p1 has the times of p1_wrist and p1_hip/,
      2,
    ],
  ] as const
) {
  Deno.test(`load refuses events with ${what}`, async () => {
    await assert.rejects(loadFiles({ ...files, "p1_taps.csv": table }, params), (error) => {
      assert(error instanceof InputError);
      assert.match(error.message, message);
      assert.match(error.message, /taps\.csv/);
      if (row !== undefined) assert.match(error.message, new RegExp(`taps.csv:${row}`));
      return true;
    });
  });
}

Deno.test("load says which table of events it misses", async () => {
  await assert.rejects(loadFiles(files, params), /no file name matches \/_taps\/[^]*columns wrist, hip/);
});

const span = (id: string, begin: number) => ({ id, begin, seconds: 7200 });
const listed = (times: number[][]): Events => ({
  relative: true,
  lists: 1,
  all: times.map((times, row) => ({ of: "p1", times, file: "taps.csv", row })),
});

Deno.test("fitEvents() takes one event as offset alone, and goes past one that is wrong", () => {
  const fit = (times: number[][]) => fitEvents(listed(times), "p1", span("a", 0), span("b", 100), [0, 1], 1);
  assert.deepEqual(fit([[10, 12.5]]), { offset: 102.5, drift: 0, spread: 0, windows: 1, looked: 1 });
  const right = [0, 1000, 2000, 4000, 6000, 7000].map((t) => [t, 3 + t * (1 + 50e-6)]);
  const { offset, drift, refused } = fit([...right, [5000, 5600]]);
  assert.equal(refused, undefined);
  assert(Math.abs(offset - 103) < 1e-3 && Math.abs(drift - 50e-6) < 1e-8, `${offset} ${drift}`);
});

Deno.test("fitEvents() refuses events that are on no line, or part as no clock does", () => {
  const fit = (times: number[][]) =>
    fitEvents(listed(times), "p1", span("a", 0), span("b", 0), [0, 1], 1).refused;
  assert.match(fit([[0, 0], [1000, 1010], [2000, 1980], [3000, 3050]])!, /differ by .* s from a line|ppm/);
  assert.match(fit([[0, 0], [3000, 3100]])!, /part by 33333 ppm/);
});
