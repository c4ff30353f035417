import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { boutDurations, summarizeBouts } from "../../lib/report/figures/bouts.ts";
import { codeUsage } from "../../lib/report/figures/codes.ts";
import { confusionMatrix } from "../../lib/report/figures/confusion.ts";
import { ethogram } from "../../lib/report/figures/ethogram.ts";
import { ethogramDetail } from "../../lib/report/figures/ethogram_detail.ts";
import { learningCurves } from "../../lib/report/figures/learning_curves.ts";
import { motifTree } from "../../lib/report/figures/motif_tree.ts";
import { kCurve } from "../../lib/report/figures/choices/k_curve.ts";
import { forest } from "../../lib/report/figures/forest.ts";
import { numberIn } from "../../lib/report/judged_metrics.ts";
import { latencyDistribution } from "../../lib/report/figures/latency.ts";
import { classScores } from "../../lib/report/class_scores.ts";
import { metricForest } from "../../lib/report/figures/metric_forest.ts";
import { metricTable } from "../../lib/report/figures/metric_table.ts";
import { reliabilityDiagram } from "../../lib/report/figures/reliability.ts";
import { statesCurve } from "../../lib/report/figures/choices/states_curve.ts";
import { stickinessScan } from "../../lib/report/figures/choices/stickiness_scan.ts";
import { subjectAccuracy } from "../../lib/report/figures/subjects.ts";
import { timeBudget } from "../../lib/report/figures/time_budget.ts";
import { countTransitions, transitionMatrix } from "../../lib/report/figures/transitions.ts";
import { labelColor } from "../../lib/report/palette.ts";
import { draw, type Figure, Plot } from "../../lib/report/plot.ts";
import { typesetCount, typesetNumber } from "../../lib/text/typeset.ts";
import { makeBehaviours, makeCodes, makeMetrics, makeModel } from "./fixtures.ts";

/** The figure as a document, after the checks that hold for every figure. */
function open(figure: Figure | undefined) {
  assert.ok(figure);
  const html = figure.toHtml();
  assert.doesNotMatch(html, /NaN|undefined|Infinity/, figure.title);
  const { document } = parseHTML(`<body>${html}</body>`);
  for (const svg of document.querySelectorAll("svg")) {
    assert.equal(svg.getAttribute("xmlns"), "http://www.w3.org/2000/svg");
    assert.ok(svg.getAttribute("aria-label"));
  }
  assert.match(
    document.querySelector("figcaption")!.textContent!,
    /n = .*(measured|simulated|estimated|projected)/,
  );
  return document;
}

const behaviours = makeBehaviours({ recordings: 3, minutes: 4 });

Deno.test("ethogram() draws every bout of the recordings shown, coloured by label", () => {
  const document = open(ethogram(behaviours));
  const rects = [...document.querySelectorAll("svg rect")];
  assert.equal(rects.length, behaviours.bouts.length);
  assert.deepEqual(
    rects.map((r) => r.getAttribute("fill")),
    behaviours.bouts.map((b) => labelColor(b.label)),
  );
  const one = open(ethogram(behaviours, { recordings: 1 }));
  assert.equal(
    one.querySelectorAll("svg rect").length,
    behaviours.bouts.filter((b) => b.recording === "s01").length,
  );
  assert.match(one.querySelector("figcaption")!.textContent!, /first 1 of 3 recordings/);
  const others = open(ethogram(behaviours, { from: 1 }));
  assert.equal(
    others.querySelectorAll("svg rect").length,
    behaviours.bouts.filter((b) => b.recording !== "s01").length,
  );
  assert.match(others.querySelector("figcaption")!.textContent!, /Recordings 2 to 3 of 3/);
});

Deno.test("forest() shows no interval where a table holds none: it is not [0, 0]", () => {
  const row = (name: string, lower: number | null) => ({
    name,
    value: 0.2,
    lower: numberIn(lower),
    upper: numberIn(lower === null ? null : 0.3),
  });
  const text = { title: "Time", caption: "Share.", label: "share" };
  const provenance = { n: 1, of: "subjects", origin: "measured" as const };
  const words = open(forest([row("walking", null), row("lying", 0)], { ...text, provenance }))
    .querySelector("svg")!.textContent!;
  assert.equal(words.match(/\[0, 0\.300\]/g)?.length, 1);
  assert.equal(words.match(/\[/g)?.length, 1);
});

Deno.test("ethogramDetail() cuts bouts at the edges of the stretch shown", () => {
  const document = open(ethogramDetail(behaviours, { recording: "s02", from: 10, seconds: 60 }));
  const inside = behaviours.bouts.filter((b) => b.recording === "s02" && b.end > 10 && b.start < 70);
  assert.equal(document.querySelectorAll("svg rect").length, inside.length);
  const truth = [{ start: 0, end: 30, name: "walking" }, { start: 30, end: 31, name: "too narrow to name" }, {
    start: 90,
    end: 99,
    name: "later",
  }];
  const labelled = open(ethogramDetail(behaviours, { recording: "s02", from: 10, seconds: 60, truth }));
  assert.equal(labelled.querySelectorAll("svg rect").length, inside.length + 2);
  assert.deepEqual([...labelled.querySelectorAll("svg g[data-mark=text] text")].map((t) => t.textContent), [
    "walking",
  ]);
});

Deno.test("timeBudget() gives shares that fill each subject's bar", () => {
  const document = open(timeBudget(behaviours));
  const widths = [...document.querySelectorAll("svg g[data-mark=bar] rect")].map((r) =>
    Number(r.getAttribute("width"))
  );
  const total = widths.reduce((a, b) => a + b, 0);
  const span = 760 - Math.ceil(4 * 6.8) - 14 - 20;
  assert.ok(Math.abs(total - 3 * span) < 3 * 12, `${total} of ${3 * span}, less hairlines between bars`);
});

Deno.test("T215 codeUsage() sorts codes by use and tells what of the codebook is used", () => {
  const codes = makeCodes({ windows: 500 });
  const document = open(codeUsage(codes, { origin: "simulated" }));
  const heights = [...document.querySelectorAll("svg rect")].map((r) => Number(r.getAttribute("height")));
  assert.equal(heights.length, codes.counts.length);
  assert.deepEqual(heights, heights.toSorted((a, b) => b - a));
  assert.match(
    document.querySelector("figcaption")!.textContent!,
    new RegExp(`${codes.counts.length} of 64 codes occur.*Gini 0\\.`),
  );
});

Deno.test("countTransitions() counts successions within recordings and none across unassigned time", () => {
  const bout = (recording: string, label: number, start: number, end: number) => ({
    recording,
    subject: "1",
    label,
    start,
    end,
    duration: end - start,
    censoredLeft: false,
    censoredRight: false,
  });
  const made = {
    ...behaviours,
    names: ["a", "b", "c"],
    bouts: [
      bout("r1", 0, 0, 1),
      bout("r1", 1, 1, 2),
      bout("r1", -1, 2, 3),
      bout("r1", 2, 3, 4),
      bout("r1", 0, 4, 5),
      bout("r2", 1, 0, 1),
      bout("r2", 2, 9, 10),
    ],
  };
  assert.deepEqual(countTransitions(made), [[0, 1, 0], [0, 0, 0], [1, 0, 0]]);
  const document = open(transitionMatrix(made));
  assert.equal(
    document.querySelectorAll("svg g[data-mark=cell] rect").length,
    6,
    "rows without departures are blank",
  );
});

Deno.test("motifTree() draws a bracket for each merge and names every motif", () => {
  const motifs = {
    k: 4,
    dimensions: 1,
    centroids: Float64Array.of(0, 10, 1, 10.5),
    support: [60, 20, 15, 5],
    names: ["lie", "walk", "sit", "run"],
  };
  const figure = motifTree(motifs, { n: 100, of: "windows", origin: "measured" });
  const document = open(figure);
  assert.equal(document.querySelectorAll("svg g[data-mark=line] path").length, 3);
  const heightOf = (name: string) => {
    const text = [...document.querySelectorAll("svg text")].find((text) =>
      text.textContent.startsWith(name)
    )!;
    return Number(/translate\([^,]+,([^)]+)\)/.exec(text.getAttribute("transform")!)![1]);
  };
  const names = motifs.names.toSorted((a, b) => heightOf(a) - heightOf(b));
  // Alike motifs stand beside each other.
  const apart = (a: string, b: string) => Math.abs(names.indexOf(a) - names.indexOf(b));
  assert.deepEqual([apart("lie", "sit"), apart("walk", "run")], [1, 1]);
  assert.match(figure.caption, /most alike are walk and run/);
});

Deno.test("kCurve() draws the criteria that were computed and marks the choice", () => {
  const curve = [2, 3, 4, 5].map((k) => ({
    k,
    bic: 900 - 10 * k,
    silhouette: k === 5 ? null : 0.5 + 0.01 * k,
    inertia: null,
  }));
  const figure = kCurve({ curve, k: 4, reason: "silhouette", bicVariant: "spherical-mle" }, {
    n: 100,
    of: "windows",
    origin: "measured",
  });
  const document = open(figure);
  assert.equal(document.querySelectorAll("svg").length, 2);
  assert.deepEqual([...document.querySelectorAll("svg")].map((s) => s.querySelectorAll("circle").length), [
    4,
    3,
  ]);
});

Deno.test("statesCurve() draws each number of states with its error, and says which was taken and why", () => {
  const curve = [[2, -1.8, 0.1], [3, -1.2, 0.04], [4, -1.19, 0]].map(([states, log_likelihood, error]) => ({
    states,
    log_likelihood,
    error,
  }));
  const choice = { states: 3, folds: 5, hit_boundary: false, curve };
  const document = open(statesCurve(choice, { n: 100, of: "windows", origin: "measured" }));
  const titles = [...document.querySelectorAll("circle title")].map((t) => t.textContent);
  assert.deepEqual(titles.length, 3);
  assert.match(titles[1]!, /^3 states: −1\.2.* ± 0\.04/);
  assert.match(document.querySelector("figcaption")!.textContent!, /mean over 5 folds.*3 states were taken/);
});

Deno.test("stickinessScan() sets the median bout and the number of bouts against the cost of a change", () => {
  const scan = [{ stickiness: 8, bouts: 20, median: 6 }, { stickiness: 0, bouts: 90, median: 1.5 }];
  const figure = stickinessScan([...scan, { stickiness: 20, bouts: 1, median: null }], 8, {
    n: 100,
    of: "windows",
    origin: "measured",
  });
  const document = open(figure);
  const titles = [...document.querySelectorAll("svg")].map((svg) =>
    [...svg.querySelectorAll("circle title")].map((t) => t.textContent)
  );
  assert.deepEqual(titles.map((t) => t.length), [2, 3], "a median that is not known has no dot");
  assert.match(titles[0][0]!, /^0 nats: 1\.5/);
  assert.match(document.querySelector("figcaption")!.textContent!, /8 nats were used/);
});

Deno.test("summarizeBouts() takes bouts that are cut off for as long as they were seen at least", () => {
  const [first] = summarizeBouts({
    ...behaviours,
    names: ["a"],
    bouts: [1, 2, 3, 4, 5, 1000].map((duration, i) => ({
      recording: "r",
      subject: "1",
      label: 0,
      start: 0,
      end: duration,
      duration,
      censoredLeft: false,
      censoredRight: i === 5,
    })),
  });
  assert.deepEqual(first, { id: 0, name: "a", n: 6, complete: 5, p10: 1, median: 3, p90: null });
  open(boutDurations(behaviours));
});

Deno.test("confusionMatrix() shows the share of the true class and the count", () => {
  const document = open(
    confusionMatrix({ labels: ["a", "b"], counts: [[9, 1], [0, 5]] }, { origin: "measured" }),
  );
  const texts = [...document.querySelectorAll("svg g[data-mark=text] text")].map((t) => t.textContent);
  assert.deepEqual(texts, ["909", "101", "1005"]);
  assert.match(
    document.querySelector("figcaption")!.textContent!,
    /93\.3 % lie on the diagonal.*10\.0 % of a taken for b/,
  );
});

Deno.test("reliabilityDiagram() leaves out empty bins and bounds accuracy by Wilson intervals", () => {
  const bins = [
    { lower: 0, upper: 0.5, count: 0, confidence: null, accuracy: null },
    { lower: 0.5, upper: 1, count: 10, confidence: 0.8, accuracy: 0.5 },
  ];
  const document = open(reliabilityDiagram(bins, { ece: 0.3, nullEce: 0.1 }));
  assert.equal(document.querySelectorAll("circle").length, 1);
  const rule = document.querySelector("svg g[data-mark=rule] line")!;
  const scale = (y: number) => 20 + (330 - 20 - 8) * (1 - y);
  // Wilson interval of 5 of 10 at 95 %: 0.2366 to 0.7634.
  assert.ok(Math.abs(Number(rule.getAttribute("y1")) - scale(0.2366)) < 0.6);
  assert.ok(Math.abs(Number(rule.getAttribute("y2")) - scale(0.7634)) < 0.6);
});

Deno.test("metricTable() gives each number its interval, baseline, n and origin by topic", () => {
  const metrics = makeMetrics();
  const { document } = parseHTML(`<body>${metricTable(metrics).toHtml()}</body>`);
  const rows = [...document.querySelectorAll("tbody tr:not(.group)")].map((r) =>
    [...r.querySelectorAll("td")].map((c) => c.textContent)
  );
  assert.equal(rows.length, Object.keys(metrics.metrics).length);
  assert.match(rows[0].join("|"), /^accuracy\|0\.\d+\|\[0\.\d+, 0\.\d+\]\|0\.210\|2\u202f\d+ windows$/);
  assert.ok(rows.some(([name, value]) => name === "silhouetteone cluster" && value === "–"));
  assert.deepEqual([...document.querySelectorAll("tr.group")].map((r) => r.textContent), [
    "Classification",
    "Calibration",
    "Codes",
    "Codes, motifs and behaviours against labels",
  ]);
  assert.match(
    document.querySelector("p.caption")!.textContent!,
    /^All numbers: simulated\. Intervals: 95 % bootstrap over subjects\.$/,
  );
});

Deno.test("metricTable() says spread and corrected levels of results that were summed up", () => {
  const base = { n: 3, of: "folds", origin: "measured" as const };
  const interval = {
    level: 0.99,
    lower: 0.8,
    upper: 1.02,
    method: "nadeau-bengio",
    correction: "Bonferroni m=5",
  };
  const html = metricTable({
    metrics: {
      accuracy: { value: 0.9, ...base, interval },
      nll: {
        value: 0.3,
        ...base,
        interval: { level: 0.95, lower: 0.2, upper: 0.4, method: "nadeau-bengio" },
      },
    },
    tables: {
      summary: [{ metric: "accuracy", sd: 0.01, min: 0.89, max: 0.91 }, {
        metric: "nll",
        sd: 1e-18,
        min: 0.3,
        max: 0.3,
      }],
    },
    details: {},
  }).toHtml();
  assert.match(
    html,
    /accuracy<\/td><td[^>]*>0\.900<\/td><td[^>]*>0\.010<\/td><td[^>]*>0\.890 – 0\.910<\/td><td[^>]*>\[0\.800, 1\.02\] \(a\)/,
  );
  assert.match(html, /NLL<\/td><td[^>]*>0\.300<\/td><td[^>]*>0<\/td>/);
  assert.match(
    html,
    /All numbers: n = 3 folds, measured\. Intervals: \(a\) 99 % nadeau-bengio, Bonferroni m=5; \(b\) 95 % nadeau-bengio\./,
  );
});

Deno.test("metricForest() shows the baseline hollow and cuts intervals at the ends of the axis", () => {
  const metrics = makeMetrics();
  const document = open(metricForest(metrics));
  assert.equal(document.querySelectorAll("circle").length, 4);
  metrics.metrics.accuracy.interval!.upper = 1.2;
  const ends = [...open(metricForest(metrics)).querySelectorAll("svg g[data-mark=rule] line")].map((l) =>
    Number(l.getAttribute("x2"))
  );
  const right = Number(open(metricForest(metrics)).querySelector("svg")!.getAttribute("width"));
  assert.ok(ends.every((x) => x < right - 100));
  assert.equal(metricForest({ ...metrics, metrics: { nll: metrics.metrics.ece } }), undefined);
});

Deno.test("classScores() agrees with precision, recall and F1 by hand", () => {
  assert.deepEqual(classScores({ labels: ["a", "b", "c"], counts: [[3, 1, 0], [1, 5, 0], [0, 0, 0]] }), [
    { class: "a", windows: 4, precision: 0.75, recall: 0.75, f1: 0.75 },
    { class: "b", windows: 6, precision: 5 / 6, recall: 5 / 6, f1: 10 / 12 },
    { class: "c", windows: 0, precision: null, recall: null, f1: null },
  ]);
});

Deno.test("subjectAccuracy() puts the worst subject first", () => {
  const scores = [{ subject: "b", accuracy: 0.9, n: 50 }, { subject: "a", accuracy: 0.6, n: 40 }, {
    subject: "c",
    accuracy: 0.8,
    n: 30,
  }];
  const document = open(subjectAccuracy(scores, { majority: 0.3 }));
  assert.match(
    document.querySelector("figcaption")!.textContent!,
    /Worst 60\.0 % \(a\), median 80\.0 %, best 90\.0 %/,
  );
  const ticks = [...document.querySelectorAll("svg g[data-mark='y-axis tick label'] text")].map((t) =>
    t.textContent
  );
  assert.deepEqual(ticks, ["a", "c", "b"]);
});

Deno.test("T146 T191 learningCurves() draws what was recorded and marks the epoch that was kept", () => {
  const model = makeModel({ epochs: 5 });
  assert.equal(open(learningCurves({ ...model, bestEpoch: 4 })).querySelectorAll("svg").length, 3);
  const bare = model.history.map((e) => ({
    ...e,
    validationLoss: null,
    validationAccuracy: null,
    perplexity: null,
  }));
  assert.equal(
    open(learningCurves({ ...model, history: bare.slice(0, 1), bestEpoch: 1 })).querySelectorAll("svg")
      .length,
    2,
  );
  const once = bare.map((e, i) => ({ ...e, perplexity: i === 4 ? 12 : null }));
  const curves = learningCurves({ ...model, history: once, bestEpoch: 4 });
  assert.doesNotMatch(
    curves.toHtml(),
    /perplexity|validation<\/span>/,
    "one value among many epochs is no curve",
  );
});

Deno.test("latencyDistribution() states the quantiles and judges the budget on p95", () => {
  const values = Array.from({ length: 100 }, (_, i) => 1 + i / 100);
  const kept = open(latencyDistribution(values, { device: "X", origin: "measured", budget: 5 }));
  assert.match(
    kept.querySelector("figcaption")!.textContent!,
    /p50 1\.50 ms, p95 1\.94 ms.*Budget for p95: 5 ms, kept/,
  );
  const missed = open(latencyDistribution(values, { device: "X", origin: "measured", budget: 1.5 }));
  assert.match(missed.querySelector("figcaption")!.textContent!, /missed/);
  open(latencyDistribution([2, 2, 2], { device: "X", origin: "measured" }));
});

Deno.test("labelColor() gives 40 ids 40 different colours", () => {
  assert.equal(new Set(Array.from({ length: 40 }, (_, i) => labelColor(i))).size, 40);
});

Deno.test("typesetNumber() and typesetCount() write numbers for readers", () => {
  assert.deepEqual(
    [0, 0.0999999, 0.12345, 12.345, -3.14159, 1234, 1e-7, NaN, null].map((x) => typesetNumber(x)),
    [
      "0",
      "0.100",
      "0.123",
      "12.3",
      "−3.14",
      "1\u202f234",
      "1.00e−7",
      "–",
      "–",
    ],
  );
  assert.equal(typesetCount(1234567), "1\u202f234\u202f567");
});

Deno.test("the ticks of an axis group digits as all other numbers do", () => {
  const marks = [Plot.dot([{ x: 0, y: 1 }, { x: -20_000, y: 5 }], { x: "x", y: "y" })];
  const ticks = parseHTML(draw("Points", { marks }).text).document.querySelectorAll(
    '[data-mark$="tick label"] text',
  );
  const texts = [...ticks].map((tick) => tick.textContent);
  assert.ok(texts.includes("−2\u202f000") && texts.includes("−20\u202f000"), texts.join(" "));
  assert.ok(!texts.some((text) => text!.includes(",")));
});
