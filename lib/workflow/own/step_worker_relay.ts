/**
 * The program of a far process: starts workers and passes messages on, until nobody is there to hear them. Its argument is
 * the place of its channel.
 */
import { ProcessChannel } from "./process_channel.ts";

/** What is to happen with the worker of a number. */
export type ToRelay =
  & { id: number }
  & (
    | { kind: "open"; module: string; permissions: Deno.PermissionOptionsObject }
    | { kind: "tell"; data: unknown }
    | { kind: "close" }
  );
/** What a worker said, or how it failed. */
export type FromRelay = { id: number; data: unknown } | { id: number; problem: string };

const workers = new Map<number, Worker>();
const channel = await ProcessChannel.open<FromRelay, ToRelay>(Deno.args[0]!);

function open(id: number, module: string, permissions: Deno.PermissionOptionsObject): void {
  const worker = new Worker(module, { type: "module", deno: { permissions } } as WorkerOptions);
  worker.onmessage = ({ data }) => channel.send({ id, data });
  worker.onerror = (event) => {
    event.preventDefault();
    channel.send({ id, problem: event.message });
  };
  workers.set(id, worker);
}

for await (const message of channel.messages()) {
  const { id } = message;
  if (message.kind === "open") open(id, message.module, message.permissions);
  else if (message.kind === "tell") workers.get(id)?.postMessage(message.data);
  else {
    workers.get(id)?.terminate();
    workers.delete(id);
  }
}
Deno.exit();
