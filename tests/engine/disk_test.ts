/** Full, read-only, shared and split file systems. Those that need a mount of their own run in a new namespace. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { sharedFileSystem } from "../../lib/engine/system/shared_fs.ts";
import { Project, type Spec, stepSource, textOf } from "./project.ts";
import { only, skipReason } from "../house/skip.ts";

const runner = fileURLToPath(new URL("./runner.ts", import.meta.url));
const canMount = (() => {
  try {
    const args = ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"];
    return new Deno.Command("unshare", { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
})();

/** Runs a script as `sh` with `run` as a command for the plan; returns what each run printed. */
async function inNamespace(project: Project, specs: Record<string, Spec>, script: string, env = {}) {
  project.write("plan.json", JSON.stringify(project.plan(specs)));
  const run = `run() { "${Deno.execPath()}" run --quiet -A "${runner}" "${
    project.path("plan.json")
  }" $1; echo; }`;
  const args = ["-rm", "sh", "-c", `cd "${project.root}" && ${run}\n${script}`];
  const child = new Deno.Command("unshare", { args, stdin: "null", stdout: "piped", stderr: "piped", env });
  const { stdout, stderr } = await child.output();
  const lines = new TextDecoder().decode(stdout).split("\n").filter((line) => line.startsWith("{"));
  return { results: lines.map((line) => JSON.parse(line)), stderr: new TextDecoder().decode(stderr) };
}

const big = stepSource("return { text: params.text.repeat(200_000) };");
const chain = (): Record<string, Spec> =>
  Object.fromEntries(
    Array.from({ length: 8 }, (_, i) => [`s${i}`, { uses: "big", params: { text: String(i) } }]),
  );

Deno.test(
  "a disk that is full ends in a failure, and the store is whole when there is room again (test 25)",
  {
    ignore: skipReason(!canMount && "cannot mount"),
  },
  async () => {
    await using project = new Project();
    project.write("steps/big.ts", big);
    project.write(".motiflow/.keep", "");
    const mount = "mount -t tmpfs -o size=900k tmpfs .motiflow";
    const { results: [full, after], stderr } = await inNamespace(
      project,
      chain(),
      `${mount}; run inline; mount -o remount,size=64m .motiflow; run inline`,
    );
    assert.equal(full?.status, "failed", stderr);
    assert.match(full.tasks.find((t: { error?: string }) => t.error).error, /No space left/);
    assert.equal(after.status, "succeeded", JSON.stringify(after));
    // What was made and found no room afterwards is made again.
    const count = (result: { tasks: { outcome: string }[] }, outcome: string) =>
      result.tasks.filter((t) => t.outcome === outcome).length;
    assert.ok(count(after, "restored") > 0 && count(after, "restored") <= count(full, "ran"));
  },
);

Deno.test("a project that may only be read is planned, and running in it says so (test 26)", {
  ignore: skipReason(!canMount && "cannot mount"),
}, async () => {
  await using project = new Project();
  const specs = { a: { uses: "join", params: { text: "a" } }, b: { uses: "join", from: ["a"] } };
  await (await project.open()).run(project.plan({ a: specs.a }));
  const readOnly = 'mount --bind . . && cd "$PWD" && mount -o remount,ro,bind . ; run inline';
  const { results, stderr } = await inNamespace(project, specs, readOnly);
  assert.match(JSON.stringify(results) + stderr, /Read-only file system/);
  assert.doesNotMatch(JSON.stringify(results), /"status":"succeeded"/);
  const again = await (await project.open()).run(project.plan(specs));
  assert.equal(textOf(again, "b"), "(a())");
});

Deno.test("a run needs no home folder (test 26)", { ignore: skipReason(only("not windows")) }, async () => {
  await using project = new Project();
  project.write("plan.json", JSON.stringify(project.plan({ a: { uses: "join", params: { text: "a" } } })));
  const DENO_DIR = JSON.parse(
    new TextDecoder().decode(
      new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync().stdout,
    ),
  ).denoDir;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", runner, project.path("plan.json"), "workers"],
    clearEnv: true,
    env: { DENO_DIR },
  }).output();
  assert.equal(
    JSON.parse(new TextDecoder().decode(stdout)).status,
    "succeeded",
    new TextDecoder().decode(stderr),
  );
});

Deno.test(
  "store and project may lie on different file systems (test 28)",
  { ignore: skipReason(!canMount && "cannot mount") },
  async () => {
    await using project = new Project();
    const specs = {
      a: { uses: "join", params: { text: "a" }, publish: "out" },
      b: { uses: "join", from: ["a"] },
    };
    project.write("far/.keep", "");
    Deno.symlinkSync("far", project.path(".motiflow"));
    const script = "mount -t tmpfs tmpfs far; run workers; run workers; cp -r far/artifacts out/far";
    const { results: [first, second], stderr } = await inNamespace(project, specs, script);
    assert.equal(first?.status, "succeeded", stderr + JSON.stringify(first));
    assert.equal(second.status, "succeeded");
    assert.ok(second.tasks.every((t: { outcome: string }) => t.outcome === "restored"));
    assert.equal(Deno.readTextFileSync(project.path("out/text.txt")), "a()");
    assert.equal(
      Deno.readTextFileSync(project.path("out/far", second.tasks[1].outputs.text.id, "text.txt")),
      "(a())",
    );
  },
);

Deno.test("sharedFileSystem() warns of stores that other machines may use at the same time (tests 14 and 31)", () => {
  const mounts = [
    "/dev/vda / ext4 rw 0 0",
    "server:/home /home nfs4 rw 0 0",
    "/dev/sdb /home/me/fast xfs rw 0 0",
    "//nas/data /mnt/my\\040data cifs rw 0 0",
    "host:/x /remote fuse.sshfs rw 0 0",
    "tmpfs /remote tmpfs rw 0 0",
    "",
  ].join("\n");
  const warning = sharedFileSystem("/home/me/project/.motiflow", mounts);
  assert.match(warning!, /lies on \/home, a file system of type nfs4: locks may not reach other machines/);
  assert.match(sharedFileSystem("/mnt/my data/p", mounts)!, /cifs/);
  for (const local of ["/home/me/fast/p", "/homes", "/tmp/p", "/remote/p"]) {
    assert.equal(sharedFileSystem(local, mounts), undefined, local);
  }
  assert.equal(sharedFileSystem("/p", ""), undefined);
});
