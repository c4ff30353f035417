/**
 * Shards of a step as job arrays: attempts of one task that come shortly after each other, and ask for the same, are one
 * array. Its folder has a link to the folder of each attempt, by the shard's number, which is the element's as well.
 */
import { basename, join } from "../../path.ts";
import type { AttemptFolder } from "./attempt_folder.ts";

/** Milliseconds without another shard after which an array is submitted that is not complete. */
const settled = 2000;
/** Numbers of an array's elements; Slurm has 0 to 1000 as it is installed. */
const arraySize = 1000;

/** What is submitted. */
interface ShardArray {
  name: string;
  folder: string;
  /** How many shards have lower numbers than those of its elements. */
  before: number;
  /** What `--array` takes. */
  elements: string;
}

/** Submits an array; the id of the job. */
type Submit = (array: ShardArray) => Promise<string>;

interface Open extends Omit<ShardArray, "elements"> {
  elements: Map<number, PromiseWithResolvers<string>>;
  timer: ReturnType<typeof setTimeout> | undefined;
  submit: Submit;
}

export class SlurmArrays {
  readonly #open = new Map<string, Open>();
  readonly #jobs: string;

  /** @param jobs Folder of all attempts. */
  constructor(jobs: string) {
    this.#jobs = jobs;
  }

  /**
   * Adds an attempt to the array that is being gathered.
   *
   * @param alike Attempts may be elements of the same array where this is equal.
   * @param shard Number of the shard, from 1; `together` is how many there are to be with it.
   * @param stage Makes the attempt's folder, told by what its job is found again.
   * @returns The id of the element's job.
   */
  async add(
    alike: string,
    { shard, together, atOnce, folder }: {
      shard: number;
      together: number;
      atOnce: number;
      folder: AttemptFolder;
    },
    signal: AbortSignal,
    stage: (submission: string) => void,
    submit: Submit,
  ): Promise<string> {
    const before = Math.floor((shard - 1) / arraySize) * arraySize;
    const element = shard - before;
    const key = JSON.stringify([alike, before]);
    const open = this.#open.get(key) ?? this.#begin(key, before, submit);
    stage(elementName(open.name, element));
    Deno.symlinkSync(join("..", folder.name), join(open.folder, String(element)), { type: "dir" });
    const id = Promise.withResolvers<string>();
    open.elements.set(element, id);
    const leave = () => {
      if (open.elements.delete(element)) id.reject(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    clearTimeout(open.timer);
    const complete = open.elements.size === Math.min(together, arraySize);
    open.timer = setTimeout(() => this.#submit(key, open, atOnce), complete ? 0 : settled);
    return await id.promise.finally(() => signal.removeEventListener("abort", leave));
  }

  #begin(key: string, before: number, submit: Submit): Open {
    const name = `array.${crypto.randomUUID().slice(0, 13)}`;
    const folder = join(this.#jobs, name);
    Deno.mkdirSync(folder, { recursive: true });
    const open: Open = { name, folder, before, elements: new Map(), timer: undefined, submit };
    this.#open.set(key, open);
    return open;
  }

  async #submit(
    key: string,
    { name, folder, before, elements, submit }: Open,
    atOnce: number,
  ): Promise<void> {
    this.#open.delete(key);
    const numbers = [...elements.keys()].sort((a, b) => a - b);
    if (numbers.length === 0) return Deno.removeSync(folder, { recursive: true });
    const limit = atOnce < numbers.length ? `%${atOnce}` : "";
    try {
      const id = await submit({ name, folder, before, elements: `${ranges(numbers)}${limit}` });
      for (const [element, { resolve }] of elements) resolve(elementName(id, element));
    } catch (error) {
      for (const { reject } of elements.values()) reject(error);
    }
  }
}

/** Removes the link to an attempt whose folder is gone, and the array's folder with the last one. */
export function leaveArray(jobs: string, submission: string): void {
  const [, name, element] = /^(array\..+)_(\d+)$/.exec(submission) ?? [];
  if (name === undefined) return;
  const folder = join(jobs, basename(name));
  try {
    Deno.removeSync(join(folder, element!));
    Deno.removeSync(folder);
  } catch {
    // Others are there still, or another driver removed it.
  }
}

/** By what an element of an array is found again, as Slurm writes its job's id. */
export function elementName(array: string, element: number | string): string {
  return `${array}_${element}`;
}

/** Numbers as Slurm reads them: `1-3,7`. */
function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length;) {
    let last = i;
    while (numbers[last + 1] === numbers[last]! + 1) last++;
    parts.push(last === i ? `${numbers[i]}` : `${numbers[i]}-${numbers[last]}`);
    i = last + 1;
  }
  return parts.join(",");
}
