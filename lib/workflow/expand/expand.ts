/** Steps to tasks: a step once for each cell of its axes, with parameters resolved and edges tied cell to cell. */
import { hash32 } from "../../random.ts";
import type { Json } from "../../artifacts/artifact.ts";
import type { Diagnostics } from "../diagnostic.ts";
import type { FileHead } from "../file_head.ts";
import { type Cell, cellLabel, distinct, keyOf } from "./matrix.ts";
import { get } from "../node.ts";
import { type NotLive, notLiveOf, takeResolution } from "./resolve.ts";
import type { FileRequest, Mapping, StepPermissions } from "../step.ts";
import type { StepEntry } from "../step_entry.ts";
import type { Resolution } from "../step_type.ts";
import { render, value } from "../template.ts";
import { commonFacts } from "./common_facts.ts";
import { PublishFolders } from "./publish_folders.ts";
import type { InputBinding, SkippedTask, Task } from "../workplan.ts";

/** Most tasks of a plan. */
const MAX_TASKS = 250_000;

/** Cells whose parameters are asked for together. */
const AHEAD = 250;

/** One cell of a step: its task, or why there is none. */
interface Unit {
  cell: Cell;
  task: string | undefined;
}

/** By source step: the axes it shares with a step, and its tasks by the values on them. */
type SourceIndexes = Map<string, { shared: string[]; tasks: Map<string, (string | undefined)[]> }>;

/** What all cells of the steps say of live use, by step. */
export interface LiveFacts {
  limits: Map<string, NotLive[]>;
  /** What a step that deploys is made for; of one that is not here nothing is known. */
  targets: Map<string, Set<string>>;
}

/** Expands all steps, in run order. @param memory Bytes that there are; asked where a step declares what it needs. */
export async function expand(
  order: StepEntry[],
  head: FileHead,
  diagnostics: Diagnostics,
  memory?: () => number,
): Promise<{ tasks: Task[]; skipped: SkippedTask[]; live: LiveFacts }> {
  const expansion = new Expansion(head, diagnostics, memory);
  for (const entry of order) await expansion.add(entry);
  return { tasks: expansion.tasks, skipped: expansion.skipped, live: expansion.live };
}

class Expansion {
  readonly tasks: Task[] = [];
  readonly skipped: SkippedTask[] = [];
  readonly live: LiveFacts = { limits: new Map(), targets: new Map() };
  readonly #head: FileHead;
  readonly #diagnostics: Diagnostics;
  readonly #memory: (() => number) | undefined;
  readonly #units = new Map<string, { axes: string[]; units: Unit[] }>();
  readonly #folders: PublishFolders;
  #full = false;

  constructor(head: FileHead, diagnostics: Diagnostics, memory: (() => number) | undefined) {
    this.#head = head;
    this.#diagnostics = diagnostics;
    this.#memory = memory;
    this.#folders = new PublishFolders(diagnostics);
  }

  async add(entry: StepEntry): Promise<void> {
    if (this.#full) return;
    const cells = distinct(this.#head.cells, entry.axes);
    if (this.tasks.length + cells.length > MAX_TASKS) {
      this.#diagnostics.error(entry.key, `the plan has more than ${MAX_TASKS} tasks`, {
        hint: "make the matrix smaller",
      });
      this.#full = true;
      return;
    }
    const units: Unit[] = [];
    this.#units.set(entry.id, { axes: entry.axes, units });
    const common = commonFacts(entry, this.#diagnostics, this.#memory);
    const labels = new Set<string>();
    const sources = this.#sourceIndexes(entry);
    const resolved = new Map<string, Resolved | undefined>();
    const pending = new Map<string, Promise<Answer>>();
    for (const [i, cell] of cells.entries()) {
      const id = this.#id(entry, cell, labels);
      const inputs = this.#excluded(entry, cell) ?? this.#inputs(entry, cell, sources);
      if (typeof inputs === "string") {
        this.skipped.push({ id, step: entry.id, reason: inputs });
        units.push({ cell, task: undefined });
        continue;
      }
      units.push({ cell, task: id });
      const key = keyOf(cell, entry.with.axes);
      if (!resolved.has(key)) {
        if (!pending.has(key)) this.#resolveAhead(entry, cells.slice(i, i + AHEAD), resolved, pending);
        resolved.set(key, this.#take(entry, await pending.get(key)!));
        pending.delete(key);
      }
      const own = resolved.get(key);
      // A broken parameter is reported once, not for a hundred thousand cells.
      if (own === undefined) break;
      const publish = this.#folders.claim(entry, this.#scope(cell), id);
      this.tasks.push({
        id,
        step: entry.id,
        uses: entry.uses,
        module: entry.module,
        cell,
        ...own,
        // What is never restored needs no key of what it reads.
        files: common.cache.mode === "never" ? own.files.filter(({ opened }) => opened !== true) : own.files,
        inputs,
        ...common,
        ...(publish === undefined ? {} : { publish }),
      });
    }
  }

  #id(entry: StepEntry, cell: Cell, labels: Set<string>): string {
    if (entry.axes.length === 0) return entry.id;
    let label = cellLabel(cell);
    // 1 and "1" look alike.
    if (labels.has(label)) {
      label = entry.axes.map((axis) => `${axis}=${JSON.stringify(cell[axis])}`).join(",");
    }
    labels.add(label);
    return `${entry.id}[${label}]`;
  }

  #scope(cell: Cell) {
    return { params: this.#head.params, env: this.#head.env, matrix: cell };
  }

  #excluded(entry: StepEntry, cell: Cell): string | undefined {
    if (entry.condition === true) return undefined;
    if (entry.condition === false) return "`if` is false";
    const { expression, span } = entry.condition;
    let broken = false;
    const result = value(expression, this.#scope(cell), span, (where, message) => {
      broken = true;
      this.#diagnostics.error(where, message);
    });
    if (typeof result !== "boolean" && !broken) {
      const where = get(entry.node, "if")!.span;
      const got = result === null ? "nothing" : JSON.stringify(result);
      this.#diagnostics.error(where, `\`if\` must be true or false, got ${got}`);
    }
    return result === false ? "`if` is false" : undefined;
  }

  /** For each source step: its tasks by the cell values that it shares with this step. */
  #sourceIndexes(entry: StepEntry): SourceIndexes {
    const indexes: SourceIndexes = new Map();
    for (const { sources } of Object.values(entry.bindings)) {
      for (const { step } of sources) {
        const source = this.#units.get(step);
        if (indexes.has(step) || source === undefined) continue;
        const shared = source.axes.filter((axis) => entry.axes.includes(axis));
        const tasks = new Map<string, (string | undefined)[]>();
        for (const unit of source.units) {
          const key = keyOf(unit.cell, shared);
          const list = tasks.get(key);
          if (list === undefined) tasks.set(key, [unit.task]);
          else list.push(unit.task);
        }
        indexes.set(step, { shared, tasks });
      }
    }
    return indexes;
  }

  #inputs(
    entry: StepEntry,
    cell: Cell,
    indexes: SourceIndexes,
  ): Record<string, InputBinding> | string {
    const inputs: Record<string, InputBinding> = {};
    let [wanted, found] = [0, 0];
    for (const [port, { arity, sources }] of Object.entries(entry.bindings)) {
      const outputs = sources.flatMap(({ step, output }) => {
        const index = indexes.get(step);
        const tasks = index?.tasks.get(keyOf(cell, index.shared)) ?? [];
        wanted += tasks.length;
        return tasks.filter((task) => task !== undefined).map((task) => ({ task, port: output }));
      });
      found += outputs.length;
      if (arity === "one" && outputs.length === 0) return `needs ${sources[0]?.step}, which is skipped`;
      if (arity !== "optional" || outputs.length > 0) {
        inputs[port] = { arity: arity === "many" ? "many" : "one", sources: outputs };
      }
    }
    return wanted > 0 && found === 0 ? "all its inputs are skipped" : inputs;
  }

  /** Resolves the parameters of cells that will be wanted soon: a step in a worker answers many at once. */
  #resolveAhead(
    entry: StepEntry,
    cells: Cell[],
    resolved: Map<string, unknown>,
    pending: Map<string, Promise<Answer>>,
  ): void {
    for (const cell of cells) {
      const key = keyOf(cell, entry.with.axes);
      if (resolved.has(key) || pending.has(key)) continue;
      const answer = this.#resolve(entry, cell);
      // An answer that nobody waits for in the end may fail unnoticed.
      answer.catch(() => {});
      pending.set(key, answer);
    }
  }

  async #resolve(entry: StepEntry, cell: Cell): Promise<Answer> {
    const problems: Answer["problems"] = [];
    const written = render(
      entry.with.template,
      this.#scope(cell),
      (where, message) => problems.push({ where, message }),
    ) ?? {};
    return { written, problems, resolution: await entry.type!.resolve(written) };
  }

  #take(entry: StepEntry, { written, problems, resolution }: Answer): Resolved | undefined {
    if (!entry.with.broken) {
      for (const { where, message } of problems) this.#diagnostics.error(where, message);
    }
    const unknown = entry.with.broken || problems.length > 0;
    const resolved = takeResolution(entry, { written, unknown }, resolution, this.#diagnostics);
    if (resolved === undefined) return undefined;
    const { limits, targets } = this.live;
    const live = notLiveOf(entry, resolution);
    if (live.length > 0) limits.set(entry.id, [...limits.get(entry.id) ?? [], ...live]);
    if (resolution.ok && resolution.targets !== undefined) {
      targets.set(entry.id, new Set([...targets.get(entry.id) ?? [], ...resolution.targets]));
    }
    const explicit = typeof written === "object" && !Array.isArray(written) ? written.seed : undefined;
    const seed = typeof explicit === "number"
      ? explicit
      : hash32(`${this.#head.params.seed ?? 0}:${entry.id}`);
    return entry.type!.random ? { ...resolved, seed } : resolved;
  }
}

/** A cell's parameters as they are written, and what the step makes of them. */
interface Answer {
  written: Exclude<Json, null>;
  /** What is wrong with expressions in them. */
  problems: { where: { start: number; end: number }; message: string }[];
  resolution: Resolution;
}

/** What a cell's parameters decide. */
interface Resolved {
  params: Json;
  files: FileRequest[];
  map?: Mapping;
  permissions: StepPermissions;
  seed?: number;
}
