/** Runs one step: reads its inputs, calls it, writes its outputs. The same code in a worker and in this thread. */
import type { ArtifactType } from "../../artifacts/artifact.ts";
import { InputError } from "../../errors.ts";
import { hash32, Random } from "../../random.ts";
import { portOf, type Progress, type StepContext, type StepDefinition } from "../../workflow/step.ts";
import { treeStamp } from "../system/tree_stamp.ts";
import { draftIn, type Job, type JobFolders, mergedFile, outputError, shardsPort } from "./protocol.ts";

/** Takes the messages of a running step. */
export interface StepChannel {
  progress(progress: Progress): void;
  log(message: string): void;
  warn(message: string): void;
  checkpoint?(state: Uint8Array): void;
  /** Told the path of a draft that is begun. */
  draft?(path: string): void;
}

/**
 * @returns What the outputs looked like when they were written.
 * @throws whatever the step throws, or an error that names the port when a value is missing.
 */
export async function runStep(
  definition: StepDefinition<any, any, any>,
  job: Job,
  folders: JobFolders,
  channel: StepChannel,
  signal: AbortSignal,
): Promise<string> {
  if (job.merges === true) return await mergeShards(definition, job, folders, channel, signal);
  const inputs: Record<string, unknown> = {};
  const inputDirs: Record<string, string> = {};
  for (const [port, spec] of Object.entries(definition.inputs)) {
    const { type } = portOf(spec as any);
    const items = job.inputs[port] ?? [];
    if (items[0] !== undefined) inputDirs[port] = items[0].dir;
    if (job.many.includes(port)) {
      inputs[port] = await Promise.all(
        items.map(async (item) => ({ ...item, value: await type?.read(item.dir) })),
      );
    } else inputs[port] = items[0] === undefined ? undefined : await type?.read(items[0].dir);
  }
  const context: StepContext = {
    inputs: inputs as any,
    inputDirs,
    params: job.params,
    files: job.files,
    out(port) {
      if (!job.outputs.includes(port)) {
        throw new RangeError(`Cannot write output: the step has no port ${port}`);
      }
      return `${folders.out}/${port}`;
    },
    get scratch() {
      // Made for those that ask: where files come and go all the time, a file system is slow to make new ones.
      Deno.mkdirSync(folders.scratch, { recursive: true });
      return folders.scratch;
    },
    checkpoint: { load: () => job.checkpoint, save: (state) => channel.checkpoint?.(state) },
    draft() {
      const path = draftIn(context.scratch);
      const file = Deno.openSync(path, { read: true, write: true, create: true });
      if (job.draft === undefined) channel.draft?.(path);
      return file;
    },
    get rng() {
      if (job.seed === undefined) throw new TypeError("Cannot use rng: define the step with random: true");
      return new Random(hash32(`step:${job.seed}`));
    },
    seed: job.seed ?? 0,
    threads: job.threads,
    ...(job.lineage === undefined ? {} : { lineage: job.lineage }),
    ...(job.shard === undefined ? {} : { shard: job.shard }),
    progress: (p) => channel.progress(p),
    log: (message) => channel.log(message),
    warn: (message) => channel.warn(message),
    signal,
  };
  const rng = job.seed === undefined ? undefined : context.rng;
  if (rng !== undefined) Object.defineProperty(context, "rng", { value: rng });
  const values = await definition.run(context as any) as Record<string, unknown> | undefined;
  for (const port of job.outputs) {
    const value = values?.[port];
    if (value === undefined) {
      throw new TypeError(`Cannot store output: the step returned nothing for port ${port}`);
    }
    await writeOutput(definition.outputs[port], port, `${folders.out}/${port}`, value);
  }
  return await checkOutputs(definition, job.outputs, folders.out);
}

/** Calls the step's `merge` and writes what it says. */
async function mergeShards(
  definition: StepDefinition<any, any, any>,
  { inputs, params, files, outputs }: Job,
  folders: JobFolders,
  { progress, log, warn }: StepChannel,
  signal: AbortSignal,
): Promise<string> {
  const shards = Object.fromEntries(
    outputs.map((port) => [port, inputs[shardsPort(port)]!.map(({ dir }) => dir)]),
  );
  const inputDirs = Object.fromEntries(
    Object.keys(definition.inputs).flatMap((port) =>
      inputs[port]?.slice(0, 1).map(({ dir }) => [port, dir]) ?? []
    ),
  );
  const written = new Set<string>();
  const write = async (port: string, value: unknown) => {
    await writeOutput(definition.outputs[port], port, `${folders.out}/${port}`, value);
    written.add(port);
  };
  const merged = await definition.merge!({
    ...{ shards, inputDirs, params, files, write },
    ...{ progress, log, warn, signal },
  });
  const left = outputs.find((port) => definition.outputs[port].shards !== "joined" && !written.has(port));
  if (merged !== undefined && left !== undefined) {
    throw new TypeError(
      `Cannot store output: ${
        definition.outputs[left].name
      } cannot be joined from shards, and merge() did not ` +
        `write the port ${left}`,
    );
  }
  await Deno.writeTextFile(`${folders.out}/${outputs[0]}/${mergedFile}`, JSON.stringify(merged ?? null));
  return await checkOutputs(definition, [...written], folders.out);
}

/** Bytes of a user's output up to which it is read again as the next step will read it. */
const readable = 64 * 2 ** 20;

/** Writes a value. @throws an error that names the port. */
async function writeOutput(type: ArtifactType, port: string, dir: string, value: unknown): Promise<void> {
  await ofPort(type, port, dir, () => type.write(dir, value));
}

/**
 * Makes sure that what was written is of its type.
 *
 * @returns What the folder looked like before: what is read may not change any more.
 * @throws an error that names the port.
 */
async function checkOutputs(
  { outputs }: StepDefinition<any, any, any>,
  ports: readonly string[],
  out: string,
): Promise<string> {
  const bytes: Record<string, number> = {};
  const stamp = treeStamp(out, (path, size) => {
    const port = path.slice(1, path.indexOf("/", 1));
    bytes[port] = (bytes[port] ?? 0) + size;
  });
  for (const port of ports) {
    if ((bytes[port] ?? 0) > readable) continue;
    const [type, dir] = [outputs[port], `${out}/${port}`];
    await ofPort(type, port, dir, () => type.read(dir));
  }
  return stamp;
}

/** Names the port in what goes wrong with its value. */
async function ofPort(
  type: ArtifactType,
  port: string,
  dir: string,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (ofSystem(cause)) throw cause;
    const [message = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    const error = new Error(
      `The step's output ${port} is no valid ${type.name}: ${message.replaceAll(`${dir}/`, "")}`,
      { cause },
    );
    error.name = outputError;
    throw error;
  }
}

/** Whether an error tells of the machine and not of what was written: a full disk, a permission that is missing. */
function ofSystem(error: unknown): boolean {
  if (error instanceof InputError) return false;
  return /^E[A-Z]+$/.test(String((error as { code?: unknown })?.code)) ||
    Object.values(Deno.errors).some((type) => error instanceof type);
}
