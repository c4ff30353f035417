/** The Model of an encoder from elsewhere: what its file says and what the user says of it, checked against each other. */
import type { Architecture, Model } from "../artifacts/model.ts";
import { InputError } from "../errors.ts";

/** What no file of an encoder says. */
export interface ModelSettings {
  /** Class names in the order of the logits. */
  labels: string[];
  /** FSQ levels of the latent, or null. */
  levels: number[] | null;
  /** Where `(x − center) · scale` must be applied before the file, `[sensors][channels]`. */
  scaler?: { center: number[][]; scale: number[][] };
  sensors?: string[];
  channels?: string[];
  units?: string[];
  /** Samples per second, 0 for any. */
  rate: number;
  temperature: number;
}

/** What the file says itself. */
export interface FoundEncoder extends Pick<Model, "parameters" | "weights" | "onnx" | "batch"> {
  input: Architecture["input"];
  /** Its layers, where they are known. */
  graph?: Architecture["graph"];
  latent: number;
  classes: number;
}

/** @throws {InputError} naming the file, where what is said of it does not fit. */
export function importedModel(file: string, settings: ModelSettings, found: FoundEncoder): Model {
  const { input, latent, classes, graph, parameters, weights, onnx, batch } = found;
  const { levels, scaler, labels, rate, temperature } = settings;
  const [channels, sensors] = input;
  const refuse = (message: string) => new InputError(`Cannot use encoder: ${message}`, { file });
  if (levels !== null && levels.length !== latent) {
    throw refuse(`its latent has ${latent} dimensions, levels [${levels}] have ${levels.length}`);
  }
  const named = (given: string[] | undefined, count: number, what: string) => {
    if (given !== undefined && given.length !== count) {
      throw refuse(`its input has ${count} ${what}s, ${given.length} are named`);
    }
    return given ?? Array.from({ length: count }, (_, i) => `${what}_${i + 1}`);
  };
  const matrix = (value: number) =>
    Array.from({ length: sensors }, () => new Array<number>(channels).fill(value));
  const fits = (m: number[][]) => m.length === sensors && m.every((row) => row.length === channels);
  if (scaler !== undefined && !(fits(scaler.center) && fits(scaler.scale))) {
    throw refuse(`the scaler must have ${sensors} rows (sensors) of ${channels} numbers (channels)`);
  }
  return {
    architecture: {
      input,
      blocks: [],
      pooling: [],
      ...(graph === undefined ? {} : { graph }),
      levels,
      latent,
      head: [],
      classes,
    },
    quantizer: levels === null ? "none" : "fsq/v1-offset-atanh",
    scaler: scaler === undefined
      ? { method: "none", center: matrix(0), scale: matrix(1) }
      : { method: "given", ...scaler },
    sensors: named(settings.sensors, sensors, "sensor"),
    channels: named(settings.channels, channels, "channel"),
    units: settings.units ?? new Array(channels).fill("unknown"),
    labels,
    rate,
    ...(batch === undefined ? {} : { batch }),
    temperature,
    parameters,
    history: [],
    bestEpoch: 0,
    training: { windows: 0, validationWindows: 0, subjects: [], seed: 0, origin: "measured" },
    imported: true,
    stated: (["sensors", "channels"] as const).filter((name) => settings[name] !== undefined),
    weights,
    onnx,
  };
}
