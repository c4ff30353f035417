/** All verbs. A verb's module is loaded only when it is called. */
import type { Command } from "@commander-js/extra-typings";
import type { Examples } from "./examples.ts";

interface Verb {
  usage: string;
  summary: string;
  load: () => Promise<{ command: Command<any, any, any>; examples: Examples }>;
  /** What it does with a file and no option, without the parser of options, which takes longer to load than most of it. */
  plain?: (file: string) => Promise<void>;
}

export const verbs: Record<string, Verb> = {
  run: {
    usage: "run FILE",
    summary: "Run what is needed",
    load: () => import("./verbs/run.ts"),
    plain: async (file) => (await import("./verbs/run_once.ts")).runOnce(file, {}),
  },
  plan: {
    usage: "plan FILE",
    summary: "What would run or be restored, and why; changes nothing",
    load: () => import("./verbs/plan.ts"),
  },
  why: {
    usage: "why FILE [STEP]",
    summary: "Which ingredient of a step changed",
    load: () => import("./verbs/why.ts"),
  },
  graph: { usage: "graph FILE", summary: "The steps as a picture", load: () => import("./verbs/graph.ts") },
  runs: { usage: "runs", summary: "Earlier runs, newest first", load: () => import("./verbs/runs.ts") },
  show: {
    usage: "show [RUN] [STEP]",
    summary: "One run, or one of its steps",
    load: () => import("./verbs/show.ts"),
  },
  diff: { usage: "diff A B", summary: "Two runs side by side", load: () => import("./verbs/diff.ts") },
  compare: {
    usage: "compare A B",
    summary: "Whether one run, or one workflow's latest, is better than another",
    load: () => import("./verbs/compare.ts"),
  },
  verify: {
    usage: "verify FILE",
    summary: "Run again without cache and compare; names non-deterministic steps",
    load: () => import("./verbs/verify.ts"),
  },
  cache: {
    usage: "cache ls|gc|check|forget|pin",
    summary: "Look after the store of results",
    load: () => import("./verbs/cache.ts"),
  },
  notebook: {
    usage: "notebook FILE",
    summary: "Execute a notebook; write it and a page",
    load: () => import("./verbs/notebook.ts"),
  },
  kernel: {
    usage: "kernel install",
    summary: "Let Jupyter run notebooks of your projects",
    load: () => import("./verbs/kernel.ts"),
  },
  levels: {
    usage: "levels analyse|recommend|select|presets|window|optimise",
    summary: "Choose FSQ levels",
    load: () => import("./verbs/levels.ts"),
  },
  schedule: {
    usage: "schedule DIR",
    summary: "Run workflows when their schedule is due; print systemd or cron units",
    load: () => import("./verbs/schedule.ts"),
  },
  history: { usage: "history", summary: "Metrics over time", load: () => import("./verbs/history.ts") },
  stream: {
    usage: "stream FOLDER",
    summary: "Classify samples from stdin or a socket as they come",
    load: () => import("./verbs/stream.ts"),
  },
  preflight: {
    usage: "preflight FILE.onnx",
    summary: "Whether an ONNX file compiles for a Hailo-8, and what does not",
    load: () => import("./verbs/preflight.ts"),
  },
  ui: {
    usage: "ui",
    summary: "Show runs, graphs, logs, artifacts and metrics in a browser",
    load: () => import("./verbs/ui.ts"),
  },
  init: { usage: "init [DIR]", summary: "Start a project", load: () => import("./verbs/init.ts") },
  steps: {
    usage: "steps [NAME]",
    summary: "The steps, their parameters and an example of each",
    load: () => import("./verbs/steps.ts"),
  },
  schema: {
    usage: "schema",
    summary: "JSON Schema of workflow files for editors",
    load: () => import("./verbs/schema.ts"),
  },
  completions: {
    usage: "completions bash|zsh|fish",
    summary: "A script by which the shell completes verbs and options",
    load: async () => {
      const { completionsOf, examples } = await import("./verbs/completions.ts");
      return { command: completionsOf(verbs), examples };
    },
  },
  doctor: { usage: "doctor", summary: "What this machine can do", load: () => import("./verbs/doctor.ts") },
};
