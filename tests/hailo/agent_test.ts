/** The program on the device's side, run here with hostile requests. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256 } from "../../lib/artifacts/sha256.ts";
import { runProcess } from "../../lib/hailo/process.ts";
import { sshArguments } from "../../lib/hailo/device/ssh.ts";
import { writeTar } from "../../lib/hailo/tar.ts";
import { readAgent } from "./device_fixture.ts";
import { withFolder } from "./sample_bundle.ts";
import { skipReason } from "../house/skip.ts";

const command = sshArguments({ host: "h", user: "u", port: 22, identity_file: "k", known_hosts_file: "f" })
  .at(-1)!;
const hasPython = await new Deno.Command("python3", { args: ["--version"], stdout: "null", stderr: "null" })
  .output()
  .then((o) => o.success, () => false);

const text = (value: string) => new TextEncoder().encode(value);

/** Sends one request as `Ssh` does; the answer, and how the program ended. */
async function ask(home: string, request: Record<string, unknown>, payload = new Uint8Array(0)) {
  const program = text(await readAgent());
  const header = text(JSON.stringify({ seconds: 20, bytes: payload.length, ...request }) + "\n");
  const input = new Blob([text(`${program.length}\n`), program, header, payload]).stream();
  const outcome = await runProcess({
    program: "sh",
    args: ["-c", command],
    input,
    timeout: 20_000,
    env: { HOME: home, PATH: "/usr/local/bin:/usr/bin:/bin" },
  });
  const found = /^@@motiflow (.*)$/m.exec(outcome.text)?.[1];
  return { outcome, answer: found === undefined ? undefined : JSON.parse(found) };
}

async function send(
  home: string,
  run: string,
  files: { path: string; bytes: Uint8Array }[],
  digest?: string,
) {
  const archive = writeTar(files);
  return (await ask(home, { verb: "receive", run, sha256: digest ?? await sha256(archive) }, archive)).answer;
}

const runs = (home: string) => join(home, ".cache/motiflow/runs");

Deno.test({
  name: "the agent receives files, checks them, and removes them again",
  ignore: skipReason(!hasPython && "no python3"),
  async fn() {
    await withFolder(async (home) => {
      const bytes = text("hello");
      const sums = { path: "SHA256SUMS", bytes: text(`${await sha256(bytes)}  a/b.txt\n`) };
      const good = await send(home, "one", [{ path: "a/b.txt", bytes }, sums]);
      assert.deepEqual(good, { ok: true, value: { bad: [] } });
      assert.equal(await Deno.readTextFile(join(runs(home), "one/a/b.txt")), "hello");
      const mode = (await Deno.stat(join(runs(home), "one"))).mode! & 0o777;
      assert.equal(mode, 0o700, "nobody else on the device may read it");
      const damaged = await send(home, "two", [{ path: "a/b.txt", bytes: text("hullo") }, sums]);
      assert.deepEqual(damaged.value.bad, ["a/b.txt"]);
      assert.match((await send(home, "one", [sums])).error, /FileExistsError/);
      assert.match((await send(home, "three", [sums], "0".repeat(64))).error, /damaged on its way/);
      assert.equal((await ask(home, { verb: "clean", run: "one" })).answer.ok, true);
      assert.ok(![...Deno.readDirSync(runs(home))].some((e) => e.name === "one"));
    });
  },
});

Deno.test({
  name: "the agent writes nowhere but into its run's folder",
  ignore: skipReason(!hasPython && "no python3"),
  async fn() {
    await withFolder(async (home) => {
      for (const run of ["..", "../../x", "a/b", "A", "", "x".repeat(65)]) {
        for (const verb of ["receive", "clean", "core"]) {
          const { answer } = await ask(home, { verb, run, sha256: "" });
          assert.match(answer.error, /bad run name/, `${verb} ${run}`);
        }
      }
      let n = 0;
      for (const path of ["../escape", "/etc/motiflow-test", "a/../../escape"]) {
        assert.match((await send(home, `run-${n++}`, [{ path, bytes: text("x") }])).error, /refused member/);
      }
      assert.deepEqual([...Deno.readDirSync(home)].map((e) => e.name), [".cache"]);
    });
  },
});

Deno.test({
  name: "the agent answers unknown requests, and ends when its time is over",
  ignore: skipReason(!hasPython && "no python3"),
  async fn() {
    await withFolder(async (home) => {
      assert.match((await ask(home, { verb: "reboot" })).answer.error, /KeyError/);
      // A payload that never comes keeps it waiting; the alarm ends it.
      const program = text(await readAgent());
      const header = text(JSON.stringify({ verb: "receive", run: "x", seconds: 1, bytes: 10 }) + "\n");
      const never = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const part of [text(`${program.length}\n`), program, header]) controller.enqueue(part);
        },
      });
      const start = performance.now();
      const outcome = await runProcess({
        program: "sh",
        args: ["-c", command],
        input: never,
        timeout: 15_000,
        env: { HOME: home, PATH: "/usr/local/bin:/usr/bin:/bin" },
      });
      assert.notEqual(outcome.code, 0);
      assert.equal(outcome.ended, "exit");
      assert.ok(performance.now() - start < 14_000);
    });
  },
});
