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

Deno.test("WatchedPlaces.matter() knows workflow, data and code from everything else", () => {
  const places = new WatchedPlaces("/p/flows/w.yaml", "/p", "/motiflow/lib");
  const task = (files: string[], publish?: string) =>
    ({ files: files.map((pattern) => ({ name: "x", pattern })), publish }) as unknown as Task;
  const plan = {
    tasks: [task(["data/*.csv"], "out/a"), task(["../shared/h.zip"]), task([], "out/b")],
  } as Workplan;
  assert.deepEqual(places.take(plan), ["/shared"]);
  const yes = [
    "/p/flows/w.yaml",
    "/p/data/a.csv",
    "/p/data/new.csv",
    "/shared/h.zip",
    "/p/step.ts",
    "/motiflow/lib/x.ts",
    "/p/deno.lock",
  ];
  const no = [
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
