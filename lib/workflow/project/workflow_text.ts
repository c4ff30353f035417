/** The text of a first workflow for data of one's own. */

import { entryLines, flowText } from "./flow_text.ts";

/** How a workflow names the schema that lies beside it. */
export const BESIDE = "./workflow.schema.json";

/** What is known of the data. */
export interface DataSeen {
  /** What the study is called: the title of its report. */
  title: string;
  /** The step that brings them in. */
  uses: "load" | "import";
  /** Its parameters, in order. */
  params: Record<string, unknown>;
  /** What could not be guessed, and what to write there. */
  open: readonly { what: string; write: string }[];
  /** Levels of a model that learns labels, where they are not those of few classes. */
  levels?: readonly number[];
  /** Undefined where the data cannot be read yet. */
  data?: { rate: number; subjects: number; labeled?: number; classes: number; shortest: number };
  /** What the workflow is, where it is none for files; then what comes before its first step. */
  about?: { description: string; first: string[] };
  /** Further parameters of `train`, and why. */
  train?: { params: string; why: string };
}

const fewClassesLevels = [4, 4, 4];

/** Levels of a code without labels, where no classes ask for few: as many dimensions as the objective fills by default. */
const discoveredLevels = "[8, 8, 8, 8, 8]";

/** People below whom none is set aside for validation: one more to learn from is worth more than one who judges. */
const enoughToValidate = 10;

/** Most motifs of labelled data, of which each class has one to begin with. */
const mostMotifs = 30;

/** Fewest and most motifs that are tried on data without labels. */
const motifsToTry = "[2, 12]";

const gateLines = [
  "    # What your use needs; the report then begins with the verdict, and a run that falls short ends with code 3.",
  "    # with: { gates: [{ metric: macro_f1, at_least: 0.8 }, { metric: ece, at_most: 0.1 }] }",
];

/** Seconds of a window, and the least samples of one. */
const usual = { seconds: 2, samples: 16 };

/**
 * @param subjects Undefined where they could not be counted.
 * @param labeled Those with labels, who alone are learnt from by labels and judge; undefined where nobody has any.
 */
function splitLines(
  subjects: number | undefined,
  uses: DataSeen["uses"],
  labeled: number | undefined,
): string[] {
  const step = (params: string) => `  split: { uses: split, from: windows, with: { ${params} } }`;
  if (subjects === 1) {
    // Windows that were cut elsewhere have no time; each is a recording.
    return [
      "  # One person only: this says nothing of new people. With more people: by: subject.",
      step(`by: ${uses === "load" ? "time" : "recording"}, folds: 5, fold: 0`),
    ];
  }
  if (subjects === undefined) {
    return [
      "  # People of the test part are never trained on. They could not be counted: folds are at most as many.",
      step("by: subject, folds: 3, fold: 0"),
    ];
  }
  // A fold without labels judges nobody, and to set aside one of few with labels leaves none to learn from.
  const people = labeled ?? subjects;
  const isFew = people === 2 || labeled !== undefined && people < enoughToValidate;
  const having = people < subjects ? " with labels" : "";
  return [
    people === 2
      ? `  # Two people${having}: one is trained on, the other tested, which gives no interval. fold: 1 swaps them.`
      : "  # People of the test part are never trained on; fold: 1, 2, … tests on the others.",
    ...(isFew && people > 2
      ? [
        `  # Of so few people${having} none is set aside for validation: all that are not tested are learnt from.`,
      ]
      : []),
    step(`by: subject, folds: ${Math.min(5, people)}, fold: 0${isFew ? ", validation: 0" : ""}`),
  ];
}

/** The workflow of a project without data. */
export function simulatedWorkflow(): string {
  const [subjects, minutes, rate] = [12, 3, 50];
  return workflowText({
    title: "Simulated people",
    uses: "load",
    params: { source: "simulate", subjects, minutes, seed: 7 },
    open: [],
    data: { rate, subjects, classes: 10, shortest: 60 * minutes * rate },
    about: {
      description: "Simulated people to behaviours",
      first: [
        "  # Simulated people. For your own recordings put them into data/, remove this file and run init again: it",
        "  # looks at them and writes what load has to know.",
      ],
    },
    train: {
      params: "widths: [16, 32, 32], epochs: 12, batch_size: 32",
      why: "A small network and few passes, for an answer within a minute; leave them out for a study.",
    },
  });
}

/** The steps that bring the data in and cut them. @param isLabeled Whether the model learns labels. */
function dataLines({ uses, params, open, data, about, train }: DataSeen, isLabeled: boolean): string[] {
  const lines = [
    ...about?.first ?? [],
    `  ${uses === "load" ? "recordings" : "windows"}:`,
    `    uses: ${uses}`,
    "    with:",
    ...Object.entries(params).flatMap(([key, value]) => entryLines("      ", key, value)),
    ...open.flatMap(({ what, write }) => [`      # Not guessed: ${what}. Write here:`, `      # ${write}`]),
  ];
  if (uses === "import") return lines;
  const { rate, shortest } = data ?? { rate: 50, shortest: Infinity };
  const wanted = Math.max(usual.samples, Math.round(usual.seconds * rate));
  const length = Math.max(2, Math.min(wanted, shortest));
  // Beyond a recording's ends there is nothing to see; a first answer within a minute has no time for it.
  const hasContext = isLabeled && train === undefined && shortest >= 2 * length;
  return [
    ...lines,
    `  # ${Number((length / rate).toPrecision(2))} s a window, one every half window${
      length < wanted ? "; the shortest recording has no more" : ""
    }.`,
    ...(hasContext
      ? [
        "  # The model also sees half a window before and after; leave context out where a stream must answer at once.",
      ]
      : []),
    `  windows: { uses: window, from: recordings, with: { length: ${length}, hop: ${length >> 1}${
      hasContext ? ", context: 50%" : ""
    } } }`,
  ];
}

/** Whether of several people one alone has labels: no split by people could both learn from them and judge by them. */
export function labelsOfOne({ subjects, labeled, classes }: NonNullable<DataSeen["data"]>): boolean {
  return labeled === 1 && subjects > 1 && classes > 1;
}

/**
 * A commented workflow for these data up to the report; without labels its model discovers.
 *
 * ```ts
 * import { workflowText } from "./workflow_text.ts";
 * import assert from "node:assert/strict";
 * const data = { rate: 50, subjects: 3, classes: 2, shortest: 3000 };
 * const text = workflowText({ title: "walks", uses: "load", params: { source: "csv", path: "data" }, open: [], data });
 * assert.match(text, /length: 100, hop: 50/);
 * const unlabeled = { ...data, classes: 0 };
 * const found = workflowText({ title: "walks", uses: "load", params: { source: "csv", path: "data" }, open: [], data: unlabeled });
 * assert.match(found, /k_range: \[2, 12\][^]*criterion: silhouette/);
 * assert.match(text, /by: subject, folds: 3/);
 * ```
 */
export function workflowText(seen: DataSeen): string {
  const { title, uses, params, data, about, train, levels = fewClassesLevels } = seen;
  const { subjects, classes } = data ??
    { subjects: params.subject === undefined ? 1 : undefined, classes: 12 };
  // Classes are needed for a model that learns labels; without them one learns what foretells the neighbouring windows.
  const isLabeled = data === undefined || classes > 1 && !labelsOfOne(data);
  const named = !isLabeled && uses === "load" && labelsOfOne(data);
  const lines = [
    `# yaml-language-server: $schema=${BESIDE}`,
    "version: 1",
    "name: first",
    `description: ${
      about?.description ?? "Recordings to behaviours, written by init from a look at the files"
    }`,
  ];
  const dataSteps = ["steps:", ...dataLines(seen, isLabeled)];
  const sources = uses === "load" ? "recordings, windows" : "windows";
  // Windows that were cut elsewhere have no neighbours to learn from.
  if (!isLabeled && uses === "import") {
    return [
      ...lines,
      ...dataSteps,
      "  # A model needs two labelled classes: name the labels above, and copy the other steps from a guide.",
      `  report: { uses: report, from: windows, with: { title: ${
        flowText(title)
      } }, publish: out/first/report }`,
      "",
    ].join("\n");
  }
  const training = [
    ...(isLabeled ? [] : ["objective: discover"]),
    'levels: "${{ params.levels }}"',
    ...(train === undefined ? [] : [train.params]),
  ];
  return [
    ...lines,
    ...(isLabeled
      ? [
        "# Changed for one run by --param k=8",
        `params: { levels: [${levels.join(", ")}], k: ${Math.min(mostMotifs, Math.max(2, classes))} }`,
      ]
      : [
        "# Changed for one run by --param k_range='[2, 20]'",
        `params: { levels: ${discoveredLevels}, k_range: ${motifsToTry} }`,
      ]),
    ...dataSteps,
    ...splitLines(subjects, uses, isLabeled ? data?.labeled ?? subjects : undefined),
    ...(isLabeled ? [] : [
      named
        ? "  # Labels of one person show nobody else: the model learns what foretells the windows beside a window."
        : "  # There are no labels: the model learns what foretells the windows beside a window.",
    ]),
    ...(train === undefined ? [] : [`  # ${train.why}`]),
    `  model: { uses: train, from: [windows, split], with: { ${training.join(", ")} } }`,
    "  latents: { uses: encode, from: [windows, model] }",
    "  codes: { uses: quantize, from: [latents, model] }",
    ...(isLabeled
      ? [
        '  motifs: { uses: cluster, from: [codes, latents, split], with: { method: kmeans, k: "${{ params.k }}" } }',
      ]
      : [
        "  # As many motifs as lie clearest apart. Each window with two on either side, which is steadier; leave neighbors",
        "  # out for a package.",
        `  ${named ? "found" : "motifs"}:`,
        "    uses: cluster",
        "    from: [codes, split, windows]",
        '    with: { k_range: "${{ params.k_range }}", criterion: silhouette, space: code, neighbors: 2 }',
        ...(named
          ? [
            "  # The labels give motifs their names, so scores against labels judge what these very labels chose.",
            "  motifs: { uses: label, from: [found, windows] }",
          ]
          : []),
      ]),
    "  behaviours: { uses: smooth, from: [motifs, windows] }",
    "  metrics:",
    "    uses: validate",
    "    from: [model, windows, split, latents, codes, motifs, behaviours]",
    ...(isLabeled ? gateLines : []),
    "  report:",
    "    uses: report",
    `    from: [${sources}, split, model, codes, motifs, behaviours, metrics]`,
    `    with: { title: ${flowText(title)} }`,
    "    publish: out/first/report",
    "",
  ].join("\n");
}
