import assert from "node:assert/strict";
import type { Recordings } from "../../lib/artifacts/recordings.ts";
import { assessQuality } from "../../lib/signal/quality.ts";
import { simulateRecordings } from "../../lib/signal/simulate/simulate.ts";

/** One sensor of three channels at 10 Hz; `row` gives the values of sample t. */
function recordings(n: number, row: (t: number) => number[], more: Partial<Recordings> = {}): Recordings {
  return {
    rate: 10,
    sensors: ["hip"],
    channels: ["acc_x", "acc_y", "acc_z"],
    units: ["m/s^2", "m/s^2", "m/s^2"],
    triads: [[0, 1, 2]],
    labelNames: ["a", "b"],
    origin: "measured",
    source: { name: "test" },
    recordings: [{
      id: "r",
      subject: "s",
      samples: n,
      data: Float32Array.from(Array.from({ length: n }, (_, t) => row(t)).flat()),
      labels: Int32Array.from({ length: n }, (_, t) => t < n / 4 ? -1 : t < n / 2 ? 0 : 1),
      gaps: [[3, 5], [10, 16]],
    }],
    ...more,
  };
}

Deno.test("assessQuality() counts gaps, classes and unlabelled time", () => {
  const { quality, warnings } = assessQuality(
    recordings(40, (t) => [Math.sin(t), Math.cos(t), 9.8 + t / 100]),
  );
  assert.deepEqual(warnings, []);
  assert.deepEqual([quality.gaps, quality.gapSeconds, quality.longestGapSeconds], [2, 0.8, 0.6]);
  assert.equal(quality.unlabelledShare, 0.25);
  assert.deepEqual(quality.classes, [
    { name: "a", seconds: 1, subjects: 1, bySubject: { s: 1 } },
    { name: "b", seconds: 2, subjects: 1, bySubject: { s: 2 } },
  ]);
});

Deno.test("assessQuality() finds clipping only where the extreme stays", () => {
  const wave = (t: number) => 20 * Math.sin(t / 5);
  const { quality, warnings } = assessQuality(recordings(400, (t) => [Math.min(16, wave(t)), wave(t), 9.8]));
  const [[x, y]] = quality.clippedShare;
  const above = Array.from({ length: 400 }, (_, t) => wave(t)).filter((v) => v >= 16).length / 400;
  assert(Math.abs(x - above) < 0.02 && x > 0.1, `${x} ${above}`);
  assert.equal(y, 0);
  assert(warnings.some((w) => /^Clipped samples.*acc_x \d+\.\d %$/.test(w)), warnings.join());
});

Deno.test("assessQuality() finds dead channels and units that cannot be", () => {
  const still = (z: number) => (t: number) => [0.01 * Math.sin(t), 0, z + 0.01 * Math.cos(t)];
  assert.match(assessQuality(recordings(50, still(9.8))).warnings.join("\n"), /never change: acc_y of r$/m);
  assert.match(
    assessQuality(recordings(50, still(1))).warnings.join("\n"),
    /hip may have another unit.*look like g$/m,
  );
  const units = ["g", "g", "g"];
  assert.match(
    assessQuality(recordings(50, still(9.8), { units })).warnings.join("\n"),
    /look like m\/s\^2$/m,
  );
  assert.match(
    assessQuality(recordings(50, still(3), { units })).warnings.join("\n"),
    /median length is 3\.00 g/,
  );
});

Deno.test("assessQuality() is content with simulated people and warns of a class that only one of them shows", () => {
  const set = simulateRecordings({ subjects: 3, minutes: 8, seed: 3 });
  const before = assessQuality(set).warnings.filter((w) => !w.startsWith("Seen in one"));
  assert.deepEqual(before, []);
  set.labelNames.push("juggling");
  set.recordings[1].labels.fill(set.labelNames.length - 1, 0, 100);
  assert.match(assessQuality(set).warnings.join("\n"), /one subject only.*juggling/);
});

Deno.test("assessQuality() takes nothing that a gap was filled with for what the device measured", () => {
  const wave = (t: number) => [Math.sin(t), Math.cos(t / 2), 9.8 + t / 1000];
  const filled = [[0, 0, 0], [-50, 50, 0]];
  for (const fill of filled) {
    for (const [from, to] of [[20, 60], [0, 40], [60, 100]]) {
      const gaps: [number, number][] = [[from!, to!]];
      const set = recordings(100, (t) => t >= from! && t < to! ? fill : wave(t));
      set.recordings[0]!.gaps = gaps;
      const { quality, warnings } = assessQuality(set);
      assert.deepEqual(warnings, [], `${fill} at ${from}`);
      assert.ok(quality.clippedShare.flat().every((share) => share < 0.05));
    }
  }
  const set = recordings(100, (t) => t < 99 ? wave(t) : [0, 0, 0]);
  const nothing = {
    ...set.recordings[0]!,
    id: "none",
    data: new Float32Array(300),
    gaps: [[0, 100]] as [number, number][],
  };
  set.recordings[0]!.gaps = [];
  set.recordings.push(nothing);
  const { warnings } = assessQuality(set);
  assert.deepEqual(warnings.filter((w) => /never change|are 0/.test(w)), []);
});
