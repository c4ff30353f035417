import assert from "node:assert/strict";
import type { Model } from "../../../lib/artifacts/model.ts";
import { Part } from "../../../lib/artifacts/split.ts";
import { heldOutFacts } from "../../../lib/metrics/scores/held_out.ts";
import { judge } from "../../../lib/metrics/scores/judged.ts";
import { validate, type ValidationInput } from "../../../lib/metrics/scores/validate.ts";
import { Quantizer } from "../../../lib/fsq/quantizer.ts";
import { Random } from "../../../lib/random.ts";
import {
  judgementCodes,
  judgementLatents,
  judgementSplit,
  judgementWindows,
} from "../../steps/judgement_fixtures.ts";

const windows = judgementWindows(), split = judgementSplit(windows);
const latents = judgementLatents(windows);
const judging = (more: Partial<ValidationInput> = {}, part: "test" | "validation" | "all" = "test") =>
  validate({ windows, split, latents, ...more }, part, new Random(1));
/** What a judgement reads of a model. */
const model = (training: Partial<Model["training"]> = {}, more: Partial<Model> = {}) =>
  ({
    temperature: 2,
    parameters: 250,
    history: [],
    architecture: { levels: null, latent: 1 },
    training: {
      windows: 177,
      validationWindows: 59,
      subjects: ["s1", "s2"],
      seed: 4,
      origin: "simulated",
      ...training,
    },
    ...more,
  }) as unknown as Model;

Deno.test("validate() says what was judged: data, part, rule, windows of every part, cut and model", () => {
  // Three of six people train, one validates, two are judged; 59 windows each.
  const { judgedOn, details, heldOut } = judging({ model: model() });
  assert.deepEqual(judgedOn, {
    data: "fixture",
    part: "test",
    rule: "by subject, fixed",
    windows: { train: 177, judged: 118 },
  });
  assert.deepEqual(details, {
    origin: "simulated",
    windows: { validation: 59, test: 118 },
    subjects: split.groups,
    window: { length: 10, hop: 5, context: 0, rate: 50 },
    model: { temperature: 2, parameters: 250, trained_on: 177, seed: 4 },
    smoothing: null,
  });
  assert.deepEqual([heldOut!.judged, heldOut!.trained, heldOut!.subjects], [118, 0, ["s5", "s6"]]);
  assert.deepEqual([judging().details.model, judging({}, "validation").judgedOn!.windows], [null, {
    train: 177,
    judged: 59,
  }]);
});

Deno.test("validate() has four bytes a parameter, and the temperature of the logits before the model's", () => {
  const { metrics } = judging({ model: model() });
  assert.deepEqual(metrics.parameter_bytes.value, 1000);
  assert.deepEqual([metrics.parameter_bytes.n, metrics.parameter_bytes.unit], [250, "B"]);
  const nll = (more: Partial<ValidationInput>) => judging(more).metrics.nll.value;
  const own = { ...latents, temperature: 3 };
  assert.equal(nll({ latents: own, model: model() }), nll({ latents: own }));
  assert.equal(nll({ model: model() }), nll({ latents: { ...latents, temperature: 2 } }));
  assert.equal(nll({}), nll({ latents: { ...latents, temperature: 1 } }));
  assert.equal(judging({ further: { speed: metrics.accuracy } }).metrics.speed, metrics.accuracy);
});

Deno.test("validate() has the mean squared distance of bounded latents from their codes over all windows judged", () => {
  const levels = [5, 7], n = windows.start.length;
  const z = {
    ...latents,
    dimensions: 2,
    latents: Float32Array.from({ length: 2 * n }, (_, i) => (i * 13 % 17) / 6 - 1.3),
  };
  const codes = { ...judgementCodes(windows), levels };
  const { value, n: judged } = judging({ latents: z, codes }).metrics.quantization_distortion;
  const quantizer = new Quantizer(levels);
  let total = 0;
  for (let i = 0; i < n; i++) {
    if (split.part[i] !== Part.test) continue;
    const own = z.latents.subarray(2 * i, 2 * i + 2), bounded = quantizer.bound(own);
    // Five levels are two steps either way, seven are three.
    [2, 3].forEach((half, t) => total += (bounded[t] / half - Math.round(bounded[t]) / half) ** 2);
  }
  assert.equal(judged, 118);
  assert.ok(Math.abs(value! - total / (2 * 118)) < 1e-9, `${value} ${total / 236}`);
  assert.equal(
    judging({ latents: z, codes: { ...codes, levels: [4, 4, 4] } }).metrics.quantization_distortion,
    undefined,
  );
});

Deno.test("validate() refuses what covers other windows, and names it", () => {
  const short = { ...latents, latents: new Float32Array(7) };
  assert.throws(() => judging({ latents: short }), /latents cover 7 windows, there are 354/);
  const codes = { ...judgementCodes(windows), codes: new Uint32Array(3) };
  assert.throws(() => judging({ codes }), /codes cover 3 windows, there are 354/);
});

Deno.test("heldOutFacts() counts judged windows that were trained or stopped on, by part or by person", () => {
  const facts = (part: "test" | "validation" | "all", training?: Partial<Model["training"]>, more = {}) => {
    const own = { ...split, ...more };
    const { judged, trained, leaks, sharesSubjects } = heldOutFacts(
      windows,
      own,
      judge(windows, own, part),
      training && model(training),
    );
    return [judged, trained, leaks, sharesSubjects];
  };
  assert.deepEqual(facts("test"), [118, 0, false, false]);
  assert.deepEqual(facts("validation"), [59, 59, false, false]);
  assert.deepEqual(facts("all"), [354, 236, false, false]);
  // A model of the same data that knows s5; one of other data knows nobody here.
  assert.deepEqual(facts("test", { data: "fixture", subjects: ["s5"] }), [118, 59, false, false]);
  assert.deepEqual(facts("test", { subjects: ["s5"] }), [118, 0, false, false]);
  assert.deepEqual(facts("all", { data: "elsewhere", subjects: ["s5"] }), [354, 0, false, false]);
  assert.deepEqual(
    facts("test", { data: "fixture", subjects: ["s5"] }, { leaks: true, sharesSubjects: true }),
    [
      118,
      0,
      true,
      true,
    ],
  );
  assert.deepEqual(facts("test", { data: "elsewhere" }, { sharesSubjects: true }), [118, 0, false, false]);
});

Deno.test("validate() finds that a model learnt from few people, and says nothing of them without a model", () => {
  const found = (more: Partial<ValidationInput>) =>
    judging(more).tables.findings.filter(({ id }) => id === "few_subjects");
  const [few] = found({ model: model() });
  assert.equal(few.evidence, "2 training subjects, at least 5 are wanted");
  const none = [{}, { model: model({ subjects: ["a", "b", "c", "d", "e"] }) }, {
    model: model({}, { imported: true }),
  }];
  for (const more of none) assert.deepEqual(found(more), []);
});
