/** How much the int8 estimate differs from the float model: what a device may lose. */
import type { Model } from "../../artifacts/model.ts";
import type { Int8Estimate, Int8Subject } from "../../artifacts/onnx_bundle.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import { openSession, type Session } from "../../onnx/runtime.ts";
import { gatherWindows } from "../../signal/window/batch.ts";
import { argmaxRows } from "../evaluate.ts";
import { cutOf } from "../cut.ts";
import { boundaryDistance } from "./export_rows.ts";

/**
 * Compares `qdq` with the float encoder on the windows `rows`.
 *
 * @param truth Class by window in the order of the model's logits, −1 unlabelled.
 * @param step Scale of the cut tensor in the estimate.
 */
export async function estimateInt8(
  model: Model,
  qdq: Uint8Array,
  windows: Windows,
  rows: Int32Array,
  truth: Int32Array,
  facts: { weights: string; step: number },
  batch = model.batch ?? 128,
): Promise<Int8Estimate> {
  const { input } = model.architecture;
  const size = input[0] * input[1] * input[2];
  // Fused integer kernels saturate on some CPUs; without them the estimate is the same everywhere.
  const estimated = await openSession(qdq, { optimization: "basic" });
  const float = await openSession(model.onnx).catch(async (error) => {
    await estimated.release();
    throw error;
  });
  const { recording, labels, recordings: { recordings } } = windows;
  const comparison = new Comparison(model, facts.step, (row) => recordings[recording[row]].subject, labels);
  const buffer = new Float32Array(Math.min(batch, rows.length) * size);
  try {
    for (let from = 0; from < rows.length; from += batch) {
      const some = rows.subarray(from, from + batch);
      gatherWindows(windows, some, model.scaler, buffer);
      const shape = [some.length, ...input];
      const feeds = { window: { data: buffer.subarray(0, some.length * size), shape } };
      comparison.add(await run(float, feeds), await run(estimated, feeds), some, truth);
    }
  } finally {
    await float.release();
    await estimated.release();
  }
  return comparison.result(facts.weights);
}

async function run(
  session: Session,
  feeds: Parameters<Session["run"]>[0],
): Promise<Record<string, Float32Array>> {
  const out = await session.run(feeds);
  return Object.fromEntries(Object.entries(out).map(([name, { data }]) => [name, data as Float32Array]));
}

class Comparison {
  #n = 0;
  #sameLabel = 0;
  readonly #sameDigit: number[];
  #worst = 0;
  #sum = 0;
  #signal = 0;
  #noise = 0;
  #near = 0;
  readonly #people = new Map<string, Int8Subject>();
  readonly #quantizer: Quantizer | undefined;

  constructor(
    readonly model: Model,
    readonly step: number,
    /** Whose a window is. */
    readonly subjectOf: (row: number) => string,
    /** Label of each window, known to the model or not. */
    readonly labels: Int32Array,
  ) {
    const { levels, latent } = model.architecture;
    this.#quantizer = levels === null ? undefined : new Quantizer(levels);
    this.#sameDigit = new Array(latent).fill(0);
  }

  add(
    float: Record<string, Float32Array>,
    int8: Record<string, Float32Array>,
    rows: Int32Array,
    truth: Int32Array,
  ): void {
    const { latent: d, classes } = this.model.architecture;
    const expected = this.#quantizer?.bound(float.latent) ?? float.latent;
    for (let i = 0; i < expected.length; i++) {
      const error = Math.abs(int8.bounded[i] - expected[i]);
      this.#worst = Math.max(this.#worst, error);
      this.#sum += error;
      this.#signal += expected[i] ** 2;
      this.#noise += error ** 2;
    }
    for (const row of rows) this.#person(row).windows++;
    if (this.#quantizer !== undefined) {
      for (let i = 0; i < rows.length; i++) {
        const [a, b] = [expected, int8.bounded].map((v) => v.subarray(i * d, (i + 1) * d));
        this.#addCode(a, b, this.#quantizer, this.#person(rows[i]));
      }
    }
    if (classes > 0) {
      this.#addLabels(argmaxRows(float.logits, classes), argmaxRows(int8.predictions, classes), rows, truth);
    }
    this.#n += rows.length;
  }

  #person(row: number): Int8Subject {
    const subject = this.subjectOf(row);
    let found = this.#people.get(subject);
    if (found === undefined) {
      found = { subject, windows: 0, labelled: 0, right_float: 0, right_int8: 0, unknown: 0, same_code: 0 };
      this.#people.set(subject, found);
    }
    return found;
  }

  #addCode(
    a: Float32Array | Float64Array,
    b: Float32Array | Float64Array,
    quantizer: Quantizer,
    person: Int8Subject,
  ): void {
    const [left, right] = [quantizer.codeOfBounded(a), quantizer.codeOfBounded(b)];
    const [x, y] = [quantizer.digitsOf(left), quantizer.digitsOf(right)];
    x.forEach((digit, j) => this.#sameDigit[j] += Number(digit === y[j]));
    person.same_code += Number(left === right);
    // Behind maps the host computes in float: there is no step at the latent.
    this.#near += Number(boundaryDistance(a) <= this.step);
  }

  #addLabels(float: Int32Array, int8: Int32Array, rows: Int32Array, truth: Int32Array): void {
    for (let i = 0; i < rows.length; i++) {
      this.#sameLabel += Number(float[i] === int8[i]);
      const label = truth[rows[i]];
      const person = this.#person(rows[i]);
      if (label < 0 && this.labels[rows[i]] >= 0) person.unknown++;
      if (label < 0) continue;
      person.labelled++;
      person.right_float += Number(float[i] === label);
      person.right_int8 += Number(int8[i] === label);
    }
  }

  result(weights: string): Int8Estimate {
    const { latent: d, classes } = this.model.architecture;
    const n = this.#n;
    const coded = this.#quantizer !== undefined;
    const subjects = [...this.#people.values()];
    const all = (of: Exclude<keyof Int8Subject, "subject">) => subjects.reduce((sum, s) => sum + s[of], 0);
    const labelled = all("labelled");
    const accuracy = (right: number) => labelled === 0 ? null : right / labelled;
    return {
      weights,
      n,
      labelled,
      accuracy_float: accuracy(all("right_float")),
      accuracy_int8: accuracy(all("right_int8")),
      label_agreement: classes > 0 ? this.#sameLabel / n : null,
      code_agreement: coded ? all("same_code") / n : null,
      digit_agreement: coded ? this.#sameDigit.map((same) => same / n) : null,
      max_abs_error: this.#worst,
      mean_abs_error: this.#sum / (n * d),
      snr_db: this.#noise === 0 ? null : 10 * Math.log10(this.#signal / this.#noise),
      step: this.step,
      near_boundary: coded && cutOf(this.model.architecture) === "bounded" ? this.#near / n : null,
      subjects,
    };
  }
}
