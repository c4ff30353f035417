import assert from "node:assert/strict";
import { runProcess } from "../../lib/hailo/process.ts";
import { only, skipReason } from "../house/skip.ts";

const deno = Deno.execPath();
const run = (code: string, changes: Partial<Parameters<typeof runProcess>[0]> = {}) =>
  runProcess({ program: deno, args: ["eval", "--no-config", code], timeout: 20_000, ...changes });

Deno.test("runProcess() keeps both streams in one text and apart", async () => {
  const { code, text, stdout, stderr, ended } = await run(
    "console.log('out'); console.error('err'); Deno.exit(3)",
  );
  assert.deepEqual([code, ended, stderr], [3, "exit", "err\n"]);
  assert.equal(new TextDecoder().decode(stdout), "out\n");
  assert.deepEqual(text.trim().split("\n").sort(), ["err", "out"]);
});

Deno.test("runProcess() closes the input, or feeds it", async () => {
  const read = "const n = Deno.stdin.readSync(new Uint8Array(9)); console.log(n)";
  assert.equal((await run(read)).text, "null\n");
  const input = new TextEncoder().encode("seven!!");
  assert.equal((await run(read, { input })).text, "7\n");
  // A program that ends without reading must not break the caller.
  assert.equal((await run("Deno.exit(4)", { input: new Uint8Array(1 << 20) })).code, 4);
});

Deno.test({
  name: "runProcess() gives the program only the environment it was given",
  ignore: skipReason(only("not windows")),
  async fn() {
    const { text } = await runProcess({
      program: "/usr/bin/env",
      args: [],
      timeout: 5000,
      env: { ONLY: "this" },
    });
    assert.equal(text, "ONLY=this\n");
  },
});

Deno.test("runProcess() stops at the time limit and on cancel", async () => {
  const forever = "setInterval(() => {}, 1000)";
  assert.equal((await run(forever, { timeout: 300 })).ended, "timeout");
  assert.equal((await run(forever, { signal: AbortSignal.abort() })).ended, "cancelled");
});

Deno.test({
  name: "runProcess() does not wait for children that a killed program leaves behind",
  ignore: skipReason(only("not windows")),
  async fn() {
    const start = performance.now();
    const args = ["-c", "sleep 30 & sleep 30"];
    assert.equal((await runProcess({ program: "sh", args, timeout: 200 })).ended, "timeout");
    assert.ok(performance.now() - start < 10_000);
  },
});

Deno.test("runProcess() keeps output up to the limit and counts the rest", async () => {
  const outcome = await run(
    "for (let i = 0; i < 50; i++) Deno.stdout.writeSync(new Uint8Array(1000).fill(65))",
    {
      limit: 10_000,
    },
  );
  assert.deepEqual([outcome.bytes, outcome.text.length, outcome.truncated], [50_000, 10_000, true]);
});

Deno.test("runProcess() throws for a program that is not there", async () => {
  await assert.rejects(
    runProcess({ program: "no-such-program-x", args: [], timeout: 1000 }),
    Deno.errors.NotFound,
  );
});
