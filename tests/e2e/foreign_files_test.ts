/** Whatever a command writes, it writes over nothing that is not its own. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { library, Rig } from "./rig.ts";

const step = `import { z } from "zod";
import { Metrics } from "${library("artifacts/metrics.ts")}";
export default {
  type: "own", summary: "Own", inputs: {}, outputs: { metrics: Metrics }, params: z.strictObject({}),
  async run() {
    const v = { value: 1, n: 1, of: "runs", origin: "measured" };
    return { metrics: { metrics: { v }, tables: {}, details: {} } };
  },
};
`;

Deno.test("show --crate, init, history --html, schema --out and run --reports leave what is not theirs", async () => {
  await using rig = await Rig.open({
    "step.ts": step,
    "w.yaml": "steps: { a: { uses: ./step.ts } }\n",
    "thesis": "my only copy",
    "full/notes.txt": "of three months",
    "reports/w.json": '{ "mine": true }',
    "new/workflows/first.yaml": "mine",
    "old/workflows": "a file",
    "far/keep.txt": "mine",
  });
  await Deno.symlink("nowhere", join(rig.root, "lost"));
  await Deno.mkdir(join(rig.root, "linked/workflows"), { recursive: true });
  await Deno.symlink("../../far/first.yaml", join(rig.root, "linked/workflows/first.yaml"));
  assert.equal((await rig.run("run", "w.yaml")).code, 0);
  const refused: string[][] = [
    ["show", "latest", "--crate", "thesis"],
    ["show", "latest", "--crate", "thesis/below"],
    ["show", "latest", "--crate", "full"],
    ["show", "latest", "--crate", "lost"],
    ["history", "w", "v", "--html", "thesis"],
    ["history", "w", "v", "--html", "full"],
    ["history", "w", "v", "--html", "lost"],
    ["schema", "--out", "thesis"],
    ["schema", "--out", "lost"],
    ["graph", "w.yaml", "--out", "thesis"],
    ["init", "new"],
    ["init", "old"],
    ["init", "linked"],
    ["init", "thesis"],
  ];
  for (const words of refused) {
    const { code, stderr } = await rig.run(...words);
    assert.notEqual(code, 0, words.join(" "));
    assert.match(stderr, /^error: /m, words.join(" "));
    assert.doesNotMatch(stderr, /^ {4}at /m, words.join(" "));
  }
  const { stderr } = await rig.run("run", "w.yaml", "--reports", "reports");
  assert.match(stderr, /w\.json: it is there and was not written by this program/);
  const kept = {
    "thesis": "my only copy",
    "full/notes.txt": "of three months",
    "reports/w.json": '{ "mine": true }',
    "new/workflows/first.yaml": "mine",
    "old/workflows": "a file",
  };
  for (const [path, text] of Object.entries(kept)) assert.equal(await rig.read(path), text, path);
  assert.deepEqual([...Deno.readDirSync(join(rig.root, "far"))].map(({ name }) => name), ["keep.txt"]);
  assert.equal(await Deno.readLink(join(rig.root, "lost")), "nowhere");
  assert.deepEqual([...Deno.readDirSync(join(rig.root, "full"))].map(({ name }) => name), ["notes.txt"]);
});
