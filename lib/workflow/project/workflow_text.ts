/** The text of a first workflow for data of one's own. */

/** What is known of the data. */
export interface DataSeen {
  /** Parameters of `load`, in order. */
  params: Record<string, unknown>;
  /** What could not be guessed, and what to write there. */
  open: readonly { what: string; write: string }[];
  /** Undefined where the data cannot be read yet. */
  data?: { rate: number; subjects: number; classes: number };
}

/** Seconds of a window, and the least samples of one. */
const usual = { seconds: 2, samples: 16 };

function splitLines(subjects: number): string[] {
  const step = (params: string) => `  split: { uses: split, from: windows, with: { ${params} } }`;
  if (subjects === 1) {
    return [
      "  # One person only: split by time, which says nothing of new people. With more people: by: subject.",
      step("by: time, folds: 5, fold: 0"),
    ];
  }
  return [
    "  # People of the test part are never trained on; fold: 1, 2, … tests on the others.",
    step(`by: subject, folds: ${Math.min(5, subjects)}, fold: 0${subjects === 2 ? ", validation: 0" : ""}`),
  ];
}

/**
 * A commented workflow for these data: up to the report with labels, up to windows without.
 *
 * ```ts
 * import { workflowText } from "./workflow_text.ts";
 * import assert from "node:assert/strict";
 * const data = { rate: 50, subjects: 3, classes: 2 };
 * const text = workflowText({ params: { source: "csv", path: "data" }, open: [], data });
 * assert.match(text, /length: 100, hop: 50/);
 * assert.match(text, /by: subject, folds: 3/);
 * ```
 */
export function workflowText({ params, open, data }: DataSeen): string {
  const { rate, subjects, classes } = data ?? { rate: 50, subjects: 1, classes: 0 };
  const length = Math.max(usual.samples, Math.round(usual.seconds * rate));
  const learns = data === undefined || classes > 1;
  const lines = [
    "# yaml-language-server: $schema=./workflow.schema.json",
    "version: 1",
    "name: first",
    "description: Recordings to behaviours, written by init from a look at the files",
    "steps:",
    "  recordings:",
    "    uses: load",
    "    with:",
    ...Object.entries(params).map(([key, value]) => `      ${key}: ${JSON.stringify(value)}`),
    ...open.flatMap(({ what, write }) => [`      # Not guessed: ${what}. Write here:`, `      # ${write}`]),
    `  # ${(length / rate).toPrecision(2)} s a window, one every half window.`,
    `  windows: { uses: window, from: recordings, with: { length: ${length}, hop: ${length >> 1} } }`,
  ];
  if (!learns) {
    return [
      ...lines,
      "  # A model needs two labelled classes: name label above, then add split, train, encode, quantize, cluster,",
      "  # smooth and validate as workflows/README.md shows.",
      "  report: { uses: report, from: [recordings, windows], publish: out/first/report }",
      "",
    ].join("\n");
  }
  return [
    ...lines,
    ...splitLines(subjects),
    `  model: { uses: train, from: [windows, split], with: { levels: [4, 4, 4]${
      subjects === 2 ? ", keep: last" : ""
    } } }`,
    "  latents: { uses: encode, from: [windows, model] }",
    "  codes: { uses: quantize, from: [latents, model] }",
    `  motifs: { uses: cluster, from: [codes, latents, split], with: { method: kmeans, k: ${
      Math.min(12, Math.max(2, 2 * classes))
    } } }`,
    "  behaviours: { uses: smooth, from: [motifs, windows] }",
    "  metrics: { uses: validate, from: [model, windows, split, latents, codes, motifs, behaviours] }",
    "  report:",
    "    uses: report",
    "    from: [recordings, windows, split, model, codes, motifs, behaviours, metrics]",
    "    publish: out/first/report",
    "",
  ].join("\n");
}
