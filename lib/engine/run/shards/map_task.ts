/**
 * Makes a task shard by shard. Each shard is locked, looked up, tried again and kept as a step is; what is left to do
 * here is to start them, to tell how far they are, and to make one artifact of them that holds no second copy.
 */
import type { Json } from "../../../artifacts/artifact.ts";
import { headerFile } from "../../../artifacts/artifact.ts";
import { shardFolder, type ShardList, shardsFile } from "../../../artifacts/shards.ts";
import type { Task } from "../../../workflow/workplan.ts";
import { cancellation, StepError, StepFailed } from "../../step_error.ts";
import type { ActionRecord, StoredOutput } from "../../store/action_record.ts";
import { contentId, type ManifestEntry } from "../../store/manifest.ts";
import { sha256 } from "../../system/canonical_json.ts";
import type { Store } from "../../store/store.ts";
import type { Beside } from "../commit.ts";
import type { Made, TaskReport } from "../made.ts";
import { ShardReport } from "./shard_report.ts";
import type { ShardDecision } from "./shards.ts";

/** Shards that may fail before any was made; then no more are tried. */
const hopeless = 3;

export interface MapParts {
  store: Store;
  report: TaskReport;
  /** Aborted when no more shards are to start. */
  stop: AbortSignal;
  /** Shards at the same time. */
  jobs: number;
  /** The stored result of a shard, ready to use. */
  stored: (shard: ShardDecision) => Promise<Pick<ActionRecord, "outputs" | "warnings"> | undefined>;
  /** @throws {StepError} */
  make: (shard: ShardDecision, report: TaskReport) => Promise<Made>;
  /** Runs the step's merge on the folders of the shards. */
  merge: Merge;
}

/** The shards of each output, in their order. */
export type ShardDirs = Record<string, { id: string; dir: string }[]>;

/** What a step's merge came to. */
export interface Merged {
  /** What all shards together show by output port; undefined where they do not fit together. */
  merged: Record<string, Json> | undefined;
  /** What lies beside the shards, by output port. */
  beside: Record<string, Beside>;
  warnings: string[];
}

type Merge = (dirs: ShardDirs) => Promise<Merged>;

/** A shard that is there. */
type Done = Pick<Made, "outputs" | "warnings">;

/**
 * Makes all shards and joins them in the store.
 *
 * @returns undefined where the shards cannot be joined, or the store cannot be written to, and the task has to be made as
 * a whole.
 * @throws {StepError} that names the shards which failed; the results of the others are kept.
 */
export async function mapTask(
  task: Task,
  shards: readonly ShardDecision[],
  parts: MapParts,
): Promise<{ outputs: Record<string, StoredOutput>; warnings: string[]; attempts: number } | undefined> {
  const { store } = parts;
  const { done, attempts } = await makeShards(task, shards, parts);
  if (done === undefined) return undefined;
  const dirOf = ({ id }: StoredOutput) => store.layout.artifact(id);
  const { merged, beside, warnings } = await mergeShards(
    task,
    parts.merge,
    done.map(({ outputs }) => outputs),
    dirOf,
  );
  if (merged === undefined) {
    parts.report.log(task, "its shards do not fit together as they are, so it runs once on everything");
    return undefined;
  }
  const outputs: Record<string, StoredOutput> = {};
  for (const port of Object.keys(task.outputs)) {
    const own = done.map(({ outputs }) => outputs[port]!);
    outputs[port] = await joinShards(store, shards, own, merged[port], beside[port]);
  }
  return { outputs, warnings: [...new Set([...done.flatMap((d) => d.warnings), ...warnings])], attempts };
}

/** What the outputs of the task would be, from shards that are made without storing anything; undefined as above. */
export async function probeShards(
  task: Task,
  shards: readonly ShardDecision[],
  { probe, merge }: {
    probe: (shard: ShardDecision) => Promise<{ out: string; outputs: Record<string, StoredOutput> }>;
    merge: Merge;
  },
): Promise<Record<string, StoredOutput> | undefined> {
  const probed: Awaited<ReturnType<typeof probe>>[] = [];
  const places = new Map<StoredOutput, string>();
  for (const shard of shards) {
    const found = await probe(shard);
    probed.push(found);
    for (const [port, output] of Object.entries(found.outputs)) places.set(output, `${found.out}/${port}`);
  }
  const all = probed.map(({ outputs }) => outputs);
  const { merged, beside } = await mergeShards(task, merge, all, (output) => places.get(output)!);
  if (merged === undefined) return undefined;
  const joined: Record<string, StoredOutput> = {};
  for (const port of Object.keys(task.outputs)) {
    const own = all.map((outputs) => outputs[port]!);
    const dir = places.get(own[0]!)!;
    joined[port] = (await listShards(shards, own, dir, merged[port], beside[port]?.files)).output;
  }
  return joined;
}

async function mergeShards(
  task: Task,
  merge: Merge,
  shards: readonly Record<string, StoredOutput>[],
  dirOf: (output: StoredOutput) => string,
): ReturnType<Merge> {
  if (task.map?.merges !== true) return { merged: {}, beside: {}, warnings: [] };
  const dirs: ShardDirs = {};
  for (const port of Object.keys(task.outputs)) {
    dirs[port] = shards.map((outputs) => ({ id: outputs[port]!.id, dir: dirOf(outputs[port]!) }));
  }
  return await merge(dirs);
}

async function makeShards(
  task: Task,
  shards: readonly ShardDecision[],
  { report, stop, jobs, stored, make }: MapParts,
): Promise<{ done: Done[] | undefined; attempts: number }> {
  const done: Done[] = [];
  const missing: number[] = [];
  for (const [place, shard] of shards.entries()) {
    const record = await stored(shard);
    if (record === undefined) missing.push(place);
    else done[place] = record;
  }
  const own = new ShardReport(task, report, { total: shards.length, missing: missing.length });
  const failures: [place: number, StepError][] = [];
  let [attempts, made, loose] = [1, 0, false];
  const queue = missing.values();
  const work = async () => {
    for (const place of queue) {
      const tooMany = failures.length >= hopeless && made === 0;
      if (stop.aborted || loose || tooMany) return;
      try {
        const { part, ...decision } = shards[place]!;
        const shard = { ...decision, part: { ...part, together: missing.length } };
        const result = await make(shard, own.of(place, describe(shards, place)));
        loose ||= result.loose !== undefined;
        attempts = Math.max(attempts, result.attempts);
        done[place] = result;
        made++;
        own.made();
      } catch (error) {
        if (!(error instanceof StepError)) throw error;
        failures.push([place, error]);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, missing.length) }, work));
  if (stop.aborted && done.filter(Boolean).length < shards.length) {
    throw cancellation();
  }
  if (failures.length > 0) throw failureOf(shards, failures, done.some(Boolean));
  return { done: loose ? undefined : done, attempts };
}

/** One artifact of the shards' files, which lie in the store already, and of those beside them. */
async function joinShards(
  store: Store,
  shards: readonly ShardDecision[],
  outputs: readonly StoredOutput[],
  merged: Json | undefined,
  { dir, files }: Beside = { dir: "", files: [] },
): Promise<StoredOutput> {
  const first = store.layout.artifact(outputs[0]!.id);
  const { output, texts } = await listShards(shards, outputs, first, merged, files);
  for (const text of texts) await store.addText(text);
  await store.addFiles(dir, files);
  store.assemble(output.id, output.files);
  return output;
}

/**
 * What an artifact of shards consists of: their files, and the texts that are new.
 *
 * @param dir Folder of the first shard.
 */
async function listShards(
  shards: readonly ShardDecision[],
  outputs: readonly StoredOutput[],
  dir: string,
  merged: Json | undefined,
  beside: readonly ManifestEntry[] = [],
): Promise<{ output: StoredOutput; texts: string[] }> {
  const header = JSON.parse(await Deno.readTextFile(`${dir}/${headerFile}`));
  const list: ShardList = {
    version: 1,
    shards: shards.map(({ part: { name, files } }, place) => ({ name, id: outputs[place]!.id, files })),
    ...(merged === undefined ? {} : { merged }),
  };
  const files = outputs.flatMap((output, place) =>
    output.files.map((file) => ({ ...file, path: `${shardFolder(place)}/${file.path}` }))
  );
  files.push(...beside);
  const texts: string[] = [];
  const own: [path: string, value: object][] = [[shardsFile, list]];
  if (!beside.some(({ path }) => path === headerFile)) {
    own.push([headerFile, { ...header, meta: { shards: shards.length } }]);
  }
  for (const [path, value] of own) {
    const text = `${JSON.stringify(value, null, 1)}\n`;
    files.push({ path, size: new TextEncoder().encode(text).length, sha256: sha256(text) });
    texts.push(text);
  }
  files.sort((a, b) => a.path < b.path ? -1 : 1);
  return { output: { type: outputs[0]!.type, id: contentId(files), files }, texts };
}

/** A shard in words. */
function describe(shards: readonly ShardDecision[], place: number): string {
  const { files } = shards[place]!.part;
  const [first, last] = [files[0], files.at(-1)];
  const held = first === undefined ? "" : ` (${files.length === 1 ? first : `${first} to ${last}`})`;
  return `shard ${place + 1} of ${shards.length}${held}`;
}

/** The error of the first shard that failed, with the numbers of the others. @param some Whether any is there. */
function failureOf(
  shards: readonly ShardDecision[],
  failures: [place: number, StepError][],
  some: boolean,
): StepError {
  failures.sort(([a], [b]) => a - b);
  const [place, { message, kind, details, transient }] = failures[0]!;
  const others = failures.slice(1).map(([other]) => String(other + 1));
  const more = others.length === 0
    ? ""
    : `\n  So did ${others.length === 1 ? "shard" : "shards"} ${others.slice(0, 5).join(", ")}${
      others.length > 5 ? ` and ${others.length - 5} more` : ""
    }`;
  const name = describe(shards, place);
  const text = `${name[0]!.toUpperCase()}${name.slice(1)}: ${message}${more}`;
  const attempts = Math.max(...failures.map(([, e]) => e instanceof StepFailed ? e.attempts : 1));
  const files = failures.flatMap(([place, error]) => filesOf(shards[place]!, error, some));
  return new StepFailed(new StepError(text, kind, details, transient, files), attempts);
}

/**
 * Paths of the files that a shard failed on: the one it complains of, else all of its own. Where no shard can be made
 * and none says why, it is not their files.
 */
function filesOf({ part, files }: ShardDecision, error: StepError, some: boolean): readonly string[] {
  if (error.files.length > 0) return error.files;
  if (!some || error.kind === "cancelled" || error.kind === "store") return [];
  const own = new Set(part.files);
  return Object.values(files).filter(({ hashes }) => Object.keys(hashes).every((name) => own.has(name)))
    .flatMap(({ paths }) => paths);
}
