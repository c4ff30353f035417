/** The npm package in an empty folder: what a user without this repository has, and who may not write into it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { skipReason } from "../house/skip.ts";
import { installPackage, withoutNpm } from "./package.ts";

const unable = await withoutNpm();

/** A step of the user's own with packages: the program's, and by its version one that the project installed. */
const ownStep = `import { z } from "zod";
import picomatch from "picomatch";
import { parseHTML } from "linkedom";
import ms from "npm:ms@2.1.3";
import { defineStep, Metrics } from "motiflow";

export default defineStep({
  type: "minute",
  summary: "Say how long a minute is",
  inputs: {},
  params: z.strictObject({ text: z.string().describe("A duration.") }),
  outputs: { metrics: Metrics },
  run({ params }) {
    const { textContent } = parseHTML("<p>" + params.text + "</p>").document.querySelector("p");
    const value = picomatch("1*")(textContent) ? ms(textContent) : 0;
    const minute = { value, n: 1, of: "texts", origin: "measured" };
    return Promise.resolve({ metrics: { metrics: { minute }, tables: {}, details: {} } });
  },
});
`;

/** Nobody in particular: one who can write neither into the installation nor into a home. */
const user = Deno.uid() === 0 ? { uid: 65534, gid: 65534 } : {};

async function listing(folder: string): Promise<string> {
  const { stdout } = await new Deno.Command("find", { args: [folder, "-printf", "%p %s %T@\n"] }).output();
  return new TextDecoder().decode(stdout).split("\n").sort().join("\n");
}

/** The commands of a machine that has Node and nothing else of ours. */
async function onlyNode(folder: string): Promise<string> {
  await Deno.mkdir(folder);
  for (const name of ["node", "npm", "env", "sh"]) {
    const { stdout } = await new Deno.Command("sh", { args: ["-c", `command -v ${name}`] }).output();
    await Deno.symlink(new TextDecoder().decode(stdout).trim(), join(folder, name));
  }
  return folder;
}

Deno.test({
  name:
    "npm pack makes a package that needs Node only, goes from init to a report in another folder, runs own steps " +
    "with packages, and writes nothing into itself",
  ignore: skipReason(unable),
  async fn() {
    const top = await Deno.realPath(await Deno.makeTempDir({ prefix: "motiflow-package-" }));
    const project = await Deno.realPath(await Deno.makeTempDir({ prefix: "motiflow-study-" }));
    try {
      await Deno.chmod(top, 0o755);
      const command = await installPackage(top);
      const PATH = await onlyNode(join(top, "bin"));
      const caches = await Deno.makeTempDir({ prefix: "motiflow-cache-" });
      for (const folder of [project, caches]) {
        if (user.uid !== undefined) await Deno.chown(folder, user.uid, user.gid!);
      }
      const start = async (words: string[]) => {
        const env = {
          NO_COLOR: "1",
          PATH,
          HOME: "/nonexistent",
          XDG_CACHE_HOME: caches,
          npm_config_cache: caches,
        };
        const [program = "", ...args] = words;
        const child = new Deno.Command(program, {
          args,
          cwd: project,
          env,
          clearEnv: true,
          stdin: "null",
          ...user,
        });
        const { code, stdout, stderr } = await child.output();
        const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
        return { code, stdout: text(stdout), all: `${words.join(" ")}\n${text(stdout)}${text(stderr)}` };
      };
      const motiflow = async (...args: string[]) => {
        const { code, stdout, all } = await start([command, ...args]);
        assert.equal(code, 0, all);
        return stdout;
      };
      const program = join(top, "node_modules/motiflow");
      const before = await listing(program);
      assert.match(await motiflow("init"), /run it with: motiflow run workflows\/first\.yaml/);
      assert.match(await motiflow("plan", "workflows/first.yaml"), /^run +recordings +first time$/m);
      await motiflow("run", "workflows/first.yaml");
      assert.match(await Deno.readTextFile(join(project, "out/first/report/report.html")), /<svg/);
      assert.match(await motiflow("doctor"), /ONNX Runtime +onnxruntime-node/);

      await Deno.writeTextFile(join(project, "workflows/minute.ts"), ownStep);
      await Deno.writeTextFile(
        join(project, "workflows/minute.yaml"),
        "name: minute\nsteps:\n  minute: { uses: ./minute.ts, with: { text: 1m } }\n",
      );
      const without = await start([command, "plan", "workflows/minute.yaml"]);
      assert.equal(without.code, 2);
      assert.match(
        without.all,
        /imports the package ms@2\.1\.3, which is not installed\n[^]*npm install ms@2\.1\.3/,
      );
      const installed = await start([join(PATH, "npm"), "install", "--prefer-offline", "ms@2.1.3"]);
      assert.equal(installed.code, 0, installed.all);
      assert.match(await motiflow("run", "workflows/minute.yaml"), /^ +minute +60 ?000$/m);

      assert.equal(await listing(program), before);
      // Deno fetched nothing: all packages are npm's.
      assert.deepEqual([...Deno.readDirSync(join(caches, "deno/npm"))], []);
      await Deno.remove(caches, { recursive: true });
    } finally {
      await Deno.remove(top, { recursive: true });
      await Deno.remove(project, { recursive: true });
    }
  },
});
