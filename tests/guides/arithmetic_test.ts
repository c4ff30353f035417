/** Numbers of the guides that are plain arithmetic, from the functions that the program itself uses. */
import assert from "node:assert/strict";
import { analyzeLevels, compressionOf } from "../../lib/fsq/levels_analysis.ts";
import { codeStatistics } from "../../lib/fsq/statistics.ts";
import train from "../../lib/steps/train.ts";

Deno.test("T198 T199 utilisation of 355 codes of 4800 is 7.4 %, and a perplexity of 38.31 is 5.26 bits", () => {
  const codes = Uint32Array.from({ length: 355 }, (_, i) => i);
  const { utilization } = codeStatistics(codes, 4800);
  assert.equal(utilization.toFixed(7), "0.0739583");
  assert.equal((100 * utilization).toFixed(1), "7.4");
  assert.ok(Math.abs(codeStatistics(codes, 4800).perplexity - 355) < 1e-9);
  // 29 codes of 3 windows and 14 of 1: H = log2 101 − 87/101 · log2 3 = 5.29 bits.
  const uneven = [...Array(29).keys()].flatMap((c) => [c, c, c]).concat(
    [...Array(14).keys()].map((c) => 29 + c),
  );
  const { entropyBits, perplexity } = codeStatistics(Uint32Array.from(uneven), 4800);
  assert.ok(Math.abs(entropyBits - (Math.log2(101) - 87 / 101 * Math.log2(3))) < 1e-12);
  assert.ok(Math.abs(Math.log2(perplexity) - entropyBits) < 1e-12);
  assert.equal(Math.log2(38.31).toFixed(2), "5.26");
});

Deno.test("T217 T218 T219 T251 T260 4800 codes take 13 bits, 315 times less than 128 floats, with the base named", () => {
  const { codes, storageBits } = analyzeLevels([8, 6, 5, 5, 4]);
  assert.deepEqual([codes, storageBits], [4800, 13]);
  const window = 9 * 2 * 100;
  assert.equal(compressionOf([8, 6, 5, 5, 4], 128).baseBits, 4096);
  assert.equal(compressionOf([8, 6, 5, 5, 4], 128).ratio.toFixed(4), "315.0769");
  assert.equal(compressionOf([8, 6, 5, 5, 4], window).ratio.toFixed(1), "4430.8");
  assert.equal(compressionOf([4, 4, 4], 128).ratio.toFixed(1), "682.7");
  assert.equal(compressionOf([4, 4, 4], window).ratio, 9600);
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
