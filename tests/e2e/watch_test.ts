import assert from "node:assert/strict";
import { WatchedPlaces } from "../../lib/workflow/watched_places.ts";
import type { Task, Workplan } from "../../lib/workflow/workplan.ts";
import { follow, library, Rig } from "./rig.ts";

const step = (word: string) =>
  `import { z } from "zod";
import { Metrics } from "${library("artifacts/metrics.ts")}";
export default {
  type: "count", summary: "Counts", inputs: {}, outputs: { metrics: Metrics },
  params: z.strictObject({ path: z.string(), wait: z.number().default(0) }),
  files: ({ path }) => [{ name: "data", pattern: path }],
  async run({ params, files, log, signal }) {
    log("${word}");
    if (params.wait > 0) {
      await new Promise((resolve, reject) => {
        setTimeout(resolve, params.wait * 1000);
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    }
    const value = (await Deno.readTextFile(files.data[0])).length;
    return { metrics: { metrics: { size: { value, n: 1, of: "files", origin: "measured" } }, tables: {}, details: {} } };
  },
};
`;

const workflow = (wait: number) =>
  `name: watched\nsteps: { a: { uses: ./count.ts, with: { path: data.txt, wait: ${wait} }, publish: out/a } }\n`;

Deno.test("run --watch follows workflow, data and code, stops what is overtaken, and never follows its own output", async () => {
  await using rig = await Rig.open({ "count.ts": step("one"), "data.txt": "four", "w.yaml": workflow(0) });
  const child = rig.start("run", "w.yaml", "--watch");
  const [out, said] = [follow(child.stdout), follow(child.stderr)];
  await out.until("size  4\n");
  await said.until("watching for changes");

  await rig.write("data.txt", "seven77");
  await out.until("size  7\n");

  await rig.write("w.yaml", workflow(0).replace("path", "pth"));
  await said.until('unknown key "pth"');

  // A run that would take a minute is overtaken by the repair.
  await rig.write("w.yaml", workflow(60));
  await said.until("params.wait changed");
  await rig.write("w.yaml", workflow(0));
  await out.until(": 1 restored");

  await rig.write("count.ts", step("two"));
  await said.until("run      a: code ");
  await said.until("done     a", 3);

  // Published files and files that nothing reads wake nobody, once all earlier changes have been dealt with.
  const quiet = () => new Promise((resolve) => setTimeout(resolve, 1000));
  let before = "";
  while (before !== said.text()) {
    before = said.text();
    await quiet();
  }
  await rig.write("out/a/extra.ts", "");
  await rig.write("README.md", "");
  await quiet();
  assert.equal(said.text(), before);
  child.kill("SIGKILL");
  await Promise.all([child.status, out.end, said.end]);
});

Deno.test("run --watch follows all that a plan reads, and waits for a folder that is not there", async () => {
  await using rig = await Rig.open({
    "step.ts": step("one").replace(
      "import { z }",
      'import cfg from "./cfg.json" with { type: "json" };\nimport { z }',
    )
      .replace(
        ".length;",
        `.length + cfg.more + Number(Deno.readTextFileSync(new URL("./res.txt", import.meta.url))) +
        Number(Deno.readTextFileSync(new URL(["open", "txt"].join("."), import.meta.url)));`,
      ),
    "cfg.json": '{ "more": 10 }',
    "res.txt": "100",
    "open.txt": "200",
    "part.yaml":
      'steps: { a: { uses: ./step.ts, with: { path: "${{ params.path }}" }, permissions: { read: [open.txt] } } }\n',
  });
  const far = await Deno.realPath(await Deno.makeTempDir({ prefix: "motiflow-far-" }));
  try {
    const path = `${far}/later/in/*.txt`;
    await rig.write("w.yaml", `name: followed\ninclude: part.yaml\nparams: { path: "${path}" }\n`);
    const child = rig.start("run", "w.yaml", "--watch");
    const [out, said] = [follow(child.stdout), follow(child.stderr)];
    await said.until("watching for changes");
    await Deno.mkdir(`${far}/later/in`, { recursive: true });
    await Deno.writeTextFile(`${far}/later/in/a.txt`, "1");
    await out.until("size  311\n");
    await Deno.writeTextFile(`${far}/later/in/a.txt`, "12");
    await out.until("size  312\n");
    await rig.write("cfg.json", '{ "more": 20 }');
    await out.until("size  322\n");
    await rig.write("res.txt", "200");
    await out.until("size  422\n");
    await rig.write("open.txt", "400");
    await out.until("size  622\n");
    await rig.write("part.yaml", "steps: { a: { uses: ./stp.ts } }\n");
    await said.until("there is no such file");
    await rig.write(
      "part.yaml",
      'steps: { b: { uses: ./step.ts, with: { path: "${{ params.path }}" }, permissions: { read: [open.txt] } } }\n',
    );
    await out.until(": 1 restored");
    child.kill("SIGKILL");
    await Promise.all([child.status, out.end, said.end]);
  } finally {
    await Deno.remove(far, { recursive: true });
  }
});

Deno.test("WatchedPlaces.matter() knows workflow, data and code from everything else", () => {
  const places = new WatchedPlaces("/p/flows/w.yaml", "/p", "/motiflow/lib", ["/p/params.json"]);
  const task = (files: string[], publish?: string, read: string[] = []) => {
    const requests = files.map((pattern) => ({ name: "x", pattern }));
    return {
      module: "file:///p/step.ts",
      files: requests,
      publish,
      permissions: { read },
    } as unknown as Task;
  };
  const plan = {
    tasks: [
      task(["data/*.csv"], "out/a"),
      task(["../shared/h.zip", "raw/x.csv"], undefined, ["conf.json", "/etc/far"]),
      task([], "out/b"),
    ],
    fragments: [{ file: "parts/a.yml", path: "/p/parts/a.yml", source: "" }],
  } as unknown as Workplan;
  assert.ok(places.matter("/p/flows/other.yaml"), "as long as no plan says what the workflow consists of");
  assert.deepEqual(places.take(plan, ["/p/side.json", "/p/named/"]), ["/shared", "/etc"]);
  const yes = [
    "/p/flows/w.yaml",
    "/p/data/a.csv",
    "/p/data/new.csv",
    "/shared/h.zip",
    "/p/step.ts",
    "/motiflow/lib/x.ts",
    "/p/deno.lock",
    "/p/raw/x.csv",
    "/p/conf.json",
    "/etc/far/below.txt",
    "/p/parts/a.yml",
    "/p/side.json",
    "/p/params.json",
  ];
  const no = [
    "/p/raw/y.csv",
    "/p/parts/b.yml",
    "/p/flows/other.yaml",
    "/p/out/a/x.ts",
    "/p/.motiflow/x.ts",
    "/p/.git/index",
    "/p/README.md",
    "/shared/other.ts",
    "/p/node_modules/a.js",
  ];
  assert.deepEqual(yes.filter((path) => !places.matter(path)), []);
  assert.deepEqual(no.filter((path) => places.matter(path)), []);
});
