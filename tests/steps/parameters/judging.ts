/** Trials of the steps that judge: numbers, comparisons, drift and the report. */
import type { Metrics } from "../../../lib/artifacts/metrics.ts";
import { Part } from "../../../lib/artifacts/split.ts";
import compare from "../../../lib/steps/compare.ts";
import compareMotifs from "../../../lib/steps/compare_motifs.ts";
import fewLabels from "../../../lib/steps/few_labels.ts";
import monitor from "../../../lib/steps/monitor.ts";
import probeNoise from "../../../lib/steps/probe_noise.ts";
import report from "../../../lib/steps/report.ts";
import smooth from "../../../lib/steps/smooth.ts";
import summarize from "../../../lib/steps/summarize.ts";
import validate from "../../../lib/steps/validate.ts";
import { splitOf } from "../../cluster/make_request.ts";
import { sampleModel, sampleWindows } from "../../model/sample_model.ts";
import { plantedWindows } from "../../model/discover/planted.ts";
import { makeWindows } from "../../temporal/fixtures.ts";
import {
  judgementCodes,
  judgementLatents,
  judgementMotifs,
  judgementSplit,
  judgementWindows,
} from "../judgement_fixtures.ts";
import { runStep } from "../run_step.ts";
import { onFiles, pair, type Tried } from "./trial.ts";

const metric = (value: number) => ({ value, n: 100, of: "windows", origin: "simulated" as const });

/** Five folds of two variants, with enough people for intervals. */
const cells = [0, 1].flatMap((variant) =>
  [0.95, 0.97, 0.96, 0.98, 0.97].map((accuracy, fold) => ({
    step: "metrics",
    cell: { fold, variant },
    type: "Metrics",
    dir: "",
    value: {
      metrics: { accuracy: metric(accuracy - 0.02 * variant), macro_f1: metric(accuracy - 0.1) },
      tables: {},
      judgedOn: { windows: { train: 400, judged: 100 } },
      details: {},
    } satisfies Metrics,
  }))
);

/** Accuracy of eight people. */
function judged(accuracies: number[]): Metrics {
  const rows = accuracies.map((accuracy, i) => ({ subject: `s${i}`, windows: 50, accuracy, own: -accuracy }));
  return {
    metrics: { accuracy: metric(accuracies[0]), own: metric(-accuracies[0]) },
    tables: {
      per_subject: rows,
      per_recording: rows.flatMap(({ subject, accuracy }) =>
        [0, 1].map((i) => ({ recording: `${subject}-${i}`, windows: 25, accuracy: accuracy - i / 200 }))
      ),
    },
    details: {},
  };
}
const better = judged([0.9, 0.92, 0.88, 0.95, 0.91, 0.9, 0.89, 0.93]);
const worse = judged([0.89, 0.9, 0.87, 0.92, 0.91, 0.86, 0.89, 0.92]);

/** Ten people who take turns at three behaviours, with motifs whose points lie in heaps. */
function people(share: number, samples = 600) {
  const windows = makeWindows(Array.from({ length: 10 }, (_, i) => ({ subject: `s${i}`, samples })), {
    label: (r, start) =>
      (Math.floor(start / 100) * 7 + r * 3) % 10 < share ? 0 : 1 + (r + Math.floor(start / 100)) % 2,
  });
  const motifs = judgementMotifs(windows);
  const points = motifs.labels.map((label, i) => 20 * label + i % 20);
  const pointValues = Float64Array.from({ length: 60 }, (_, p) => Math.floor(p / 20) + 2 * Math.sin(p));
  return {
    windows,
    motifs: { ...motifs, points: Uint32Array.from(points), pointValues },
    codes: judgementCodes(windows),
  };
}
const sides = (now: ReturnType<typeof people>) => {
  const before = people(4);
  return {
    reference_windows: before.windows,
    reference_motifs: before.motifs,
    reference_codes: before.codes,
    current_windows: now.windows,
    current_motifs: now.motifs,
    current_codes: now.codes,
  };
};

/** People of two treatments in two sessions each, and their smoothed behaviours. */
async function grouped() {
  const windows = makeWindows(
    Array.from({ length: 12 }, (_, i) => ({ subject: `s${i}`, samples: 600 })),
    { label: (r, start) => (r % 2 === 0 ? Math.floor(start / 100) : Math.floor(start / 150) + r) % 3 },
  );
  windows.recordings.recordings.forEach((recording, i) =>
    recording.facts = { treatment: i % 2 === 0 ? "drug" : "none", side: i < 6 ? "left" : "right" }
  );
  const { outputs } = await runStep(smooth, { windows, motifs: judgementMotifs(windows) });
  return outputs.behaviours;
}

const small = sampleModel();
const noisy = sampleWindows(small, 20);
const notebook = (code: string) => {
  const cell = (source: string, tags: string[] = []) => ({
    cell_type: "code",
    execution_count: null,
    metadata: { tags },
    outputs: [],
    source,
  });
  return JSON.stringify({
    cells: [cell("let inputs;\nlet title;\nlet description;\nlet shade = 1;", ["parameters"]), cell(code)],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
};
const told = notebook("`${title} ${description} ${shade}`");

/** As little as shows a difference. */
const fewDraws = { draws: 1, per_class: [3], tuned_draws: 0 };

export const tried: Tried[] = [
  {
    step: compareMotifs,
    inputs: () => {
      const windows = plantedWindows(5, 60);
      const part = Uint8Array.from(windows.recording, (r) => [1, 1, 1, 2, 3][r]);
      const labels = Int32Array.from(windows.labels, (label, i) => i % 5 === 0 ? 1 : label);
      const value = { ...judgementMotifs(judgementWindows()), labels, k: 4 };
      const motifs = [{ step: "motifs", cell: {}, type: "Motifs", dir: "", value }];
      return { windows, split: splitOf(part), motifs, behaviours: [] };
    },
    trials: {
      part: pair("test", "validation", { baselines: [] }),
      baselines: pair(["kmeans"], ["hmm"]),
      components: pair(2, 6, { baselines: ["kmeans"] }),
      k: pair(3, 5, { baselines: ["kmeans"] }),
      min_purity: pair(0, 0.9, { baselines: [] }),
    },
    outcome: ({ metrics }) => metrics.tables,
  },
  {
    step: fewLabels,
    inputs: () => {
      const windows = plantedWindows(6, 30);
      const part = Uint8Array.from(windows.recording, (r) => [1, 1, 1, 3, 3, 3][r]);
      const model = sampleModel({ input: [3, 1, 24], blocks: [{ channels: 6, kernel: [1, 5], pool: 2 }] });
      const { sensors, channels, units, rate } = windows.recordings;
      return { windows, split: splitOf(part), model: { ...model, sensors, channels, units, rate } };
    },
    trials: {
      people: pair([1], [2], fewDraws),
      per_class: pair([2], [4], fewDraws),
      draws: pair(1, 2, fewDraws),
      tuned_draws: pair(0, 1, fewDraws),
      neighbors: pair(0, 2, fewDraws),
      steps: pair(1, 9, { ...fewDraws, tuned_draws: 1 }),
      learning_rate: pair(1e-5, 0.1, { ...fewDraws, tuned_draws: 1, steps: 9 }),
      transductive: {
        file: "tests/model/few/few_labels_test.ts",
        name: "a model that has seen the judged people is refused, or the result says so",
      },
    },
    outcome: ({ metrics }) => metrics.tables,
  },
  {
    step: summarize,
    inputs: () => ({ metrics: cells }),
    trials: {
      family: pair(["accuracy"], ["accuracy", "macro_f1"]),
      level: pair(0.95, 0.9),
      by: pair("variant", "fold"),
      gates: pair([{ metric: "accuracy", at_least: 0.9 }], [{ metric: "accuracy", at_least: 0.99 }]),
    },
  },
  {
    step: compare,
    inputs: () => ({ a: better, b: worse }),
    trials: {
      groups: pair("treatment", "side", {}, { a: undefined, b: undefined, behaviours: await grouped() }),
      metrics: pair(["accuracy"], ["accuracy", "own"]),
      by: pair("subject", "recording", { metrics: ["accuracy"] }),
      paired: pair("always", "never", { metrics: ["accuracy"] }),
      alpha: pair(0.05, 0.2, { metrics: ["accuracy"] }),
      min_effect: pair(0.2, 9, { metrics: ["accuracy"] }),
      "looks.planned": pair(2, 5, { metrics: ["accuracy"], looks: { look: 1 } }),
      "looks.look": pair(1, 2, { metrics: ["accuracy"], looks: { planned: 3 } }),
      directions: pair({ own: "higher" }, { own: "lower" }, { metrics: ["own"] }),
    },
    // The verdicts and numbers; the settings are told back beside them.
    outcome: ({ metrics: { metrics, tables, verdict } }) => [
      Object.values(metrics).map((m: any) => [m.value, m.interval?.lower, m.note]),
      tables,
      verdict?.winner,
      verdict?.verdicts,
    ],
  },
  {
    step: monitor,
    inputs: () => sides(people(6)),
    trials: {
      level: pair(0.99, 0.8),
      draws: pair(100, 200),
      min_count: pair(500, 5000),
      refits: pair(2, 3),
      min_stability: pair(-1, 1),
    },
  },
  {
    step: probeNoise,
    inputs: () => ({ windows: noisy, model: small }),
    trials: {
      noise: pair([0.05], [0.05, 0.2]),
      report_at: pair(0.05, 0.2, { noise: [0.05, 0.2] }),
      part: pair("test", "all", { noise: [0.05] }, {
        split: splitOf(Uint8Array.from(noisy.recording, (r) => r === 0 ? Part.train : Part.test)),
      }),
      max_windows: pair(30, 60, { noise: [0.05] }),
    },
    outcome: ({ metrics: { metrics, tables } }) => [metrics, tables],
  },
  {
    step: validate,
    inputs: () => {
      const windows = judgementWindows();
      return { windows, split: judgementSplit(windows), latents: judgementLatents(windows) };
    },
    trials: {
      part: pair("test", "validation"),
      gates: pair([{ metric: "accuracy", at_least: 0.5, on: "value" }], [
        { metric: "accuracy", at_least: 0.999, on: "value" },
      ]),
    },
  },
  {
    step: report,
    inputs: () => ({ artifacts: [] }),
    trials: {
      notebook: onFiles({ "a.ipynb": told, "b.ipynb": notebook("42") }, "a.ipynb", "b.ipynb"),
      title: onFiles({ "a.ipynb": told }, "One", "Two", { notebook: "a.ipynb" }),
      description: onFiles({ "a.ipynb": told }, "One", "Two", { notebook: "a.ipynb" }),
      parameters: onFiles({ "a.ipynb": told }, { shade: 1 }, { shade: 2 }, { notebook: "a.ipynb" }),
      modules: "names files of the step's key; what the notebook does with them is its own",
      cell_timeout: {
        file: "tests/report/notebook_test.ts",
        name:
          "executeNotebook() fails on a syntax error, a late rejection, a missing module and an endless cell",
      },
    },
  },
];
