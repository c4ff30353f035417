import assert from "node:assert/strict";
import { requireOpen } from "../../../lib/engine/executors/permissions.ts";

Deno.test("a project among the devices, which Deno keeps from every step, is refused with the reason and a cure", () => {
  for (const place of ["/dev/shm/walks/.motiflow/tmp/a", "/proc/1/cwd", "/sys/walks"]) {
    assert.throws(() => requireOpen(place), (error: Error & { kind: string }) => {
      assert.match(
        error.message,
        /^Cannot run a step in \/\w+.*: Deno keeps \/dev, \/proc and \/sys from every step/,
      );
      assert.match(error.message, /mount a tmpfs/);
      assert.equal(error.kind, "input");
      return true;
    });
  }
  for (const place of ["/tmp/dev/walks", "/device/walks", "/home/dev/proc"]) requireOpen(place);
});
