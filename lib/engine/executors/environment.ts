/** The facts that a step definition adds to its key, e.g. the version of an external tool. */
import { join } from "../../path.ts";
import type { Json } from "../../artifacts/artifact.ts";
import type { StepDefinition } from "../../workflow/step.ts";
import type { Task } from "../../workflow/workplan.ts";
import type { Code } from "../key/code_id.ts";
import { filePath } from "../system/file_url.ts";
import { ofProgram, programRoot } from "../system/program.ts";
import { StepError } from "../step_error.ts";

const patience = 60_000;
/** Whether a step may have something to say: by code id, those of the program by module. */
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
    if (!mayTalk(task.module, () => says(filePath(task.module)))) return {};
    let definition = definitions.get(task.module);
    if (definition === undefined) {
      definition = import(task.module).then((m) => m.default);
      definitions.set(task.module, definition);
    }
    return await (await definition).environment?.(task.params) ?? {};
  }
  const ofUser = () => code.files.some((path) => !path.startsWith(ownCode) && says(path));
  return mayTalk(code.id, ofUser) ? await askWorker(task, code, root) : {};
}

const ownCode = join(programRoot, "lib");

/**
 * Whether a definition may have something to say; most have not, and neither a worker nor the modules of a step of the
 * program are loaded for them.
 */
function mayTalk(code: string, look: () => boolean): boolean {
  let talks = talkative.get(code);
  if (talks === undefined) talkative.set(code, talks = look());
  return talks;
}

function says(path: string): boolean {
  return Deno.readTextFileSync(path).includes("environment");
}

async function askWorker(task: Task, code: Code, root: string): Promise<Record<string, Json>> {
  const { explainDenial, fromRoot, workerPermissions } = await import("./permissions.ts");
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
