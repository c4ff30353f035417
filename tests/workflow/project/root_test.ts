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
        ["{", /motiflow\.json: Cannot read project: .*JSON/],
        ["[]", /the file must be a map, got an empty list/],
        ['{ "version": 2, "name": "x" }', /motiflow\.json:1: .*version must be 1, got 2/],
        ['{\n\t"version": 1,\n\t"name": 5\n}', /motiflow\.json:3: .*name must be text, got 5/],
        ['{ "version": 1 }', /"name" is missing in the file/],
        ['{ "version": 1, "name": "" }', /name must have at least 1 characters, got ""/],
        ['{ "version": 1, "name": "x", "root": "y" }', /unknown key "root" in the file/],
        ['{ "version": 1, "name": "x", "cache": "y" }', /cache must be a map, got "y"/],
        ['{ "version": 1, "name": "x", "cache": { "shared": "" } }', /cache\.shared must have/],
        ['{ "version": 1, "name": "x", "cache": { "shared": "ftp://host/a" } }', /neither .* got "ftp:/],
        ['{ "version": 1, "name": "x", "cache": { "shared": "~/a" } }', /whole path, got "~\/a"/],
        [
          '{ "version": 1, "name": "x", "cache": { "share": "/mnt" } }',
          /"shared" is missing in cache; unknown key "share" in cache\n.* "cache": \{ "shared": /,
        ],
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
