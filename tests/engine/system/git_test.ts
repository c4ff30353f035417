import assert from "node:assert/strict";
import { join } from "node:path";
import { commitOf } from "../../../lib/engine/system/git.ts";
import { skipReason } from "../../house/skip.ts";

async function git(folder: string, ...args: string[]): Promise<string> {
  const identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args: ["-C", folder, ...identity, ...args],
  })
    .output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

const missing = await new Deno.Command("git", { args: ["--version"] }).output().then(
  () => false,
  () => "no Git",
);

Deno.test({
  name: "commitOf() names the commit and counts what differs from it, below the project alone",
  ignore: skipReason(missing as string | false),
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "motiflow-git-" });
    try {
      const project = join(folder, "study");
      await Deno.mkdir(join(project, ".motiflow"), { recursive: true });
      assert.equal(await commitOf(project), undefined, "no repository");
      await git(folder, "init", "--quiet");
      assert.equal(await commitOf(project), undefined, "no commit");
      await Deno.writeTextFile(join(project, "a.yaml"), "a");
      await Deno.writeTextFile(join(folder, "beside"), "a");
      await git(folder, "add", ".");
      await git(folder, "commit", "--quiet", "-m", "Start");
      const id = await git(folder, "rev-parse", "HEAD");
      await Deno.writeTextFile(join(project, ".motiflow", "stat.json"), "");
      assert.deepEqual(await commitOf(project), { id, changed: 0, untracked: 0 });
      await Deno.writeTextFile(join(folder, "beside"), "changed");
      await Deno.writeTextFile(join(project, "a.yaml"), "changed");
      await Deno.writeTextFile(join(project, "new\n.yaml"), "new");
      assert.deepEqual(await commitOf(project), { id, changed: 1, untracked: 1 });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "commitOf() starts nothing that the repository configures",
  ignore: skipReason(missing as string | false),
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "motiflow-git-" });
    try {
      await git(folder, "init", "--quiet");
      await git(folder, "commit", "--quiet", "--allow-empty", "-m", "Start");
      const started = join(folder, "started");
      const hook = join(folder, "hook");
      await Deno.writeTextFile(hook, `#!/bin/sh\ntouch ${started}\n`, { mode: 0o755 });
      await git(folder, "config", "core.fsmonitor", hook);
      assert.equal((await commitOf(folder))?.untracked, 1);
      await assert.rejects(Deno.stat(started), Deno.errors.NotFound);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
