import assert from "node:assert/strict";
import type { Behaviours } from "../../../lib/artifacts/behaviours.ts";
import { Part } from "../../../lib/artifacts/split.ts";
import { heldOutFacts } from "../../../lib/metrics/scores/held_out.ts";
import { judge } from "../../../lib/metrics/scores/judged.ts";
import { boutMetrics, judgedBouts, usageTable } from "../../../lib/metrics/scores/judge_usage.ts";
import { splitOf } from "../../cluster/make_request.ts";
import { makeWindows, runs } from "../../temporal/fixtures.ts";

// One second is a window: ten samples at 10 Hz without overlap.
const people = (n: number, seconds: number) =>
  makeWindows(Array.from({ length: n }, (_, i) => ({ subject: `s${i}`, samples: 10 * seconds })), {
    rate: 10,
    hop: 10,
  });
const behaviours = (labels: Int32Array, names = ["rest", "walk"]): Behaviours => ({
  labels,
  names,
  bouts: [],
  recordings: [],
  predictionRate: 1,
  origin: "measured",
  dictionary: [],
  details: {},
  warnings: [],
});

Deno.test("judgedBouts() cuts bouts off where the part ends, and counts the seconds of the part", () => {
  const windows = people(1, 10), own = behaviours(runs("0x4,1x2,0x4"));
  const { bouts, seconds } = judgedBouts(windows, own, [2, 3, 4, 5, 6]);
  assert.equal(seconds, 5);
  assert.deepEqual(
    bouts.filter(({ label }) => label >= 0).map(({ label, start, duration, censoredLeft, censoredRight }) => [
      label,
      start,
      duration,
      censoredLeft,
      censoredRight,
    ]),
    [[0, 2, 2, true, false], [1, 4, 2, false, false], [0, 6, 1, false, true]],
  );
  assert.equal(judgedBouts(windows, own, [0, 1, 5]).seconds, 3);
});

Deno.test("boutMetrics() leave unassigned time out of bouts and count it in the time", () => {
  const windows = people(1, 12), own = behaviours(runs("0x2,1x2,-1x2,1x2,0,1x3"));
  const metrics = boutMetrics(judgedBouts(windows, own, [...windows.start.keys()]), own);
  assert.deepEqual([metrics.assigned_time_share.value, metrics.bout_duration_median.n], [10 / 12, 5]);
  assert.match(metrics.bout_duration_median.note!, /Kaplan–Meier, \d of the bouts complete/);
  const none = boutMetrics({ bouts: [], seconds: 0 }, own);
  assert.deepEqual([none.assigned_time_share.value, none.bout_duration_median.value], [null, null]);
});

Deno.test("usageTable() has shares of time and of bouts with intervals over people", () => {
  // Person i rests for 2 + i of 10 seconds, once, and walks before and after.
  const windows = people(6, 10);
  const labels = Int32Array.from(windows.start, (start, i) => {
    const at = start / 10, own = 2 + Math.floor(i / 10);
    return at >= 1 && at < 1 + own ? 0 : 1;
  });
  const own = behaviours(labels);
  const [rest, walk] = usageTable(judgedBouts(windows, own, [...labels.keys()]), own);
  assert.deepEqual([rest.behaviour, rest.subjects, rest.bouts, rest.seconds], ["rest", 6, 6, 27]);
  assert.deepEqual([walk.bouts, walk.seconds, walk.censored], [12, 33, 12]);
  assert.deepEqual([rest.time_share, rest.bout_share, walk.bout_share], [27 / 60, 6 / 18, 12 / 18]);
  assert.ok((rest.time_lower as number) < 27 / 60 && 27 / 60 < (rest.time_upper as number));
  // Complement: the interval of the other behaviour is its mirror image.
  assert.ok(Math.abs((rest.time_lower as number) - (1 - (walk.time_upper as number))) < 1e-9);
  assert.deepEqual([rest.complete, rest.median_s, rest.complete_median_s], [6, 4, 4.5]);
  assert.deepEqual([rest.p10_s, rest.p90_s], [2, 7]);
});

Deno.test("usageTable() has nulls for a behaviour that never occurs, and for bounds that two people do not allow", () => {
  const windows = people(2, 4), own = behaviours(runs("0,1x2,0,0x2,1,0"), ["rest", "walk", "run"]);
  const rows = usageTable(judgedBouts(windows, own, [...windows.start.keys()]), own);
  const bare = { time_lower: null, time_upper: null, bout_lower: null, bout_upper: null };
  assert.match(String(rows[2].no_interval), /only 2 subjects/);
  assert.deepEqual({ ...rows[2], no_interval: null }, {
    behaviour: "run",
    subjects: 2,
    time_share: 0,
    bout_share: 0,
    ...bare,
    no_interval: null,
    bouts: 0,
    censored: 0,
    seconds: 0,
    complete: 0,
    median_s: null,
    complete_median_s: null,
    p10_s: null,
    p90_s: null,
  });
  // Each person rests before and after; walks of 2 and of 1 second are seen whole.
  assert.deepEqual({ ...rows[1], no_interval: null }, {
    behaviour: "walk",
    subjects: 2,
    time_share: 3 / 8,
    bout_share: 2 / 6,
    ...bare,
    no_interval: null,
    bouts: 2,
    censored: 0,
    seconds: 3,
    complete: 2,
    median_s: 1,
    complete_median_s: 1.5,
    p10_s: 1,
    p90_s: 2,
  });
});

Deno.test("heldOutFacts() count windows that were fitted on by part and by person, unless the model is from elsewhere", () => {
  const windows = people(3, 4);
  const part = Uint8Array.from(
    windows.recording,
    (r, i) => [Part.train, Part.validation, Part.test][r] * Number(i % 4 < 3),
  );
  const split = splitOf(part), judged = judge(windows, split, "all");
  const training = (data: string | undefined, subjects: string[]) =>
    ({ training: { data, subjects } }) as any;
  assert.deepEqual(heldOutFacts(windows, split, judged), {
    leaks: false,
    sharesSubjects: false,
    judged: 9,
    trained: 6,
    subjects: ["s0", "s1", "s2"],
  });
  assert.equal(heldOutFacts(windows, split, judged, training("fixture", ["s2"])).trained, 9);
  assert.equal(heldOutFacts(windows, split, judged, training("other data", ["s2"])).trained, 0);
  assert.equal(heldOutFacts(windows, split, judged, training(undefined, ["s2"])).trained, 6);
  const shared = { ...split, leaks: true, sharesSubjects: true };
  const facts = heldOutFacts(windows, shared, judged, training("fixture", ["s2"]));
  assert.deepEqual([facts.leaks, facts.sharesSubjects, facts.trained], [true, true, 6]);
  assert.equal(heldOutFacts(windows, shared, judged, training("other data", [])).sharesSubjects, false);
});

Deno.test("usageTable() counts people who show a behaviour, and says why bouts have no interval where time has one", () => {
  const windows = people(7, 10);
  // Everyone rests once and then walks, for different times; the last one does neither.
  const labels = Int32Array.from(windows.start, (start, i) => {
    const person = Math.floor(i / 10);
    return person === 6 ? -1 : start / 10 < 3 + person ? 0 : 1;
  });
  const own = behaviours(labels);
  const [rest] = usageTable(judgedBouts(windows, own, [...labels.keys()]), own);
  assert.deepEqual([rest.subjects, rest.bout_share, rest.bout_lower], [6, 0.5, null]);
  assert.ok((rest.time_lower as number) > 0.3 && (rest.time_upper as number) < 0.8);
  assert.match(String(rest.no_interval), /6 subjects without a spread/);
  // Person p rests once for each two walks less.
  const more = Int32Array.from(
    labels,
    (_, i) => i % 10 < 2 + Math.floor(i / 10) ? i % 2 : Number(i % 10 > 8) - 1,
  );
  const [both] = usageTable(judgedBouts(windows, behaviours(more), [...more.keys()]), own);
  assert.equal(both.no_interval, null);
  assert.ok((both.bout_lower as number) < (both.bout_share as number));
  assert.ok((both.bout_upper as number) > (both.bout_share as number));
  const none = boutMetrics({ bouts: [], seconds: 0 }, own);
  assert.equal(none.bout_duration_median.note, "Kaplan–Meier, 0 of the bouts complete");
});
