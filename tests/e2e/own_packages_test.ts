/** Packages that a user's project has beside the program's. */
import assert from "node:assert/strict";
import { byNpm, library, Rig } from "./rig.ts";

const step = (imports: string, value: string) =>
  `import { z } from "zod";
import { Metrics } from "${library("artifacts/metrics.ts")}";
${imports}
export default {
  type: "own", summary: "Own", inputs: {}, outputs: { metrics: Metrics }, params: z.strictObject({}),
  async run() {
    const v = { value: ${value}, n: 1, of: "runs", origin: "measured" };
    return { metrics: { metrics: { v }, tables: {}, details: {} } };
  },
};
`;
// A range is as good as a version where Deno locks what it chose.
const range = byNpm ? "4.6.7" : "4";
const workflow = "steps: { a: { uses: ./step.ts, publish: out } }\n";
const programLock = new URL("../../deno.lock", import.meta.url);

/** The value of the step after a run, and whether the step ran. */
async function run(rig: Rig) {
  const { code, stdout, stderr } = await rig.run("run", "w.yaml");
  assert.equal(code, 0, stderr);
  const value = JSON.parse(await rig.read("out/metrics.json")).metrics.v.value;
  return [value, stdout.includes("1 restored") || stderr.includes("1 restored") ? "restored" : "ran"];
}

Deno.test("a step imports by the project's import map, and packages that nothing locked, which the program's lock file never learns of", async () => {
  const before = await Deno.readTextFile(programLock);
  await using rig = await Rig.open({
    "deno.json":
      `{ // as Deno takes it\n "imports": { "docs": "npm:fflate@0.8.3", "@/": "./parts/", "croner": "./mine.ts", } }`,
    "step.ts": step(
      `import { strToU8 } from "docs"; import { k } from "@/k.ts"; import { own } from "croner"; import * as any from "npm:zod@${range}";`,
      `strToU8("x".repeat(1000)).length + k + own + (any.z === z ? 0 : 0.5)`,
    ),
    "parts/k.ts": "export const k = 20;",
    "mine.ts": "export const own = 3;",
    "w.yaml": workflow,
  });
  assert.equal((await rig.run("plan", "w.yaml")).code, 0);
  assert.deepEqual(await run(rig), [1023, "ran"]);
  assert.deepEqual(await run(rig), [1023, "restored"]);
  await rig.write("parts/k.ts", "export const k = 40;");
  assert.deepEqual(await run(rig), [1043, "ran"]);
  await rig.write(
    "deno.json",
    `{ "imports": { "docs": "./docs.ts", "@/": "./parts/", "croner": "./mine.ts" } }`,
  );
  await rig.write("docs.ts", "export const strToU8 = (text: string) => text;");
  assert.deepEqual(await run(rig), [1043, "ran"], "another package, of the same answer");
  assert.deepEqual(await run(rig), [1043, "restored"]);
  assert.equal(await Deno.readTextFile(programLock), before);
});

Deno.test("a package that only the step names does not keep the program from its own modules", async () => {
  await using rig = await Rig.open({
    "deno.json": "{}",
    "step.ts": step(`import { n } from "./n.ts";`, "n"),
    "n.ts": `import { strToU8 } from "npm:fflate@0.8"; export const n = strToU8("abc").length;`,
    "w.yaml": workflow,
  });
  assert.deepEqual(await run(rig), [3, "ran"]);
});

Deno.test("a name that neither the project nor the program has is told with its cure", async () => {
  await using rig = await Rig.open({
    "deno.json": '{ "imports": { "docs": "npm:fflate@0.8.3" } }',
    "step.ts": step('import { nothing } from "nobody-has-this";', "nothing"),
    "w.yaml": workflow,
  });
  const { code, stderr } = await rig.run("plan", "w.yaml");
  assert.equal(code, 2);
  assert.match(stderr, /w\.yaml:1:\d+: .*imports "nobody-has-this", a name that the program does not have/);
});

Deno.test("plan writes nothing into a project whose step takes something of motiflow, and runs are restored", async () => {
  await using rig = await Rig.open({
    "step.ts": step("", "7").replace(library("artifacts/metrics.ts"), "motiflow"),
    "w.yaml": workflow,
  });
  const { code, stdout, stderr } = await rig.run("plan", "w.yaml");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^run +a +first time$/m);
  assert.ok(!rig.exists(".motiflow"));
  assert.deepEqual(await run(rig), [7, "ran"]);
  assert.deepEqual(await run(rig), [7, "restored"]);
  assert.deepEqual(await run(rig), [7, "restored"]);
});

Deno.test("a name that stands for a file of the program's leads there from a project with an import map of its own", async () => {
  const code = 'import * as tf from "@tensorflow/tfjs";';
  await using rig = await Rig.open({
    "deno.json": '{ "imports": { "docs": "npm:fflate@0.8.3" } }',
    "step.ts": step(
      `${code} import { strToU8 } from "docs";`,
      'tf.tensor1d([1, 2]).size + strToU8("a").length',
    ),
    "w.yaml": workflow,
    "tensors.ipynb": JSON.stringify({
      cells: [{
        cell_type: "code",
        source: `${code} console.log("size", tf.tensor1d([1, 2, 3]).size)`,
        metadata: {},
        outputs: [],
        execution_count: null,
      }],
      metadata: { kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } },
      nbformat: 4,
      nbformat_minor: 5,
    }),
  });
  assert.deepEqual(await run(rig), [3, "ran"]);
  const { code: exit, stderr } = await rig.run("notebook", "tensors.ipynb", "--out", "page");
  assert.equal(exit, 0, stderr);
  assert.match(await rig.read("page/tensors.html"), /size 3/);
});
