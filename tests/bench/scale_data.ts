/** Studies of any size for the bench of growth: recordings as arrays or tables, and what is done with them. */
import { join } from "node:path";
import { encodeNpy } from "../../lib/artifacts/npy.ts";
import { Random } from "../../lib/random.ts";

/** Two sensors of nine channels at 50 Hz, one window a second. */
export const [sensors, channels, hop] = [2, 9, 50];
const width = sensors * channels;

const names = ["acc", "gyr", "mag"].flatMap((q) => ["x", "y", "z"].map((axis) => `${q}_${axis}`));

/** How recordings lie on disk. */
export type Kind = "npy" | "csv";

/** Numbers of 16 bits that do not repeat. */
function values(samples: number, seed: number): Int16Array {
  const rng = new Random(seed);
  const wave = Int16Array.from({ length: 4096 }, () => Math.round(2000 * rng.normal()));
  const step = 1 + 2 * rng.below(2000);
  return Int16Array.from(
    { length: samples * width },
    (_, i) => wave[(i * step) & 4095]! + ((i * 7) % 101) + (i % width === 2 ? 4096 : 0),
  );
}

/** Writes recording `r`, `[samples, sensors, channels]` in thousandths. */
export function writeRecording(folder: string, kind: Kind, r: number, samples: number, seed: number): void {
  const data = values(samples, seed);
  const name = `p${String(r).padStart(5, "0")}`;
  if (kind === "npy") {
    Deno.writeFileSync(join(folder, `${name}.npy`), encodeNpy(data, [samples, sensors, channels]));
    return;
  }
  const header = ["a", "b"].flatMap((s) => names.map((n) => `${s}_${n}`)).join(",");
  const lines = [header];
  for (let t = 0; t < samples; t++) {
    lines.push(
      Array.from(data.subarray(t * width, (t + 1) * width), (v) => (v * 0.001).toFixed(3)).join(","),
    );
  }
  Deno.writeTextFileSync(join(folder, `${name}.csv`), lines.join("\n") + "\n");
}

const loadOf = (kind: Kind) =>
  kind === "npy"
    ? `source: npy, path: data, rate: 50, scale: 0.001, sensors: [a, b], channels: [${names}]`
    : `source: csv, path: data, rate: 50, sensors: { ${
      ["a", "b"].map((s) => `${s}: [${names.map((n) => `${s}_${n}`)}]`).join(", ")
    } }, channels: [${names}]`;

const head = (load: string) =>
  `version: 1
name: scale
steps:
  recordings: { uses: load, with: { ${load}, subject: { from: filename, pattern: "(p[0-9]+)" } } }
  windows: { uses: window, from: recordings, with: { length: 100, hop: ${hop} } }
`;

/** A model and motifs that are known: what comes new or changed costs its own work. */
export const frozen = (kind: Kind, load = loadOf(kind)) =>
  head(load) + `
  model: { uses: import, with: { type: model, path: encoder.onnx, rate: 50, labels: [a, b, c, d] } }
  latents: { uses: encode, from: [windows, model] }
  codes: { uses: quantize, from: latents, with: { levels: [4, 4, 4] } }
  known-recordings: { uses: load, with: { ${load.replace("path: data", "path: known")} } }
  known-windows: { uses: window, from: known-recordings, with: { length: 100, hop: ${hop} } }
  known-latents: { uses: encode, from: [known-windows, model] }
  known-codes: { uses: quantize, from: known-latents, with: { levels: [4, 4, 4] } }
  known: { uses: cluster, from: known-codes, with: { k: 4 } }
  motifs: { uses: cluster, from: { codes: codes, fitted: known }, with: { method: assign } }
  behaviours: { uses: smooth, from: [motifs, windows, codes] }
`;

/** From recordings to a report, with everything fitted on them: encoder and durations on samples, the rest on counts. */
export const study = (kind: Kind) =>
  head(loadOf(kind)) + `
  split: { uses: split, from: windows, with: { by: subject, folds: none, validation: 0.1 } }
  model:
    uses: train
    from: [windows, split]
    with: { objective: discover, sample: 20000, widths: [8, 12, 12], levels: [5, 5, 5], epochs: 2 }
  latents: { uses: encode, from: [windows, model] }
  codes: { uses: quantize, from: [latents, model] }
  motifs: { uses: cluster, from: [codes, split, windows], with: { k: 6 } }
  mixture: { uses: cluster, from: [latents, codes, split], with: { method: gmm, k: 6, space: latent } }
  behaviours: { uses: smooth, from: [motifs, windows, codes, split] }
  states:
    uses: smooth
    from: [motifs, windows, split]
    with: { method: hsmm, hsmm: { sample: 50000, max_duration: 25 } }
  metrics: { uses: validate, from: [model, windows, split, latents, codes, motifs, behaviours] }
  report: { uses: report, from: [windows, split, metrics, model, codes, motifs, states] }
`;
