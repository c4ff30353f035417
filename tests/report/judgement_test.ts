import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import fc from "fast-check";
import { Metrics } from "../../lib/artifacts/metrics.ts";
import { Latents } from "../../lib/artifacts/latents.ts";
import { withGates } from "../../lib/metrics/gates.ts";
import { Random } from "../../lib/random.ts";
import { armCurves } from "../../lib/report/figures/arm_curves.ts";
import { comparisonForest } from "../../lib/report/figures/comparison.ts";
import { driftOverTime } from "../../lib/report/figures/drift_over_time.ts";
import { metricTrend } from "../../lib/report/figures/metric_trend.ts";
import { frontierFigure } from "../../lib/report/figures/frontier.ts";
import { paretoFront, sweepFigure, type SweepPoint } from "../../lib/report/figures/sweep.ts";
import { drawRemaining, drawSection } from "../../lib/report/sections/mod.ts";
import { type Source, Sources } from "../../lib/report/sources.ts";
import compare from "../../lib/steps/compare.ts";
import selectLevels from "../../lib/steps/select_levels.ts";
import { makeMetrics, makeModel } from "./fixtures.ts";

const provenance = { n: 10, of: "windows", origin: "measured" as const };

/** What is shown, as a document. */
function dom(shown: { toHtml(): string }) {
  const html = shown.toHtml();
  assert.doesNotMatch(html, /NaN|undefined|Infinity/);
  return parseHTML(`<body>${html}</body>`).document;
}

/** Sources with one Metrics artifact each, written to a temporary folder. */
async function withMetrics(
  list: { value: Metrics; cell?: Source["cell"] }[],
  use: (sources: Sources) => Promise<void>,
) {
  const root = await Deno.makeTempDir();
  try {
    const sources: Source[] = [];
    for (const [i, { value, cell = {} }] of list.entries()) {
      const dir = `${root}/${i}`;
      await Deno.mkdir(dir);
      await Metrics.write(dir, value);
      sources.push({ step: `step${i}`, cell, type: "Metrics", dir });
    }
    await use(new Sources(sources));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("drawRemaining() draws what has data and was not drawn, by title, and what the notebook draws later not", async () => {
  const accuracy = { value: 0.9, n: 10, of: "windows", origin: "measured" as const };
  const value = withGates({ metrics: { accuracy }, tables: {}, details: {} }, [
    { metric: "accuracy", atLeast: 0.5, on: "value" },
  ]);
  await withMetrics([{ value }], async (sources) => {
    const titles = async (...later: Parameters<typeof drawRemaining>[1][]) =>
      [...dom(await drawRemaining(sources, ...later)).querySelectorAll("h3")].map((h) => h.textContent);
    await drawSection("overview", sources);
    await drawSection("scores", sources);
    assert.deepEqual(await titles(["limits", "hailo", "latency"]), ["Gates"]);
    await drawSection("gates", sources);
    const nothing = await drawRemaining(sources, ["limits", "hailo", "latency"]);
    assert.equal(nothing.html, '<p class="note absent"></p>');
    assert.ok((await titles()).includes("Limits"));
  });
});

Deno.test("paretoFront() holds exactly the points that nothing beats", () => {
  const point = fc.record({ codes: fc.integer({ min: 2, max: 9 }), value: fc.integer({ min: 0, max: 9 }) });
  fc.assert(fc.property(fc.array(point, { maxLength: 12 }), fc.boolean(), (list, higher) => {
    const points: SweepPoint[] = list.map((p, i) => ({ ...p, name: `${i}` }));
    const better = (a: SweepPoint, b: SweepPoint) => higher ? a.value > b.value : a.value < b.value;
    const front = paretoFront(points, higher);
    for (const p of points) {
      const beaten = points.some((q) =>
        (q.codes <= p.codes && better(q, p)) || (q.codes < p.codes && q.value === p.value)
      );
      assert.equal(front.some((f) => f.codes === p.codes && f.value === p.value), !beaten);
    }
  }));
});

Deno.test("frontierFigure() marks the recommended levels and says when nothing is feasible", () => {
  const point = {
    codes: 64,
    bits: 6,
    modelled: 0.1,
    measured: 0.12,
    perplexity: 30,
    onFrontier: true,
    recommended: false,
  };
  const points = [{ ...point, levels: "4 4 4" }, {
    ...point,
    levels: "8 6 5",
    bits: 7.9,
    codes: 240,
    measured: 0.05,
    recommended: true,
  }];
  const document = dom(frontierFigure(points, { provenance }));
  assert.match(
    document.querySelector("figcaption")!.textContent!,
    /Recommended: \[8, 6, 5\], 240 codes, which lose 5\.0 %/,
  );
  assert.equal(document.querySelectorAll('circle[fill="#d55e00"]').length, 2);
  const none = dom(frontierFigure(points, { provenance, feasible: false, reason: "it needs 9 bits" }));
  assert.match(none.querySelector("figcaption")!.textContent!, /Not feasible: it needs 9 bits\./);
});

Deno.test("the levels section shows what select-levels measured", async () => {
  const rng = new Random(4);
  const latents = new Float32Array(3 * 400).map(() => rng.normal());
  const input: Latents = { latents, dimensions: 3, classes: [], details: {} };
  const { selection } = await selectLevels.run({
    inputs: { latents: input, split: undefined },
    params: selectLevels.params.parse({ max_codes: 125, try_levels: [[4, 4, 4]] }),
    progress: () => {},
    warn: () => {},
  } as any);
  await withMetrics([{ value: selection }], async (sources) => {
    const document = dom(await drawSection("levels", sources));
    assert.equal(document.querySelectorAll("svg").length, 2);
    const choices = new Set(selection.tables.frontier.map((r) => r.levels));
    assert.equal(document.querySelectorAll("tbody tr").length, choices.size);
    assert.match(document.querySelector("tbody")!.textContent!, /← recommended/);
  });
});

Deno.test("the sweep section takes cells of a matrix over levels, or rows of a summary over it", async () => {
  const scored = (value: number): Metrics => {
    const metrics = makeMetrics();
    metrics.metrics.accuracy.value = value;
    delete metrics.metrics.accuracy.interval;
    return metrics;
  };
  const cells = [{ value: scored(0.9), cell: { levels: [4, 4, 4] } }, {
    value: scored(0.95),
    cell: { levels: [8, 6, 5] },
  }];
  await withMetrics(cells, async (sources) => {
    const document = dom(await drawSection("sweep", sources));
    assert.match(
      document.querySelector("figcaption")!.textContent!,
      /Best accuracy: \[8, 6, 5\] with 0\.950/,
    );
    assert.equal(document.querySelectorAll("tbody tr").length, 2);
  });
  const summary = {
    ...scored(0.9),
    tables: { folds: [{ levels: [4, 4], accuracy: 0.8 }, { levels: [5, 5], accuracy: 0.85 }] },
  };
  await withMetrics([{ value: summary }], async (sources) => {
    assert.match(
      dom(await drawSection("sweep", sources)).querySelector("figcaption")!.textContent!,
      /\[5, 5\] with 0\.850/,
    );
  });
  await withMetrics([{ value: scored(0.9) }], async (sources) => {
    assert.match((await drawSection("sweep", sources)).html, /No matrix over levels/);
  });
});

Deno.test("sweepFigure() marks smaller as better where errors are scored", () => {
  const points = [{ name: "[4]", codes: 4, value: 0.1 }, { name: "[8]", codes: 8, value: 0.05 }, {
    name: "[9]",
    codes: 9,
    value: 0.07,
  }];
  const document = dom(sweepFigure(points, { metric: "ECE", higherIsBetter: false, provenance }));
  assert.match(document.querySelector("figcaption")!.textContent!, /Best ECE: \[8\] with 0\.0500/);
});

Deno.test("the gates section tells the verdict with its reasons", async () => {
  const gated = withGates(makeMetrics(), [{ metric: "accuracy", atLeast: 0.5, on: "bound" }, {
    metric: "ece",
    atMost: 0.01,
    on: "value",
  }]);
  await withMetrics([{ value: gated }], async (sources) => {
    const document = dom(await drawSection("gates", sources));
    assert.match(document.querySelector(".warning")!.textContent!, /^NOT READY: /);
    const results = [...document.querySelectorAll("tbody tr")].map((r) => r.lastElementChild!.textContent);
    assert.deepEqual(results.slice(-2), ["passed", "failed"]);
    assert.ok(results.includes("Judge real recordings."));
  });
});

Deno.test("the comparison section shows the verdict of compare and each difference with its interval", async () => {
  const side = (shift: number): Metrics => {
    const metrics = makeMetrics();
    metrics.tables.per_subject = Array.from({ length: 12 }, (_, i) => ({
      subject: `${i}`,
      windows: 100,
      accuracy: 0.8 + shift + 0.001 * i + 0.0005 * (i % 3) * (shift > 0 ? 1 : -1),
    }));
    return metrics;
  };
  const { metrics: value } = await compare.run({
    inputs: { a: side(0.05), b: side(0) },
    params: compare.params.parse({ metrics: ["accuracy"] }),
    rng: new Random(1),
    warn: () => {},
  } as any);
  await withMetrics([{ value }], async (sources) => {
    const document = dom(await drawSection("comparison", sources));
    assert.match(document.querySelector(".note")!.textContent!, /^A is better on accuracy/);
    assert.match(
      document.querySelector("figcaption")!.textContent!,
      /A is better on accuracy\. n = 12 subjects, simulated/,
    );
    assert.equal(document.querySelectorAll("circle").length, 1);
  });
});

Deno.test("comparisonForest() draws inconclusive differences hollow", () => {
  const row = {
    metric: "accuracy",
    difference: 0.01,
    lower: -0.01,
    upper: 0.03,
    winner: "inconclusive" as const,
    n: 5,
  };
  const document = dom(comparisonForest([row], { a: "FSQ", b: "VQ", provenance }));
  assert.equal(document.querySelector("circle")!.getAttribute("fill"), "var(--plot-background)");
  assert.match(document.querySelector("figcaption")!.textContent!, /Inconclusive: accuracy\./);
});

Deno.test("driftOverTime() names the first look above its threshold", () => {
  const looks = Array.from(
    { length: 30 },
    (_, i) => ({
      when: `week ${i + 1}`,
      psi: i < 20 ? 0.02 : 0.2,
      threshold: 0.05,
      drifted: i >= 20,
      n: 100,
    }),
  );
  const document = dom(driftOverTime(looks, { of: "codes", level: 0.99, provenance }));
  assert.match(
    document.querySelector("figcaption")!.textContent!,
    /10 of 30 looks lie above their threshold, the first: week 21\./,
  );
  assert.equal(document.querySelectorAll('circle[fill="#d55e00"]').length, 10);
  const calm = dom(driftOverTime(looks.slice(0, 1), { of: "codes", provenance }));
  assert.match(calm.querySelector("figcaption")!.textContent!, /No look of 1 lies above/);
});

Deno.test("the drift section shows each distribution against its own threshold", async () => {
  const metric = (value: number, note?: string) => ({
    value,
    n: 100,
    of: "windows",
    origin: "measured" as const,
    ...(note ? { note } : {}),
  });
  const row = {
    kl: 0.1,
    js: 0.02,
    expected: 0.03,
    p: 0.001,
    level: 0.99,
    n: 400,
    m: 100,
    undecided: null,
    subjects: 12,
    new_subjects: 4,
  };
  const value: Metrics = {
    metrics: { code_psi: metric(0.4), drifted: metric(1, "code") },
    tables: {
      drift: [{ distribution: "code", ...row, psi: 0.4, threshold: 0.1, drifted: true }, {
        distribution: "motif",
        ...row,
        psi: 0.05,
        threshold: 0.1,
        drifted: false,
      }],
      drift_bins: [{ distribution: "code", bin: 12, reference: 0.1, current: 0.4, psi: 0.3, unit: "code" }],
    },
    monitored: { reference: "first week", current: "this week", minStability: 0.6 },
    details: {},
  };
  await withMetrics([{ value }], async (sources) => {
    const document = dom(await drawSection("drift", sources));
    assert.equal(document.querySelector(".warning")!.textContent, "Drifted: code.");
    const fills = [...document.querySelectorAll("svg g[data-mark=bar] rect")].map((r) =>
      r.getAttribute("fill")
    );
    assert.equal(fills.length, 2);
    assert.notEqual(fills[0], fills[1]);
  });
});

Deno.test("the ablation section compares variants over seeds and folds, with the share that collapsed", async () => {
  const cells = ["fsq", "vq-ema"].flatMap((quantizer) =>
    [0, 1, 2].map((seed) => {
      const value = makeMetrics();
      value.metrics.accuracy.value = (quantizer === "fsq" ? 0.9 : 0.7) + 0.01 * seed;
      value.metrics.perplexity.value = quantizer === "vq-ema" && seed === 0 ? 1.1 : 20;
      return { value, cell: { seed, quantizer } };
    })
  );
  await withMetrics(cells, async (sources) => {
    const document = dom(await drawSection("ablation", sources));
    const rows = [...document.querySelectorAll("tbody tr")].map((r) =>
      [...r.querySelectorAll("td")].map((c) => c.textContent)
    );
    assert.equal(rows[0].slice(0, 3).join(), "fsq,3,0.910");
    // Mean of 0.90, 0.91, 0.92 with t(0.975, 2) = 4.3027 times 0.01/√3.
    assert.equal(rows[0][3], "[0.885, 0.935]");
    assert.deepEqual(rows.map((r) => r[5]), ["0 %", "33 %"]);
    assert.equal(document.querySelectorAll("circle").length, 2);
    assert.doesNotMatch(document.querySelector("thead")!.textContent!, /8 bits/);
  });
  // Where the export's estimate was judged, both accuracies stand side by side, and a variant without has a dash.
  cells.filter(({ cell }) => cell.quantizer === "fsq").forEach(({ value }, seed) => {
    const estimated = { n: 40, of: "windows", origin: "estimated" as const };
    value.metrics.accuracy_int8 = { value: 0.88 + 0.01 * seed, ...estimated };
    value.metrics.accuracy_int8_change = { value: -0.02, ...estimated };
  });
  await withMetrics(cells, async (sources) => {
    const shown = await drawSection("ablation", sources);
    const rows = [...dom(shown).querySelectorAll("tbody tr")].map((r) =>
      [...r.querySelectorAll("td")].map((c) => c.textContent)
    );
    // The interval is as wide as that of the accuracy, whose values have the same spread.
    assert.deepEqual(rows[0].slice(3, 7), ["[0.885, 0.935]", "0.890", "[0.865, 0.915]", "−0.0200"]);
    assert.deepEqual(rows[1].slice(4, 7), ["–", "–", "–"]);
    assert.match(shown.toHtml(), /estimated on CPU by the export/);
  });
  await withMetrics([{ value: makeMetrics(), cell: { fold: 0 } }], async (sources) => {
    assert.match((await drawSection("ablation", sources)).html, /No matrix over variants/);
  });
});

Deno.test("armCurves() draws one line a trained model", () => {
  const { history } = makeModel({ epochs: 4 });
  const document = dom(
    armCurves([{ arm: "fsq", history }, { arm: "fsq", history }, { arm: "none", history }], provenance),
  );
  assert.equal(document.querySelectorAll("svg").length, 3);
  assert.equal(document.querySelector("svg")!.querySelectorAll("g[data-mark=line] path").length, 3);
});

Deno.test("the limits section speaks of devices only where the report is about one", async () => {
  await withMetrics([{ value: makeMetrics() }], async (sources) => {
    assert.doesNotMatch((await drawSection("limits", sources)).html, /Hailo/);
    const withHef = new Sources([...sources.list, { step: "package", cell: {}, type: "Package", dir: "" }]);
    assert.match(
      (await drawSection("limits", withHef)).html,
      /No Hailo executable was compiled[^]*No latency was measured on a Hailo/,
    );
  });
});

Deno.test("the overview section lets no single cell of a matrix stand for all", async () => {
  const cells = [[4, 4], [8, 6, 5]].map((levels) => ({ value: makeMetrics(), cell: { levels } }));
  await withMetrics(cells, async (sources) => {
    for (const source of sources.list) (source as Source).step = "metrics";
    const html = (await drawSection("overview", sources)).html;
    assert.match(html, /accuracy, metrics \(levels \[4,4\]\)[^]*accuracy, metrics \(levels \[8,6,5\]\)/);
  });
  const many = Array.from({ length: 13 }, (_, fold) => {
    const value = makeMetrics();
    value.metrics.accuracy.value = 0.5 + fold / 100;
    return { value, cell: { fold } };
  });
  await withMetrics(many, async (sources) => {
    for (const source of sources.list) (source as Source).step = "metrics";
    const html = (await drawSection("overview", sources)).html;
    assert.match(html, /median and range over the matrix[^]*0\.560 \(0\.500 to 0\.620\)[^]*13 cells/);
    assert.doesNotMatch(html, /fold 0/);
  });
});

Deno.test("metricTrend() counts how often an alert's limit was broken", () => {
  const points = [0.95, 0.93, 0.96].map((value, i) => ({ when: `run ${i}`, value }));
  const document = dom(metricTrend(points, { metric: "accuracy", below: 0.94, provenance }));
  assert.match(document.querySelector("figcaption")!.textContent!, /broken 1 of 3 times/);
});

Deno.test("T220 the noise section draws the share of codes and decisions that flip by the noise", async () => {
  const row = (noise: number, code: number, label: number) => ({
    noise,
    windows: 100,
    code_flip_rate: code,
    code_flip_lower: code * 0.8,
    code_flip_upper: code,
    label_flip_rate: label,
    label_flip_lower: null,
    label_flip_upper: null,
    accuracy: 1 - label,
  });
  const value: Metrics = {
    metrics: { code_flip_rate: { value: 0.1, n: 100, of: "windows", origin: "simulated" } },
    tables: { noise: [row(0, 0, 0), row(0.05, 0.1, 0.02), row(0.5, 0.6, 0.3)] },
    details: {},
  };
  await withMetrics([{ value }], async (sources) => {
    const document = dom(await drawSection("noise", sources));
    assert.equal(document.querySelectorAll("svg g[data-mark=dot] circle").length, 4, "no point at noise 0");
    assert.equal(document.querySelectorAll("tbody tr").length, 3);
    assert.deepEqual([...document.querySelectorAll(".legend span")].map((s) => s.textContent), [
      "codes",
      "decisions",
    ]);
  });
  await withMetrics([], async (sources) => {
    assert.match((await drawSection("noise", sources)).toHtml(), /No probe-noise step is connected/);
  });
});

Deno.test("the few-labels section draws one curve a way, and says where the model had seen the judged people", async () => {
  const row = (way: string, perClass: number | null, accuracy: number) => ({
    people: 2,
    per_class: perClass,
    way,
    draws: 3,
    labeled: perClass === null ? 90 : 6 * perClass,
    classes: 6,
    accuracy,
    accuracy_lower: accuracy - 0.1,
    accuracy_upper: accuracy,
    macro_f1: accuracy,
    judged: 50,
  });
  const facts = { leaks: false, sharesSubjects: false, judged: 50, subjects: ["s1", "s2"] };
  const value = (trained: number): Metrics => ({
    metrics: { few_labels_accuracy: { value: 0.8, n: 50, of: "windows", origin: "simulated" } },
    tables: {
      few_labels: [
        row("codes", 1, 0.6),
        row("codes", null, 0.8),
        row("statistics", 1, 0.5),
        row("statistics", null, 0.9),
      ],
    },
    heldOut: { ...facts, trained },
    details: {},
  });
  await withMetrics([{ value: value(50) }], async (sources) => {
    const drawn = await drawSection("few-labels", sources);
    const document = dom(drawn);
    assert.equal(document.querySelectorAll("svg g[data-mark=dot] circle").length, 4);
    assert.deepEqual([...document.querySelectorAll("tbody tr td:nth-child(3)")].map((c) => c.textContent), [
      ...["1", "all", "1", "all"],
    ]);
    assert.match(drawn.toHtml(), /Transductive: the model was trained on 50 of the 50/);
  });
  await withMetrics([{ value: value(0) }], async (sources) => {
    assert.doesNotMatch((await drawSection("few-labels", sources)).toHtml(), /Transductive/);
  });
});
