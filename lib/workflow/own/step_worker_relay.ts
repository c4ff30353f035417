/**
 * The program of a far worker: starts the worker and passes messages on. Its arguments are the worker's module and its
 * permissions as JSON.
 */
import process from "node:process";

const [module = "", permissions = "{}"] = Deno.args;
const options = { type: "module", deno: { permissions: JSON.parse(permissions) } } as WorkerOptions;
const worker = new Worker(module, options);
worker.onmessage = ({ data }) => void process.send!({ data });
worker.onerror = (event) => {
  event.preventDefault();
  process.send!({ problem: event.message });
};
process.on("message", ({ data }: { data: unknown }) => worker.postMessage(data));
process.on("disconnect", () => Deno.exit());
