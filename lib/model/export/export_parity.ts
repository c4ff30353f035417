/** Proof that the exported files compute what the trainer's network computes. */
import type { Model } from "../../artifacts/model.ts";
import type { Parity } from "../../artifacts/onnx_bundle.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import { openSession, type Session } from "../../onnx/runtime.ts";
import { gatherWindows } from "../../signal/window/batch.ts";
import { hostHead } from "./export_host.ts";
import { boundaryDistance } from "./export_rows.ts";
import { boundedFrom } from "./host_front.ts";
import { referenceForward } from "../reference_forward.ts";
import { runEncoder } from "../run_encoder.ts";
import { softmax } from "../../metrics/calibration/probabilities.ts";

/** Largest difference that counts as equal. */
const parityTolerance = 1e-5;

/** The files to compare. */
export interface ParityFiles {
  full: Uint8Array;
  device: Uint8Array;
}

/** What is right for one scaled window, of which the encoder's file gives `encoded`. */
export type Reference = (
  scaled: Float32Array,
  encoded: { latent: Float32Array; logits: Float32Array },
) => {
  latent: { data: ArrayLike<number> };
  bounded: { data: Float64Array };
  logits?: { data: ArrayLike<number> } | undefined;
};

/** Compares the exported files, the encoder and the reference on the windows `rows`. */
export async function checkParity(
  model: Model,
  files: ParityFiles,
  windows: Windows,
  rows: Int32Array,
  reference: Reference = (scaled) => referenceForward(model, scaled),
): Promise<Parity> {
  const { input } = model.architecture;
  const size = input[0] * input[1] * input[2];
  const raw = new Float32Array(rows.length * size);
  const scaled = new Float32Array(rows.length * size);
  gatherWindows(windows, rows, undefined, raw);
  gatherWindows(windows, rows, model.scaler, scaled);
  const sessions: Session[] = [];
  const open = async (bytes: Uint8Array) => {
    sessions.push(await openSession(bytes));
    return sessions.at(-1)!;
  };
  try {
    const full = await open(files.full);
    const device = await open(files.device);
    const encoder = await open(model.onnx);
    const { latents, logits } = await runEncoder(encoder, model, scaled);
    const difference = new Differences(model);
    const boundedOf = boundedFrom(hostHead(model));
    const { latent: d, classes } = model.architecture;
    for (let i = 0; i < rows.length; i++) {
      const at = (data: Float32Array) => ({
        window: { data: data.subarray(i * size, (i + 1) * size), shape: [1, ...input] },
      });
      const given = Object.values(await device.run(at(scaled)))[0].data as Float32Array;
      const encoded = {
        latent: latents.subarray(i * d, (i + 1) * d),
        logits: logits.subarray(i * classes, (i + 1) * classes),
      };
      const right = reference(at(scaled).window.data, encoded);
      difference.add(right, encoded.latent, await full.run(at(raw)), boundedOf(given));
    }
    return difference.result(`${full.provider} ${full.version}`);
  } finally {
    for (const session of sessions) await session.release();
  }
}

class Differences {
  #full = 0;
  #encoder = 0;
  #device = 0;
  #predictions = 0;
  #latent = 0;
  #different = 0;
  #undecidable = 0;
  #n = 0;
  readonly #quantizer: Quantizer | undefined;

  constructor(readonly model: Model) {
    const { levels } = model.architecture;
    this.#quantizer = levels === null ? undefined : new Quantizer(levels);
  }

  add(
    reference: ReturnType<Reference>,
    encoded: Float32Array,
    full: Record<string, { data: ArrayLike<number | bigint> }>,
    device: ArrayLike<number>,
  ): void {
    const { classes } = this.model.architecture;
    const z = full.latent.data as Float32Array;
    this.#n++;
    this.#latent = Math.max(this.#latent, ...Array.from(reference.latent.data, Math.abs));
    this.#full = Math.max(this.#full, largest(z, reference.latent.data));
    this.#encoder = Math.max(this.#encoder, largest(encoded, reference.latent.data));
    this.#device = Math.max(this.#device, largest(device, reference.bounded.data));
    if (this.#quantizer !== undefined) this.#compareCodes(full, device, encoded, z, reference.bounded.data);
    else if (classes > 0) this.#comparePredictions(full, reference.logits!.data);
    if (this.#quantizer !== undefined && classes > 0 && this.#decides(reference.bounded.data)) {
      this.#comparePredictions(full, reference.logits!.data);
    }
  }

  #decides(bounded: Float64Array): boolean {
    return boundaryDistance(bounded) >= parityTolerance;
  }

  #compareCodes(
    full: Record<string, { data: ArrayLike<number | bigint> }>,
    device: ArrayLike<number>,
    encoded: Float32Array,
    z: Float32Array,
    reference: Float64Array,
  ): void {
    if (!this.#decides(reference)) {
      this.#undecidable++;
      return;
    }
    const quantizer = this.#quantizer!;
    const code = quantizer.codeOfBounded(reference);
    const others = [
      Number(full.code.data[0]),
      quantizer.codes(z)[0],
      quantizer.codes(encoded)[0],
      quantizer.codeOfBounded(device),
    ];
    if (others.some((other) => other !== code)) this.#different++;
  }

  #comparePredictions(
    full: Record<string, { data: ArrayLike<number | bigint> }>,
    logits: ArrayLike<number>,
  ): void {
    const expected = softmax(logits, logits.length, this.model.temperature);
    this.#predictions = Math.max(this.#predictions, largest(full.predictions.data as Float32Array, expected));
  }

  result(runtime: string): Parity {
    const hasHead = this.model.architecture.classes > 0;
    const worst = Math.max(this.#full, this.#encoder, this.#device, this.#predictions);
    const bound = this.#quantizer?.constants.map((c) => c.halfRange) ?? [];
    const tolerance = parityTolerance * Math.max(1, this.#latent, ...bound);
    return {
      n: this.#n,
      max_abs_difference: worst,
      tolerance,
      max_abs_latent: this.#latent,
      full_latent: this.#full,
      encoder_latent: this.#encoder,
      device_bounded: this.#device,
      predictions: hasHead ? this.#predictions : null,
      codes_identical: this.#different === 0,
      codes_different: this.#different,
      undecidable: this.#undecidable,
      boundary_distance: parityTolerance,
      runtime,
      passed: this.#n > 0 && worst <= tolerance && this.#different === 0,
    };
  }
}

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = 0;
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= worst)) worst = Number.isNaN(difference) ? Infinity : difference;
  }
  return worst;
}
