import assert from "node:assert/strict";
import { Random } from "../../../lib/random.ts";
import { simulateRecordings } from "../../../lib/signal/simulate/simulate.ts";
import { behaviourNames, behaviours } from "../../../lib/signal/simulate/behaviours.ts";
import { drawPerson } from "../../../lib/signal/simulate/person.ts";
import { drawSchedule } from "../../../lib/signal/simulate/schedule.ts";
import { earthField, gravity } from "../../../lib/signal/simulate/body.ts";
import { simulateMotion } from "../../../lib/signal/simulate/motion.ts";

const set = simulateRecordings({ subjects: 4, minutes: 10, seed: 7 });

/** Per label: mean and standard deviation of the norm of a triad. */
function norms(first: number): { mean: number; sd: number; n: number }[] {
  return behaviourNames.map((_, label) => {
    let n = 0;
    let sum = 0;
    let squares = 0;
    for (const { data, labels } of set.recordings) {
      for (let t = 0; t < labels.length; t++) {
        if (labels[t] !== label) continue;
        const i = t * 18 + first;
        const norm = Math.hypot(data[i], data[i + 1], data[i + 2]);
        n++;
        sum += norm;
        squares += norm * norm;
      }
    }
    return { n, mean: sum / n, sd: Math.sqrt(squares / n - (sum / n) ** 2) };
  });
}

Deno.test("simulateRecordings() gives the same bytes for a seed and others for another", () => {
  const again = simulateRecordings({ subjects: 4, minutes: 10, seed: 7 });
  assert.deepEqual(again.recordings[3].data, set.recordings[3].data);
  const other = simulateRecordings({ subjects: 4, minutes: 10, seed: 8 });
  assert.notDeepEqual(other.recordings[3].data.slice(0, 100), set.recordings[3].data.slice(0, 100));
});

Deno.test("simulateRecordings() leaves the first subjects as they were when one is added", () => {
  const more = simulateRecordings({ subjects: 5, minutes: 10, seed: 7 });
  for (let i = 0; i < 4; i++) assert.deepEqual(more.recordings[i], set.recordings[i]);
});

Deno.test("simulateRecordings() feels gravity at rest and more than gravity's swing in a run", () => {
  const acc = norms(0);
  for (const rest of ["lying", "sitting", "standing"]) {
    const { mean, sd } = acc[behaviourNames.indexOf(rest)];
    assert(Math.abs(mean - gravity) < 0.3, `${rest}: ${mean}`);
    assert(sd < 0.4, `${rest}: ${sd}`);
  }
  const running = acc[behaviourNames.indexOf("running")];
  const walking = acc[behaviourNames.indexOf("walking")];
  assert(running.sd > 2.5 * walking.sd && walking.sd > 0.8);
});

Deno.test("simulateRecordings() has every behaviour, short unlabelled transitions and no value beyond the range", () => {
  const counts = new Map<number, number>();
  let longest = 0;
  for (const { labels, data } of set.recordings) {
    let run = 0;
    for (const label of labels) {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      longest = Math.max(longest, run = label === -1 ? run + 1 : 0);
    }
    assert(data.every(Number.isFinite));
    for (let i = 0; i < data.length; i += 9) {
      assert(Math.abs(data[i]) <= 4.0001 * gravity && Math.abs(data[i + 3]) <= 17.4534);
    }
  }
  for (let label = -1; label < behaviourNames.length; label++) assert(counts.has(label), `label ${label}`);
  assert(longest / 50 < 6);
  assert(counts.get(-1)! / (4 * 10 * 60 * 50) < 0.1);
});

Deno.test("simulateMotion() gives the gyroscope the rotation that the magnetic field shows", () => {
  // A magnetic field is fixed in the world, so in the sensor's frame dB/dt = B × ω.
  const rate = 200;
  const samples = 20 * rate;
  const person = drawPerson(new Random(3));
  const { data } = simulateMotion(
    new Random(5),
    person,
    drawSchedule(new Random(4), samples, rate),
    samples,
    rate,
  );
  let worst = 0;
  let fastest = 0;
  for (let t = 1; t + 1 < samples; t++) {
    for (const s of [0, 9]) {
      const i = t * 18 + s;
      const [bx, by, bz] = data.subarray(i + 6, i + 9);
      const [gx, gy, gz] = data.subarray(i + 3, i + 6);
      const turn = [by * gz - bz * gy, bz * gx - bx * gz, bx * gy - by * gx];
      for (let c = 0; c < 3; c++) {
        const slope = (data[i + 18 + 6 + c] - data[i - 18 + 6 + c]) * rate / 2;
        worst = Math.max(worst, Math.abs(slope - turn[c]));
        fastest = Math.max(fastest, Math.abs(slope));
      }
    }
  }
  assert(fastest > 20);
  assert(worst < 0.01 * fastest, `${worst} of ${fastest}`);
});

Deno.test("simulateMotion() keeps the length of the earth's field in every pose", () => {
  const samples = 3000;
  const { data } = simulateMotion(
    new Random(5),
    drawPerson(new Random(1)),
    drawSchedule(new Random(2), samples, 50),
    samples,
    50,
  );
  const length = Math.hypot(...earthField);
  for (let i = 6; i < data.length; i += 9) {
    assert(Math.abs(Math.hypot(data[i], data[i + 1], data[i + 2]) - length) < 1e-3);
  }
});

Deno.test("drawSchedule() follows the catalogue's transitions and dwell times", () => {
  const rate = 50;
  const segments = drawSchedule(new Random(12), 40 * 3600 * rate, rate);
  const dwells = behaviours.map((): number[] => []);
  let entered = segments[0].start;
  for (let i = 1; i < segments.length; i++) {
    const [a, b] = [segments[i - 1], segments[i]];
    assert(b.start >= a.start + a.change);
    if (!b.transition) {
      assert.equal(a.behaviour, b.behaviour);
      continue;
    }
    assert(Object.hasOwn(behaviours[a.behaviour].next, behaviours[b.behaviour].name));
    dwells[a.behaviour].push((b.start - entered) / rate);
    entered = b.start + b.change;
  }
  behaviours.forEach((behaviour, k) => {
    const sorted = dwells[k].sort((x, y) => x - y);
    const median = sorted[sorted.length >> 1];
    assert(Math.abs(Math.log(median / behaviour.dwell[0])) < 0.25, `${behaviour.name}: ${median} s`);
  });
});

Deno.test("the catalogue names only behaviours and channels that exist", () => {
  for (const behaviour of behaviours) {
    for (const next of Object.keys(behaviour.next)) {
      assert(behaviourNames.includes(next) && next !== behaviour.name);
    }
    for (const waves of Object.values(behaviour.waves)) {
      for (const [multiple] of waves!) assert(multiple >= 1 && multiple <= 6);
    }
  }
});

Deno.test("simulateMotion() moves without jerks: no acceleration jumps in a transition", () => {
  const rate = 50;
  const samples = 5 * 60 * rate;
  const { data, labels } = simulateMotion(
    new Random(8),
    drawPerson(new Random(21)),
    drawSchedule(new Random(22), samples, rate),
    samples,
    rate,
  );
  for (let t = 1; t < samples; t++) {
    if (labels[t] !== -1) continue;
    const i = t * 18 + 9;
    const jump = Math.hypot(data[i] - data[i - 18], data[i + 1] - data[i - 17], data[i + 2] - data[i - 16]);
    assert(jump < 15, `${jump} m/s² in one sample at ${t}`);
  }
});
