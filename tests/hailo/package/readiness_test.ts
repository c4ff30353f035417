import assert from "node:assert/strict";
import type { Metric } from "../../../lib/artifacts/metrics.ts";
import type { PackageFacts } from "../../../lib/hailo/package/facts.ts";
import { readiness } from "../../../lib/hailo/package/readiness.ts";

const metric = (value: number, lower: number, upper: number): Metric => ({
  value,
  n: 900,
  of: "windows",
  origin: "measured",
  interval: { level: 0.95, lower, upper, method: "bootstrap over subjects" },
});

/** Facts of a package against which nothing speaks. */
function goodFacts(): PackageFacts {
  return {
    name: "p",
    version: "1.0.0",
    license: "MIT",
    targets: ["hailo8", "cpu"],
    front: null,
    c: null,
    calibrationIncluded: false,
    metadata: { levels: [8, 6, 5], calibration: { n: 500, source: "training windows" } } as never,
    parity: { n: 100, max_abs_difference: 3e-6, codes_identical: true },
    int8: [{ weights: "int8", n: 100, code_agreement: 0.95 }],
    golden: { n: 16, wrongCodes: 0, recorded: true },
    examples: ["example.py", "example.cpp"],
    compile: null,
    status: { hef: "compiled", reason: null, latency: "measured", latencyReason: null },
    measuredOn: { deployment: true, caveat: null },
    benchmark: {
      schema: 1,
      kind: "hailo",
      origin: "measured",
      status: "measured",
      device: "Hailo-8",
      selftest: { passed: true, n: 16 },
      endToEnd: [{ mode: "back-to-back", launch: 0, n: 2000, p95: 3 }],
      budget: { p95Ms: 15, met: true },
      thermal: { throttled: false },
    } as never,
    metrics: {
      metrics: {
        accuracy: metric(0.95, 0.92, 0.98),
        majority_accuracy: metric(0.3, 0.3, 0.3),
        ece: metric(0.03, 0.02, 0.04),
        perplexity: metric(40, 40, 40),
        top_code_share: metric(0.08, 0.08, 0.08),
      },
      tables: {},
      judgedOn: { rule: "by subject" },
      heldOut: { leaks: false, sharesSubjects: false, judged: 9, trained: 0, subjects: ["a", "b"] },
      readiness: { verdict: "READY", reasons: [] },
      details: {},
    },
    behaviours: null,
    motifs: null,
    model: null,
    dataOrigin: "measured",
  };
}

const boxes = (facts: PackageFacts) => readiness(facts).checklist;

Deno.test("T290 T291 T292 T293 readiness() ticks all sixteen boxes only where the evidence for each is there", () => {
  const good = readiness(goodFacts());
  assert.equal(good.checklist.length, 16);
  assert.deepEqual(good.checklist.filter((c) => c.done !== true), []);
  assert.deepEqual([good.verdict, good.reasons], ["recommended", []]);
});

const spoiled: [row: string, group: string, item: RegExp, spoil: (facts: any) => void][] = [
  ["T290", "model", /above the baseline/, (f) => f.metrics.metrics.accuracy.interval.lower = 0.29],
  ["T290", "model", /above the baseline/, (f) => delete f.metrics.metrics.accuracy.interval],
  ["T290", "model", /Calibration error/, (f) => f.metrics.metrics.ece.interval.upper = 0.06],
  ["T290", "model", /real recordings/, (f) => f.dataOrigin = "simulated"],
  [
    "T290",
    "model",
    /own gates/,
    (f) => f.metrics.readiness = { verdict: "NOT READY", reasons: [{ reason: "no", cure: "" }] },
  ],
  ["T291", "export", /reproduce the trainer/, (f) => f.parity.codes_identical = false],
  ["T291", "export", /reproduce the trainer/, (f) => f.parity.max_abs_difference = 2e-5],
  ["T291", "export", /golden windows are packed/, (f) => f.golden.wrongCodes = 1],
  ["T291", "export", /int8 estimate/, (f) => f.int8[0].code_agreement = 0.5],
  ["T291", "export", /HEF compiled/, (f) => f.status.hef = "stand-in"],
  ["T292", "integration", /reproduced on the target/, (f) => f.benchmark.selftest.passed = false],
  ["T292", "integration", /Latency measured/, (f) => f.benchmark.endToEnd = []],
  ["T292", "integration", /within its budget/, (f) => f.benchmark.budget.met = false],
  ["T292", "integration", /Examples/, (f) => f.examples.pop()],
  ["T293", "safety", /not collapsed/, (f) => f.metrics.metrics.perplexity.value = 1.4],
  ["T293", "safety", /not collapsed/, (f) => f.metrics.metrics.top_code_share.value = 0.81],
  ["T293", "safety", /Calibrated on training/, (f) => f.metadata.calibration.source = "test windows"],
  ["T293", "safety", /throttled/, (f) => f.benchmark.thermal.throttled = true],
];

for (const [i, [row, group, item, spoil]] of spoiled.entries()) {
  Deno.test(`${row} readiness() takes back the box ${item} of ${group} when its evidence speaks against it (${i})`, () => {
    const facts = goodFacts();
    spoil(facts);
    const open = boxes(facts).filter((c) => c.done !== true);
    assert.equal(open.length, 1, JSON.stringify(open));
    assert.equal(open[0].group, group);
    assert.match(open[0].item, item);
    assert.equal(readiness(facts).verdict, "not-recommended");
  });
}

Deno.test("T290 T293 readiness() calls nobody held out where people or samples are in both parts, or nobody says so", () => {
  const done = (heldOut: object | undefined) => {
    const facts: any = goodFacts();
    facts.metrics = { ...facts.metrics, heldOut };
    return boxes(facts).filter((c) => /above the baseline|share neither/.test(c.item)).map((c) => c.done);
  };
  const apart = { leaks: false, sharesSubjects: false, judged: 9, trained: 0, subjects: ["a", "b"] };
  assert.deepEqual(done(apart), [true, true]);
  assert.deepEqual(done({ ...apart, leaks: true }), [false, false]);
  assert.deepEqual(done({ ...apart, sharesSubjects: true }), [false, false]);
  assert.deepEqual(done({ ...apart, trained: 1 }), [false, true]);
  assert.deepEqual(done(undefined), [null, null]);
});

Deno.test("readiness() calls a box unknown, not ticked, where nothing can tell", () => {
  const facts = { ...goodFacts(), metrics: null, benchmark: null, parity: null, int8: null };
  const unknown = boxes(facts).filter((c) => c.done === null).map((c) => c.item);
  assert.ok(unknown.length >= 7, unknown.join("; "));
  assert.equal(readiness(facts).verdict, "not-recommended");
});

Deno.test("T298 T285 readiness() computes the risk register: simulated data only is a high risk", () => {
  const risks = (change: (facts: any) => void) => {
    const facts = goodFacts();
    change(facts);
    return readiness(facts).risks.map((r) => `${r.level}: ${r.risk}`);
  };
  assert.deepEqual(risks(() => {}), ["low: Quantised ranges are fixed at compile time"]);
  assert.equal(risks((f) => f.dataOrigin = "simulated")[0], "high: Trained on simulated data only");
  assert.equal(risks((f) => f.dataOrigin = null)[0], "high: Origin of the training data unknown");
  assert.equal(risks((f) => f.status.hef = "stand-in")[0], "high: The HEF is a stand-in");
  assert.equal(risks((f) => f.status.latency = "not-measured")[0], "medium: Latency unknown");
  assert.equal(risks((f) => f.metadata.levels = [4, 4])[0], "low: Fewer than five levels in a dimension");
  const simulated = goodFacts();
  simulated.dataOrigin = "simulated";
  assert.equal(readiness(simulated).verdict, "not-recommended");
});

Deno.test("readiness() asks for a HEF and a Hailo-8 only where one is meant, and takes a measured CPU then", () => {
  const facts: any = goodFacts();
  Object.assign(facts, {
    targets: ["cpu"],
    measuredOn: { deployment: false, caveat: "a CPU, not a Hailo-8" },
  });
  facts.status = { ...facts.status, hef: "not-compiled", reason: "no compile-hailo step" };
  const { verdict, risks, reasons } = readiness(facts);
  assert.deepEqual(reasons, []);
  assert.equal(verdict, "recommended");
  assert.deepEqual(risks, []);
  assert.ok(!boxes(facts).some(({ item }) => /HEF|int8/.test(item)));
  facts.targets = ["hailo8", "cpu"];
  assert.equal(readiness(facts).verdict, "not-recommended");
  for (const other of ["browser", "c"]) {
    facts.targets = ["cpu", other];
    assert.equal(readiness(facts).verdict, "not-recommended", other);
  }
  facts.targets = ["cpu"];
  facts.benchmark = { ...facts.benchmark, origin: "simulated" };
  assert.equal(readiness(facts).verdict, "not-recommended");
});
