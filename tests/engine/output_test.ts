/** Steps that say very much. */
import assert from "node:assert/strict";
import { Project, stepSource } from "./project.ts";
import { only, skipReason } from "../house/skip.ts";

Deno.test("a log without end is cut, in its file and in the events (test 56)", async () => {
  await using project = new Project();
  project.write(
    "steps/loud.ts",
    stepSource(`
    log("\\x1b[31mred\\r\\0");
    for (let i = 0; i < 40; i++) log("x".repeat(1 << 19));
    return { text: "" };`),
  );
  const engine = await project.open({ workers: true });
  const { id, tasks: [task] } = await engine.run(project.plan({ loud: { uses: "loud" } }));
  assert.equal(task.outcome, "ran");
  const log = Deno.readTextFileSync(project.path(task.log!));
  assert.match(log, /\[log cut at 4194304 bytes\]\n$/);
  for (const size of [log.length, Deno.statSync(project.path(".motiflow/runs", id, "events.jsonl")).size]) {
    assert.ok(size < 5 << 20, `${size} bytes`);
  }
});

Deno.test("a step's program that fills its pipes does not stand still (tests 56 and 57)", {
  ignore: skipReason(only("not windows")),
}, async () => {
  await using project = new Project();
  project.write(
    "steps/pipe.ts",
    stepSource(`
    const command = new Deno.Command("sh", {
      args: ["-c", "head -c 20000000 /dev/zero; head -c 20000000 /dev/zero >&2"], stdout: "piped", stderr: "piped",
    });
    const child = command.spawn();
    let bytes = 0;
    const drain = async (stream: ReadableStream<Uint8Array>) => { for await (const part of stream) bytes += part.length; };
    await Promise.all([drain(child.stdout), drain(child.stderr), child.status]);
    return { text: String(bytes) };`),
  );
  const engine = await project.open({ workers: true });
  const { tasks: [task] } = await engine.run(
    project.plan({ pipe: { uses: "pipe", permissions: { run: ["sh"] }, timeout: 60 } }),
  );
  assert.equal(task.error, undefined);
  assert.equal(Deno.readTextFileSync(`${task.outputs.text.dir}/text.txt`), "40000000");
});
