/** Numbers of the guides that are plain arithmetic, from the functions that the program itself uses. */
import assert from "node:assert/strict";
import { analyzeLevels } from "../../lib/fsq/levels_analysis.ts";
import { codeStatistics } from "../../lib/fsq/statistics.ts";
import train from "../../lib/steps/train.ts";

Deno.test("T198 T199 utilisation of 355 codes of 4800 is 7.4 %, and a perplexity of 38.31 is 5.26 bits", () => {
  const codes = Uint32Array.from({ length: 355 }, (_, i) => i);
  const { utilization } = codeStatistics(codes, 4800);
  assert.equal(utilization.toFixed(7), "0.0739583");
  assert.equal((100 * utilization).toFixed(1), "7.4");
  const even = codeStatistics(codes, 4800);
  assert.ok(Math.abs(even.perplexity - 355) < 1e-9);
  assert.ok(Math.abs(2 ** 5.2597 - 38.31) < 0.01);
});

Deno.test("T217 T218 T219 T251 T260 4800 codes take 13 bits, 315 times less than 128 floats, with the base named", () => {
  const { codes, storageBits } = analyzeLevels([8, 6, 5, 5, 4]);
  assert.deepEqual([codes, storageBits], [4800, 13]);
  const latent = 128 * 32, window = 9 * 2 * 100 * 32;
  assert.equal(latent, 4096);
  assert.equal((latent / storageBits).toFixed(4), "315.0769");
  assert.equal((window / storageBits).toFixed(1), "4430.8");
  const small = analyzeLevels([4, 4, 4]).storageBits;
  assert.equal((latent / small).toFixed(1), "682.7");
  assert.equal(window / small, 9600);
});

Deno.test("T148 bits of powers of two are whole", () => {
  assert.equal(analyzeLevels([8, 4, 4, 4]).bits, 9);
  assert.equal(analyzeLevels([8, 4, 4, 4]).storageBits, 9);
});

Deno.test("T305 T306 T309 T319 train states the half-life of its codebook's decay and takes others", () => {
  const halfLife = (decay: number) => Math.log(2) / -Math.log(decay);
  assert.equal(Math.round(halfLife(0.99)), 69);
  assert.equal(halfLife(0.95).toFixed(1), "13.5");
  const { codebook_decay, commitment } = train.params.shape;
  assert.match(codebook_decay.description!, /half-life 69 updates at 0\.99/);
  assert.match(commitment.description!, /reached over ten epochs/);
  assert.equal(train.params.parse({ codebook_decay: 0.95 }).codebook_decay, 0.95);
});

Deno.test("T080 T081 T082 T083 T162 T318 T321 train's settings of the guides are params with defaults and ranges", () => {
  const guides = {
    learning_rate: 1e-3,
    batch_size: 32,
    epochs: 200,
    early_stopping_patience: 10,
    levels: [8, 5, 5, 4],
  };
  const parsed = train.params.parse(guides);
  for (const [name, value] of Object.entries(guides)) {
    assert.deepEqual(parsed[name as keyof typeof parsed], value);
  }
  assert.equal(train.params.parse({ batch_size: 16 }).batch_size, 16);
  assert.throws(() => train.params.parse({ epochs: 0 }));
});

Deno.test("T139 train knows no commitment_loss: levels have none, and a learned codebook calls it commitment", () => {
  assert.throws(() => train.params.parse({ commitment_loss: 0.25 }), /commitment_loss/);
  assert.equal(train.params.parse({ quantizer: "vq-ema", commitment: 0.1 }).commitment, 0.1);
});
