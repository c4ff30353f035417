import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import { SocketFolder, sweepSockets } from "../../../lib/workflow/own/socket_folder.ts";

const later = Date.now() + 3_600_000;

Deno.test("folders of programs that were killed are swept, and nothing else in their place is", async () => {
  const place = Deno.makeTempDirSync({ prefix: "motiflow-sockets-" });
  try {
    // A program that holds a folder, and is killed.
    const module = JSON.stringify(
      new URL("../../../lib/workflow/own/socket_folder.ts", import.meta.url).href,
    );
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        `const { SocketFolder } = await import(${module}); console.log(new SocketFolder().path); setInterval(() => {}, 1000);`,
      ],
      env: { TMPDIR: place },
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = child.stdout.getReader();
    const held = new TextDecoder().decode((await reader.read()).value).trim();
    assert.equal(dirname(held), place);
    const others = ["motiflow-step-unlocked", "motiflow-other", "mine"];
    for (const name of others) Deno.mkdirSync(join(place, name));
    const outside = Deno.makeTempDirSync({ dir: place, prefix: "outside-" });
    Deno.writeTextFileSync(join(outside, "held"), "");
    Deno.symlinkSync(outside, join(place, "motiflow-step-link"));
    const names = () => [...Deno.readDirSync(place)].map(({ name }) => name).sort();
    const all = names();
    sweepSockets(place);
    assert.deepEqual(names(), all, "all are too young to tell");
    sweepSockets(place, later);
    const kept = all.filter((name) => name !== "motiflow-step-unlocked");
    assert.deepEqual(names(), kept, "its program lives");
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    sweepSockets(place, later);
    assert.deepEqual(names(), kept.filter((name) => name !== basename(held)));
    assert.deepEqual([...Deno.readDirSync(outside)].map(({ name }) => name), ["held"], "through no link");
  } finally {
    Deno.removeSync(place, { recursive: true });
  }
});

Deno.test("a folder that is held lives until it is let go", () => {
  const folder = new SocketFolder();
  sweepSockets(dirname(folder.path), later);
  assert.ok(Deno.statSync(folder.path).isDirectory);
  folder[Symbol.dispose]();
  assert.throws(() => Deno.statSync(folder.path), Deno.errors.NotFound);
});
