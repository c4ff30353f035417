/** An encoder that the user brings as an ONNX file, as a Model. */
import type { Model } from "../artifacts/model.ts";
import { InputError } from "../errors.ts";
import { suggestion } from "../text/suggest.ts";
import { type DecodedValue, decodeModel } from "./decode.ts";
import { renameFileTensors } from "./rename_file.ts";
import { openSession, type Session } from "./runtime.ts";

/** What the file does not say. */
export interface EncoderFacts {
  /** Names of the tensors in the file; by default the only input, an output `latent` or the first, and `logits`. */
  input?: string;
  latent?: string;
  logits?: string;
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

function choose(
  values: readonly DecodedValue[],
  wanted: string | undefined,
  usual: string,
  what: string,
  file: string,
) {
  const names = values.map((v) => v.name);
  if (wanted !== undefined && !names.includes(wanted)) {
    throw new InputError(`Cannot use encoder: it has no ${what} "${wanted}"`, {
      file,
      ...suggestion(wanted, names),
    });
  }
  return values.find((v) => v.name === (wanted ?? usual)) ?? (wanted === undefined ? values[0] : undefined);
}

/** Latent and logits of `n` windows of zeros; undefined where the file takes no batch of that size. */
async function probe(session: Session, input: readonly number[], n: number) {
  const data = new Float32Array(n * input.reduce((a, b) => a * b, 1));
  return await session.run({ window: { data, shape: [n, ...input] } });
}

/**
 * Reads an ONNX encoder and tries it out.
 *
 * Its input is `[N, channels, sensors, length]`, its output `latent` `[N, d]` before any bound, and, with a head, `logits`
 * `[N, classes]`. Tensors of other names are renamed.
 *
 * @returns The model, and warnings for the run summary.
 * @throws {InputError} when the file does not fit.
 */
export async function importEncoder(
  bytes: Uint8Array,
  file: string,
  facts: EncoderFacts,
): Promise<{ model: Model; warnings: string[] }> {
  const bad = (message: string, hint?: string) =>
    new InputError(`Cannot use encoder: ${message}`, { file, hint });
  const { graph } = decodeModel(bytes, file);
  if (facts.input === undefined && graph.inputs.length !== 1) {
    throw bad(
      `it has ${graph.inputs.length} inputs: ${graph.inputs.map((v) => v.name).join(", ")}`,
      "Set input.",
    );
  }
  const input = choose(graph.inputs, facts.input, "window", "input", file)!;
  const logits = facts.logits !== undefined || graph.outputs.some((v) => v.name === "logits")
    ? choose(graph.outputs, facts.logits, "logits", "output", file)
    : undefined;
  const others = graph.outputs.filter((v) => v !== logits);
  const latent = choose(
    facts.latent === undefined ? others : graph.outputs,
    facts.latent,
    "latent",
    "output",
    file,
  );
  if (latent === undefined) {
    throw bad(
      logits === undefined ? "it has no outputs" : `it has no output beside its logits ${logits.name}`,
    );
  }
  if (latent === logits) {
    throw bad(
      `${latent.name} is named as latent and as logits`,
      "Name the output before the head under latent, or leave logits and labels out.",
    );
  }
  const [, ...shape] = input.shape ?? [];
  if (shape.length !== 3 || !shape.every((n): n is number => typeof n === "number" && n > 0)) {
    throw bad(
      `its input ${input.name} has shape [${input.shape ?? "unknown"}]`,
      "The input must be [N, channels, sensors, length] with fixed channels, sensors and length.",
    );
  }
  if (input.type !== "float32") throw bad(`its input ${input.name} is not float32`);
  const names = new Map([[input.name, "window"], [latent.name, "latent"]]);
  if (logits !== undefined) names.set(logits.name, "logits");
  const onnx = [...names].every(([a, b]) => a === b) ? bytes.slice() : renameFileTensors(bytes, names);
  const [channels, sensors, length] = shape;
  const session = await openSession(onnx);
  const warnings: string[] = [];
  let out;
  try {
    out = await probe(session, shape, 1);
    await probe(session, shape, 2).catch(() => {
      warnings.push("The imported encoder takes one window at a time only: encode with batch: 1.");
    });
  } catch (cause) {
    throw bad(`it does not run: ${(cause as Error).message}`);
  } finally {
    await session.release();
  }
  const [, d, ...more] = out.latent.shape;
  if (!(out.latent.data instanceof Float32Array) || d === undefined || more.length > 0) {
    throw bad(`its output ${latent.name} has shape [${out.latent.shape}], expected float32 [N, d]`);
  }
  const classes = logits === undefined ? 0 : out.logits.shape[1] ?? 0;
  if (classes !== facts.labels.length) {
    throw bad(
      `it has ${classes} classes, ${facts.labels.length} labels are given`,
      classes === 0
        ? "Leave labels out, or name its output under logits."
        : "Name all classes in labels, in order.",
    );
  }
  if (facts.levels !== null && facts.levels.length !== d) {
    throw bad(`its latent has ${d} dimensions, levels [${facts.levels}] have ${facts.levels.length}`);
  }
  const named = (given: string[] | undefined, count: number, what: string) => {
    if (given !== undefined && given.length !== count) {
      throw bad(`its input has ${count} ${what}s, ${given.length} are named`);
    }
    return given ?? Array.from({ length: count }, (_, i) => `${what}_${i + 1}`);
  };
  const matrix = (value: number) =>
    Array.from({ length: sensors }, () => new Array<number>(channels).fill(value));
  const fits = (m: number[][]) => m.length === sensors && m.every((row) => row.length === channels);
  if (facts.scaler !== undefined && !(fits(facts.scaler.center) && fits(facts.scaler.scale))) {
    throw bad(`the scaler must have ${sensors} rows (sensors) of ${channels} numbers (channels)`);
  }
  return {
    warnings,
    model: {
      architecture: {
        input: [channels, sensors, length],
        blocks: [],
        pooling: [],
        levels: facts.levels,
        latent: d,
        head: [],
        classes,
      },
      quantizer: facts.levels === null ? "none" : "fsq/v1-offset-atanh",
      scaler: facts.scaler === undefined
        ? { method: "none", center: matrix(0), scale: matrix(1) }
        : { method: "given", ...facts.scaler },
      sensors: named(facts.sensors, sensors, "sensor"),
      channels: named(facts.channels, channels, "channel"),
      units: facts.units ?? new Array(channels).fill("unknown"),
      labels: facts.labels,
      rate: facts.rate,
      temperature: facts.temperature,
      parameters: graph.initializers.reduce((n, t) => n + t.shape.reduce((a, b) => a * b, 1), 0),
      history: [],
      bestEpoch: 0,
      training: { windows: 0, validationWindows: 0, subjects: [], seed: 0, origin: "measured" },
      imported: true,
      stated: (["sensors", "channels"] as const).filter((name) => facts[name] !== undefined),
      weights: {},
      onnx,
    },
  };
}
