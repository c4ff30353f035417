/** Units of samples as they come: turned into those of the model, and looked at where nobody states them. */
import { InputError } from "../errors.ts";
import { findTriads } from "../signal/triads.ts";
import { looksOfUnit, sameUnit, unitFactor } from "../signal/units.ts";
import { suggestion } from "../text/suggest.ts";

/** Channels of a sample as it comes, the same for each sensor, and the units in which the model takes them. */
export interface SampleChannels {
  sensors: readonly string[];
  channels: readonly string[];
  units: readonly string[];
}

/**
 * What each value of a sample `[sensors, channels]` is multiplied by.
 *
 * @param written Units with commas between: `acc=g` for the channels whose names begin so, `wrist.acc_x=g` for one, `g`
 * alone for all channels of that quantity.
 * @throws {InputError} for a name that no channel has, and a unit of another quantity.
 */
export function unitFactors(written: string, { sensors, channels, units }: SampleChannels): Float64Array {
  const factors = new Float64Array(sensors.length * channels.length).fill(1);
  const values = sensors.flatMap((sensor) =>
    channels.map((channel, c) => ({ sensor, channel, unit: units[c] }))
  );
  for (const part of written.split(",").map((text) => text.trim()).filter((text) => text !== "")) {
    const at = part.lastIndexOf("=");
    const [name, unit] = at < 0 ? ["", part] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    const named = values.map((value) =>
      name === "" ? unitFactor(unit, value.unit) !== undefined : bears(value, name)
    );
    if (!named.includes(true)) {
      const stem = (channel: string) => channel.split(/[_. ]/)[0];
      throw new InputError(
        name === ""
          ? `Cannot take samples in ${unit}: the model has channels in ${[...new Set(units)].join(", ")}`
          : `Cannot take ${part}: no channel of the model is called ${name}`,
        name === ""
          ? {}
          : suggestion(name, [...new Set(channels.flatMap((channel) => [channel, stem(channel)]))]),
      );
    }
    named.forEach((is, i) => {
      if (!is) return;
      const factor = unitFactor(unit, values[i].unit);
      if (factor === undefined) {
        throw new InputError(
          `Cannot take ${part}: the model has ${values[i].sensor}.${values[i].channel} in ${values[i].unit}`,
          { hint: "Units are m/s^2, g, mg, rad/s, deg/s, mdeg/s." },
        );
      }
      factors[i] = factor;
    });
  }
  return factors;
}

/** Whether a name, or its beginning up to a mark, is meant by `name`. */
function bears({ sensor, channel }: { sensor: string; channel: string }, name: string): boolean {
  return [channel, `${sensor}.${channel}`].some((full) =>
    full === name || (full.startsWith(name) && /^[_. ]|^[xyzXYZ]$/.test(full.slice(name.length)))
  );
}

/** Samples after which the units are judged. */
const looked = 500;

/** Watches the first samples of a stream for units that are not the model's. */
class UnitWatch {
  readonly #channels: SampleChannels;
  readonly #triads: [number, number, number][];
  /** Lengths of each sensor's triads so far. */
  readonly #norms: number[][][];
  #seen = 0;

  constructor(channels: SampleChannels) {
    this.#channels = channels;
    this.#triads = findTriads(channels.channels);
    this.#norms = channels.sensors.map(() => this.#triads.map(() => []));
  }

  /** Looks at a sample `[sensors, channels]`; returns what is wrong, once. */
  take(values: ArrayLike<number>): string[] {
    if (this.#seen >= looked) return [];
    const { sensors, channels } = this.#channels;
    for (let s = 0; s < sensors.length; s++) {
      this.#triads.forEach((triad, i) => {
        const at = triad.map((c) => values[s * channels.length + c]);
        this.#norms[s][i].push(Math.hypot(at[0], at[1], at[2]));
      });
    }
    return ++this.#seen === looked ? this.end() : [];
  }

  /** What the samples so far show; nothing of very few. */
  end(): string[] {
    if (this.#seen < 50 || this.#seen > looked) return [];
    this.#seen = looked + 1;
    const { sensors, channels, units } = this.#channels;
    return sensors.flatMap((sensor, s) =>
      this.#triads.flatMap(([x], i) => {
        const looks = looksOfUnit(channels[x], this.#norms[s][i]);
        if (
          looks === undefined || sameUnit(looks, units[x]) || unitFactor(looks, units[x]) === undefined
        ) return [];
        const stem = channels[x].replace(/[_. ]?x$/i, "");
        return [
          `The samples of ${sensor}.${stem || channels[x]} look like ${looks}, the model takes ${
            units[x]
          }: ` +
          `--units ${stem || channels[x]}=${looks} turns them`,
        ];
      })
    );
  }
}

/** Takes samples into the model's units and says where they do not look like them. */
export class SampleUnits {
  readonly #factors: Float64Array | undefined;
  readonly #watch: UnitWatch;

  /** @throws {InputError} see {@linkcode unitFactors}. */
  constructor(channels: SampleChannels, written?: string) {
    this.#factors = written === undefined ? undefined : unitFactors(written, channels);
    this.#watch = new UnitWatch(channels);
  }

  /** Converts a sample in place; returns what looks wrong, once. */
  take(values: Float32Array): string[] {
    this.#factors?.forEach((factor, i) => values[i] *= factor);
    return this.#watch.take(values);
  }

  /** What looks wrong in a stream that was short. */
  end(): string[] {
    return this.#watch.end();
  }
}
