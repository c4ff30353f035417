import assert from "node:assert/strict";
import { placeArguments } from "../../../lib/engine/executors/slurm.ts";
import { planOf, printed } from "../../workflow/fake_steps.ts";

const text = (resources: string) =>
  `steps: { a: { uses: shear, timeout: 5m, resources: { cpu: 2, ${resources} } } }\n`;

Deno.test("a step's partition, account, resources and time reach Slurm, and count nothing on this machine", async () => {
  const plan = await planOf(text("partition: gpu, account: lab7, gres: 'gpu:1', time: 90m, hailo: 1"));
  const { resources, timeout } = plan.tasks[0]!;
  assert.deepEqual(resources.named, { hailo: 1 });
  assert.deepEqual(placeArguments(resources.cluster, timeout), [
    "--partition=gpu",
    "--account=lab7",
    "--gres=gpu:1",
    "--time=90",
  ]);
  const plain = (await planOf(text("hailo: 1"))).tasks[0]!;
  assert.equal(plain.resources.cluster, undefined);
  assert.deepEqual(placeArguments(plain.resources.cluster, plain.timeout), ["--time=6"]);
  assert.deepEqual(placeArguments(), []);
});

Deno.test("what Slurm would take for another word is refused at its place", async () => {
  for (const wrong of ["'gpu --wrap=rm'", "''", '"a\\nb"']) {
    assert.match(await printed(text(`partition: ${wrong}`)), /partition must be one word, as Slurm takes it/);
  }
  assert.match(await printed(text("time: soon")), /time must be a duration/);
});
