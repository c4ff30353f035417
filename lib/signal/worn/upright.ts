/** Turns sensors so that gravity lies the same way in all recordings, however they were worn. */
import type { Recordings } from "../../artifacts/recordings.ts";
import { InputError } from "../../errors.ts";
import { accelerometerOf } from "../triads.ts";
import type { Axis } from "./axes.ts";
import { type Direction, directionsOf, isClear } from "./orientation.ts";

type Vector = readonly [number, number, number];

/**
 * Turns every sensor of every recording by the shortest way that takes its mean acceleration to an axis, all its triads
 * alike. How it is turned about the vertical stays as it was: gravity does not tell it.
 *
 * @returns The turned recordings, and sentences on sensors in which no direction is clear: they stay as they are.
 * @throws {InputError} where no channels are an accelerometer.
 */
export function alignGravity(set: Recordings, to: Axis): { recordings: Recordings; notes: string[] } {
  const { sensors, channels, triads } = set;
  if (accelerometerOf(channels, triads) === undefined) {
    throw new InputError(
      `Cannot align gravity: no channels are an accelerometer among ${channels.join(", ")}`,
      {
        hint: "Name its channels acc_x, acc_y and acc_z under channels.",
      },
    );
  }
  const unclear: string[] = [];
  const width = sensors.length * channels.length;
  const recordings = set.recordings.map(({ scale: _, ...recording }) => {
    const data = recording.data.slice();
    directionsOf(recording, set).forEach((direction, s) => {
      if (!isClear(direction)) {
        unclear.push(`${recording.id}${sensors.length > 1 ? ` (${sensors[s]})` : ""}`);
        return;
      }
      const turn = rotationTo(direction, vectorOf(to));
      for (const triad of triads) {
        const [x, y, z] = triad.map((c) => s * channels.length + c);
        for (let i = 0; i < data.length; i += width) {
          const [a, b, c] = [data[i + x], data[i + y], data[i + z]];
          data[i + x] = turn[0] * a + turn[1] * b + turn[2] * c;
          data[i + y] = turn[3] * a + turn[4] * b + turn[5] * c;
          data[i + z] = turn[6] * a + turn[7] * b + turn[8] * c;
        }
      }
    });
    return { ...recording, data };
  });
  const listed = unclear.slice(0, 5).join(", ") +
    (unclear.length > 5 ? ` and ${unclear.length - 5} more` : "");
  const notes = unclear.length === 0 ? [] : [`Gravity has no clear direction in ${listed}: not turned`];
  return { recordings: { ...set, recordings }, notes };
}

function vectorOf(axis: Axis): Vector {
  const place = "xyz".indexOf(axis.at(-1)!);
  const sign = axis.startsWith("-") ? -1 : 1;
  return [0, 1, 2].map((i) => i === place ? sign : 0) as unknown as Vector;
}

/** The rotation `[3, 3]` by the smallest angle that takes `from` to the direction of the unit vector `to` (Rodrigues). */
function rotationTo(from: NonNullable<Direction>, to: Vector): number[] {
  const size = Math.hypot(...from);
  const [a, b, c] = from.map((v) => v / size);
  const cosine = a * to[0] + b * to[1] + c * to[2];
  if (cosine < -1 + 1e-9) {
    // Half a turn, about the axis after the one of gravity.
    const about = (to.findIndex((v) => v !== 0) + 1) % 3;
    return [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => i !== j ? 0 : i === about ? 1 : -1));
  }
  const v = [b * to[2] - c * to[1], c * to[0] - a * to[2], a * to[1] - b * to[0]];
  const k = [0, -v[2], v[1], v[2], 0, -v[0], -v[1], v[0], 0];
  return k.map((own, at) => {
    const [i, j] = [Math.floor(at / 3), at % 3];
    const squared = [0, 1, 2].reduce((sum, m) => sum + k[3 * i + m] * k[3 * m + j], 0);
    return Number(i === j) + own + squared / (1 + cosine);
  });
}
