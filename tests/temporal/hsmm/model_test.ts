import assert from "node:assert/strict";
import { checkHsmm, checkSymbols, type Hsmm } from "../../../lib/temporal/hsmm/model.ts";

const model = (states = 2, maxDuration = 3): Hsmm => ({
  states,
  symbols: 2,
  maxDuration,
  initial: new Float64Array(states).fill(1 / states),
  transition: new Float64Array(states * states).fill(0.5),
  durations: Array.from({ length: states }, () => ({
    family: "nonparametric" as const,
    pmf: new Float64Array(maxDuration).fill(1 / maxDuration),
    tail: 0,
  })),
  logEmission: new Float64Array(2 * states).fill(Math.log(0.5)),
});

Deno.test("checkHsmm() takes 1 to 255 states and 1 to 65 535 explicit durations", () => {
  for (const fitting of [model(), model(1), model(255, 1), model(1, 1), model(1, 65535)]) checkHsmm(fitting);
  for (const states of [0, 256]) {
    assert.throws(() => checkHsmm(model(states, 1)), new RegExp(`in \\[1, 255\\], got ${states}`));
  }
  assert.throws(() => checkHsmm({ ...model(), states: 1.5 }), /in \[1, 255\], got 1.5/);
  for (const longest of [0, 65536]) {
    assert.throws(() => checkHsmm(model(1, longest)), new RegExp(`in \\[1, 65535\\], got ${longest}`));
  }
  assert.throws(() => checkHsmm({ ...model(), maxDuration: 2.5 }), /maxDuration .* got 2.5/);
});

Deno.test("checkHsmm() refuses tables of another size and tails that are no probabilities below 1", () => {
  const own = model();
  const wrong = (changes: Partial<Hsmm>, message: RegExp) =>
    assert.throws(() => checkHsmm({ ...own, ...changes }), message);
  for (const [name, size] of [["initial", 3], ["initial", 1], ["transition", 2]] as const) {
    wrong({ [name]: new Float64Array(size) }, /do not fit 2 states$/);
  }
  wrong({ durations: own.durations.slice(1) }, /do not fit 2 states$/);
  wrong({ logEmission: new Float64Array(5) }, /logEmission needs 4 values$/);
  const tailed = (tail: number) => own.durations.with(1, { ...own.durations[1], tail });
  for (const tail of [1, -0.1, NaN]) wrong({ durations: tailed(tail) }, /must lie in \[0, 1\)$/);
  checkHsmm({ ...own, durations: tailed(0.999) });
  const short = { ...own.durations[1], pmf: Float64Array.of(0.5, 0.5) };
  wrong({ durations: own.durations.with(1, short) }, /durations need 3 probabilities$/);
});

Deno.test("checkSymbols() names a symbol that is unknown, or impossible in every state, and its place", () => {
  const own = {
    ...model(),
    symbols: 3,
    logEmission: Float64Array.of(-1, -Infinity, -Infinity, -1, -2, -Infinity),
  };
  checkSymbols(own, [0, -1, 1, 0], 0, 4);
  assert.throws(() => checkSymbols(own, [0, 0, 2], 0, 3), /symbol 2 at 2 is impossible in every state$/);
  assert.throws(() => checkSymbols(own, [0, 3], 0, 2), /symbol 3 at 1 is not in 0…2$/);
  assert.throws(() => checkSymbols(own, [-2], 0, 1), /symbol -2 at 0 is not in 0…2$/);
  // Only the part that is asked for.
  checkSymbols(own, [2, 0, 2], 1, 2);
});
