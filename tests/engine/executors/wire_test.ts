import assert from "node:assert/strict";
import { join } from "node:path";
import type { AttemptSpec, Executor } from "../../../lib/engine/executors/executor.ts";
import { executeWire, type WireMessage, type WireSpec } from "../../../lib/engine/executors/wire.ts";
import { StepError } from "../../../lib/engine/step_error.ts";

/** What an attempt of `run` sends and how it ends. */
async function attempt(run: (spec: AttemptSpec) => void, draftPlace?: string) {
  const executor = {
    execute(spec: AttemptSpec) {
      run(spec);
      return Promise.reject(new StepError("killed", "crash"));
    },
  } as unknown as Executor;
  const spec = { job: {}, ...(draftPlace === undefined ? {} : { draftPlace }) } as unknown as WireSpec;
  const sent: WireMessage[] = [];
  const end = await executeWire(
    executor,
    spec,
    (message) => sent.push(message),
    new AbortController().signal,
  );
  return { sent, end };
}

Deno.test("executeWire() keeps a draft before the folder is gone in which the step wrote it, the last one only", async () => {
  const root = await Deno.makeTempDir({ prefix: "motiflow-wire-" });
  try {
    const place = join(root, "checkpoints", "key.draft");
    for (const content of ["first", "second"]) {
      const scratch = join(root, "scratch");
      const { sent, end } = await attempt((spec) => {
        Deno.mkdirSync(scratch);
        Deno.writeTextFileSync(join(scratch, "draft"), content);
        spec.channel.draft!(join(scratch, "draft"));
        Deno.removeSync(scratch, { recursive: true });
      }, place);
      assert.deepEqual(sent, []);
      assert.equal(end.kind, "failed");
      assert.equal(await Deno.readTextFile(place), content);
    }
    const { sent } = await attempt((spec) => spec.channel.draft!(join(root, "nowhere")), place);
    assert.equal(sent.length, 1);
    assert.match((sent[0] as { message: string }).message, /^Cannot save the progress: /);
    assert.deepEqual((await attempt((spec) => spec.channel.draft!(join(root, "nowhere")))).sent, []);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
