/** Units of accelerometers and gyroscopes: which one values look like, recording by recording, and how to convert. */
import type { Recording, Recordings } from "../artifacts/recordings.ts";
import type { UnitFacts } from "../artifacts/recording/quality.ts";

/** Factor of each unit to the quantity's own: m/s² and rad/s. */
const factors: Record<string, { quantity: "acceleration" | "rotation"; factor: number }> = {
  "m/s^2": { quantity: "acceleration", factor: 1 },
  g: { quantity: "acceleration", factor: 9.80665 },
  mg: { quantity: "acceleration", factor: 9.80665e-3 },
  "rad/s": { quantity: "rotation", factor: 1 },
  "deg/s": { quantity: "rotation", factor: Math.PI / 180 },
  "mdeg/s": { quantity: "rotation", factor: Math.PI / 180_000 },
};

/** One spelling of each unit; others as they are. */
export function plainUnit(unit: string): string {
  const plain = unit.trim().replace(/\s+/g, "").replace("²", "^2").replace("°", "deg").toLowerCase();
  if (/^m\/\(?s(\^?2|\/s)\)?$|^m\/s\/s$|^ms-2$|^m\.s-2$/.test(plain)) return "m/s^2";
  if (/^(g|gs|g's|g-force|grav)$/.test(plain)) return "g";
  if (/^(mg|milli-?g)$/.test(plain)) return "mg";
  if (/^(rad\/s(ec)?|rads-1|rad\.s-1)$/.test(plain)) return "rad/s";
  if (/^(deg\/s(ec)?|dps|degs-1|deg\.s-1)$/.test(plain)) return "deg/s";
  if (/^(mdps|mdeg\/s)$/.test(plain)) return "mdeg/s";
  return unit;
}

/**
 * What a value in `from` is multiplied by to be one in `to`; undefined where they are not units of one quantity.
 *
 * ```ts
 * import { unitFactor } from "./units.ts";
 * import assert from "node:assert/strict";
 * assert.equal(unitFactor("g", "m/s²"), 9.80665);
 * assert.equal(unitFactor("g", "rad/s"), undefined);
 * ```
 */
export function unitFactor(from: string, to: string): number | undefined {
  const [a, b] = [plainUnit(from), plainUnit(to)];
  if (a === b) return 1;
  const [x, y] = [factors[a], factors[b]];
  return x === undefined || x.quantity !== y?.quantity ? undefined : x.factor / y.factor;
}

/** Whether two units are one, however they are spelled; what is not known contradicts nothing. */
export function sameUnit(a: string, b: string): boolean {
  return unknown(a) || unknown(b) || plainUnit(a) === plainUnit(b);
}

const unknown = (unit: string) => /^(unknown)?$/.test(unit.trim());

/** Value below which the given share of the lengths of a triad's vector over every tenth sample lie. */
function quantileNorm({ data, samples }: Recording, width: number, at: readonly number[], share: number) {
  const norms = new Float64Array(Math.ceil(samples / 10));
  for (let t = 0, n = 0; t < samples; t += 10) {
    const i = t * width;
    const [x, y, z] = [data[i + at[0]], data[i + at[1]], data[i + at[2]]];
    norms[n++] = Math.sqrt(x * x + y * y + z * z);
  }
  norms.sort();
  return norms[Math.min(norms.length - 1, Math.floor(share * norms.length))] ?? 0;
}

/** The unit in which a median length is gravity. */
function looksOfAcceleration(norm: number): string | undefined {
  const near = (g: number) => norm > 0.8 * g && norm < 1.25 * g;
  return near(1) ? "g" : near(9.81) ? "m/s^2" : near(1000) ? "mg" : undefined;
}

/** Seconds of a stretch whose unit is looked at, and the share of stretches that another unit needs to be no accident. */
const stretch = { seconds: 10, share: 0.1 };

/** Two units that a recording's stretches look like, the more frequent one first; undefined where there is one or none. */
function unitsWithin(
  r: Recording,
  width: number,
  at: readonly number[],
  rate: number,
): [string, string] | undefined {
  const length = Math.max(100, Math.round(Math.min(stretch.seconds * rate, r.samples / 4)));
  const looks: string[] = [];
  for (let from = 0; from + length <= r.samples; from += length) {
    const part = { ...r, samples: length, data: r.data.subarray(from * width, (from + length) * width) };
    const look = looksOfAcceleration(quantileNorm(part, width, at, 0.5));
    if (look !== undefined) looks.push(look);
  }
  const counts = [...Map.groupBy(looks, (look) => look)].sort((a, b) => b[1].length - a[1].length);
  if (counts.length < 2 || counts[1][1].length < stretch.share * looks.length) return undefined;
  return [counts[0][0], counts[1][0]];
}

/** Median of numbers. */
const median = (x: readonly number[]) => [...x].sort((a, b) => a - b)[x.length >> 1];

const named = (r: readonly Recording[]) =>
  `${r.slice(0, 5).map(({ id }) => id).join(", ")}${r.length > 5 ? ` and ${r.length - 5} more` : ""}`;

/** What the units of one recording's instruments look like, by sensor. */
export interface UnitsShown {
  /** Median length of the accelerometer, and the two units that its stretches look like, where there are two. */
  acc: { norm: number; within?: [string, string] }[];
  /** Length of the gyroscope's vector that one in a hundred samples exceeds. */
  gyro: number[];
}

const isAccelerometer = (x: string) => /acc|^_?a_?x\b|^_?a_?x$/i.test(x) && !/lin|body|user/i.test(x);
const isGyroscope = (x: string) => /gyr|rot.*rate|^_?[gw]_?x$|^_?[gw]_?x\b|ang.*vel/i.test(x);

/** Accelerometer and gyroscope among the triads, by their names. */
function instruments({ channels, triads }: Pick<Recordings, "channels" | "triads">) {
  const acc = triads.find(([x]) => isAccelerometer(channels[x]));
  const gyro = triads.find(([x]) => isGyroscope(channels[x]));
  return { acc, gyro };
}

/**
 * The unit that some lengths of an instrument's vector look like; undefined where they tell nothing.
 *
 * @param x Name of its x channel.
 */
export function looksOfUnit(x: string, norms: readonly number[]): string | undefined {
  if (isAccelerometer(x)) return looksOfAcceleration(median(norms));
  // 2000 deg/s, the range of nearly all gyroscopes, is 35 rad/s.
  const fast = [...norms].sort((a, b) => a - b)[Math.floor(0.99 * (norms.length - 1))];
  return isGyroscope(x) && fast > 45 ? "deg/s" : undefined;
}

/** Looks at the samples of one recording. */
export function unitsOf(
  r: Recording,
  set: Pick<Recordings, "sensors" | "channels" | "triads" | "rate">,
): UnitsShown {
  const { sensors, channels, rate } = set;
  const width = sensors.length * channels.length;
  const { acc, gyro } = instruments(set);
  const places = (triad: readonly number[], s: number) => triad.map((c) => s * channels.length + c);
  return {
    acc: acc === undefined ? [] : sensors.map((_, s) => {
      const norm = quantileNorm(r, width, places(acc, s), 0.5);
      const within = unitsWithin(r, width, places(acc, s), rate);
      return { norm, ...(within === undefined ? {} : { within }) };
    }),
    gyro: gyro === undefined ? [] : sensors.map((_, s) => quantileNorm(r, width, places(gyro, s), 0.99)),
  };
}

/**
 * Judges the units of every sensor's accelerometer and gyroscope, each recording by itself: gravity gives the median length of
 * an accelerometer, and no gyroscope turns faster than its range.
 *
 * @param shown What each recording showed.
 * @returns What was declared and what the values look like, and sentences on what does not fit, naming the odd ones.
 */
export function judgeUnits(
  set: Recordings,
  shown: readonly UnitsShown[] = set.recordings.map((r) => unitsOf(r, set)),
): { facts: UnitFacts[]; warnings: string[] } {
  const { recordings, sensors, units } = set;
  const { acc, gyro } = instruments(set);
  const facts: UnitFacts[] = [];
  const warnings: string[] = [];
  sensors.forEach((sensor, s) => {
    if (acc !== undefined) {
      const declared = units[acc[0]];
      const norms = shown.map(({ acc }) => acc[s].norm);
      const looks = norms.map(looksOfAcceleration);
      const { usual, problem } = judge(declared, looks, recordings, "accelerometer", sensor);
      facts.push({ sensor, quantity: "acceleration", declared, looksLike: usual ?? null });
      const changing = recordings.flatMap((r, i) => {
        const units = shown[i].acc[s].within;
        return units === undefined ? [] : [{ r, units }];
      });
      if (changing.length > 0) {
        warnings.push(
          `The accelerometer of ${sensor} changes its unit within ${
            named(changing.map(({ r }) => r))
          }: stretches look like ${changing[0].units.join(" and ")}; cut the file there, or leave it out`,
        );
      } else if (problem !== undefined) warnings.push(problem);
      else if (usual === undefined && ["g", "m/s^2", "mg"].includes(plainUnit(declared))) {
        const norm = median(norms);
        const gravity = { g: "1", mg: "1000" }[plainUnit(declared)] ?? "9.81";
        warnings.push(
          `The accelerometer of ${sensor} may have another unit than ${declared}: its median length is ${
            norm.toPrecision(3)
          } ${declared}, gravity would be ${gravity}`,
        );
      }
    }
    if (gyro !== undefined) {
      const declared = units[gyro[0]];
      const fast = shown.map(({ gyro }) => gyro[s]);
      const typical = median(fast);
      // 2000 deg/s, the range of nearly all gyroscopes, is 35 rad/s; people and animals move between 0.5 and 20 rad/s.
      const looks = fast.map((v) =>
        v > 45 || (v > 12 && typical > 0 && v > 20 * typical)
          ? "deg/s"
          : v > 0.02 && v < 12 && typical > 25 && v < typical / 20
          ? "rad/s"
          : typical > 45
          ? "deg/s"
          : v > 0.5 && v < 12 && plainUnit(declared) === "deg/s" && typical < 12
          ? "rad/s"
          : undefined
      );
      const { usual, problem } = judge(declared, looks, recordings, "gyroscope", sensor);
      facts.push({ sensor, quantity: "rotation", declared, looksLike: usual ?? null });
      if (problem !== undefined) warnings.push(problem);
    }
  });
  return { facts, warnings };
}

/** The unit that most recordings look like, and what is wrong with the others or with the declaration. */
function judge(
  declared: string,
  looks: readonly (string | undefined)[],
  recordings: readonly Recording[],
  instrument: string,
  sensor: string,
): { usual?: string; problem?: string } {
  const known = looks.filter((look) => look !== undefined);
  const counts = [...Map.groupBy(known, (look) => look)].sort((a, b) => b[1].length - a[1].length);
  const usual = counts[0]?.[0];
  const stated = plainUnit(declared);
  const expected = factors[stated] === undefined ? usual : stated;
  const odd = recordings.filter((_, i) => looks[i] !== undefined && looks[i] !== expected);
  if (odd.length === 0) return { usual };
  const unit = looks[recordings.indexOf(odd[0])];
  const all = odd.length === known.length && odd.length === recordings.length;
  return {
    usual,
    problem: all
      ? `The ${instrument} of ${sensor} may have another unit than ${declared}: the values look like ${unit}`
      : `The ${instrument} of ${sensor} has another unit in ${odd.length} of ${recordings.length} recordings: ${
        named(odd)
      } look like ${unit}, not ${expected}; state it under units_by_file`,
  };
}
