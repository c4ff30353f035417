import assert from "node:assert/strict";
import { hashRequest } from "../../../lib/engine/key/file_request.ts";
import { StatCache } from "../../../lib/engine/key/stat_cache.ts";
import { StoreFs } from "../../../lib/engine/system/fs.ts";
import { Project } from "../project.ts";
import { only, skipReason } from "../../house/skip.ts";

Deno.test("hashRequest() names an input that is no file or may not be read (test 29)", {
  ignore: skipReason(only("not windows")),
}, async () => {
  await using project = new Project();
  const hash = (pattern: string) =>
    hashRequest(
      project.root,
      { name: "data", pattern },
      new StatCache(project.path("none.json"), project.root),
    );
  await assert.rejects(hash("/dev/zero"), /^InputError: \/dev\/zero: Cannot read file: .* no regular file/);
  project.write("d/a.csv", "");
  const socket = Deno.listen({ transport: "unix", path: project.path("d/s.csv") });
  await assert.rejects(hash("d/*.csv"), /d\/\*\.csv: Cannot read file: .*d\/s\.csv: it is a socket/);
  socket.close();
  project.write("d/secret.csv", "");
  Deno.chmodSync(project.path("d/secret.csv"), 0o000);
  // Who may read everything sees no difference.
  if (Deno.uid() !== 0) await assert.rejects(hash("d/*.csv"), /d\/secret\.csv/);
  else assert.equal((await hash("d/*.csv")).paths.length, 2);
});

Deno.test("hashRequest() hashes what links lead to, and sees them led elsewhere", async () => {
  await using project = new Project();
  await using other = new Project();
  for (const batch of ["one", "two"]) other.write(`${batch}/sub_3.csv`, batch);
  project.write("data/sub_1.csv", "1");
  Deno.symlinkSync(other.path("one"), project.path("data/batch"));
  const file = project.path("stat.json");
  const past = new Date(Date.now() - 60_000);
  for (const batch of ["one", "two"]) Deno.utimeSync(other.path(batch, "sub_3.csv"), past, past);
  const digest = async () => {
    const cache = new StatCache(file, project.root);
    const found = await hashRequest(project.root, { name: "data", pattern: "data/**/*.csv" }, cache);
    cache.save(new StoreFs());
    return found;
  };
  const first = await digest();
  assert.deepEqual(Object.keys(first.hashes).sort(), ["batch/sub_3.csv", "sub_1.csv"]);
  assert.equal((await digest()).digest, first.digest);
  Deno.removeSync(project.path("data/batch"));
  Deno.symlinkSync(other.path("two"), project.path("data/batch"));
  assert.notEqual((await digest()).digest, first.digest);
  other.write("two/sub_4.csv", "4");
  assert.equal(Object.keys((await digest()).hashes).length, 3);
});
