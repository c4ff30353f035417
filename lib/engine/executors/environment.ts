/** The facts that a step definition adds to its key, e.g. the version of an external tool. */
import { join } from "../../path.ts";
import type { Json } from "../../artifacts/artifact.ts";
import type { StepDefinition } from "../../workflow/step.ts";
import type { Task } from "../../workflow/workplan.ts";
import type { Code } from "../key/code_id.ts";
import { ofProgram, programRoot } from "../system/program.ts";
import { StepError } from "../step_error.ts";
import { explainDenial, fromRoot, workerPermissions } from "./permissions.ts";

const patience = 60_000;
/** By code id, whether a user's step may have something to say. */
const talkative = new Map<string, boolean>();
const definitions = new Map<string, Promise<StepDefinition<any, any, any>>>();

/**
 * Asks the definition for its `environment`. The program's own steps are asked in this thread; a user's step only in
 * a worker with its own permissions, since its code is not trusted with more.
 *
 * @throws StepError when asking fails or takes longer than a minute.
 */
export async function environmentOf(task: Task, code: Code, root: string): Promise<Record<string, Json>> {
  if (ofProgram(task.module)) {
    let definition = definitions.get(task.module);
    if (definition === undefined) {
      definition = import(task.module).then((m) => m.default);
      definitions.set(task.module, definition);
    }
    return await (await definition).environment?.(task.params) ?? {};
  }
  // A worker only for those that have something to say: most have not.
  let talks = talkative.get(code.id);
  if (talks === undefined) talkative.set(code.id, talks = code.files.some(says));
  return talks ? await askWorker(task, code, root) : {};
}

const ownCode = join(programRoot, "lib");

function says(path: string): boolean {
  return !path.startsWith(ownCode) && Deno.readTextFileSync(path).includes("environment");
}

async function askWorker(task: Task, code: Code, root: string): Promise<Record<string, Json>> {
  const permissions = workerPermissions(fromRoot(task.permissions, root), code.files, [], {
    read: [],
    write: [],
  });
  const module = new URL("./environment_worker.ts", import.meta.url);
  const { openStepWorker } = await import("../../workflow/own/step_worker.ts");
  const worker = openStepWorker(
    module,
    { ...permissions, write: false },
    code.config ?? await code.basics?.(),
  );
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, Json>>();
  const timer = setTimeout(
    () => reject(new StepError("The step's environment took longer than a minute", "timeout")),
    patience,
  );
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new StepError(`The step's environment failed: ${event.message}`, "step"));
  };
  worker.onmessage = ({ data: { facts, failure } }) => {
    if (failure === undefined) return resolve(facts);
    const denial = explainDenial(failure.name, failure.message);
    const message = denial ?? `The step's environment failed: ${failure.message}`;
    reject(new StepError(message, denial === undefined ? "step" : "permission", failure.stack));
  };
  worker.postMessage({ module: task.module, params: task.params });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}
