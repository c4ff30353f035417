/** The npm package in an empty folder: what a user without this repository has. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { skipReason } from "../house/skip.ts";
import { installPackage, withoutNpm } from "./package.ts";

const unable = await withoutNpm();

async function listing(folder: string): Promise<string> {
  const { stdout } = await new Deno.Command("find", { args: [folder, "-printf", "%p %s %T@\n"] }).output();
  return new TextDecoder().decode(stdout).split("\n").sort().join("\n");
}

Deno.test({
  name:
    "npm pack makes a package that goes from init to a report in an empty folder, and writes nothing into itself",
  ignore: skipReason(unable),
  async fn() {
    const top = await Deno.realPath(await Deno.makeTempDir({ prefix: "motiflow-package-" }));
    try {
      const project = join(top, "study");
      await Deno.mkdir(project);
      const command = await installPackage(top);
      const motiflow = async (...args: string[]) => {
        const env = { NO_COLOR: "1", INIT_CWD: "", npm_command: "", XDG_CACHE_HOME: join(top, "cache") };
        const child = new Deno.Command(command, { args, cwd: project, env, stdin: "null" });
        const { code, stdout, stderr } = await child.output();
        const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
        assert.equal(code, 0, `${args.join(" ")}\n${text(stdout)}${text(stderr)}`);
        return text(stdout);
      };
      const program = join(top, "node_modules/motiflow");
      const before = await listing(program);
      assert.match(await motiflow("init"), /run it with: motiflow run workflows\/first\.yaml/);
      assert.match(await motiflow("plan", "workflows/first.yaml"), /^run +recordings +first time$/m);
      await motiflow("run", "workflows/first.yaml");
      assert.match(await Deno.readTextFile(join(project, "out/first/report/report.html")), /<svg/);
      assert.match(await motiflow("doctor"), /ONNX Runtime +onnxruntime-node/);
      assert.equal(await listing(program), before);
      // Deno fetched nothing: all packages are npm's.
      assert.deepEqual([...Deno.readDirSync(join(top, "cache/deno/npm"))], []);
    } finally {
      await Deno.remove(top, { recursive: true });
    }
  },
});
