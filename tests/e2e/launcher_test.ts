/** The program below a launcher, as the npm package starts it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { skipReason } from "../house/skip.ts";
import { follow, minute } from "./rig.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** Starts the dashboard as npm/motiflow.mjs does, in a project of its own, and waits for it. */
const launcher = (project: string) => `
  const words = ["run", "--quiet", "-A", "--config", ${JSON.stringify(join(repository, "deno.json"))}];
  const program = ${JSON.stringify(join(repository, "lib/cli/main.ts"))};
  const child = new Deno.Command(Deno.execPath(), {
    args: [...words, program, "ui", "--port", "0"],
    cwd: ${JSON.stringify(project)},
    env: { MOTIFLOW_LAUNCHER_PID: String(Deno.pid), NO_COLOR: "1" },
  }).spawn();
  console.log("child", child.pid);
  await child.status;
`;

Deno.test({
  name: "the program does not outlive a launcher that is killed",
  ignore: skipReason(Deno.build.os === "windows" && "Windows keeps no parents"),
  async fn() {
    const project = await Deno.makeTempDir({ prefix: "motiflow-launcher-" });
    const parent = new Deno.Command(Deno.execPath(), {
      args: ["eval", launcher(project)],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const [out, said] = [follow(parent.stdout), follow(parent.stderr)];
    await out.until("http://127.0.0.1");
    const child = Number(/child (\d+)/.exec(out.text())![1]);
    parent.kill("SIGKILL");
    // The streams end when the last process that holds them is gone; one that went on is ended here.
    let outlived = false;
    const late = setTimeout(() => {
      outlived = true;
      Deno.kill(child, "SIGKILL");
    }, minute());
    await Promise.all([parent.status, out.end, said.end]);
    clearTimeout(late);
    assert.ok(!outlived, "it went on without its launcher");
    await Deno.remove(project, { recursive: true });
  },
});
