import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { isLocked, lock, tryLock } from "../../../lib/engine/system/lock.ts";
import { only, skipReason } from "../../house/skip.ts";

const folder = Deno.makeTempDirSync({ prefix: "motiflow-lock-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

Deno.test("tryLock() gives a lock to one and frees it on dispose", () => {
  const path = join(folder, "a", "lock");
  {
    using held = tryLock(path);
    assert.ok(held);
    assert.equal(tryLock(path), undefined);
    assert.equal(isLocked(path), true);
  }
  assert.equal(isLocked(path), false);
  assert.equal(isLocked(join(folder, "none")), false);
});

Deno.test("tryLock() lets several share and none be alone beside them", () => {
  const path = join(folder, "shared");
  using first = tryLock(path, false);
  using second = tryLock(path, false);
  assert.ok(first && second);
  assert.equal(tryLock(path), undefined);
});

Deno.test("lock() waits, says so once, and can be cancelled while it waits", async () => {
  const path = join(folder, "wait");
  const held = tryLock(path)!;
  let said = 0;
  const waiting = lock(path, { onWait: () => said++ });
  await assert.rejects(lock(path, { signal: AbortSignal.timeout(30) }));
  held[Symbol.dispose]();
  using got = await waiting;
  assert.deepEqual([got.waited, said], [true, 1]);
});

Deno.test("lock() is free at once when its holder was killed (test 13)", async () => {
  const path = join(folder, "killed");
  const code = `const f = Deno.openSync(${JSON.stringify(path)}, { write: true, create: true });
    f.lockSync(true); console.log("held"); setInterval(() => {}, 1000);`;
  const child = new Deno.Command(Deno.execPath(), { args: ["eval", code], stdout: "piped" }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  assert.equal(isLocked(path), true);
  child.kill("SIGKILL");
  await child.status;
  assert.ok(tryLock(path));
  await reader.cancel();
});

Deno.test({
  name: "a lock that was let go is free although a program inherited its descriptor",
  ignore: skipReason(only("linux")),
  fn: () => {
    const path = join(folder, "inherited");
    // Each program that is started holds copies of all descriptors until its own code runs; this one for longer.
    const inherit = () => {
      const numbers = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => Number(name));
      const fd = numbers.find((number) => targetOf(`/proc/self/fd/${number}`) === Deno.realPathSync(path));
      return spawn("sleep", ["60"], { stdio: [fd!, "ignore", "ignore"] });
    };
    const held = tryLock(path)!;
    const program = inherit();
    try {
      held[Symbol.dispose]();
      assert.equal(isLocked(path), false);
      assert.ok(tryLock(path));
    } finally {
      program.kill("SIGKILL");
    }
  },
});

function targetOf(link: string): string | undefined {
  try {
    return Deno.readLinkSync(link);
  } catch {
    return undefined;
  }
}
