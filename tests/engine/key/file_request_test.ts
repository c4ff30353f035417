import assert from "node:assert/strict";
import { relative } from "node:path";
import { findFiles, globPattern, hashRequest } from "../../../lib/engine/key/file_request.ts";
import { StatCache } from "../../../lib/engine/key/stat_cache.ts";
import { Project } from "../project.ts";
import { only, skipReason } from "../../house/skip.ts";

function find(project: Project, pattern: string): string[] {
  return findFiles(project.root, { name: "data", pattern }).paths.map((path) => relative(project.root, path));
}

Deno.test("findFiles() finds a file, a folder and a glob, sorted", async () => {
  await using project = new Project();
  for (const path of ["d/b.csv", "d/a.csv", "d/sub/c.csv", "d/note.txt", "d/[x].csv", "d/-é \n.csv"]) {
    project.write(path, path);
  }
  assert.deepEqual(find(project, "d/a.csv"), ["d/a.csv"]);
  assert.deepEqual(find(project, "d/[x].csv"), ["d/[x].csv"], "a file that is there is no pattern (test 30)");
  assert.deepEqual(find(project, "d/[ab].csv"), ["d/a.csv", "d/b.csv"]);
  assert.deepEqual(find(project, "d/*.csv"), ["d/-é \n.csv", "d/[x].csv", "d/a.csv", "d/b.csv"]);
  assert.deepEqual(find(project, "d/**/*.{csv,txt}").length, 6);
  assert.deepEqual(find(project, "d").length, 6);
});

Deno.test("findFiles() says what is missing", async () => {
  await using project = new Project();
  project.write("d/a.csv", "");
  Deno.mkdirSync(project.path("empty"));
  assert.throws(() => find(project, "d/b.csv"), /d\/b\.csv: Cannot find file: nothing is there/);
  assert.throws(() => find(project, "d/*.txt"), /d\/\*\.txt: Cannot find files: nothing matches/);
  assert.throws(() => find(project, "none/*.txt"), /the folder .*none does not exist/);
  assert.throws(() => find(project, "empty"), /the folder is empty/);
});

Deno.test("findFiles() follows links to files and does not loop through links to folders (test 44)", async () => {
  await using project = new Project();
  project.write("d/a.csv", "");
  Deno.symlinkSync(project.path("d/a.csv"), project.path("d/link.csv"));
  Deno.symlinkSync(project.path("d"), project.path("d/loop"));
  Deno.symlinkSync(project.path("nowhere"), project.path("d/broken.csv"));
  assert.deepEqual(find(project, "d/**/*.csv"), ["d/a.csv", "d/link.csv"]);
});

Deno.test("globPattern() matches as shells do", () => {
  const yes: [string, string][] = [
    ["*.csv", "a.csv"],
    ["?.csv", "a.csv"],
    ["**/a", "a"],
    ["**/a", "x/y/a"],
    ["{a,b}*", "bc"],
    ["[!x]a", "ba"],
    ["a(b)+.c", "a(b)+.c"],
  ];
  const no: [string, string][] = [
    ["*.csv", "x/a.csv"],
    ["?.csv", "ab.csv"],
    ["[!x]a", "xa"],
    ["a.c", "abc"],
    ["a/**", "b/c"],
  ];
  for (const [glob, path] of yes) assert.ok(globPattern(glob).test(path), `${glob} ${path}`);
  for (const [glob, path] of no) assert.ok(!globPattern(glob).test(path), `${glob} ${path}`);
});

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
