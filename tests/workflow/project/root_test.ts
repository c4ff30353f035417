import assert from "node:assert/strict";
import { join } from "node:path";
import { findRoot, readMarker } from "../../../lib/workflow/project/root.ts";

const marker = '{ "version": 1, "name": "study" }';

async function inFolder(test: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("findRoot() is the nearest folder with a marker, also above a nearer deno.json", async () => {
  await inFolder(async (root) => {
    await Deno.mkdir(join(root, "a/b"), { recursive: true });
    const file = join(root, "a/b/w.yaml");
    assert.equal(await findRoot(file, root), root);
    assert.equal(await findRoot(file, "/nowhere"), join(root, "a/b"));
    await Deno.writeTextFile(join(root, "a/deno.json"), "{}");
    assert.equal(await findRoot(file, root), join(root, "a"));
    await Deno.writeTextFile(join(root, "motiflow.json"), marker);
    assert.equal(await findRoot(file, "/nowhere"), root);
    await Deno.writeTextFile(join(root, "a/b/motiflow.json"), marker);
    assert.equal(await findRoot(file, "/nowhere"), join(root, "a/b"));
  });
});

Deno.test("a marker that says something else than it may is a mistake with its file and a hint", async () => {
  await inFolder(async (root) => {
    const file = join(root, "motiflow.json");
    await Deno.writeTextFile(file, marker);
    assert.deepEqual(await readMarker(file), { version: 1, name: "study" });
    for (
      const [text, message] of [
        ["{", /JSON/],
        ["[]", /expected object/],
        ['{ "version": 2, "name": "x" }', /version/],
        ['{ "version": 1, "name": "" }', /name/],
        ['{ "version": 1, "name": "x", "root": "y" }', /root/],
        ['{ "version": 1, "name": "x", "cache": { "shared": "" } }', /cache: shared/],
        ['{ "version": 1, "name": "x", "cache": { "shared": "ftp://host/a" } }', /s3:\/\/bucket/],
        ['{ "version": 1, "name": "x", "cache": { "share": "/mnt" } }', /share/],
      ] as const
    ) {
      await Deno.writeTextFile(file, text);
      await assert.rejects(findRoot(join(root, "w.yaml"), root), (error: Error) => {
        assert.equal(error.name, "InputError");
        assert.match(error.message, message);
        assert.match(error.message, /Write \{ "version": 1/);
        return true;
      });
    }
  });
});
