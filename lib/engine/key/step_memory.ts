/**
 * What checking learned of the user's own steps, so that a check whose steps are as they were starts no worker. A step
 * is as it was when every file that its code reaches, and every file of the checker, has the stat that it had; what it
 * said is kept only where it asked for nothing but its parameters. Without this file everything is asked again.
 */
import type { KnownStep, LearnedStep, StepMemory } from "../../workflow/own/known_step.ts";
import type { Resolution, StepFacts } from "../../workflow/step_type.ts";
import { canonicalJson, orderedJson, sha256 } from "../system/canonical_json.ts";
import type { StoreFs } from "../system/fs.ts";
import { Layout } from "../system/layout.ts";
import { join } from "../../path.ts";
import { seal, unseal } from "../system/seal.ts";
import { masker } from "../run/mask.ts";
import { look, settled, type Stat, statOf, unchanged } from "../system/stat.ts";
import { currentRuntime } from "./action_key.ts";
import type { Code } from "./code_id.ts";
import type { CodeMemory } from "./code_memory.ts";
import { programRoot } from "../system/program.ts";

/** Answers of one step that are kept. */
const mostAnswers = 20_000;

/** Modules by which code sees nothing that is not in it. */
const blind = /^(?:node:(?:assert(?:\/strict)?|path(?:\/posix|\/win32)?|url|util)|npm:zod@.*)$/;

/** The far side of a check, whose code decides what a definition means. */
const checker = new URL("../../workflow/own/own_step_worker.ts", import.meta.url).href;

/** One file of `.motiflow/steps/`. */
interface Kept {
  version: 2;
  module: string;
  /** See {@linkcode surroundings}. */
  surroundings: string;
  files: [path: string, stat: Stat][];
  /** Where nothing was, and a `deno.json` or a module would count. */
  absent: string[];
  facts: StepFacts;
  /** By what is written, as JSON whose fields stand in their order. */
  answers: Record<string, Resolution>;
}

/** The memory of a project. @param root Project root. */
export function stepMemory(root: string): StepMemory {
  const layout = new Layout(root);
  return (module) => recallStep(layout, module);
}

/** What is known of a step, and the files that it follows from. */
export function recallStep(
  layout: Layout,
  module: string,
): KnownStep & Pick<Kept, "files" | "absent"> | undefined {
  const kept = read(layout, module);
  if (kept === undefined || !kept.files.every(([path, stat]) => look(path) && unchanged(stat))) {
    return undefined;
  }
  if (kept.absent.some((path) => look(path))) return undefined;
  const { facts, files, absent, answers } = kept;
  return {
    facts,
    files,
    absent,
    answerTo(written) {
      const text = orderedJson(written);
      return Object.hasOwn(answers, text) ? answers[text] : undefined;
    },
  };
}

/**
 * Keeps what a check learned, as far as its code is still what it was then.
 *
 * @param secrets Variables of the workflow; what holds the value of one is not kept.
 */
export async function keepSteps(
  layout: Layout,
  fs: StoreFs,
  codes: Pick<CodeMemory, "of">,
  learned: readonly LearnedStep[],
  secrets: readonly string[] = [],
): Promise<void> {
  if (learned.length === 0) return;
  const own = await codes.of(checker);
  for (const step of learned) {
    const code = await codes.of(step.module);
    const files = filesOf([code, own], step.loaded);
    // With packages of its own it follows from more files than these.
    if (code.config !== undefined || code.beside === undefined || own.beside === undefined) continue;
    const absent = [...new Set([...code.beside.absent, ...own.beside.absent])];
    if (files === undefined || ![...code.outside].every((name) => blind.test(name))) continue;
    const before = read(layout, step.module);
    const same = before !== undefined &&
      canonicalJson([before.files, before.absent]) === canonicalJson([files, absent]);
    const answers = { ...same ? before.answers : {}, ...answersOf(step, masker(secrets)) };
    if (Object.keys(answers).length > mostAnswers) continue;
    const { module, facts } = step;
    const kept: Kept = { version: 2, module, surroundings: surroundings(), files, absent, facts, answers };
    fs.writeWhole(pathOf(layout, module), seal(JSON.stringify(kept)));
  }
}

/** What was answered in plain data without a secret; the rest is asked again. */
function answersOf({ answers }: LearnedStep, mask: (text: string) => string): Kept["answers"] {
  const plain: Kept["answers"] = {};
  const masked = (_: string, value: unknown) => typeof value === "string" ? mask(value) : value;
  for (const [written, resolution] of answers) {
    try {
      const text = JSON.stringify([written, resolution]);
      if (text !== JSON.stringify([written, resolution], masked)) continue;
      orderedJson(resolution);
      plain[orderedJson(written)] = resolution;
    } catch {
      // A date, or something else that JSON does not have.
    }
  }
  return plain;
}

/** Stats of all that the codes were made of; undefined where one of them may be younger than the loaded code. */
function filesOf(codes: Code[], loaded: number): Kept["files"] | undefined {
  const files = new Map<string, Stat>();
  for (const [path, stat] of codes.flatMap(({ stats, beside }) => [...stats, ...beside?.stats ?? []])) {
    if (stat === null) return undefined;
    files.set(path, stat);
  }
  for (const name of ["deno.json", "deno.lock"]) {
    files.set(join(programRoot, name), statOf(join(programRoot, name)));
  }
  return [...files.values()].every((stat) => settled(stat, loaded)) ? [...files] : undefined;
}

/** What a definition sees without asking, or what the runtime does with its code. */
export function surroundings(): string {
  const env = ["LANG", "LC_ALL", "LANGUAGE", "TZ"].map((name) => Deno.env.get(name) ?? null);
  return canonicalJson([currentRuntime(), programRoot, env]);
}

function read(layout: Layout, module: string): Kept | undefined {
  try {
    const kept: Kept = JSON.parse(unseal(Deno.readFileSync(pathOf(layout, module))));
    const fits = kept.version === 2 && kept.module === module && kept.surroundings === surroundings();
    return fits ? kept : undefined;
  } catch {
    // Missing or damaged.
    return undefined;
  }
}

function pathOf(layout: Layout, module: string): string {
  return join(layout.steps, `${sha256(module).slice(0, 16)}.json`);
}
