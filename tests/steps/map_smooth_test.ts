/** `cluster` with `method: assign` and `smooth` by shards: the same files as made at once, and one shard for a recording. */
import assert from "node:assert/strict";
import { readShardList } from "../../lib/artifacts/shards.ts";
import type { RunResult } from "../../lib/engine/mod.ts";
import { planFrom } from "../engine/from_yaml.ts";
import { InlineExecutor } from "../engine/inline_executor.ts";
import { Project } from "../engine/project.ts";
import { sampleModel } from "../model/sample_model.ts";
import { loadArrays, writeArray } from "./map_files.ts";

/** Motifs of some windows, by codes and by latents, which all windows are then assigned to. */
const workflow = `
version: 1
name: w
steps:
  recordings: ${loadArrays("data")}
  known: ${loadArrays("known")}
  few: { uses: window, from: known, with: { length: 100, hop: 1900 } }
  windows: { uses: window, from: recordings, with: { length: 100, hop: 200 } }
  model: { uses: import, with: { type: model, path: encoder.onnx, rate: 50, labels: [a, b, c, d] } }
  few-latents: { uses: encode, from: [few, model] }
  few-codes: { uses: quantize, from: few-latents, with: { levels: [99, 99, 99] } }
  latents: { uses: encode, from: [windows, model] }
  codes: { uses: quantize, from: latents, with: { levels: [99, 99, 99] } }
  split: { uses: split, from: windows, with: { by: time } }
  of-codes: { uses: cluster, from: few-codes, with: { k: 3 } }
  of-latents: { uses: cluster, from: few-latents, with: { method: gmm, k: 2, space: latent } }
  of-near: { uses: cluster, from: { codes: few-codes, windows: few }, with: { k: 3, neighbors: 1 } }
  near: { uses: cluster, from: { codes: codes, windows: windows, fitted: of-near }, with: { method: assign } }
  motifs: { uses: cluster, from: { codes: codes, split: split, fitted: of-codes }, with: { method: assign } }
  soft: { uses: cluster, from: { latents: latents, fitted: of-latents }, with: { method: assign } }
  behaviours: { uses: smooth, from: [motifs, windows, codes, split], with: { names: names.yaml } }
  held: { uses: smooth, from: [soft, windows] }
`;
const mapped = ["motifs", "soft", "near", "behaviours", "held"];

const dirOf = ({ tasks }: RunResult, id: string) =>
  Object.values(tasks.find((t) => t.id === id)!.outputs)[0]!.dir;

/** Files of an artifact but for its shards, as text. */
function filesOf(dir: string, below = ""): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(`${dir}/${below}`)) {
    const path = `${below}${name}`;
    if (path === "shards" || path === "shards.json") continue;
    if (isDirectory) Object.assign(files, filesOf(dir, `${path}/`));
    else files[path] = Deno.readFileSync(`${dir}/${path}`).toBase64();
  }
  return files;
}

Deno.test("motifs that are assigned and behaviours by shards are those made at once, byte by byte", async () => {
  await using project = new Project();
  writeArray(project, 7);
  await Deno.rename(project.path("data"), project.path("known"));
  for (let subject = 0; subject < 2; subject++) writeArray(project, subject);
  const names = (name: string) =>
    project.write("names.yaml", `version: 1\nbehaviours: { "0": { name: ${name} } }\n`);
  names("rest");
  const encoder = sampleModel({ input: [3, 1, 100], blocks: [{ channels: 8, kernel: [1, 5], pool: 2 }] });
  Deno.writeFileSync(project.path("encoder.onnx"), encoder.onnx);
  const engine = await project.open();
  const plan = await planFrom(project, workflow);
  const executions = async () => {
    InlineExecutor.executed.length = 0;
    const result = await engine.run(plan);
    assert.equal(result.status, "succeeded", result.tasks.map((t) => t.error).join());
    const count = (step: string) =>
      InlineExecutor.executed.filter((url) => url.endsWith(`/${step}.ts`)).length;
    return { result, cluster: count("cluster"), smooth: count("smooth") };
  };
  const first = await executions();
  // Three of clusters, three that assign and two that smooth, each with two shards and one merge.
  assert.deepEqual([first.cluster, first.smooth], [3 + 3 * 3, 2 * 3]);
  const told = (result: RunResult) => mapped.map((id) => result.tasks.find((t) => t.id === id)!.warnings);
  const byShards = mapped.map((id) => filesOf(dirOf(first.result, id)));
  for (const id of mapped) assert.equal(readShardList(dirOf(first.result, id), id)!.shards.length, 2);

  const whole = await engine.run(
    {
      ...plan,
      tasks: plan.tasks.map(({ map, ...task }) => mapped.includes(task.id) ? task : { ...task, map }),
    },
    { force: mapped },
  );
  assert.equal(readShardList(dirOf(whole, "held"), "Behaviours"), undefined);
  assert.deepEqual(mapped.map((id) => filesOf(dirOf(whole, id))), byShards);
  assert.deepEqual(told(whole), told(first.result));

  // Names are looked at when all shards are there.
  names("lie");
  const renamed = await executions();
  assert.deepEqual([renamed.cluster, renamed.smooth], [0, 1]);

  writeArray(project, 1, 5);
  const changed = await executions();
  assert.deepEqual([changed.cluster, changed.smooth], [3 * 2, 2 * 2]);
});
