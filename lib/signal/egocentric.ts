/** Points of a body, as a pose tracker gives them, seen from the body: where it stands and which way it faces do not matter. */
import type { Recordings } from "../artifacts/recordings.ts";
import { InputError } from "../errors.ts";
import { nameOfChannel } from "./quality.ts";
import { gapless } from "./window/stretches.ts";

/** What the body's own coordinates are taken from. */
export interface BodyFrame {
  /** Points whose mean is the origin. */
  center: readonly string[];
  /** The point that lies ahead of the origin. */
  front: string;
}

/** Where the x and y of a point stand in a sample. */
interface Place {
  name: string;
  x: number;
  y: number;
}

/**
 * Moves the origin to the mean of some points and turns every sample so that another point lies straight ahead, on +x; y
 * is to the left where the tracker's y axis points up, to the right where it points down, as in pictures. What is lost by
 * that is kept as a further point `body`: the speed of the origin forward and sideways, in units a second.
 *
 * Points are sensors with channels `x` and `y`, or pairs of channels such as `nose_x` and `nose_y`; other channels stay
 * as they are. Each sample only needs the one before it, so that a stream can do the same.
 *
 * @throws {InputError} for points that are not there.
 */
export function alignEgocentric(recordings: Recordings, frame: BodyFrame): Recordings {
  const { sensors, channels, rate } = recordings;
  const points = pointsOf(recordings);
  const placeOf = (name: string) => {
    const found = points.find((point) => point.name === name);
    if (found !== undefined) return found;
    throw new InputError(`Cannot align points: there is no point ${name}`, {
      hint: points.length === 0
        ? "Points are pairs of channels such as nose_x and nose_y, or sensors with the channels x and y."
        : `Points are ${points.map((point) => point.name).join(", ")}.`,
    });
  };
  const center = frame.center.map(placeOf), front = placeOf(frame.front);
  if (center.length === 1 && center[0] === front) {
    throw new InputError(`Cannot align points: ${frame.front} is both the center and the front`);
  }
  const width = sensors.length * channels.length;
  // A point of its own sensor, or two more channels of the only one.
  const asSensor = sensors.length > 1;
  const body = asSensor ? channels.map((name) => lastLetter(name)) : [];
  const wide = width + (asSensor ? channels.length : 2);
  return {
    ...recordings,
    sensors: asSensor ? [...sensors, "body"] : sensors,
    channels: asSensor ? channels : [...channels, "body_x", "body_y"],
    units: asSensor
      ? recordings.units
      : [...recordings.units, perSecond(recordings, front), perSecond(recordings, front)],
    recordings: recordings.recordings.map(({ scale: _, ...r }) => {
      const data = new Float32Array(r.samples * wide);
      for (const [from, to] of gapless(r.samples, r.gaps)) {
        let before: [number, number] | undefined;
        for (let t = from; t < to; t++) {
          const own = r.data.subarray(t * width, (t + 1) * width);
          const out = data.subarray(t * wide, (t + 1) * wide);
          out.set(own);
          const x = mean(center.map((point) => own[point.x])), y = mean(center.map((point) => own[point.y]));
          const ahead = Math.hypot(own[front.x] - x, own[front.y] - y);
          const [c, s] = ahead === 0 ? [1, 0] : [(own[front.x] - x) / ahead, (own[front.y] - y) / ahead];
          for (const point of points) {
            const [u, v] = [own[point.x] - x, own[point.y] - y];
            out[point.x] = c * u + s * v;
            out[point.y] = c * v - s * u;
          }
          // Rounding would leave a trace of noise in a channel that has nothing else.
          [out[front.x], out[front.y]] = [ahead, 0 * ahead];
          const [u, v] = before === undefined ? [0, 0] : [(x - before[0]) * rate, (y - before[1]) * rate];
          const speed = { x: c * u + s * v, y: c * v - s * u };
          if (asSensor) {
            body.forEach((letter, i) => out[width + i] = letter === undefined ? 0 : speed[letter]);
          } else [out[width], out[width + 1]] = [speed.x, speed.y];
          before = [x, y];
        }
      }
      return { ...r, data };
    }),
  };
}

/** Channels that no longer change: a single center's, and the front's y, by the names that quality calls them. */
export function stillChannels(recordings: Recordings, { center, front }: BodyFrame): string[] {
  const nameOf = (at: number) => nameOfChannel(recordings, at);
  return pointsOf(recordings).flatMap(({ name, x, y }) =>
    center.length === 1 && name === center[0] ? [nameOf(x), nameOf(y)] : name === front ? [nameOf(y)] : []
  );
}

/** All points of a sample. */
function pointsOf({ sensors, channels }: Recordings): Place[] {
  return sensors.flatMap((sensor, s) =>
    channels.flatMap((name, x): Place[] => {
      const stem = /^(.*?)[_.\- ]?x$/i.exec(name)?.[1];
      if (stem === undefined) return [];
      const y = channels.findIndex((other) =>
        other.length === name.length && other.slice(0, -1) === name.slice(0, -1) && /y$/i.test(other)
      );
      const at = s * channels.length;
      const own = stem === "" ? sensor : sensors.length > 1 ? `${sensor} ${stem}` : stem;
      return y < 0 ? [] : [{ name: own, x: at + x, y: at + y }];
    })
  );
}

function lastLetter(name: string): "x" | "y" | undefined {
  return /x$/i.test(name) ? "x" : /y$/i.test(name) ? "y" : undefined;
}

function perSecond({ units, channels }: Recordings, { x }: Place): string {
  const unit = units[x % channels.length];
  return unit === "" || unit === "unknown" ? "unknown" : `${unit}/s`;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
