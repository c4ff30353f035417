/** The step types that a workflow uses: the program's by name, the user's by file. */
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Diagnostics, Source } from "../diagnostic.ts";
import type { Fragment } from "../layers/include.ts";
import { toJson } from "../node.ts";
import type { LearnedStep } from "../own/known_step.ts";
import { loadOwnStep, type OwnStep } from "../own/own_step.ts";
import type { StepEntry } from "../step_entry.ts";
import { type StepType, stepType, withChosenOutput } from "../step_type.ts";
import { suggestion } from "../../text/suggest.ts";
import type { CheckOptions } from "./options.ts";

/** Finds the step types that a file uses; each is loaded once. */
export class StepTypes implements Disposable {
  readonly #options: CheckOptions;
  readonly #builtIn = new Map<string, Promise<StepType>>();
  readonly #own = new Map<string, Promise<OwnStep>>();
  /** Modules whose problem was told. */
  readonly #told = new Set<string>();
  readonly #fragments: readonly Fragment[];
  readonly #source: Source;

  constructor(options: CheckOptions, fragments: readonly Fragment[], source: Source) {
    this.#options = options;
    this.#fragments = fragments;
    this.#source = source;
  }

  /** Begins to load the user's own modules, all at the same time. */
  start(entries: StepEntry[]): void {
    for (const entry of entries) if (entry.own) void this.#ownStep(this.#moduleOf(entry));
  }

  /** Own steps start at the folder of the file that names them. */
  #moduleOf(entry: StepEntry): string {
    return pathToFileURL(join(this.folderOf(entry), entry.uses)).href;
  }

  /** Folder of the file that names a step. */
  folderOf({ usesSpan }: StepEntry): string {
    const { file } = this.#fragments.length === 0 ? { file: "" } : this.#source.locate(usesSpan);
    const fragment = this.#fragments.find((f) => f.file === file);
    return fragment === undefined ? this.#options.folder : dirname(fragment.path);
  }

  #ownStep(module: string): Promise<OwnStep> {
    let loading = this.#own.get(module);
    if (loading === undefined) {
      const { root, stepMemory } = this.#options;
      this.#own.set(module, loading = loadOwnStep(module, root, stepMemory));
    }
    return loading;
  }

  async load(entry: StepEntry, diagnostics: Diagnostics): Promise<void> {
    if (entry.uses === "") return;
    if (entry.own) return await this.#loadOwn(entry, diagnostics);
    const { registry } = this.#options;
    const module = registry.moduleOf(entry.uses);
    if (module === undefined) {
      diagnostics.error(
        entry.usesSpan,
        `there is no step type "${entry.uses}"`,
        /\.[cm]?[jt]s$/.test(entry.uses)
          ? { hint: `for your own step write ./${entry.uses}` }
          : suggestion(entry.uses, registry.names),
      );
      return;
    }
    entry.module = module;
    let loading = this.#builtIn.get(entry.uses);
    if (loading === undefined) {
      this.#builtIn.set(entry.uses, loading = registry.load(entry.uses).then(stepType));
    }
    entry.type = chosen(entry, await loading);
  }

  async #loadOwn(entry: StepEntry, diagnostics: Diagnostics): Promise<void> {
    entry.module = this.#moduleOf(entry);
    const loaded = await this.#ownStep(entry.module);
    if ("problem" in loaded) {
      // It is the module's: once, not for each of a hundred steps that use it.
      if (this.#told.has(entry.module)) return;
      this.#told.add(entry.module);
      diagnostics.error(entry.usesSpan, `${entry.uses}: ${loaded.problem}`, { hint: loaded.hint });
    } else {
      entry.type = chosen(entry, loaded.type);
    }
  }

  /** What was learned of the user's own steps. */
  async learned(): Promise<LearnedStep[]> {
    const steps = await Promise.all(this.#own.values());
    return steps.flatMap((step) => "learned" in step ? step.learned() ?? [] : []);
  }

  [Symbol.dispose](): void {
    for (const loading of this.#own.values()) void loading.then((step) => "close" in step && step.close());
  }
}

function chosen({ with: { node } }: StepEntry, type: StepType): StepType {
  return withChosenOutput(type, node === undefined ? null : toJson(node));
}
