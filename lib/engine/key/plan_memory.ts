/**
 * The plan that came of checking a workflow file, so that the next run of the same text needs no YAML, no schemas and
 * no step's definition: `deno task bench engine` shows what that is worth, in the row of the command line.
 *
 * A plan follows from the file's text, from the code of the program and from that of the user's own steps. The text is
 * compared; code is as it was when every file has the stat that it had. A plan that rests on anything else is not
 * remembered: overrides, profiles, variables, included files, declared memory (judged by what the machine has), own
 * steps that look around. Neither is one that was warned of, since the warning belongs to every run.
 */
import type { StepMemory } from "../../workflow/own/known_step.ts";
import type { Workplan } from "../../workflow/workplan.ts";
import { join } from "../../path.ts";
import { orderedJson, sameJson, sha256 } from "../system/canonical_json.ts";
import { StoreFs } from "../system/fs.ts";
import { Layout } from "../system/layout.ts";
import { programRoot } from "../system/program.ts";
import { readWhole } from "../system/read_whole.ts";
import { seal, unseal } from "../system/seal.ts";
import { look, seen, settled, type Stat, statWidth, unchanged } from "../system/stat.ts";
import { recallStep, surroundings } from "./step_memory.ts";

/** A workflow file is smaller; see `MAX_BYTES` of the checker. */
const mostBytes = 256 * 1024;

/** One file of `.motiflow/steps/`. */
interface Kept {
  version: 2;
  /** The workflow file: as the user named it, and where it lies. */
  file: string;
  path: string;
  surroundings: string;
  /** What the plan follows from besides the text; those of the program start at its root. */
  names: string[];
  /** `statWidth` numbers for each name. */
  stats: number[];
  /** Where nothing was, and a `deno.json` or a module of own steps would count. */
  absent: string[];
  plan: Workplan;
}

/** The memory of one workflow file's plan. */
export class PlanMemory {
  readonly #layout: Layout;
  readonly #file: string;
  readonly #path: string;
  /** Files of own steps that were recalled, by path. */
  readonly #steps = new Map<string, Stat>();
  /** Where nothing was when they were kept. */
  readonly #absent = new Set<string>();
  /** Something was asked of a step that is not remembered. */
  #asked = false;

  /** @param root Project root. @param file As the user named it. @param path Where it lies. */
  constructor(root: string, file: string, path: string) {
    this.#layout = new Layout(root);
    this.#file = file;
    this.#path = path;
  }

  /** The plan of the last check, if another check would say the same. */
  recall(): Workplan | undefined {
    try {
      const kept: Kept = JSON.parse(unseal(readWhole(this.#place)));
      if (kept.version !== 2 || kept.file !== this.#file || kept.path !== this.#path) return undefined;
      if (kept.surroundings !== here() || !kept.names.every((name, i) => sameFile(name, kept.stats, i))) {
        return undefined;
      }
      if (kept.absent.some((path) => look(path))) return undefined;
      return this.#text() === kept.plan.source ? kept.plan : undefined;
    } catch {
      // Missing, damaged, or of another version.
      return undefined;
    }
  }

  /** What is known of the user's own steps, for the check whose plan is to be kept. */
  readonly steps: StepMemory = (module) => {
    const step = recallStep(this.#layout, module);
    if (step === undefined) {
      this.#asked = true;
      return undefined;
    }
    for (const [path, stat] of step.files) this.#steps.set(path, stat);
    for (const path of step.absent) this.#absent.add(path);
    return {
      facts: step.facts,
      answerTo: (written) => {
        const answer = step.answerTo(written);
        if (answer === undefined) this.#asked = true;
        return answer;
      },
    };
  };

  /** Keeps a plan that was checked without a warning, where it can be. Nothing is lost where it cannot. */
  keep(plan: Workplan): void {
    const { env, fragments, profiles, tasks } = plan;
    if (this.#asked || (env ?? fragments ?? profiles) !== undefined || !look(this.#layout.base)) return;
    if (tasks.some(({ resources }) => resources.memory !== undefined)) return;
    const { learned: _, ...rest } = plan;
    const own = filesOfProgram();
    // Older than this process, so that it is this code that has been loaded. Those of steps were settled when recalled.
    if (!own.every(([, stat]) => settled(stat, performance.timeOrigin))) return;
    const files = [...own, ...this.#steps];
    try {
      orderedJson(rest);
      const kept: Kept = {
        version: 2,
        file: this.#file,
        path: this.#path,
        surroundings: here(),
        names: files.map(([name]) => name),
        stats: files.flatMap(([, stat]) => stat),
        absent: [...this.#absent],
        plan: rest,
      };
      const text = JSON.stringify(kept);
      if (sameJson(JSON.parse(text), kept)) new StoreFs().writeWhole(this.#place, seal(text));
    } catch {
      // Parameters that JSON does not have, or a store that cannot be written to: the next run checks again.
    }
  }

  /** The text of the workflow file; undefined where it cannot be one. */
  #text(): string | undefined {
    if (!look(this.#path) || !seen.isFile || seen.stat[0]! > mostBytes) return undefined;
    return new TextDecoder("utf-8", { fatal: true }).decode(readWhole(this.#path));
  }

  get #place(): string {
    return join(this.#layout.steps, `plan-${sha256(`${this.#path}\n${this.#file}`).slice(0, 16)}.json`);
  }
}

/** What a definition of the program's may say beside its code. */
function here(): string {
  return `${surroundings()} ${Deno.execPath()}`;
}

function sameFile(name: string, stats: readonly number[], row: number): boolean {
  const start = name.startsWith("/") || name.includes(":") ? "" : `${programRoot}/`;
  return look(name, true, start) && unchanged(stats, statWidth * row);
}

/** All code of the program, and what locks its packages. */
function filesOfProgram(): [name: string, stat: Stat][] {
  const files: [string, Stat][] = [];
  const add = (name: string) => {
    if (!look(name, true, `${programRoot}/`)) return;
    if (!seen.isDirectory) files.push([name, [...seen.stat] as Stat]);
    else for (const below of Deno.readDirSync(join(programRoot, name))) add(`${name}/${below.name}`);
  };
  for (const name of ["deno.json", "deno.lock", "lib"]) add(name);
  return files;
}
