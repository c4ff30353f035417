/**
 * Decides for one task at a time whether its result is in the store. `plan` and `run` both ask here, so they cannot
 * disagree. Nothing here writes.
 */
import type { Json } from "../../artifacts/artifact.ts";
import type { CacheRule, Task, Workplan } from "../../workflow/workplan.ts";
import type { Code } from "../key/code_id.ts";
import type { LoadedFiles } from "../key/loaded_files.ts";
import type { CodeMemory } from "../key/code_memory.ts";
import { ofProgram } from "../system/program.ts";
import { hashRequest } from "../key/file_request.ts";
import { currentRuntime, type Ingredients, type KeyParts, keySchema, mapValues } from "../key/action_key.ts";
import {
  keyOf,
  lastOf,
  type Latest,
  readLatest,
  rememberedResult,
  type StoredResult,
} from "../store/last_results.ts";
import type { Change, Selection } from "../types.ts";
import { readRecord, type StoredOutput } from "../store/action_record.ts";
import { fileOf } from "../store/run_record.ts";
import type { EnvHasher } from "../key/env_hash.ts";
import type { Listing, StatCache } from "../key/stat_cache.ts";
import type { Store } from "../store/store.ts";
import { canonicalJson, sha256 } from "../system/canonical_json.ts";
import { ancestorsOf, dependenciesOf } from "./select_tasks.ts";

/** What is decided about a task whose inputs are known. */
export interface Decision {
  key: string;
  parts: KeyParts;
  /** What the key was made of; put together only where somebody asks. */
  ingredients: () => Ingredients;
  code: Code;
  /** How the result may be reused, with what is known of the step's code. */
  cache: CacheRule;
  /** By request name. */
  files: Record<string, Listing>;
  /** The stored result to use; undefined: run. */
  record?: StoredResult;
  /** It was known without opening its record. */
  remembered?: boolean;
  /** Its directories need no repair before use. */
  ready?: boolean;
  reason: string;
  changes: Change[];
  /** When the result that it was compared with was made. */
  comparedWith: string | null;
  /** The entry under the key could not be used. */
  problem?: string;
  /** What is decided is one shard of the task. */
  part?: Part;
}

/** What tells a shard's decision from its task's. */
export interface Part {
  /** Of the shard; see `ShardEntry`. */
  name: string;
  /** Among the shards of the task, from 0. */
  place: number;
  /** How many shards of the task are to be made with it. */
  together?: number;
  files: string[];
  /** All files of the task, where what runs the shard may open those of others, so that it serves them all. */
  opens?: string[];
  /** Shards by port, in place of the task's inputs. */
  inputs: Record<string, { id: string; dir: string }>;
}

/** Outputs of finished tasks by task id and port. */
export type KnownOutputs = Map<string, Record<string, StoredOutput>>;

export interface PlannerParts {
  store: Store;
  cache: StatCache;
  codes: Pick<CodeMemory, "of">;
  env: EnvHasher;
  /** Facts that the step's definition adds to the key. */
  environmentOf: (task: Task, code: Code) => Promise<Record<string, Json>>;
}

export class Planner {
  readonly latest: Latest;
  readonly #shared = { schema: keySchema, runtime: currentRuntime() };
  readonly #byId: Map<string, Task>;
  /** Of the tasks that were decided. */
  readonly #keys = new Map<string, string>();

  readonly #parts: PlannerParts;

  constructor(readonly workplan: Workplan, parts: PlannerParts) {
    this.#parts = parts;
    this.latest = readLatest(parts.store.layout, `${fileOf(workplan)}\n${workplan.name}`, this.#shared);
    this.#byId = new Map(workplan.tasks.map((t) => [t.id, t]));
  }

  /** Takes another decision on a task for the one that was made here. */
  replace(task: Task, { key }: Decision): void {
    this.#keys.set(task.id, key);
  }

  /** The action key of a task that was decided. */
  keyOf(task: string): string | undefined {
    return this.#keys.get(task);
  }

  /**
   * The key of a task and whether a result for it can be used.
   *
   * @param force Tasks that run although there is a result; `none` where the task is not to run at all, and any result
   *   under its key serves, whatever its `cache`.
   * @throws InputError for a file that is missing.
   */
  async decide(task: Task, known: KnownOutputs, force: Selection["force"] | "none"): Promise<Decision> {
    const files: Record<string, Listing> = {};
    const digests: KeyParts["files"] = {};
    for (const request of task.files) {
      const found = await hashRequest(this.workplan.root, request, this.#parts.cache);
      files[request.name] = found;
      digests[request.name] = found.digest;
    }
    const code = await this.#parts.codes.of(task.module, loadedBy(task, files));
    const cache = reuse(task, code);
    const parts: KeyParts = {
      ...this.#shared,
      uses: task.uses,
      code: code.id,
      params: (this.workplan.env ?? []).length === 0 ? task.params : await this.#params(task),
      ...(task.seed === undefined ? {} : { seed: task.seed }),
      ...(cache.mode === "never" ? { cache: "never" } : {}),
      ...keyed(task),
      env: task.permissions.env === undefined
        ? {}
        : await this.#parts.env.hash(task.permissions.env.filter((name) => name !== "*")),
      inputs: this.#inputs(task, known),
      files: digests,
      outputs: task.outputs,
      environment: await this.#parts.environmentOf(task, code),
      ...(task.lineage === true ? { lineage: this.#lineage(task) } : {}),
    };
    const key = keyOf(this.latest, task.id, parts);
    this.#keys.set(task.id, key);
    const ingredients = () => ({ ...parts, files: mapValues(files, (f) => f.hashes) });
    const look = await this.#look(task, key, ingredients, { code, cache }, force);
    return {
      key,
      parts,
      code,
      cache,
      files,
      changes: [],
      comparedWith: null,
      ingredients,
      ...look,
    };
  }

  /** Parameters as a record may hold them. */
  async #params(task: Task): Promise<Task["params"]> {
    const { maskParams } = await import("./mask.ts");
    return maskParams(task.params, await this.#parts.env.hash(this.workplan.env ?? []));
  }

  async #look(
    task: Task,
    key: string,
    ingredients: () => Ingredients,
    { code, cache }: Pick<Decision, "code" | "cache">,
    force: Selection["force"] | "none",
  ): Promise<Partial<Decision> & { reason: string }> {
    const any = force === "none";
    if (!any && (force === true || force?.includes(task.id))) return { reason: "forced" };
    if (!any && cache.mode === "never") {
      const { because } = cache;
      const why = because === undefined ? "" : `: ${because} (unless the step says \`cache: pure\`)`;
      return { reason: `never taken from the cache${why}` };
    }
    const remembered = rememberedResult(this.#parts.store.layout, lastOf(this.latest, task.id), key);
    const { record, problem }: { record?: StoredResult; problem?: string } = remembered === undefined
      ? readRecord(this.#parts.store.layout, key)
      : { record: remembered };
    if (record !== undefined) {
      if (!any && cache.mode === "ttl") {
        const age = (Date.now() - Date.parse(record.created)) / 1000;
        if (!(age >= 0 && age < cache.seconds)) return { reason: `older than ${cache.seconds} s` };
      }
      const ready = this.#parts.store.ready(record);
      if (ready || await this.#parts.store.whole(record)) {
        return { record, remembered: remembered !== undefined, ready, reason: "nothing changed" };
      }
      return {
        reason: "its stored result is damaged",
        problem: `The stored result of ${task.id} is damaged`,
      };
    }
    if (problem !== undefined) return { reason: "its stored result cannot be used", problem };
    const previous = lastOf(this.latest, task.id);
    if (previous === undefined) return { reason: "first time" };
    if (previous.key === key) return { reason: "its result is no longer in the store" };
    const before = readRecord(this.#parts.store.layout, previous.key).record;
    if (before === undefined) return { reason: "its earlier result is no longer in the store" };
    const { readCode } = await import("../store/code_store.ts");
    const { describeChanges, diffIngredients } = await import("../key/diff_ingredients.ts");
    const codeOf = (id: string) => id === code.id ? code : readCode(this.#parts.store.layout, id);
    const changes = diffIngredients(before.ingredients, ingredients(), codeOf);
    return { changes, comparedWith: before.created, reason: describeChanges(changes) };
  }

  #inputs(task: Task, known: KnownOutputs): Ingredients["inputs"] {
    const inputs: Ingredients["inputs"] = {};
    for (const [port, { arity, sources }] of Object.entries(task.inputs)) {
      const list = sources.map((source) => {
        const output = known.get(source.task)![source.port]!;
        const producer = this.#byId.get(source.task)!;
        return { type: output.type, id: output.id, step: producer.step, cell: producer.cell };
      });
      if (arity === "many") inputs[port] = list;
      else if (list[0] !== undefined) inputs[port] = { type: list[0].type, id: list[0].id };
    }
    return inputs;
  }

  /** How the task's ancestors are made: what a step that is told of them can tell others. */
  #lineage(task: Task): Record<string, string> {
    const hash = (one: Task) =>
      sha256(canonicalJson({ key: this.#keys.get(one.id) ?? "", from: dependenciesOf(one) }, "lineage"));
    return Object.fromEntries(ancestorsOf(task, this.workplan.tasks).map((one) => [one.id, hash(one)]));
  }
}

/** The rule of the task, or never where its code leaves something open and nobody said that this does not matter. */
function reuse({ cache }: Task, { unseen }: Code): CacheRule {
  const silent = cache.mode === "pure" && cache.stated !== true;
  return silent && unseen.length > 0 ? { mode: "never", because: unseen.join("; ") } : cache;
}

/** The permissions of a user's step; those of the program's follow from its code and parameters. */
function keyed({ module, permissions }: Task): Pick<KeyParts, "permissions"> {
  if (ofProgram(module)) return {};
  const lists = Object.entries(permissions).flatMap(([kind, given]): [string, string[] | boolean][] => {
    if (!Array.isArray(given)) return given === true ? [[kind, true]] : [];
    const names = kind === "env" ? given.filter((name) => name === "*") : given;
    return names.length === 0 ? [] : [[kind, [...new Set(names)].sort()]];
  });
  if (lists.length === 0) return {};
  return { permissions: Object.fromEntries(lists.sort(([a], [b]) => a < b ? -1 : 1)) };
}

/** Files that a task loads as code. @param found By request name. */
export function loadedBy({ files }: Task, found: Record<string, Listing>): LoadedFiles {
  const paths = (kind: "notebook" | "module") =>
    files.filter((request) => request[kind] === true).flatMap(({ name }) => found[name]?.paths ?? []);
  return { notebooks: paths("notebook"), modules: paths("module") };
}
