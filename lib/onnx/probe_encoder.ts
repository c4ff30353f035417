/** Tries an encoder from elsewhere on random windows: what it gives must depend on the window alone. */
import { InputError } from "../errors.ts";
import { Random } from "../random.ts";
import type { Session } from "./runtime.ts";

/** Windows of a probe, where the file takes any number: more than two, so that their number is no other dimension. */
const probed = 3;

/** What a run of the raw file shows. */
export interface Probe {
  /** Windows that one run takes, 0 for any. */
  batch: number;
  /** Dimensions of the latent. */
  latent: number;
  /** Classes of the head; 0 without one. */
  classes: number;
  /** Outputs whose shape is not `[N, d]`. */
  reshape: string[];
  /** Whether the head ends in a softmax: its rows are probabilities. */
  probabilities: boolean;
}

type Refuse = (message: string, hint?: string) => InputError;

/** Standard normal numbers for `n` windows: what scaled windows look like. */
function randomWindows(input: readonly number[], n: number): Float32Array {
  const rng = new Random(20);
  return Float32Array.from({ length: n * input.reduce((a, b) => a * b, 1) }, () => rng.normal());
}

/** `latent`, and `logits` where there is a head. */
function encoderOutputs({ outputNames }: Session): string[] {
  return ["latent", "logits"].filter((name) => outputNames.includes(name));
}

async function run(session: Session, input: readonly number[], data: Float32Array) {
  const n = data.length / input.reduce((a, b) => a * b, 1);
  return await session.run({ window: { data, shape: [n, ...input] } });
}

/**
 * Finds out what the file's outputs are.
 *
 * @param batch Windows that its input states, 0 for any.
 * @throws {InputError} when it does not run, or its outputs are no vectors.
 */
export async function probeOutputs(
  session: Session,
  input: readonly number[],
  batch: number,
  refuse: Refuse,
): Promise<Probe> {
  const outputs = encoderOutputs(session);
  const attempt = async (n: number) => {
    const out = await run(session, input, randomWindows(input, n));
    return Object.fromEntries(outputs.map((name) => [name, widthOf(out[name].shape, n)]));
  };
  let [n, widths] = [batch || probed, {} as Record<string, number | undefined>];
  try {
    widths = await attempt(n);
  } catch (cause) {
    if (batch !== 0) throw refuse(`it does not run: ${(cause as Error).message}`);
    widths = { latent: undefined };
  }
  if (batch === 0 && Object.values(widths).includes(undefined)) {
    // Its shapes may be those of a single window.
    n = 1;
    widths = await attempt(1).catch((cause) => {
      throw refuse(`it does not run: ${(cause as Error).message}`);
    });
  }
  const out = await run(session, input, randomWindows(input, n));
  for (const name of outputs) {
    if (widths[name] !== undefined) continue;
    throw refuse(
      `its output ${name} has shape [${out[name].shape}] for ${n} window${
        n === 1 ? "" : "s"
      }, expected [${n}, d]`,
      "End it with one vector per window: take the mean over time, or the last step, in the file.",
    );
  }
  return {
    batch: batch === 0 && n === 1 ? 1 : batch,
    latent: widths.latent!,
    classes: widths.logits ?? 0,
    reshape: outputs.filter((name) => out[name].shape.length !== 2 || out[name].shape[0] !== n),
    probabilities: outputs.includes("logits") &&
      sumToOne(out.logits.data as ArrayLike<number>, widths.logits!),
  };
}

/** The `d` of `n` rows, whatever axes of length one there are besides; undefined where they are no rows. */
function widthOf(shape: readonly number[], n: number): number | undefined {
  const long = shape.filter((size) => size !== 1);
  if (n > 1 && long.shift() !== n) return undefined;
  return long.length <= 1 ? long[0] ?? 1 : undefined;
}

function sumToOne(rows: ArrayLike<number>, classes: number): boolean {
  if (classes < 2) return false;
  for (let from = 0; from < rows.length; from += classes) {
    const row = Array.from({ length: classes }, (_, i) => rows[from + i]);
    if (row.some((p) => !(p >= 0))) return false;
    if (Math.abs(row.reduce((a, b) => a + b, 0) - 1) > 1e-2) return false;
  }
  return true;
}

/**
 * Runs the finished encoder on windows singly, together and twice.
 *
 * @param tolerance Largest difference that rounding explains, of the largest latent.
 * @returns Warnings.
 * @throws {InputError} when the latent of a window depends on chance or on the windows beside it, or is not finite.
 */
export async function probeValues(
  session: Session,
  input: readonly number[],
  batch: number,
  tolerance: number,
  refuse: Refuse,
): Promise<string[]> {
  const n = batch || probed;
  const windows = randomWindows(input, n);
  const size = windows.length / n;
  const outputs = encoderOutputs(session);
  const values = async (data: Float32Array) => {
    const out = await run(session, input, data);
    return outputs.map((name) => (out[name].data as Float32Array).slice());
  };
  const together = await values(windows);
  const warnings: string[] = [];
  const again = await values(windows);
  const alone = batch === 0
    ? await Promise.all(range(n).map((i) => values(windows.slice(i * size, (i + 1) * size))))
    : [];
  // A file of fixed batch sees its first window among others.
  const beside = batch > 1 ? await values(windows.map((x, i) => i < size ? x : 0)) : undefined;
  for (const [o, name] of outputs.entries()) {
    const all = together[o];
    const bad = all.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0) {
      throw refuse(
        `its ${name} is ${all[bad]} on random windows`,
        "Look for weights that are no numbers, and for divisions by zero.",
      );
    }
    const largest = all.reduce((a, x) => Math.max(a, Math.abs(x)), 0);
    const chance = difference(all, again[o]);
    if (chance > 0) {
      throw refuse(
        `its ${name} differs by up to ${round(chance)} between two runs on the same windows`,
        "It was exported in training mode, with dropout: call model.eval() before the export.",
      );
    }
    const width = all.length / n;
    const dependence = beside === undefined
      ? Math.max(0, ...alone.map((own, i) => difference(own[o], all.subarray(i * width, (i + 1) * width))))
      : difference(beside[o].subarray(0, width), all.subarray(0, width));
    if (dependence > tolerance * Math.max(largest, 1e-6)) {
      throw refuse(
        `its ${name} of a window changes by up to ${round(dependence)}, of ${
          round(largest)
        }, with the windows beside it`,
        "It was exported in training mode, with batch normalisation over the batch: call model.eval() before the export.",
      );
    }
    if (
      n > 1 && name === "latent" &&
      range(n).every((i) =>
        difference(all.subarray(0, width), all.subarray(i * width, (i + 1) * width)) === 0
      )
    ) {
      warnings.push("The imported encoder gives one and the same latent for different random windows.");
    }
  }
  const rest = (await values(new Float32Array(windows.length)))[0];
  if (!rest.every(Number.isFinite)) {
    warnings.push(
      "The imported encoder gives no numbers for a window of zeros, such as a sensor that is held still.",
    );
  }
  return warnings;
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const round = (x: number) => Number(x.toPrecision(2));

function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i] - b[i]);
    if (!(d <= worst)) worst = Number.isNaN(d) ? Infinity : d;
  }
  return worst;
}
