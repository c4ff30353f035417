import assert from "node:assert/strict";
import { join } from "node:path";
import { isLocked, lock, tryLock } from "../../../lib/engine/system/lock.ts";

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
