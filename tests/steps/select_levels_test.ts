import assert from "node:assert/strict";
import { Part } from "../../lib/artifacts/split.ts";
import { Random } from "../../lib/random.ts";
import selectLevels from "../../lib/steps/select_levels.ts";
import { runStep } from "./run_step.ts";

const rng = new Random(8);
const values = Float32Array.from({ length: 3 * 3000 }, (_, i) => [2, 1, 0.5][i % 3] * rng.normal());
const latents = { latents: values, dimensions: 3, classes: [], details: {} };

Deno.test("T104 T106 T158 T190 select-levels gives wide dimensions more levels and measures the frontier", async () => {
  const { outputs } = await runStep(selectLevels, { latents }, { max_codes: 240, try_levels: [[8, 6, 5]] });
  const { levelsChoice, tables, metrics } = outputs.selection;
  const [a, b, c] = levelsChoice.levels;
  assert.ok(a > b && b > c && a * b * c <= 240, `${levelsChoice.levels}`);
  assert.equal(levelsChoice.feasible, true);
  assert.equal(metrics.recommended_codes.n, 3000);
  assert.ok(metrics.code_entropy.value <= metrics.recommended_bits.value);
  assert.equal(tables.frontier.filter((r: { recommended: boolean }) => r.recommended).length, 1);
  const asked = tables.frontier.at(-1);
  assert.deepEqual([asked.levels, asked.codes], ["8 6 5", 240]);
  assert.ok(tables.frontier.length <= 22);
});

Deno.test("select-levels fits on training windows and measures on validation windows", async () => {
  const part = Uint8Array.from(
    { length: 3000 },
    (_, i) => i < 1000 ? Part.train : i < 1500 ? Part.validation : Part.test,
  );
  const { outputs } = await runStep(selectLevels, { latents, split: { part } }, { max_codes: 64 });
  assert.equal(outputs.selection.metrics.code_entropy.n, 500);
  assert.equal(outputs.selection.details.measured_on, "validation part");
});

Deno.test("T104 select-levels reports what is not feasible instead of failing", async () => {
  const { outputs, warnings } = await runStep(selectLevels, { latents }, {
    max_codes: 27,
    max_distortion: 0.01,
  });
  assert.equal(outputs.selection.levelsChoice.feasible, false);
  assert.match(outputs.selection.levelsChoice.reason, /takes \d+\.\d+ bits or more over 3 dimensions/);
  assert.match(warnings[0], /^Not feasible/);
  const none = await runStep(selectLevels, { latents }, { max_codes: 20 });
  assert.equal(none.outputs.selection.metrics.recommended_codes.value, null);
});

Deno.test("select-levels calls numbers on latents of simulated recordings simulated", async () => {
  const simulated = { ...latents, origin: "simulated" as const };
  const { outputs } = await runStep(selectLevels, { latents: simulated }, { max_codes: 64 });
  assert.equal(outputs.selection.metrics.code_entropy.origin, "simulated");
});

Deno.test("select-levels throws InputError when latents or levels do not fit", async () => {
  const broken = { ...latents, latents: values.slice() };
  broken.latents[10] = Infinity;
  await assert.rejects(runStep(selectLevels, { latents: broken }), /latent of window 3 is not finite/);
  await assert.rejects(
    runStep(selectLevels, { latents }, { try_levels: [[4, 4]] }),
    /has not the latents' 3/,
  );
  await assert.rejects(
    runStep(selectLevels, { latents, split: { part: new Uint8Array(5) } }),
    /divides 5 windows/,
  );
});
