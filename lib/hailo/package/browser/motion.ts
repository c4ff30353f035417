/** A phone's own motion sensors as lines of CSV at the model's rate, as if a file were written while it is read. */
import { InputError } from "../../../errors.ts";
import { unitFactor } from "../../../signal/units.ts";
import type { Pipeline } from "../../../stream/pipeline_file.ts";

/** What `devicemotion` tells: acceleration with gravity in m/s², rotation in degrees a second. */
export interface Motion {
  accelerationIncludingGravity: { x: number | null; y: number | null; z: number | null } | null;
  rotationRate: { alpha: number | null; beta: number | null; gamma: number | null } | null;
}

/** Channels that a phone has, by the names that the model may give them: quantity, axis, unit. */
const sources = [
  { named: /^acc(el(eration)?)?[_-]?([xyz])$/i, unit: "m/s^2", kind: "acceleration" },
  { named: /^gyr(o(scope)?)?[_-]?([xyz])$/i, unit: "deg/s", kind: "rotation" },
] as const;

/** Rotation about an axis of the screen: beta about x, gamma about y, alpha about z. */
const rotationAxes = { x: "beta", y: "gamma", z: "alpha" } as const;

/** Reads one channel of a motion event in the model's unit; `null` where the phone does not tell. */
type Reader = (motion: Motion) => number | null;

/**
 * What reads each input of the model from a phone.
 *
 * @param inverted Whether acceleration has the opposite sign, as on iOS.
 * @throws {InputError} for a model of several sensors, and for a channel that no phone has.
 */
export function motionReaders(
  { sensors, inputs }: Pick<Pipeline, "sensors" | "inputs">,
  inverted: boolean,
): Reader[] {
  if (sensors.length > 1) {
    throw new InputError(
      `Cannot use this device's sensors: it is one sensor, the model takes ${sensors.length}: ${
        sensors.join(", ")
      }`,
    );
  }
  return inputs.map(({ channel, unit }) => {
    for (const { named, unit: given, kind } of sources) {
      const axis = named.exec(channel)?.at(-1)?.toLowerCase() as "x" | "y" | "z" | undefined;
      const factor = unitFactor(given, unit);
      if (axis === undefined || factor === undefined) continue;
      if (kind === "rotation") {
        return ({ rotationRate }) => scaled(rotationRate?.[rotationAxes[axis]], factor);
      }
      return (motion) => scaled(motion.accelerationIncludingGravity?.[axis], inverted ? -factor : factor);
    }
    throw new InputError(`Cannot use this device's sensors: browsers do not tell ${channel} in ${unit}`);
  });
}

const scaled = (value: number | null | undefined, factor: number) => value == null ? null : value * factor;

/** Puts samples that come when they like onto a grid, by linear interpolation; steps above `maxGap` seconds stay steps. */
export class Grid {
  readonly #rate: number;
  readonly #maxGap: number;
  #before: { seconds: number; values: number[] } | undefined;
  #tick = 0;

  constructor(rate: number, maxGap: number) {
    this.#rate = rate;
    this.#maxGap = maxGap;
  }

  /**
   * The ticks up to this sample. Behind a gap the grid begins anew at the sample itself.
   *
   * ```ts
   * import { Grid } from "./motion.ts";
   * import assert from "node:assert/strict";
   * const grid = new Grid(10, 0.2);
   * assert.deepEqual(grid.take(0, [0]), [{ seconds: 0, values: [0] }]);
   * assert.deepEqual(grid.take(0.125, [5]), [{ seconds: 0.1, values: [4] }]);
   * ```
   */
  take(seconds: number, values: number[]): { seconds: number; values: number[] }[] {
    const before = this.#before;
    if (before !== undefined && seconds <= before.seconds) return [];
    this.#before = { seconds, values };
    if (before === undefined || seconds - before.seconds > this.#maxGap) {
      this.#tick = Math.ceil(seconds * this.#rate - 1e-9) + 0; // never -0
      if (Math.abs(this.#tick / this.#rate - seconds) > 1e-9) return [];
      return [{ seconds: this.#tick++ / this.#rate, values }];
    }
    const out = [];
    while (this.#tick / this.#rate <= seconds) {
      const at = this.#tick++ / this.#rate;
      const share = (at - before.seconds) / (seconds - before.seconds);
      out.push({
        seconds: at,
        values: values.map((v, i) => before.values[i] + share * (v - before.values[i])),
      });
    }
    return out;
  }
}

/** Samples of this phone as the bytes of a CSV file with a column `time`, until `signal` ends it. */
export function motionLines(pipeline: Pipeline, signal: AbortSignal): ReadableStream<Uint8Array> {
  const readers = motionReaders(pipeline, /iP(hone|ad|od)/.test(navigator.userAgent));
  const grid = new Grid(pipeline.rate, pipeline.max_gap);
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      const write = (cells: (string | number)[]) =>
        controller.enqueue(encoder.encode(cells.join(",") + "\n"));
      write(["time", ...pipeline.inputs.map(({ channel }) => `${pipeline.sensors[0]}.${channel}`)]);
      let begin: number | undefined;
      const heard = (event: Event) => {
        begin ??= event.timeStamp;
        const values = readers.map((read) => read(event as Event & Motion));
        if (values.some((value) => value === null)) return;
        for (const tick of grid.take((event.timeStamp - begin) / 1000, values as number[])) {
          write([tick.seconds.toFixed(6), ...tick.values]);
        }
      };
      addEventListener("devicemotion", heard);
      signal.addEventListener("abort", () => {
        removeEventListener("devicemotion", heard);
        controller.close();
      }, { once: true });
    },
  });
}

/** Asks for the sensors where the system wants to be asked. @throws {InputError} where it says no, or has none. */
export async function allowMotion(): Promise<void> {
  if (!isSecureContext) {
    throw new InputError("Cannot use this device's sensors: browsers give them to pages over https only");
  }
  const events = (globalThis as { DeviceMotionEvent?: { requestPermission?: () => Promise<string> } })
    .DeviceMotionEvent;
  if (events === undefined) {
    throw new InputError("Cannot use this device's sensors: this browser tells of none");
  }
  if (await events.requestPermission?.() === "denied") {
    throw new InputError("Cannot use this device's sensors: they were not allowed");
  }
}
