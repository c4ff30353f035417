/** Words of other programs – GitHub, GitLab, Snakemake, DVC, Nextflow, Argo – for what a workflow file calls otherwise. */
import { suggestion } from "../../text/suggest.ts";

const others: Record<string, string> = {
  uses: "run type step command cmd script action shell kind operator",
  with: "params parameters param args arguments config options settings",
  from: "input inputs needs depends_on depends deps dependencies requires after source data",
  publish: "out output outputs outs output_dir save artifacts",
  over: "gather reduce",
  steps: "jobs stages tasks rules pipeline nodes",
  matrix: "strategy foreach grid sweep axes",
  params: "vars variables inputs parameters config",
  schedule: "on cron trigger triggers",
  if: "when condition",
  retries: "retry errorStrategy restart_times",
  resources: "threads cpus mem memory cpu",
  env: "environment envs",
  include: "imports includes extends",
  // Limits of alerts, of gates, and each by the other's word.
  above: "at_most max maximum upper gt greater_than",
  below: "at_least min minimum lower lt less_than",
  at_most: "above max maximum upper lte less_than",
  at_least: "below min minimum lower gte greater_than",
};

/** A hint for an unknown key where `known` are possible: ours for another program's word, or the nearest, or all. */
export function keySuggestion(key: string, known: ReadonlySet<string>): { hint?: string } {
  if (/^\d+$/.test(key)) return { hint: "a number has a decimal point, no comma" };
  const ours = Object.keys(others).find((word) => known.has(word) && others[word]!.split(" ").includes(key));
  return ours === undefined ? suggestion(key, known) : { hint: `it is called "${ours}" here` };
}
