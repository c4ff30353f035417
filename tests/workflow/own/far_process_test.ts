import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { FarProcess, type StepWorker } from "../../../lib/workflow/own/far_process.ts";

const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
const none = { read: false, write: false, net: false, env: false, run: false, sys: false, ffi: false };
const module = (code: string) => new URL(`data:application/javascript,${encodeURIComponent(code)}`);

/** What a worker says next, or how it fails. */
function next(worker: StepWorker): Promise<unknown> {
  return new Promise((resolve) => {
    worker.onmessage = ({ data }: MessageEvent) => resolve(data);
    worker.onerror = (event) => resolve(`failed: ${(event as ErrorEvent).message.split("\n")[0]}`);
  });
}

Deno.test("workers of one far process answer for themselves, and it is there as long as it has any", async () => {
  const process = FarProcess.shared(config);
  const echo = process.open(module("onmessage = ({ data }) => postMessage(data)"), none);
  const broken = process.open(module("throw new Error('no step')"), none);
  const denied = process.open(module("Deno.readTextFileSync('/etc/hostname')"), none);
  const answers = Promise.all([echo, broken, denied].map(next));
  echo.postMessage({ text: "a\nb", list: [1, null] });
  const [said, failed, refused] = await answers;
  assert.deepEqual(said, { text: "a\nb", list: [1, null] });
  assert.match(String(failed), /no step/);
  assert.match(String(refused), /Requires read access/);
  broken.terminate();
  denied.terminate();
  assert.equal(FarProcess.shared(config), process);
  echo.terminate();
  const other = FarProcess.shared(config);
  assert.notEqual(other, process);
  other.open(module("0"), none).terminate();
});

Deno.test("a far process that cannot begin tells all its workers why, and takes no more", async () => {
  const missing = "/nowhere/deno.json";
  const process = FarProcess.shared(missing);
  const workers = ["0", "1"].map((code) => process.open(module(code), none));
  for (const told of await Promise.all(workers.map(next))) {
    assert.match(String(told), /^failed: .*\/nowhere\/deno\.json/);
  }
  const other = FarProcess.shared(missing);
  assert.notEqual(other, process);
  other.open(module("0"), none).terminate();
});
