import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { findFiles } from "../../../lib/engine/key/find_files.ts";
import { skipReason } from "../../house/skip.ts";
import { Project } from "../project.ts";

async function find(project: Project, pattern: string, root = project.root): Promise<string[]> {
  const { paths } = await findFiles(root, { name: "data", pattern });
  return paths.map((path) => relative(root, path));
}

Deno.test("findFiles() finds a file, a folder and a pattern, sorted", async () => {
  await using project = new Project();
  for (const path of ["d/b.csv", "d/a.csv", "d/sub/c.csv", "d/note.txt", "d/[x].csv", "d/-é \n.csv"]) {
    project.write(path, path);
  }
  assert.deepEqual(await find(project, "d/a.csv"), ["d/a.csv"]);
  assert.deepEqual(
    await find(project, "d/[x].csv"),
    ["d/[x].csv"],
    "a file that is there is no pattern (test 30)",
  );
  assert.deepEqual(await find(project, "d/[ab].csv"), ["d/a.csv", "d/b.csv"]);
  assert.deepEqual(await find(project, "d/*.csv"), ["d/-é \n.csv", "d/[x].csv", "d/a.csv", "d/b.csv"]);
  assert.deepEqual((await find(project, "d/**/*.{csv,txt}")).length, 6);
  assert.deepEqual((await find(project, "d")).length, 6);
  assert.deepEqual(await find(project, "./d/../d/[ab].csv"), ["d/a.csv", "d/b.csv"]);
  assert.deepEqual(await find(project, `${project.root}/d/[ab].csv`), ["d/a.csv", "d/b.csv"]);
});

Deno.test("findFiles() says what is missing", async () => {
  await using project = new Project();
  project.write("d/a.csv", "");
  Deno.mkdirSync(project.path("empty"));
  await assert.rejects(find(project, "d/b.csv"), /d\/b\.csv: Cannot find file: nothing is there/);
  await assert.rejects(find(project, "d/*.txt"), /d\/\*\.txt: Cannot find files: nothing matches/);
  await assert.rejects(find(project, "none/*.txt"), /the folder .*none does not exist/);
  await assert.rejects(find(project, "empty"), /the folder is empty/);
  for (const wrong of ["d/[z-a].csv", "d/{a,b*.csv", "d/x{1..99999}"]) {
    await assert.rejects(
      find(project, wrong),
      /^InputError: .*: Cannot find files: the pattern cannot be read/,
    );
  }
});

Deno.test("findFiles() follows links to files and folders, out of the project as well, and never in circles (test 44)", async () => {
  await using project = new Project();
  await using other = new Project();
  other.write("disk/sub_3.csv", "3");
  other.write("disk/deep/sub_4.csv", "4");
  project.write("d/a.csv", "");
  Deno.symlinkSync(project.path("d/a.csv"), project.path("d/link.csv"));
  Deno.symlinkSync(project.path("d"), project.path("d/loop"));
  Deno.symlinkSync(other.path("disk"), project.path("d/batch"));
  Deno.symlinkSync(other.path("disk"), other.path("disk/deep/again"));
  const all = ["d/a.csv", "d/batch/deep/sub_4.csv", "d/batch/sub_3.csv", "d/link.csv"];
  assert.deepEqual(await find(project, "d/**/*.csv"), all);
  assert.deepEqual(await find(project, "d"), all);
  assert.deepEqual(await find(project, "d/*/*.csv"), ["d/batch/sub_3.csv"]);
  assert.deepEqual(await find(project, "d/batch/*.csv"), ["d/batch/sub_3.csv"]);
});

Deno.test("findFiles() refuses to leave out what a link leads to no more", async () => {
  for (const target of ["nowhere", "itself.csv"]) {
    await using project = new Project();
    project.write("d/a.csv", "");
    Deno.symlinkSync(target, project.path("d/itself.csv"));
    await assert.rejects(find(project, "d/*.csv"), /itself\.csv is a link that leads nowhere/);
    assert.deepEqual(
      await find(project, "d/a*.csv"),
      ["d/a.csv"],
      "what the pattern does not want may be broken",
    );
  }
});

Deno.test("findFiles() takes hidden files, trash and leftovers of archives only where the pattern says so", async () => {
  await using project = new Project();
  const hidden = [
    "d/.sub_9.csv",
    "d/.ipynb_checkpoints/sub_2-checkpoint.csv",
    "d/.Trash-0/sub_7.csv",
    "d/._sub_1.csv",
    "d/__MACOSX/sub_1.csv",
    "d/__MACOSX/._sub_1.csv",
  ];
  for (const path of ["d/sub_2.csv", "d/x/sub_3.csv", ...hidden]) project.write(path, path);
  const plain = ["d/sub_2.csv", "d/x/sub_3.csv"];
  for (const pattern of ["d", "d/**/*.csv", "d/**", "d/{*,x/*}.csv"]) {
    assert.deepEqual(await find(project, pattern), plain, pattern);
  }
  assert.deepEqual(await find(project, "d/*.csv"), ["d/sub_2.csv"]);
  assert.deepEqual(await find(project, "d/[!x]*.csv"), ["d/sub_2.csv"]);
  assert.deepEqual(await find(project, "d/?sub_9.csv").catch(() => []), []);
  assert.deepEqual(await find(project, "d/.*.csv"), ["d/.sub_9.csv"]);
  assert.deepEqual(await find(project, "d/.*/*.csv"), [
    "d/.Trash-0/sub_7.csv",
    "d/.ipynb_checkpoints/sub_2-checkpoint.csv",
  ]);
  assert.deepEqual(await find(project, "d/._*"), ["d/._sub_1.csv"]);
  assert.deepEqual(await find(project, "d/.Trash-0/*.csv"), ["d/.Trash-0/sub_7.csv"]);
  assert.deepEqual(await find(project, "d/.Trash-0"), ["d/.Trash-0/sub_7.csv"]);
  assert.deepEqual(await find(project, "d/__MACOSX/*.csv"), ["d/__MACOSX/sub_1.csv"]);
});

Deno.test("findFiles() sees wildcards in the user's pattern only, never in the project's own path", async () => {
  await using outer = new Project();
  for (const [own, twin] of [["exp[1]", "exp1"], ["a{b,c}", "ab"], ["x*y", "xzy"], ["q?", "qq"]]) {
    outer.write(`${own}/data/sub_1.csv`, "own");
    outer.write(`${twin}/data/sub_77.csv`, "somebody else's");
    const root = outer.path(own);
    assert.deepEqual(await find(outer, "data/*.csv", root), ["data/sub_1.csv"]);
    assert.deepEqual(await find(outer, "data", root), ["data/sub_1.csv"]);
    assert.deepEqual(await find(outer, `../${twin}/data/*`, root), [join("..", twin, "data/sub_77.csv")]);
  }
});

Deno.test("findFiles() takes a name in either Unicode form for what it spells, folders as well", {
  ignore: skipReason(Deno.build.os !== "linux" && "other systems keep names in one form"),
}, async () => {
  await using project = new Project();
  project.write("u\u0308/o\u0308.csv", "1");
  for (
    const pattern of [
      "\u00fc/\u00f6.csv",
      "\u00fc/*.csv",
      "\u00fc",
      "*/\u00f6*",
      "**/?.csv",
      "u\u0308/o\u0308.csv",
    ]
  ) {
    assert.deepEqual(await find(project, pattern), ["u\u0308/o\u0308.csv"], pattern);
  }
  project.write("\u00fc/\u00f6.csv", "2");
  assert.deepEqual(
    await find(project, "\u00fc/\u00f6.csv"),
    ["\u00fc/\u00f6.csv"],
    "the very name comes first",
  );
  await assert.rejects(find(project, "\u00fc/\u00e4.csv"), /nothing is there/);
});

Deno.test("findFiles() names a file or folder whose name is not UTF-8, and leaves none out in silence", {
  ignore: skipReason(Deno.build.os !== "linux" && "other systems have no such names"),
}, async () => {
  for (const what of ["touch 'd/m\\374ller.csv'", "mkdir 'd/m\\374ller' && touch 'd/m\\374ller/b.csv'"]) {
    await using project = new Project();
    project.write("d/a.csv", "");
    const script = what.replaceAll(/'([^']*)'/g, (_, name) => `"$(printf '${name}')"`);
    const made = await new Deno.Command("sh", { args: ["-c", script], cwd: project.root }).output();
    assert.ok(made.success);
    const why = /Cannot find files: the name of .*d\/m\ufffdller(\.csv)? is not UTF-8/;
    await assert.rejects(find(project, "d"), why);
    await assert.rejects(find(project, "d/**/*.csv"), why);
    assert.deepEqual(
      await find(project, "d/a*.csv"),
      ["d/a.csv"],
      "what the pattern does not want may be so",
    );
    const { paths } = await findFiles(project.root, { name: "data", pattern: "d", opened: true });
    assert.deepEqual(paths.map((path) => relative(project.root, path)), ["d/a.csv"], "no step can open it");
  }
});
