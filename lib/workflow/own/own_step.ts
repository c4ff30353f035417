/** A user's own step, `uses: ./my-step.ts`: its definition lives in a worker that may only read the project. */
import { fileURLToPath } from "node:url";
import type { Json } from "../../artifacts/artifact.ts";
import type { LearnedStep, StepMemory } from "./known_step.ts";
import { namedPackages } from "./named_packages.ts";
import { loadProblem, noModule } from "./load_problem.ts";
import type { Answer, Question } from "./own_step_worker.ts";
import { ProjectPackages } from "./project_packages.ts";
import type { StepWorker } from "./far_process.ts";
import { openStepWorker } from "./step_worker.ts";
import type { Resolution, StepFacts, StepType } from "../step_type.ts";

/** The step type, or why there is none. */
export type OwnStep =
  | {
    type: StepType;
    /** What was learned by asking; undefined where nothing was that lasts. */
    learned(): LearnedStep | undefined;
    close(): void;
  }
  | { problem: string; hint: string };

/** What Deno says of a package that it may not resolve here. */
const foreignPackage =
  /not a dependency and not in import map|lockfile is out of date|\b(?:npm|jsr):|npm package/i;

/** For an answer of a module; long, since it may be loaded by a busy machine, or with packages to fetch first. */
const SECONDS = 120;

/**
 * Loads the definition of `module` (a file URL); `root` is the folder that it may read. What `memory` knows is not
 * asked again, and where it knows everything no worker is started.
 */
export async function loadOwnStep(module: string, root: string, memory?: StepMemory): Promise<OwnStep> {
  try {
    if (!(await Deno.stat(new URL(module))).isFile) throw new Deno.errors.NotFound();
  } catch {
    return { problem: "there is no such file", hint: "the path starts at the workflow file's folder" };
  }
  const other = noModule(module);
  if (other !== undefined) return other;
  const known = memory?.(module);
  const asking = new Asking(module, root);
  try {
    const facts = known?.facts ?? await asking.facts();
    const resolve = (written: Json) => known?.answerTo(written) ?? asking.resolve(written);
    return { type: { ...facts, resolve }, learned: () => asking.learned, close: () => asking.close() };
  } catch (error) {
    asking.close();
    if (error instanceof NoStep) {
      return {
        problem: `is no step that can run: ${error.faults.join("; ")}`,
        hint:
          "the module's default export is what defineStep({ … }) returns; its types tell an editor of mistakes",
      };
    }
    return loadProblem(module, (error as Error).message);
  }
}

class NoStep extends Error {
  constructor(readonly faults: string[]) {
    super(faults.join("; "));
  }
}

class NoAnswer extends Error {}

/** The definition in its worker, which is started by the first question. */
class Asking {
  readonly #module: string;
  readonly #root: string;
  #keeper: Keeper | undefined;
  #facts: Promise<StepFacts> | undefined;
  #learned: LearnedStep | undefined;

  constructor(module: string, root: string) {
    this.#module = module;
    this.#root = root;
  }

  facts(): Promise<StepFacts> {
    return this.#facts ??= this.#load();
  }

  async #load(): Promise<StepFacts> {
    const loaded = Date.now();
    const packages = new ProjectPackages(this.#module, this.#root);
    const { foreign, basics } = namedPackages(this.#module);
    // All of the program takes longer to load than a process with its basics, and what it does cannot be remembered.
    const { answer, lasting } = packages.differs || foreign || basics
      ? await this.#askFar(await packages.config(basics), !packages.differs && !foreign)
      : await this.#ask().catch(async (error: Error) => {
        if (!foreignPackage.test(error.message)) throw error;
        this.#keeper?.close();
        return await this.#ask(await packages.config());
      });
    if ("faults" in answer) throw new NoStep(answer.faults);
    if (lasting) this.#learned = { module: this.#module, loaded, facts: answer.facts, answers: [] };
    return answer.facts;
  }

  /** @param shared Whether it may be asked beside others; one that fails so is asked again where it can only be its fault. */
  async #askFar(config: string, shared: boolean) {
    try {
      return await this.#ask(config, shared);
    } catch (error) {
      if (!shared || error instanceof NoAnswer) throw error;
      this.#keeper?.close();
      return await this.#ask(config);
    }
  }

  #ask(config?: string, shared = false) {
    this.#keeper = new Keeper(this.#module, this.#root, config, shared);
    const question: Question = { kind: "load", module: this.#module };
    return this.#keeper.ask<{ facts: StepFacts } | { faults: string[] }>(question);
  }

  async resolve(written: Json): Promise<Resolution> {
    await this.facts();
    const { answer, lasting } = await this.#keeper!.ask<Resolution>({ kind: "resolve", written })
      .catch((error: Error) => ({ answer: { ok: false as const, fault: error.message }, lasting: false }));
    if (lasting && answer.ok) this.#learned?.answers.push([written, answer]);
    return answer;
  }

  get learned(): LearnedStep | undefined {
    return this.#learned;
  }

  close(): void {
    this.#keeper?.close();
  }
}

/** A question that waits for its answer. */
interface Asked {
  question: Question;
  resolve: (answer: any) => void;
  reject: (error: Error) => void;
}

/** The near side of the worker. */
class Keeper {
  readonly #worker: StepWorker;
  /** Questions that are not sent yet: those of a matrix come by the hundred and go together. */
  #waiting: Asked[] = [];
  #sent: Asked[] = [];
  #deadline: ReturnType<typeof setTimeout> | undefined;
  /** After it nothing is asked: an answer that still came could be taken for that to another question. */
  #failure: Error | undefined;

  constructor(module: string, root: string, config?: string, shared = false) {
    const program = fileURLToPath(new URL("../../", import.meta.url));
    const folder = fileURLToPath(new URL("./", module));
    const read = [root, folder, program];
    const none = { write: false, net: false, env: false, run: false, sys: false, ffi: false, import: false };
    const worker = new URL("./own_step_worker.ts", import.meta.url);
    this.#worker = openStepWorker(worker, { read, ...none }, config, shared);
    this.#worker.onmessage = ({ data }: MessageEvent<Answer[] | { problem: string }>) => {
      if (this.#failure !== undefined) return;
      if (!Array.isArray(data)) return this.#fail(new Error(data.problem));
      const sent = this.#answered();
      for (const [i, answer] of data.entries()) {
        if ("problem" in answer) sent[i]!.reject(new Error(answer.problem));
        else sent[i]!.resolve(answer);
      }
      this.#send();
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(new Error(event.message.split("\n")[0]));
    };
  }

  ask<T>(question: Question): Promise<{ answer: T; lasting: boolean }> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<{ answer: T; lasting: boolean }>();
    this.#waiting.push({ question, resolve, reject });
    if (this.#waiting.length === 1) queueMicrotask(() => this.#send());
    return promise;
  }

  /** Sends what waits, unless an answer is still to come. */
  #send(): void {
    if (this.#sent.length > 0 || this.#waiting.length === 0) return;
    this.#sent = this.#waiting;
    this.#waiting = [];
    this.#deadline = setTimeout(
      () => this.#fail(new NoAnswer(`no answer within ${SECONDS} s`)),
      SECONDS * 1000,
    );
    this.#worker.postMessage(this.#sent.map(({ question }) => question));
  }

  /** Ends the waiting for answers to what was sent. */
  #answered(): Asked[] {
    clearTimeout(this.#deadline);
    return this.#sent.splice(0);
  }

  #fail(error: Error): void {
    this.#failure = error;
    for (const { reject } of [...this.#answered(), ...this.#waiting.splice(0)]) reject(error);
  }

  close(): void {
    this.#worker.terminate();
  }
}
