/** A run of a workflow, for notebooks: its results by the name of their step, each of which displays itself. */
import { own } from "../own.ts";
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { ArtifactType, Json } from "../artifacts/artifact.ts";
import { openEngine, type OutputRef, type RunRecord, type TaskResult } from "../engine/mod.ts";
import { InputError } from "../errors.ts";
import { drawSection, type SectionId } from "../report/sections/mod.ts";
import { type Source, Sources } from "../report/sources.ts";
import { type Fragment, table } from "../report/table.ts";
import { suggestion } from "../text/suggest.ts";
import { findRoot } from "../workflow/project/root.ts";
import { artifactTypes } from "./artifact_types.ts";
import { displayed } from "./displayed.ts";

/** Which result of a step is meant, where it has several. */
export interface ReadOptions<T> {
  /** Cell of the matrix, e.g. `{ fold: 2 }`; the first that fits. */
  cell?: Record<string, Json>;
  /** Type of the value, for its TypeScript type and where a step has several outputs. */
  type?: ArtifactType<T>;
}

/**
 * The results of one run.
 *
 * ```ts
 * import { OpenRun } from "./open_run.ts";
 * import assert from "node:assert/strict";
 * const run = new OpenRun({ id: "20260131-1", workflow: "gait", tasks: [] } as any);
 * assert.deepEqual(run.steps, []);
 * await assert.rejects(run.read("metrics"), /has no result "metrics"/);
 * ```
 */
export class OpenRun {
  /** Its id; `motiflow show ID` tells more. */
  readonly id: string;
  /** Name of its workflow. */
  readonly workflow: string;
  readonly #tasks: readonly TaskResult[];

  constructor({ id, workflow, tasks }: RunRecord) {
    this.id = id;
    this.workflow = workflow;
    this.#tasks = tasks;
  }

  /** Names of the steps that have results. */
  get steps(): string[] {
    return [...new Set(this.#tasks.filter((t) => Object.keys(t.outputs).length > 0).map(({ step }) => step))];
  }

  /** All results, for sections and figures of a report. */
  get sources(): Sources {
    return new Sources(
      this.#tasks.flatMap((task) => Object.values(task.outputs).map((output) => sourceOf(task, output))),
    );
  }

  /**
   * Reads the result of a step. The last expression of a cell shows it: a figure or a table, not its numbers.
   *
   * @throws {InputError} where the run has no such result.
   */
  async read<T = any>(step: string, { cell = {}, type }: ReadOptions<T> = {}): Promise<T> {
    const wanted = Object.entries(cell);
    const found = this.#tasks.filter((task) => task.step === step || task.id === step)
      .filter((task) => wanted.every(([axis, value]) => own(task.cell, axis) === value))
      .flatMap((task) => Object.values(task.outputs).map((output) => ({ task, output })))
      .find(({ output }) => type === undefined || output.type === type.name);
    if (found === undefined) {
      const { hint = `It has ${this.steps.join(", ")}.` } = suggestion(step, this.steps);
      throw new InputError(`Cannot read: run ${this.id} has no result "${step}"`, { hint });
    }
    const source = sourceOf(found.task, found.output);
    return displayed(source, await typeNamed<T>(source.type).read(source.dir));
  }

  /** Draws a section of the report on this run. */
  async section(id: SectionId): Promise<Fragment> {
    return await drawSection(id, this.sources);
  }

  /** The steps with what they made, as a table. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const rows = this.#tasks.map(({ id, uses, outcome, outputs }) => [
      id,
      uses,
      outcome,
      Object.values(outputs).map(({ type }) => type).join(", "),
    ]);
    return (table(["step", "uses", "outcome", "result"], rows) as any)[Symbol.for("Jupyter.display")]();
  }
}

function sourceOf({ step, cell }: TaskResult, { type, dir }: OutputRef): Source {
  return { step, cell, type, dir };
}

function typeNamed<T>(name: string): ArtifactType<T> {
  const type = own(artifactTypes as unknown as Record<string, ArtifactType<T>>, name);
  if (type === undefined) throw new InputError(`Cannot read artifact: its type is ${name}`);
  return type;
}

/**
 * Opens a run: `latest`, an id or its beginning, or a workflow's name or file, whose latest successful run is meant. The
 * project is the one that the working directory lies in.
 *
 * @throws {InputError} where there is no such run.
 *
 * ```ts
 * import { openRun } from "./open_run.ts";
 * import assert from "node:assert/strict";
 * const nowhere = await Deno.makeTempDir();
 * await assert.rejects(openRun("latest", { root: nowhere }), /run/);
 * ```
 */
export async function openRun(word = "latest", { root }: { root?: string } = {}): Promise<OpenRun> {
  const cwd = Deno.cwd();
  const project = root === undefined ? await findRoot(join(cwd, "workflow.yaml"), cwd) : resolve(root);
  const engine = await openEngine({ root: project });
  try {
    // A file from where the notebook lies, else from the project's root.
    const here = resolve(cwd, word);
    const file = /\.ya?ml$/.test(word) && existsSync(here);
    return new OpenRun(await engine.readRun(file ? relative(project, here).replaceAll("\\", "/") : word));
  } finally {
    await engine.close();
  }
}
