import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { SharedFolder } from "../../../lib/engine/share/folder.ts";
import { Damaged } from "../../../lib/engine/share/place.ts";
import { only, skipReason } from "../../house/skip.ts";

const bytes = new TextEncoder().encode("content");

async function withFolder(use: (path: string) => Promise<void>): Promise<void> {
  const path = Deno.makeTempDirSync({ prefix: "motiflow-shared-" });
  try {
    await use(path);
  } finally {
    Deno.removeSync(path, { recursive: true });
  }
}

Deno.test({
  name: "what is made in a shared folder has the folder's mode, whatever the umask is",
  ignore: skipReason(only("not windows")),
  async fn() {
    for (
      const [folder, file] of [[0o2775, 0o664], [0o2770, 0o660], [0o755, 0o644], [0o700, 0o600]] as const
    ) {
      await withFolder(async (path) => {
        Deno.chmodSync(path, folder);
        await new SharedFolder(path).write("v1/objects/ab/cd", bytes, false);
        const mode = (name: string) => Deno.statSync(join(path, name)).mode! & 0o7777;
        assert.deepEqual(["v1", "v1/objects", "v1/objects/ab"].map(mode), [folder, folder, folder]);
        assert.equal(mode("v1/objects/ab/cd"), file);
        assert.deepEqual([...Deno.readDirSync(join(path, "v1/objects/ab"))].map((e) => e.name), ["cd"]);
      });
    }
  },
});

Deno.test("a file of a shared folder that cannot be read is one damaged file, and no end of all sharing", async () => {
  await withFolder(async (path) => {
    const place = new SharedFolder(path);
    Deno.mkdirSync(join(path, "folder"));
    await assert.rejects(place.read("folder"), Damaged);
    Deno.symlinkSync("loop", join(path, "loop"));
    await assert.rejects(place.read("loop"), Damaged);
    assert.equal(await place.read("missing"), undefined);
    await place.write("loop", bytes, true);
    assert.equal(await new Response(await place.read("loop")).text(), "content");
  });
});

Deno.test("a shared folder that goes away is not made again: its drive may only not be mounted", async () => {
  const path = Deno.makeTempDirSync({ prefix: "motiflow-shared-" });
  const place = new SharedFolder(path);
  Deno.removeSync(path);
  for (const file of ["file", "v1/file", "v1/objects/ab/cd"]) {
    await assert.rejects(place.write(file, bytes, false), Deno.errors.NotFound);
    assert.equal(existsSync(path), false);
  }
});
