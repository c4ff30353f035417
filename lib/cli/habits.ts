/**
 * Words of other programs – make, Snakemake, DVC, Nextflow, papermill – that a user may try here, and what does the same.
 * Loaded only where a command line cannot be understood.
 */
import { verbs } from "./verbs.ts";

/** Options by what does the same here; a name without dashes in front is meant with one and with two. */
const options: [here: string, elsewhere: string][] = [
  ["--param name=value", "set D params var set-param S config input parameters vars"],
  ["--params-file FILE", "configfile params-from parameters-file param-file"],
  ["--profile NAME", "workflow-profile environment env"],
  ["--jobs N", "parallel workers threads cores c queue-size max-workers max-forks num-workers local-cores"],
  ["--force STEP", "rerun R forcerun force-rerun invalidate"],
  ["--force-all", "no-cache B always-make forceall rerun-all no-run-cache fresh force-downstream"],
  ["--keep-going", "continue continue-on-error i ignore-errors ignore-failures"],
  ["--dry-run", "just-print recon dry dryrun preview stub simulate whatif"],
  ["--quiet", "silent s"],
  ["--root DIR", "C directory workdir work-dir w chdir cwd project-dir d"],
  ["--until STEP", "target to to-nodes U to-step end-at"],
  ["--only STEP", "single-item step steps nodes select allowed-rules entry"],
  ["--from STEP", "downstream start-at from-nodes from-step start-from"],
  ["--memory SIZE", "mem max-memory local-mem"],
  ["--executor slurm", "slurm cluster e process.executor sbatch"],
  ["--keep-failed", "keep-incomplete keep-tmp notemp nt debug-keep"],
  ["--reports DIR", "with-report with-trace with-timeline junit stats"],
  ["--webhook URL", "notify email N slack on-failure weblog with-weblog"],
  ["--tag NAME", "name run-name experiment label"],
  ["--note TEXT", "message m comment description"],
  ["--out", "output o output-dir outdir"],
  ["--limit N", "n-runs last head max-count"],
  ["--json", "format output-format"],
];

/** Options that ask for what another verb does, or for what nobody has to ask for. */
const advice: [hint: string, words: string][] = [
  [
    "every run goes on where the last one ended: what is done is restored",
    "resume rerun-incomplete ri recover",
  ],
  ["nothing has to be unlocked: a lock ends with the process that held it", "unlock nolock no-lock"],
  ["results are found by content, not by time: nothing has to be touched", "t touch ignore-timestamps"],
  ["the workflow file comes after the verb: run FILE", "f file snakefile pipeline makefile config-file"],
  ["what a step says is in its log: show RUN STEP", "v verbose debug printshellcmds trace log-level"],
  [
    "`plan FILE` tells what would run and why, `why FILE STEP` what changed",
    "explain reason r summary question lint list-changes status",
  ],
  [
    "`plan FILE --exit-code` ends with 4 where there is work",
    "exit-code detailed-exitcode detailed-exit-code exitcode check",
  ],
  ["`graph FILE` draws the steps", "dag rulegraph with-dag filegraph"],
  ["`cache gc` drops results: they lie in .motiflow and are never overwritten", "delete-all-output clean gc"],
  ["`show RUN --crate DIR` exports a run with its results", "archive export"],
  ["`retries` and `timeout` stand at the step in the workflow file", "retries T restart-times timeout"],
  [
    "`resources` stand at the step in the workflow file",
    "resources default-resources set-resources set-threads gpus gres partition account time",
  ],
  ["colours follow the terminal; NO_COLOR=1 switches them off", "no-color nocolor color colour"],
  ["the version is told by --version without a verb", "V version"],
];

/** Verbs of other programs. */
const otherVerbs: [here: string, elsewhere: string][] = [
  ["run", "repro reproduce make build exec execute start resume rerun restart all materialize checkout"],
  ["run --watch", "watch dev"],
  ["plan", "status lint validate check dry-run dryrun preview summary explain"],
  ["graph", "dag draw viz rulegraph visualise visualize"],
  ["runs", "ls list log logs exp experiments"],
  ["show RUN", "metrics inspect info report result results cat"],
  ["cache gc", "gc clean clear prune purge rm"],
  ["cache check", "fsck"],
  ["ui", "serve server dashboard web board studio"],
  ["init", "new create scaffold template"],
  ["history", "plots trend stats"],
  ["diff A B", "params-diff params"],
  ["schedule", "cron deploy daemon beat"],
  ["notebook", "papermill nbconvert jupyter"],
  ["doctor", "version env system"],
  ["show RUN --crate DIR", "export archive"],
];

function lookup(table: [string, string][], word: string): string | undefined {
  return table.find(([, words]) => words.split(" ").includes(word))?.[0];
}

/**
 * What to write in place of what was not understood; undefined where nothing is known.
 *
 * @param message Of the parser, e.g. `error: unknown option '--set'`.
 * @param args The words after the verb.
 */
export function habitHint(message: string, args: readonly string[] = []): string | undefined {
  // `-resume` is taken apart into `-r -e -s …`, so the word is looked for among those that were typed.
  const long = args.find((arg) => /^-[A-Za-z][\w.-]+$/.test(arg) && !/^-j\d+$/.test(arg));
  const unknown = long ?? /unknown option '([^'=]+)/.exec(message)?.[1];
  if (unknown !== undefined) return optionHint(unknown, long !== undefined);
  if (/option '.*--force .*argument missing/.test(message)) return "name a step, or write --force-all";
  if (/option '.*--jobs /.test(message)) {
    return "for example --jobs 4; without it there are as many as CPU cores";
  }
  if (/missing required argument 'file'/.test(message)) {
    return "name the workflow file, e.g. workflows/production.yaml";
  }
  return /too many arguments/.test(message) ? extraHint(args) : undefined;
}

function optionHint(option: string, oneDash: boolean): string | undefined {
  const word = option.replace(/^-+/, "");
  const same = options.find(([here]) => here.split(" ")[0] === `--${word}`)?.[0];
  const ours = same ?? lookup(options, word);
  if (ours !== undefined) return `${option} is called ${ours} here`;
  const said = lookup(advice, word);
  if (said !== undefined) return said;
  if (oneDash) return `options of more than one letter begin with two dashes: --${word}`;
  return word.includes("_") ? `options are written with dashes: --${word.replaceAll("_", "-")}` : undefined;
}

/** Of words after the file: targets, or variables. */
function extraHint(args: readonly string[]): string | undefined {
  const [, ...extra] = args.filter((arg) => !arg.startsWith("-"));
  const variable = extra.find((arg) => /^[A-Za-z][\w.-]*=/.test(arg));
  if (variable !== undefined) return `a value of a param is written --param ${variable}`;
  return extra[0] === undefined ? undefined : `steps are named by an option: --until ${extra[0]}`;
}

/** What to write in place of an unknown verb; undefined where nothing is known. */
export function verbHint(word: string): string | undefined {
  if (/\.ya?ml$/.test(word)) return `name what to do with the file: run ${word}`;
  if (/\.ipynb$/.test(word)) return `name what to do with the file: notebook ${word}`;
  if (/^-/.test(word)) return "the verb comes first, options after it: run FILE --jobs 4";
  const known = Object.hasOwn(verbs, word) ? undefined : lookup(otherVerbs, word);
  return known === undefined ? undefined : `it is called ${known} here`;
}
