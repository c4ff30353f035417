import assert from "node:assert/strict";
import { join } from "node:path";
import { fingerprint, look, seen, settled, statOf, unchanged } from "../../../lib/engine/system/stat.ts";
import { only, skipReason } from "../../house/skip.ts";

function told(path: string, stat: (path: string) => Deno.FileInfo = Deno.statSync) {
  const { size, mtime, ctime, ino, dev } = stat(path);
  return [size, mtime?.getTime() ?? 0, ctime?.getTime() ?? 0, ino ?? 0, dev];
}

Deno.test("look() sees what Deno sees: files, folders, links, devices, odd times and names", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const names = ["plain", "ü €\n", "x".repeat(200), "-", "1969", "2500"];
    const paths = names.map((name) => join(folder, name));
    for (const path of paths) Deno.writeTextFileSync(path, path);
    Deno.utimeSync(paths[4], -5.5, -5.5);
    Deno.utimeSync(paths[5], 16_725_225_600, 16_725_225_600.25);
    Deno.symlinkSync(paths[0], join(folder, "link"));
    Deno.symlinkSync("nowhere", join(folder, "broken"));
    for (const path of [...paths, folder, join(folder, "link"), "/", Deno.execPath()]) {
      assert.ok(look(path), path);
      assert.deepEqual([...seen.stat], told(path), path);
      assert.equal(seen.isFile, Deno.statSync(path).isFile);
      assert.equal(seen.isDirectory, Deno.statSync(path).isDirectory);
      assert.ok(unchanged(statOf(path)));
      assert.equal(fingerprint(path), told(path).join(" "));
      for (const cut of [1, path.length >> 1, path.length]) {
        assert.ok(look(path.slice(cut), true, path.slice(0, cut)), `${path} in two parts`);
        assert.deepEqual([...seen.stat], told(path));
      }
    }
    const strange = join(folder, "ü €");
    Deno.mkdirSync(strange);
    Deno.writeTextFileSync(join(strange, "a"), "");
    for (const name of ["a", "b", "a"]) {
      assert.equal(look(name, true, `${strange}/`), name === "a", "a start that is kept");
    }
    assert.ok(!look("a", true, "x".repeat(5000)) && !look("a", true, "\0"));
    assert.ok(look(paths[0]), "after a start that is none");
    for (const path of [join(folder, "link"), join(folder, "broken")]) {
      assert.ok(look(path, false));
      assert.deepEqual([...seen.stat], told(path, Deno.lstatSync));
      assert.equal(seen.isFile, false);
    }
    const nothing = [
      "",
      join(folder, "none"),
      join(folder, "broken"),
      `${paths[0]}\0`,
      `ü\0`,
      join(paths[0], "below"),
    ];
    for (const path of [...nothing, "x".repeat(5000), "ü".repeat(2500)]) {
      assert.equal(look(path), false, JSON.stringify(path));
      assert.throws(() => statOf(path));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("settled() asks both times to be two seconds old, and knows no future", () => {
  assert.ok(settled([1, 1000, 1000, 1, 1], 3000));
  assert.ok(!settled([1, 1001, 1000, 1, 1], 3000));
  assert.ok(!settled([1, 1000, 1001, 1, 1], 3000));
  assert.ok(!settled([1, 9000, 1000, 1, 1], 3000));
});

Deno.test("look() asks the kernel itself where it can, and Deno where it may not", {
  ignore: skipReason(only("linux")),
}, async () => {
  const module = new URL("../../../lib/engine/system/stat.ts", import.meta.url).href;
  const code = `const { look, seen } = await import("${module}");
    let asked = 0;
    const { statSync } = Deno;
    Deno.statSync = (path) => (asked++, statSync(path));
    for (let i = 0; i < 10; i++) look("/");
    console.log(asked, [...seen.stat].join(" "));`;
  const run = async (...flags: string[]) => {
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", ...flags, `data:text/javascript,${encodeURIComponent(code)}`],
    }).output();
    return new TextDecoder().decode(stdout).trim() || new TextDecoder().decode(stderr);
  };
  const stat = told("/").join(" ");
  // Once to compare the kernel's answer with Deno's.
  assert.equal(await run("-A"), `1 ${stat}`);
  assert.equal(await run("--allow-read", "--allow-import"), `10 ${stat}`);
});
