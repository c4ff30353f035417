/**
 * One example of each step for the reference, as it would stand below `steps:`. The names in `from` are those of the
 * usual pipeline, e.g. `windows` of a `window` step; a test plans each of them.
 */
export const examples: Record<string, string> = {
  load: `recordings:
  uses: load
  with:
    source: csv
    path: "data/*.csv"
    rate: 50
    sensors: { waist: [ax, ay, az, gx, gy, gz] }
    label: activity
    subject: { from: filename, pattern: "(sub_\\\\d+)" }`,
  window: `windows: { uses: window, from: recordings, with: { length: 2s, hop: 50% } }`,
  split: `split: { uses: split, from: windows, with: { by: subject, folds: 5, fold: 0 } }`,
  train: `model: { uses: train, from: [windows, split], with: { levels: [8, 6, 5], epochs: 30 } }`,
  encode: `latents: { uses: encode, from: [windows, model] }`,
  quantize: `codes: { uses: quantize, from: [latents, model] }`,
  "select-levels": `levels: { uses: select-levels, from: [latents, split] }`,
  cluster: `motifs:
  uses: cluster
  from: [codes, latents, split]
  with: { method: gmm, k_range: [6, 20], criterion: bic }`,
  "enforce-support": `supported: { uses: enforce-support, from: [motifs, latents, split] }`,
  label: `named: { uses: label, from: [motifs, windows, split], with: { subjects: 2, per_class: 10 } }`,
  "few-labels":
    `curve: { uses: few-labels, from: [windows, split, model], with: { people: [2], per_class: [3, 10] } }`,
  "temporal-head": `smoothed: { uses: temporal-head, from: [windows, split, latents, codes] }`,
  smooth: `behaviours: { uses: smooth, from: [motifs, windows], with: { median_k: 5, min_dwell_ms: 1000 } }`,
  validate: `metrics: { uses: validate, from: [model, windows, split, latents, codes, motifs, behaviours] }`,
  "probe-noise": `noise: { uses: probe-noise, from: [windows, model, split] }`,
  summarize: `summary: { uses: summarize, from: metrics }`,
  compare: `comparison: { uses: compare, from: { a: metrics, b: before } }`,
  "compare-motifs": `baselines: { uses: compare-motifs, from: [windows, split, motifs] }`,
  monitor: `drift: { uses: monitor, from: { reference_windows: windows, current_windows: later } }`,
  export: `bundle: { uses: export, from: [model, windows, split] }`,
  "compile-hailo": `hef: { uses: compile-hailo, from: bundle }`,
  "benchmark-on-device":
    `benchmark: { uses: benchmark-on-device, from: [bundle, hef], with: { target: local } }`,
  package: `package:
  uses: package
  from: [bundle, hef, benchmark, metrics]
  with: { name: gait, version: 1.0.0 }
  publish: out/package`,
  import: `latents: { uses: import, with: { type: latents, path: embeddings.npy } }`,
  report: `report:
  uses: report
  from: [recordings, windows, split, model, codes, motifs, behaviours, metrics]
  with: { title: "Gait at home" }
  publish: out/report`,
};
