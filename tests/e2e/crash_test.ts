/** A user's step whose native code crashes, from the command line. */
import assert from "node:assert/strict";
import { library, Rig } from "./rig.ts";
import { only, skipReason } from "../house/skip.ts";

const step = `import { z } from "zod";
import { Metrics } from "${library("artifacts/metrics.ts")}";
import { many } from "${library("steps/define.ts")}";
export default {
  type: "native", summary: "A number, or a crash", inputs: { before: many(Metrics) }, outputs: { metrics: Metrics },
  params: z.strictObject({ crash: z.boolean().default(false) }),
  async run({ params }) {
    if (params.crash) {
      const libc = Deno.dlopen("libc.so.6", { memset: { parameters: ["pointer", "i32", "usize"], result: "void" } });
      libc.symbols.memset(Deno.UnsafePointer.create(8n), 1, 64n);
    }
    return { metrics: { metrics: {}, tables: {}, details: {} } };
  },
};
`;

const workflow = `name: crash
params: { crash: true }
steps:
  bad: { uses: ./native.ts, with: { crash: "\${{ params.crash }}" }, permissions: { ffi: true }, cache: pure, retries: 1 }
  after: { uses: ./native.ts, from: bad }
  first: { uses: ./native.ts, publish: out/first }
  second: { uses: ./native.ts, from: first, permissions: { ffi: true }, cache: pure, publish: out/second }
`;

Deno.test("run --keep-going outlives a native crash and tells how to go on", {
  ignore: skipReason(only("linux")),
}, async () => {
  await using rig = await Rig.open({ "native.ts": step, "crash.yaml": workflow });
  const { code, stdout, stderr } = await rig.run("run", "crash.yaml", "--keep-going", "--keep-failed");
  assert.equal(code, 1, stderr);
  assert.match(stdout, /1 failed/);
  assert.match(stderr, /killed by SIGSEGV/);
  assert.match(
    stderr.trimEnd().split("\n").at(-1)!,
    /^resume: .*run crash\.yaml --keep-going --keep-failed$/,
  );
  assert.ok(rig.exists("out/first/metrics.json") && rig.exists("out/second/metrics.json"));
  const repaired = await rig.run("run", "crash.yaml", "--param", "crash=false");
  assert.equal(repaired.code, 0, repaired.stderr);
  // Only the step that crashed, and what needs it.
  assert.match(repaired.stdout, /: 2 ran, 2 restored\n/);
});
