/**
 * The program of a step process: runs the attempts that the engine sends, each in a worker with the step's
 * permissions. This thread only listens, so it learns of a cancelled run, or of an engine that died, whatever the
 * step is doing. Its arguments are the folder for attempts, how many idle workers to keep, the
 * engine's process id, and the place of its channel.
 */
import { markName } from "./leftovers.ts";
import { ProcessChannel } from "../../workflow/own/process_channel.ts";
import { executeWire, type WireEnd, type WireMessage, type WireSpec } from "./wire.ts";
import { WorkerPool } from "./worker_pool.ts";

/** Engine to step process. */
export type ToHost = { kind: "run"; spec: WireSpec } | { kind: "abort"; reason: string };
/** Step process to engine. */
export type FromHost = { kind: "ready" } | WireMessage | WireEnd;

const pool = new WorkerPool(Deno.args[0]!, Number(Deno.args[1]));
const channel = await ProcessChannel.open<FromHost, ToHost>(Deno.args[3]!);
const send = (message: FromHost) => channel.send(message);
const mark = new TextEncoder().encode(`${Deno.env.get(markName)}\n`);
let abort = new AbortController();
/** What all workers of a process share and a step can change. */
const state = () => {
  try {
    const env = Object.entries(Deno.env.toObject()).sort();
    return JSON.stringify([Deno.cwd(), Deno.umask(), Deno.uid(), Deno.gid(), env]);
  } catch {
    return "gone";
  }
};

async function take(message: ToHost): Promise<void> {
  if (message.kind === "abort") return abort.abort(new DOMException(message.reason, "AbortError"));
  abort = new AbortController();
  const before = state();
  const ended = await executeWire(pool, message.spec, send, abort.signal);
  endLines();
  send(ended.kind === "done" && state() !== before ? { ...ended, left: true } : ended);
}

/** Tells where on its streams the attempt's last line ends. */
function endLines(): void {
  for (const stream of [Deno.stdout, Deno.stderr]) {
    try {
      stream.writeSync(mark);
    } catch {
      // The step closed it.
    }
  }
}

/** The engine is gone: nothing that the step started may outlive it. */
function end(): never {
  if (Deno.build.os !== "windows") Deno.kill(-Deno.pid, "SIGKILL");
  Deno.exit(1);
}
// An engine whose machine stops it in the middle may leave its side of the channel open.
const engine = Number(Deno.args[2]);
setInterval(() => {
  if (Deno.ppid !== engine) end();
}, 500);
send({ kind: "ready" });
for await (const message of channel.messages()) void take(message);
end();
