import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256 } from "../../../lib/engine/system/canonical_json.ts";
import { StoreFs } from "../../../lib/engine/system/fs.ts";
import { StatCache } from "../../../lib/engine/key/stat_cache.ts";

/** Sets the clock of `Date.now` until it is disposed of. */
class FakeTime implements Disposable {
  readonly #real = Date.now;

  constructor(now: number) {
    Date.now = () => now;
  }

  [Symbol.dispose](): void {
    Date.now = this.#real;
  }
}

async function withFolder(test: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "motiflow-stat-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("StatCache.hash() sees every edit of equal size right after hashing (test 35)", () =>
  withFolder(async (folder) => {
    const path = join(folder, "a");
    const cache = new StatCache(join(folder, "stat.json"), folder);
    for (let i = 0; i < 200; i++) {
      const text = String(i).padStart(4, "0");
      Deno.writeTextFileSync(path, text);
      assert.equal((await cache.hash(path)).sha256, sha256(text));
    }
  }));

Deno.test("StatCache.hash() sees another content with the same size and time (test 34)", () =>
  withFolder(async (folder) => {
    const path = join(folder, "a");
    const cache = new StatCache(join(folder, "stat.json"), folder);
    Deno.writeTextFileSync(path, "one");
    Deno.utimeSync(path, 1000, 1000);
    assert.equal((await cache.hash(path)).sha256, sha256("one"));
    Deno.writeTextFileSync(path, "two");
    Deno.utimeSync(path, 1000, 1000);
    assert.equal((await cache.hash(path)).sha256, sha256("two"));
    Deno.writeTextFileSync(`${path}.new`, "six");
    Deno.utimeSync(`${path}.new`, 1000, 1000);
    Deno.renameSync(`${path}.new`, path);
    assert.equal((await cache.hash(path)).sha256, sha256("six"));
  }));

Deno.test("StatCache trusts a settled entry across processes, and survives a damaged file (test 20)", () =>
  withFolder(async (folder) => {
    const [path, file] = [join(folder, "a"), join(folder, "stat.json")];
    Deno.writeTextFileSync(path, "content");
    Deno.utimeSync(path, 1000, 1000);
    const save = async (wait: number) => {
      const cache = new StatCache(file, folder);
      // The change time cannot be set, so time passes on the other side.
      using _ = new FakeTime(Deno.statSync(path).ctime!.getTime() + wait);
      await cache.hash(path);
      cache.save(new StoreFs());
    };
    // A hash that shows whether it was believed.
    const believed = "b".repeat(64);
    const forge = () => {
      const bytes = Deno.readFileSync(file);
      const at = bytes.toHex().indexOf(sha256("content")) / 2;
      bytes.subarray(at).setFromHex(believed);
      Deno.writeFileSync(file, bytes);
    };
    await save(1_999);
    assert.throws(() => forge(), Deno.errors.NotFound, "nothing was worth keeping");
    await save(10_000);
    forge();
    assert.equal((await new StatCache(file, folder).hash(path)).sha256, believed);
    Deno.writeTextFileSync(path, "another");
    assert.equal((await new StatCache(file, folder).hash(path)).sha256, sha256("another"));
    Deno.writeTextFileSync(path, "content");
    for (const damage of ["", "{", "[]", '{"version":99}', "\0\0\0"]) {
      Deno.writeTextFileSync(file, damage);
      assert.equal((await new StatCache(file, folder).hash(path)).sha256, sha256("content"));
    }
  }));

Deno.test("StatCache writes only when something is new", () =>
  withFolder(async (folder) => {
    const file = join(folder, "stat.json");
    const cache = new StatCache(file, folder);
    cache.save(new StoreFs());
    assert.throws(() => Deno.statSync(file), Deno.errors.NotFound);
  }));

Deno.test("StatCache.hash() refuses pipes and folders instead of waiting for them (test 29)", () =>
  withFolder(async (folder) => {
    const cache = new StatCache(join(folder, "stat.json"), folder);
    await assert.rejects(cache.hash(folder), /it is a folder/);
    await assert.rejects(cache.hash("/dev/zero"), /no regular file/);
    const { success } = new Deno.Command("mkfifo", { args: [join(folder, "pipe")] }).outputSync();
    if (success) await assert.rejects(cache.hash(join(folder, "pipe")), /named pipe/);
  }));
