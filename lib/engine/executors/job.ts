/**
 * The program of a job: runs the attempt of one folder, on its own. An element of an array finds the folder by its number.
 */
import { join } from "../../path.ts";
import { canonicalJson } from "../system/canonical_json.ts";
import { currentRuntime } from "../key/action_key.ts";
import { AttemptFolder } from "./attempt_folder.ts";
import { StepError, wroteLate } from "../step_error.ts";
import { LocalExecutor } from "./local.ts";
import { treeStamp } from "../system/tree_stamp.ts";
import { executeWire, type WireEnd, type WireMessage } from "./wire.ts";

const started = performance.now();
const [place, array] = Deno.args;
// Asked for only where this is an element: a driver that is one itself hands its own number on.
const element = () => join(place!, Deno.env.get("SLURM_ARRAY_TASK_ID")!);
const folder = new AttemptFolder(array === undefined ? place! : Deno.realPathSync(element()));
const spec = folder.spec()!;
const here = currentRuntime();
const abort = new AbortController();
const executor = new LocalExecutor(join(folder.path, "work"), 1);

// Progress in between is of no use to a driver that polls.
let progress: WireMessage | undefined;
const flush = () => {
  if (progress !== undefined) folder.send(progress);
  progress = undefined;
};
const timer = setInterval(flush, 1000);
/** Milliseconds in which the signals to one job's processes arrive. */
const signalsApart = 1000;
// Cancelled by hand, preempted, or over its time.
const ended = new StepError("The job was ended from outside", "crash", undefined, true);
Deno.addSignalListener("SIGTERM", () => abort.abort(ended));

let limit: ReturnType<typeof setTimeout> | undefined;
const { timeout } = spec.action;
if (timeout !== undefined) {
  const message = `The step took longer than its timeout of ${timeout} s`;
  const late = new StepError(message, "timeout", undefined, true);
  limit = setTimeout(() => abort.abort(late), timeout * 1000);
}

const failed = ({ message, kind, details, transient }: StepError): WireEnd => ({
  kind: "failed",
  failure: { message, kind, details, transient },
});
let end: WireEnd;
if (canonicalJson(here, "runtime") !== canonicalJson(spec.runtime, "runtime")) {
  const message = `The job's machine has ${JSON.stringify(here)} where the driver has ${
    JSON.stringify(spec.runtime)
  }`;
  end = failed(new StepError(message, "crash"));
} else {
  end = await executeWire(executor, spec, (message) => {
    if (message.kind === "progress") progress = message;
    else folder.send(message);
  }, abort.signal);
}
// Whoever ends a job signals all its processes at once, and the end of the step's may be seen before the own signal.
if (end.kind === "failed" && end.failure.kind === "crash" && !abort.signal.aborted) {
  await new Promise((resolve) => {
    abort.signal.addEventListener("abort", resolve);
    setTimeout(resolve, signalsApart);
  });
  if (abort.signal.reason === ended) end = failed(ended);
}
clearTimeout(limit);
clearInterval(timer);
flush();
await executor.close();
if (end.kind === "done") {
  // Looked at here: the driver may see the times of files through another machine.
  if (end.stamp !== treeStamp(end.out)) end = failed(wroteLate());
  else {
    Deno.renameSync(end.out, folder.out);
    end = { kind: "done", out: folder.out };
  }
}
const outside = abort.signal.reason === ended ? { outside: true as const } : {};
folder.end({ end, ...outside, node: Deno.hostname(), seconds: (performance.now() - started) / 1000 });
Deno.exit(0);
