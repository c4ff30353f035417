/** Which channels form one 3-D vector each, by their names; and gravity as a further triad. */
import type { ChannelFilter } from "../artifacts/channel_filter.ts";
import type { Recordings } from "../artifacts/recordings.ts";
import { InputError } from "../errors.ts";
import { butterworthLowpass, filterCausal, filterZeroPhase } from "./filter.ts";
import { gapless } from "./window/stretches.ts";

/** Where an axis letter may stand in a channel's name, the likeliest place first. */
const places = [
  /^(.*[_.\- ])([xyz])()$/i,
  /^(.*)([XYZ])()$/,
  /^()([xyz])([_.\- ].*)$/i,
  /^(.*[_.\- ])([xyz])([_.\- ].*)$/i,
  /^(.*)([xyz])()$/,
  /^()([xyz])(.*)$/i,
];

/** A unit glued onto a name: `ax(g)`, `Gyro X [deg/s]`, `acc_x (m/s^2)`. */
const glued = /\s*[([{][^)\]}]*[)\]}]\s*$/;
/** What no rotation of the sensor acts on as on a vector. */
const noVector = /quat|euler|orient|attitude|roll|pitch|yaw|(^|[^a-z])(rpy|angle)/i;

/** Channels called by number instead of letter: Axis1, Axis2, Axis3; acc1, acc2, acc3; X0, … not. */
const numbered = /^(axis|acc|accel|gyro|mag|.*[_ ](?:axis|acc|accel|gyro|mag))[_ ]?([123])$/i;

/**
 * Groups of three channels whose names differ in an axis letter (or a number after an instrument) only, in order of their x
 * channel. Units behind a name do not count; the parts of quaternions and angles are no vectors.
 *
 * ```ts
 * import { findTriads } from "./triads.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(findTriads(["ax", "ay", "az", "temperature"]), [[0, 1, 2]]);
 * assert.deepEqual(findTriads(["x_acc", "y_acc", "z_acc", "gyroX", "gyroY", "gyroZ"]), [[0, 1, 2], [3, 4, 5]]);
 * ```
 */
export function findTriads(channels: readonly string[]): [number, number, number][] {
  const taken = new Set<number>();
  const out: [number, number, number][] = [];
  const plain = channels.map((name) => name.replace(glued, ""));
  plain.forEach((name, i) => noVector.test(name) && taken.add(i));
  // The vector part of a quaternion that is named by letters alone: q_w, q_x, q_y, q_z.
  for (const name of plain) {
    const stem = /^(.*?)w$/i.exec(name)?.[1];
    if (stem === undefined) continue;
    plain.forEach((other, i) => {
      if (other.length === stem.length + 1 && other.startsWith(stem) && /[wxyz]$/i.test(other)) taken.add(i);
    });
  }
  for (const place of [...places, numbered]) {
    const groups = new Map<string, number[]>();
    plain.forEach((name, i) => {
      const match = taken.has(i) ? null : place.exec(name);
      if (match === null) return;
      const key = `${match[1]}\0${match[3] ?? ""}`.toLowerCase();
      const group = groups.get(key) ?? [];
      const axis = "xyz123".indexOf(match[2].toLowerCase()) % 3;
      // A second channel of that name belongs to another vector.
      if (group[axis] !== undefined) return;
      group[axis] = i;
      groups.set(key, group);
    });
    for (const group of groups.values()) {
      if (group.length !== 3 || [0, 1, 2].some((k) => group[k] === undefined)) continue;
      out.push(group as [number, number, number]);
      group.forEach((i) => taken.add(i));
    }
  }
  return out.sort((a, b) => a[0] - b[0]);
}

/** Channel names that an inertial unit of so many channels usually has: acc, gyro, mag; or numbered ones. */
export function usualChannels(count: number): string[] {
  const kinds = ["acc", "gyro", "mag"];
  return count % 3 === 0 && count <= 9
    ? kinds.slice(0, count / 3).flatMap((kind) => ["x", "y", "z"].map((axis) => `${kind}_${axis}`))
    : Array.from({ length: count }, (_, i) => `channel_${i + 1}`);
}

/** The triad that is an accelerometer by its name; undefined where none is called so. */
export function accelerometerOf(
  channels: readonly string[],
  triads: readonly [number, number, number][],
): [number, number, number] | undefined {
  return triads.find(([x]) => /acc|^_?a_?x$/i.test(channels[x]));
}

/**
 * Adds a triad `gravity_x`, `gravity_y`, `gravity_z` to every sensor: the acceleration below 0.3 Hz, by a Butterworth
 * filter of order 3, each stretch between gaps for itself.
 *
 * The accelerometer is the first triad named so (`acc`, `ax`), or else the first triad.
 *
 * @param phase `zero` filters forth and back, which needs the future; `causal` forth only, as a device can while it measures.
 * @throws {InputError} when no channels form a triad.
 */
export function addGravity(recordings: Recordings, phase: ChannelFilter["phase"] = "zero"): Recordings {
  const { sensors, channels, rate, triads } = recordings;
  const acc = accelerometerOf(channels, triads) ?? triads[0];
  if (acc === undefined) {
    throw new InputError(`Cannot add gravity: no three channels form a triad among ${channels.join(", ")}`, {
      hint: "Name the accelerometer's channels acc_x, acc_y and acc_z under channels.",
    });
  }
  const before = channels.length;
  const after = before + 3;
  const made: ChannelFilter = {
    from: acc.map((c) => channels[c]),
    to: ["gravity_x", "gravity_y", "gravity_z"],
    ...{ design: "butterworth", order: 3, cutoff: 0.3, phase },
  };
  const sections = butterworthLowpass(made.order, made.cutoff, rate);
  const filter = phase === "zero" ? filterZeroPhase : filterCausal;
  return {
    ...recordings,
    channels: [...channels, ...made.to],
    units: [...recordings.units, ...acc.map((c) => recordings.units[c])],
    triads: [...recordings.triads, [before, before + 1, before + 2]],
    filters: [...recordings.filters ?? [], made],
    recordings: recordings.recordings.map((r) => {
      const data = new Float32Array(r.samples * sensors.length * after);
      for (let i = 0, rows = r.samples * sensors.length; i < rows; i++) {
        for (let c = 0; c < before; c++) data[i * after + c] = r.data[i * before + c];
      }
      for (const [from, to] of gapless(r.samples, r.gaps)) {
        const column = new Float64Array(to - from);
        for (let s = 0; s < sensors.length; s++) {
          for (let a = 0; a < 3; a++) {
            const at = (t: number) => (t * sensors.length + s) * after;
            for (let t = from; t < to; t++) column[t - from] = data[at(t) + acc[a]];
            const slow = filter(column, sections);
            for (let t = from; t < to; t++) data[at(t) + before + a] = slow[t - from];
          }
        }
      }
      return { ...r, data };
    }),
  };
}
