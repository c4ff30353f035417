/**
 * HAPT in five folds, once on this machine and once as jobs of a real Slurm of two nodes, each in a project and a store of its
 * own: every result must have the same content.
 *
 * `deno run -A tests/bench/slurm_same.ts [EPOCHS]`, 8 by default; needs Slurm's programs and `../shared/data/hapt.zip`.
 */
import { fileURLToPath } from "node:url";
import { Rig } from "../e2e/rig.ts";
import { SlurmCluster, slurmMissing } from "../standins/slurm.ts";

const epochs = Number(Deno.args[0] ?? 8);
const data = fileURLToPath(new URL("../../../shared/data/hapt.zip", import.meta.url));
const missing = slurmMissing();
if (missing !== undefined) {
  console.log(`not run: no Slurm: ${missing}`);
  Deno.exit(0);
}

const workflow = `version: 1
name: folds
matrix: { fold: [0, 1, 2, 3, 4] }
steps:
  recordings:
    uses: load
    with:
      source: hapt
      path: data/hapt.zip
      gravity: true
      keep_labels: [WALKING, WALKING_UPSTAIRS, WALKING_DOWNSTAIRS, SITTING, STANDING, LAYING]
  windows: { uses: window, from: recordings, with: { length: 128, hop: 64, within: label, context: 64 } }
  split: { uses: split, from: windows, with: { by: subject, folds: 5, fold: "\${{ matrix.fold }}" } }
  model:
    uses: train
    from: [windows, split]
    with: { levels: [4, 4, 4], pools: [4, 2, 1], neck: [64], epochs: ${epochs}, keep: last }
  latents: { uses: encode, from: [windows, model] }
  codes: { uses: quantize, from: [latents, model] }
  motifs: { uses: cluster, from: [codes, latents, split], with: { method: kmeans, k: 12 } }
  supported: { uses: enforce-support, from: [motifs, latents, codes, split], with: { min_support: 0.005 } }
  behaviours: { uses: smooth, from: [supported, windows, split], with: { median_k: 7 } }
  metrics: { uses: validate, from: [model, windows, split, latents, codes, supported, behaviours] }
  summary: { uses: summarize, from: metrics, over: fold }
`;

interface Task {
  id: string;
  seconds: number;
  outputs: Record<string, { id: string }>;
}

/** All tasks of a run in a project of its own. */
async function tasksOf(executor: "local" | "slurm"): Promise<Task[]> {
  await using rig = await Rig.open({ "workflows/folds.yaml": workflow });
  Deno.mkdirSync(`${rig.root}/data`);
  Deno.copyFileSync(data, `${rig.root}/data/hapt.zip`);
  const began = performance.now();
  const ran = await rig.run("run", "workflows/folds.yaml", "--executor", executor, "--jobs", "2", "--quiet");
  if (ran.code !== 0) throw new Error(`The run failed: ${ran.stderr}`);
  console.log(`${executor}: ${((performance.now() - began) / 1000).toFixed(0)} s (n = 1)`);
  const shown = await rig.run("show", "latest", "--json");
  return JSON.parse(shown.stdout).tasks;
}

const local = await tasksOf("local");
await using _cluster = await SlurmCluster.start({ MinJobAge: 36_000 });
const slurm = new Map((await tasksOf("slurm")).map((task) => [task.id, task]));
const outputs = local.flatMap(({ id, outputs }) =>
  Object.entries(outputs).map(([port, { id: content }]) => ({ task: id, port, content }))
);
const unlike = outputs.filter(({ task, port, content }) => slurm.get(task)?.outputs[port]?.id !== content);
console.log(
  `${outputs.length} results of ${local.length} tasks: ${outputs.length - unlike.length} of the same content`,
);
for (const { task, port } of unlike) console.log(`  unlike: ${task}, ${port}`);
if (unlike.length > 0 || slurm.size !== local.length) Deno.exitCode = 1;
