/** The verbs that look after runs and results, as processes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Project } from "../engine/project.ts";

const program = fileURLToPath(new URL("../../lib/cli/main.ts", import.meta.url));

async function motiflow(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", program, ...args],
    cwd,
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("`show latest --crate` and `cache pin` do what the engine does", async () => {
  await using project = new Project();
  const engine = await project.open();
  const run = await engine.run(project.plan({ a: { uses: "join", params: { text: "a" } } }));

  const crate = await motiflow(project.root, "show", "latest", "--crate", "crate", "--json");
  assert.deepEqual([crate.code, JSON.parse(crate.stdout).run], [0, run.id], crate.stderr);
  const metadata = JSON.parse(Deno.readTextFileSync(join(project.root, "crate", "ro-crate-metadata.json")));
  assert.ok(metadata["@graph"].length > 3);
  const twice = await motiflow(project.root, "show", "latest", "--crate", "crate");
  assert.equal(twice.code, 2, "a folder with something in it is not written into");

  const pin = await motiflow(project.root, "cache", "pin", "latest");
  assert.deepEqual([pin.code, pin.stdout.trim()], [0, `${run.id} is kept`], pin.stderr);
  const gc = await motiflow(project.root, "cache", "gc", "--max-size", "0B", "--json");
  assert.deepEqual(JSON.parse(gc.stdout).removedActions, 0);
  const [entry] = JSON.parse((await motiflow(project.root, "cache", "ls", "--json")).stdout);
  assert.equal(entry.pinned, true);
  await motiflow(project.root, "cache", "pin", "latest", "--release");
  const dry = await motiflow(project.root, "cache", "gc", "--max-size", "0B", "--dry-run");
  assert.match(dry.stdout, /^result +[0-9a-f]{12} a\nand of kind content: \d+, /);
  const again = await motiflow(project.root, "cache", "gc", "--max-size", "0B", "--json");
  assert.equal(JSON.parse(again.stdout).removedActions, 1);
  assert.equal((await motiflow(project.root, "cache", "pin", "nosuchrun")).code, 2);
});
