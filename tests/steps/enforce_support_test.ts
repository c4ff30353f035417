import assert from "node:assert/strict";
import { Motifs } from "../../lib/artifacts/motifs.ts";
import cluster from "../../lib/steps/cluster.ts";
import enforceSupport from "../../lib/steps/enforce_support.ts";
import { codesOf, someLatents } from "../cluster/make_request.ts";
import { runStep } from "./run_step.ts";

const { latents } = someLatents(400, 4, 1, 0.2);
const codes = codesOf(latents, [4, 4, 4]);

Deno.test("T035 enforce-support merges small motifs, says so and leaves supported ones that survive the disk", async () => {
  const { outputs: { motifs } } = await runStep(cluster, { codes, latents }, { k: 12 });
  const result = await runStep(enforceSupport, { motifs, latents, codes }, { min_support: 0.1 });
  const supported: Motifs = result.outputs.motifs;
  assert.ok(supported.k < 12);
  assert.ok(supported.support.every((count) => count >= 40));
  assert.match(result.warnings.join(), /of 12 motifs had too few windows and were merged/);
  assert.equal(result.messages.length, supported.mergeLog.length);
  const dir = await Deno.makeTempDir();
  await Motifs.write(dir, supported);
  assert.deepEqual(await Motifs.read(dir), supported);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("enforce-support changes nothing and is silent where all motifs have support", async () => {
  const { outputs: { motifs } } = await runStep(cluster, { codes }, { k: 4 });
  const { outputs, warnings } = await runStep(enforceSupport, { motifs });
  assert.deepEqual(outputs.motifs.labels, motifs.labels);
  assert.deepEqual(outputs.motifs.posterior, motifs.posterior);
  assert.deepEqual(warnings, []);
});

Deno.test("enforce-support refuses a share outside 0 to 1", () => {
  assert.ok(!enforceSupport.params.safeParse({ min_support: 1.5 }).success);
  assert.ok(!enforceSupport.params.safeParse({ min_suport: 0.1 }).success);
});
