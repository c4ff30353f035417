/** What pages read of a project: runs through the engine, artifacts where the store has them, plans of workflows. */
import { dirname, join, resolve } from "node:path";
import { type ArtifactHeader, headerFile, headerOf } from "../artifacts/artifact.ts";
import type { Engine, RunRecord, TaskResult } from "../engine/mod.ts";
import { InputError } from "../errors.ts";
import type { Source } from "../report/sources.ts";
import { checkWorkflow } from "../workflow/check/check.ts";
import type { StepRegistry } from "../workflow/step.ts";
import type { Workplan } from "../workflow/workplan.ts";

/** What the dashboard is started with. */
export interface ProjectOptions {
  engine: Engine;
  registry: StepRegistry;
  /** Whether names of behaviours may be written. */
  edit?: boolean;
  /** Folder with the user's videos. */
  videos?: string | undefined;
}

/** Plans that are kept, by what they are made of: most runs are of few workflows. */
const KEPT = 20;

export class Project {
  readonly engine: Engine;
  readonly root: string;
  readonly edit: boolean;
  readonly videos: string | undefined;
  readonly #registry: StepRegistry;
  readonly #plans = new Map<string, Promise<Workplan | undefined>>();

  /** @throws {InputError} where there is no such folder of videos. */
  constructor({ engine, registry, edit = false, videos }: ProjectOptions) {
    this.engine = engine;
    this.root = engine.root;
    this.edit = edit;
    this.videos = videos === undefined ? undefined : folder(videos);
    this.#registry = registry;
  }

  /** Folder of an artifact, whether it is there or not. */
  folderOf(id: string): string {
    return join(this.root, ".motiflow", "artifacts", id);
  }

  /** A file of a run. */
  runFile(run: RunRecord, name: string): string {
    return join(this.root, ".motiflow", "runs", run.id, name);
  }

  /** A task whose outputs lie where this project's store has them, wherever it was when the run was recorded. */
  located(task: TaskResult): TaskResult {
    const outputs = Object.entries(task.outputs).map(([port, output]) => [
      port,
      { ...output, dir: this.folderOf(output.id) },
    ]);
    return { ...task, outputs: Object.fromEntries(outputs) };
  }

  /** All results of a run, for the sections and figures of a report. */
  sourcesOf(run: RunRecord): Source[] {
    return run.tasks.flatMap(({ step, cell, outputs }) =>
      Object.values(outputs).map(({ type, id }) => ({ step, cell, type, dir: this.folderOf(id) }))
    );
  }

  /** @throws {InputError} where it is damaged. */
  async header(id: string): Promise<ArtifactHeader> {
    const file = join(this.folderOf(id), headerFile);
    const text = await Deno.readTextFile(file);
    try {
      return headerOf(text, file);
    } catch (cause) {
      throw new InputError("Cannot show artifact: its artifact.json is damaged", {
        hint: "The verb `cache check` removes what is damaged.",
        cause,
      });
    }
  }

  /** The workflow as it was when the run started; nothing where its text does not pass today's checks. */
  planOf(run: RunRecord): Promise<Workplan | undefined> {
    const { source, file, params, profiles, fragments } = run;
    const text = JSON.stringify([source, file, params, profiles, fragments]);
    const known = this.#plans.get(text);
    if (known !== undefined) return known;
    const plan = this.#check(run).catch(() => undefined);
    this.#plans.set(text, plan);
    for (const oldest of this.#plans.keys()) if (this.#plans.size > KEPT) this.#plans.delete(oldest);
    return plan;
  }

  async #check(run: RunRecord): Promise<Workplan | undefined> {
    const texts = new Map(run.fragments?.map(({ path, source }) => [path, new TextEncoder().encode(source)]));
    const result = await checkWorkflow(run.source, run.file, {
      registry: this.#registry,
      root: this.root,
      folder: dirname(resolve(this.root, run.file)),
      read: (path) => Promise.resolve(texts.get(path)),
      profiles: { names: run.profiles ?? [] },
      paramsFiles: [{ file: run.id, bytes: new TextEncoder().encode(JSON.stringify(run.params)) }],
    });
    return result.ok ? result.plan : undefined;
  }

  /** The workflow as its file stands now. @throws {InputError} for a file with mistakes. */
  async currentPlan(file: string): Promise<Workplan> {
    const { loadWorkflow } = await import("../workflow/load.ts");
    const result = await loadWorkflow(resolve(this.root, file), {
      registry: this.#registry,
      root: this.root,
    });
    if (result.ok) return result.plan;
    const { message, location } = result.diagnostics[0]!;
    throw new InputError(`Cannot read workflow ${file}: ${message}`, { file, row: location.line });
  }
}

function folder(path: string): string {
  try {
    if (Deno.statSync(path).isDirectory) return resolve(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new InputError("Cannot show videos: there is no such folder", { file: path });
}
