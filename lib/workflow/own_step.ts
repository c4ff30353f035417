/** A user's own step, `uses: ./my-step.ts`: its definition lives in a worker that may only read the project. */
import { fileURLToPath } from "node:url";
import type { Json } from "../artifacts/artifact.ts";
import type { Question } from "./own_step_worker.ts";
import type { Resolution, StepFacts, StepType } from "./step_type.ts";

/** The step type, or why there is none. */
export type OwnStep = { type: StepType; close(): void } | { problem: string; hint: string };

const SECONDS = 10;

/** Loads the definition of `module` (a file URL); `root` is the folder that it may read. */
export async function loadOwnStep(module: string, root: string): Promise<OwnStep> {
  try {
    if (!(await Deno.stat(new URL(module))).isFile) throw new Deno.errors.NotFound();
  } catch {
    return { problem: "there is no such file", hint: "the path starts at the workflow file's folder" };
  }
  const keeper = new Keeper(module, root);
  try {
    const answer = await keeper.ask<{ facts: StepFacts } | { missing: string[] }>({ kind: "load", module });
    if ("missing" in answer) {
      keeper.close();
      return {
        problem: "the module does not default-export a step",
        hint: `write export default defineStep({ … }); missing: ${answer.missing.join(", ")}`,
      };
    }
    const resolve = (written: Json) => keeper.ask<Resolution>({ kind: "resolve", written });
    return { type: { ...answer.facts, resolve }, close: () => keeper.close() };
  } catch (error) {
    keeper.close();
    return {
      problem: `cannot be loaded: ${(error as Error).message}`,
      hint: "a step's module may only define the step; work belongs into `run`",
    };
  }
}

/** The near side of the worker. */
class Keeper {
  readonly #worker: Worker;
  #settle: { resolve: (answer: any) => void; reject: (error: Error) => void } | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(module: string, root: string) {
    const program = fileURLToPath(new URL("../", import.meta.url));
    const folder = fileURLToPath(new URL("./", module));
    const read = [root, folder, program];
    this.#worker = new Worker(new URL("./own_step_worker.ts", import.meta.url), {
      type: "module",
      deno: {
        permissions: {
          read,
          write: false,
          net: false,
          env: false,
          run: false,
          sys: false,
          ffi: false,
          import: false,
        },
      },
    } as WorkerOptions);
    this.#worker.onmessage = ({ data }) => {
      if ("problem" in data) this.#settle?.reject(new Error(data.problem));
      else this.#settle?.resolve(data.answer);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#settle?.reject(new Error(event.message.split("\n")[0]));
    };
  }

  /** Asks one question after the other. */
  ask<T>(question: Question): Promise<T> {
    const answer = this.#queue.then(() =>
      new Promise<T>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no answer within ${SECONDS} s`)), SECONDS * 1000);
        const settled = <V>(then: (value: V) => void) => (value: V) => {
          clearTimeout(timer);
          then(value);
        };
        this.#settle = { resolve: settled(resolve), reject: settled(reject) };
        this.#worker.postMessage(question);
      })
    );
    this.#queue = answer.catch(() => {});
    return answer;
  }

  close(): void {
    this.#worker.terminate();
  }
}
