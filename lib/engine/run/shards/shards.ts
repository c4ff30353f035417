/** What a task that maps over recordings is made of: a decision of its own for each shard. */
import { readShardList, shardFolder, type ShardList } from "../../../artifacts/shards.ts";
import type { Mapping } from "../../../workflow/step.ts";
import type { Task } from "../../../workflow/workplan.ts";
import type { Ingredients, KeyParts } from "../../key/action_key.ts";
import { ofProgram } from "../../system/program.ts";
import { filesDigest, type Listing } from "../../key/stat_cache.ts";
import { readRecord, type StoredOutput } from "../../store/action_record.ts";
import { sha256 } from "../../system/canonical_json.ts";
import type { Layout } from "../../system/layout.ts";
import { join } from "../../../path.ts";
import { areComplete, groupFiles } from "./group_files.ts";
import { pathsByName } from "./paths_by_name.ts";
import type { Decision, KnownOutputs, Part } from "../planner.ts";
import { redecide } from "../redecide.ts";

/** The decision on one shard; nothing is looked up yet. */
export type ShardDecision = Decision & { part: Part };

/**
 * The shards of a task, in the order of the recordings; undefined where it runs once on everything, because it does not
 * map, its inputs are no lists or not the same recordings, or there would be only one.
 */
export function shardsOf(
  task: Task,
  decision: Decision,
  known: KnownOutputs,
  dirOf: (output: StoredOutput) => string,
): ShardDecision[] | undefined {
  if (task.map === undefined || decision.cache.mode === "never") return undefined;
  return task.map.files === undefined
    ? shardsOfInputs(task, task.map.ports, decision, known, dirOf)
    : shardsOfFiles(task, task.map.files, decision);
}

/** How many shards a task that is to run has, and how many of them are stored; undefined where it does not map. */
export function countShards(
  task: Task,
  decision: Decision,
  known: KnownOutputs,
  layout: Layout,
): { total: number; restored: number } | undefined {
  const shards = shardsOf(task, decision, known, ({ id }) => layout.artifact(id));
  if (shards === undefined) return undefined;
  const restored = shards.filter(({ key }) => readRecord(layout, key).record !== undefined).length;
  return { total: shards.length, restored };
}

/** Shards in words, for plan and log. */
export function shardCounts({ total, restored }: { total: number; restored: number }): string {
  return `${total} shards: ${restored} restored, ${total - restored} to run`;
}

function shardsOfInputs(
  task: Task,
  ports: readonly string[],
  decision: Decision,
  known: KnownOutputs,
  dirOf: (output: StoredOutput) => string,
): ShardDecision[] | undefined {
  const lists = new Map<string, { dir: string; list: ShardList }>();
  for (const port of ports) {
    const [source, ...more] = task.inputs[port]?.sources ?? [];
    if (source === undefined) continue;
    const output = known.get(source.task)![source.port]!;
    const dir = dirOf(output);
    const list = more.length > 0 ? undefined : readShardList(dir, output.type);
    if (list === undefined) return undefined;
    lists.set(port, { dir, list });
  }
  const [first, ...others] = [...lists.values()].map(({ list }) => list.shards);
  if (first === undefined || first.length < 2) return undefined;
  const same = others.every((list) =>
    list.length === first.length && list.every(({ name }, i) => name === first[i]!.name)
  );
  if (!same) return undefined;
  return first.map(({ name, files }, place) => {
    const inputs: Part["inputs"] = {};
    const keyed: Ingredients["inputs"] = { ...decision.parts.inputs };
    for (const [port, { dir, list }] of lists) {
      const { id } = list.shards[place]!;
      inputs[port] = { id, dir: join(dir, shardFolder(place)) };
      keyed[port] = { type: (keyed[port] as { type: string }).type, id };
    }
    return partOf(
      decision,
      { name, place, files, inputs },
      { inputs: keyed },
      decision.files,
      task.map?.mergeFiles,
    );
  });
}

function shardsOfFiles(
  { module }: Task,
  { request, named: pattern = "", together, each }: NonNullable<Mapping["files"]>,
  decision: Decision,
): ShardDecision[] | undefined {
  const listing = decision.files[request];
  const named = listing === undefined ? undefined : pathsByName(listing);
  if (named === undefined || named.size < 2) return undefined;
  if (![...named.keys()].every((name) => new RegExp(pattern).test(name))) return undefined;
  if (each !== undefined && !areComplete([...named.keys()], together ?? "", each)) return undefined;
  const { hashes } = listing!;
  const files = [...named].map(([name, path]) => ({ name, size: Deno.statSync(path).size }));
  // A user's step reads nothing that is not in its key.
  const opens = ofProgram(module) ? { opens: listing!.paths } : {};
  const groups = groupFiles(files, together);
  if (groups.length < 2) return undefined;
  return groups.map((group, place) => {
    const names = group.map(({ name }) => name);
    const own = Object.fromEntries(names.map((name) => [name, hashes[name]!]));
    const digest = filesDigest(own);
    const listing: Listing = { paths: names.map((name) => named.get(name)!), hashes: own, digest };
    return partOf(
      decision,
      { name: sha256(names.join("\n")).slice(0, 16), place, files: names, inputs: {}, ...opens },
      { files: { ...decision.parts.files, [request]: digest } },
      { ...decision.files, [request]: listing },
    );
  });
}

function partOf(
  decision: Decision,
  part: Part,
  own: Partial<KeyParts>,
  files: Decision["files"],
  mergeFiles: readonly string[] = [],
): ShardDecision {
  // A shard is the same, whatever the task goes on without.
  const { missing: _, ...whole } = decision.parts;
  const parts = { ...whole, ...own, part: true as const };
  const read = <T>(all: Record<string, T>) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !mergeFiles.includes(name)));
  return { ...redecide(decision, { ...parts, files: read(parts.files) }, read(files)), part };
}
