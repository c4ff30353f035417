import assert from "node:assert/strict";
import { Behaviours } from "../../lib/artifacts/behaviours.ts";
import { motifsOfLabels } from "../../lib/cluster/given_labels.ts";
import smooth from "../../lib/steps/smooth.ts";
import { makeWindows, runs } from "../temporal/fixtures.ts";
import { Part } from "../../lib/artifacts/split.ts";
import { judgementCodes, judgementMotifs, judgementSplit, judgementWindows } from "./judgement_fixtures.ts";
import { runStep } from "./run_step.ts";

const textOf = (pieces: Iterable<Uint8Array>) =>
  [...pieces].map((piece) => new TextDecoder().decode(piece)).join("");

async function behavioursOf(params: Record<string, unknown> = {}, inputs: Record<string, unknown> = {}) {
  const windows = judgementWindows();
  const all = { windows, motifs: judgementMotifs(windows), ...inputs };
  const { outputs, warnings } = await runStep(smooth, all, params);
  return { ...all, behaviours: outputs.behaviours as Behaviours, warnings };
}

Deno.test("T040 smooth has the production template's defaults, each of which can be overridden alone", () => {
  const defaults = smooth.params.parse({});
  assert.equal(defaults.median_k, 7);
  assert.deepEqual([defaults.hysteresis_high, defaults.hysteresis_low, defaults.min_dwell_ms], [
    0.6,
    0.4,
    300,
  ]);
  assert.deepEqual(smooth.params.parse({ median_k: 5 }), { ...defaults, median_k: 5 });
  assert.deepEqual(smooth.params.parse({ hsmm: { n_states: 4 } }).hsmm.max_duration, "auto");
});

Deno.test("smooth without hysteresis takes the edge template", async () => {
  const { behaviours } = await behavioursOf({ median_k: 5, min_dwell_ms: 200, hysteresis_rule: "none" });
  assert.equal(behaviours.rules?.hysteresis, null);
});

Deno.test("smooth undoes single-window jitter, names behaviours and covers every recording", async () => {
  const { windows, motifs, behaviours } = await behavioursOf();
  const wrong = behaviours.labels.filter((l, i) => l !== windows.labels[i]).length;
  const before = motifs.labels.filter((l, i) => l !== windows.labels[i]).length;
  assert.ok(wrong < before / 5, `${wrong} windows differ from the truth, ${before} did before`);
  assert.deepEqual(behaviours.dictionary.map((d) => d.label), ["sit", "walk", "run"]);
  assert.deepEqual(behaviours.names, ["sit", "walk", "run"]);
  assert.equal(behaviours.predictionRate, 10);
  for (const { id, samples } of windows.recordings.recordings) {
    const own = behaviours.bouts.filter((b) => b.recording === id);
    assert.equal(own.reduce((s, b) => s + Math.round(b.duration * 50), 0), samples);
  }
});

Deno.test("smooth writes what it reads back", async () => {
  const { behaviours } = await behavioursOf();
  const dir = await Deno.makeTempDir();
  await Behaviours.write(dir, behaviours);
  const { labels, windowTable: _, namesFile: __, ...json } = behaviours;
  assert.deepEqual(await Behaviours.read(dir), { labels, ...JSON.parse(JSON.stringify(json)) });
  await Deno.remove(dir, { recursive: true });
});

Deno.test("smooth never joins bouts across recordings", async () => {
  const windows = makeWindows([{ subject: "a", samples: 20 }, { subject: "b", samples: 20 }]);
  const motifs = {
    ...judgementMotifs(windows),
    labels: runs("0x3,1x3"),
    points: Uint32Array.of(0, 0, 0, 1, 1, 1),
  };
  const { behaviours } = await behavioursOf({}, { windows, motifs });
  assert.deepEqual(behaviours.bouts.map((b) => [b.recording, b.label]), [["r0", 0], ["r1", 1]]);
  assert.deepEqual(behaviours.details.step_counts, [[2, 0, 0], [0, 2, 0], [0, 0, 0]]);
});

Deno.test("smooth warns of a dwell up to one prediction and of stretches shorter than the dwell", async () => {
  assert.match(
    (await behavioursOf({ min_dwell_ms: 50 })).warnings.join(),
    /no longer than one prediction.*no effect; give more than that for two predictions, or 0/,
  );
  assert.match(
    (await behavioursOf({ min_dwell_ms: 60_000 })).warnings.join(),
    /6 of 6 continuous stretches are shorter/,
  );
});

Deno.test("smooth warns that hysteresis has no effect on hard posteriors", async () => {
  const windows = judgementWindows();
  const hard = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  const { warnings } = await behavioursOf({}, {
    windows,
    motifs: { ...judgementMotifs(windows), posterior: hard },
  });
  assert.match(warnings.join(), /hysteresis has no effect/);
});

Deno.test("smooth keeps noise as −1 unless its neighbours outvote it", async () => {
  const windows = makeWindows([{ subject: "a", samples: 200 }]);
  const labels = new Int32Array(windows.start.length);
  labels[5] = -1;
  labels.fill(-1, 20, 32);
  const motifs = { ...judgementMotifs(windows), labels, points: new Uint32Array(labels.length) };
  const { behaviours } = await behavioursOf({}, { windows, motifs });
  assert.equal(behaviours.labels[5], 0);
  assert.equal(behaviours.labels[25], -1);
});

Deno.test("T052 smooth by HSMM from motifs and from code digits", async () => {
  for (const codes of [undefined, judgementCodes(judgementWindows())]) {
    const params = { method: "hsmm", hsmm: { n_states: 3, max_duration: 40, iterations: 30 } };
    const { behaviours, windows } = await behavioursOf(params, { codes });
    const right = behaviours.labels.filter((l, i) =>
      behaviours.dictionary[l].label === windows.recordings.labelNames[windows.labels[i]]
    );
    assert.ok(right.length > 0.9 * windows.labels.length, `${right.length} of ${windows.labels.length}`);
    assert.equal(behaviours.hsmm!.record.emission, codes === undefined ? "motifs" : "codes");
    const passes = behaviours.details.log_likelihood as number[];
    passes.forEach((l, i, all) => assert.ok(i === 0 || l >= all[i - 1] - 1e-8));
  }
});

Deno.test("smooth by HSMM says where the most states that it tried did best, and where it stopped too early", async () => {
  const hsmm = { max_duration: 40, iterations: 30, restarts: 1 };
  const told = async (changes: Record<string, unknown>) =>
    (await behavioursOf({ method: "hsmm", hsmm: { ...hsmm, ...changes } })).warnings.join("\n");
  assert.match(
    await told({ n_states: [2, 3] }),
    /^HSMM: 3 states, the most that were tried, did best; widen/m,
  );
  assert.doesNotMatch(await told({ n_states: [3, 4] }), /the most that were tried/);
  assert.match(await told({ n_states: 3, iterations: 1 }), /^HSMM: EM did not converge in 1 passes$/m);
  assert.doesNotMatch(await told({ n_states: 3, iterations: 200 }), /did not converge/);
});

Deno.test("smooth of no windows is unassigned time", async () => {
  const windows = makeWindows([{ subject: "a", samples: 5 }]);
  const motifs = { ...judgementMotifs(windows), points: new Uint32Array(0) };
  const { behaviours } = await behavioursOf({ method: "hsmm" }, { windows, motifs });
  assert.deepEqual(behaviours.bouts.map((b) => b.label), [-1]);
});

Deno.test("smooth refuses even widths, crossed thresholds and unknown keys", () => {
  const check = (params: Record<string, unknown>) => smooth.check!(smooth.params.parse(params));
  assert.match(check({ median_k: 6 })[0].message, /must be odd, got 6/);
  assert.match(check({ hysteresis_low: 0.7 })[0].message, /must not exceed hysteresis_high, got 0.7 > 0.6/);
  assert.deepEqual(check({ hysteresis_low: 0.7, hysteresis_rule: "none" }), []);
  assert.throws(() => smooth.params.parse({ commitment_loss: 0.25 }), /commitment_loss/);
});

Deno.test("smooth refuses motifs of other windows", async () => {
  const windows = makeWindows([{ subject: "a", samples: 50 }]);
  await assert.rejects(behavioursOf({}, { windows }), /motifs cover 354 windows, there are 9/);
});

Deno.test("smooth in causal mode states its latency, and decodes an HSMM from the past alone", async () => {
  const { behaviours } = await behavioursOf({ causal: true });
  assert.deepEqual(behaviours.details.latency, { predictions: 5, seconds: 0.5 });
  assert.deepEqual(smooth.check!(smooth.params.parse({ causal: true, method: "hsmm" })), []);
  const settings = { method: "hsmm", hsmm: { n_states: 3, restarts: 1, iterations: 3, max_duration: 5 } };
  const [path, past] = [await behavioursOf(settings), await behavioursOf({ ...settings, causal: true })];
  const [whole, causal] = [path.behaviours.hsmm!.record, past.behaviours.hsmm!.record];
  assert.deepEqual([whole.causal, causal], [undefined, { ...whole, causal: true }]);
  assert.equal(path.behaviours.fit, past.behaviours.fit, "the states are those of one model");
  assert.notDeepEqual(path.behaviours.labels, past.behaviours.labels);
});

Deno.test("smooth with a split fits the HSMM on training windows only and names behaviours without test labels", async () => {
  const windows = judgementWindows();
  const split = judgementSplit(windows);
  const params = { method: "hsmm", hsmm: { n_states: 3, max_duration: 40 } };
  const train = split.part.filter((p) => p === Part.train).length;
  const { behaviours } = await behavioursOf(params, { windows, split });
  assert.equal(behaviours.details.fitted_on, train);
  const other = { ...windows, labels: windows.labels.map((l, i) => (split.part[i] === Part.test ? 0 : l)) };
  const same = await behavioursOf(params, { windows: other, motifs: judgementMotifs(windows), split });
  assert.deepEqual(same.behaviours.dictionary, behaviours.dictionary);
  const none = { ...split, part: new Uint8Array(split.part.length).fill(Part.test) };
  await assert.rejects(behavioursOf(params, { windows, split: none }), /training part of the split is empty/);
});

Deno.test("smooth writes one row per window with code, motif, behaviour and confidence", async () => {
  const windows = judgementWindows();
  const codes = judgementCodes(windows);
  const { behaviours, motifs } = await behavioursOf({}, { windows, codes });
  const dir = await Deno.makeTempDir();
  await Behaviours.write(dir, behaviours);
  const lines = (await Deno.readTextFile(`${dir}/windows.csv`)).trimEnd().split("\n");
  assert.equal(lines.length, windows.start.length + 1);
  assert.equal(lines[0], "recording,start_s,end_s,code,digits,motif,confidence,behaviour,name");
  const [id, start, end, code, digits, motif, confidence, behaviour, name] = lines[5].split(",");
  assert.deepEqual([id, start, end], ["r0", "0.4", "0.6"]);
  assert.deepEqual([Number(code), digits], [codes.codes[4], code === "7" ? "3 1" : `${code} 0`]);
  assert.deepEqual([Number(motif), confidence], [motifs.labels[4], "0.8"]);
  assert.deepEqual([Number(behaviour), name], [behaviours.labels[4], behaviours.names[behaviours.labels[4]]]);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("T137 smooth takes the production template as it is printed", () => {
  const template = { median_k: 7, hysteresis_high: 0.6, hysteresis_low: 0.4, min_dwell_ms: 300 };
  assert.deepEqual(smooth.params.parse(template), smooth.params.parse({}));
});

Deno.test("T138 T051 smooth takes the research template, and bouts longer than max_duration stay whole", async () => {
  const research = { method: "hsmm", hsmm: { duration: "negative_binomial", max_duration: 100 } };
  assert.equal(smooth.params.parse(research).hsmm.max_duration, 100);
  const { behaviours, warnings } = await behavioursOf({
    method: "hsmm",
    hsmm: { max_duration: 4, stickiness_scan: [0, 50] },
  });
  assert.deepEqual(warnings, []);
  const longest = Math.max(...behaviours.bouts.map((b) => b.duration * behaviours.predictionRate));
  assert.ok(longest > 4, `${longest}`);
  const [free, sticky] = behaviours.hsmm!.stickinessScan!;
  assert.ok(sticky.bouts < free.bouts, `${sticky.bouts} ${free.bouts}`);
});

Deno.test("smooth warns when posteriors lead elsewhere than the motifs", async () => {
  const windows = judgementWindows();
  const motifs = judgementMotifs(windows);
  const labels = motifs.labels.map((l, i) => (i % 20 === 0 ? (l + 1) % 3 : l));
  const { warnings } = await behavioursOf({}, { windows, motifs: { ...motifs, labels } });
  assert.match(
    warnings.join(),
    /In 5\.1 % of windows another motif .* hysteresis follows the posteriors there/,
  );
});

Deno.test("smooth applies a fitted HSMM to the same windows with identical labels, and to codes never seen", async () => {
  const windows = judgementWindows();
  for (const codes of [undefined, judgementCodes(windows)]) {
    const params = { method: "hsmm", hsmm: { n_states: 3, max_duration: 40, iterations: 20 } };
    const { behaviours } = await behavioursOf(params, { windows, codes });
    const stored = JSON.parse(JSON.stringify(behaviours));
    const again = await behavioursOf({ method: "hsmm" }, { windows, codes, fitted: stored });
    assert.deepEqual(again.behaviours.labels, behaviours.labels);
    if (codes === undefined) continue;
    const fresh = { ...codes, codes: codes.codes.map((c) => (c === 7 ? 11 : c)) };
    const other = await behavioursOf({ method: "hsmm" }, { windows, codes: fresh, fitted: stored });
    const same = other.behaviours.labels.filter((l, i) => l === behaviours.labels[i]).length;
    assert.ok(same > 0.9 * windows.labels.length, `${same} labels stay`);
  }
});

Deno.test("smooth refuses to apply behaviours without a model, and a model of other codes", async () => {
  const windows = judgementWindows();
  const codes = judgementCodes(windows);
  const { behaviours: ruled } = await behavioursOf({}, { windows });
  await assert.rejects(behavioursOf({ method: "hsmm" }, { windows, fitted: ruled }), /smoothed by rules/);
  const params = { method: "hsmm", hsmm: { n_states: 2, max_duration: 40 } };
  const { behaviours } = await behavioursOf(params, { windows, codes });
  const other = { ...codes, levels: [16] };
  await assert.rejects(
    behavioursOf({ method: "hsmm" }, { windows, codes: other, fitted: behaviours }),
    /it reads codes of levels \[4,4\], got levels \[16\]/,
  );
});

Deno.test("smooth keeps the names that imported labels came with, by rules and by HSMM", async () => {
  const windows = makeWindows([{ subject: "a", samples: 505 }, { subject: "b", samples: 505 }], {
    labelNames: [],
  });
  windows.labels.fill(-1);
  const given = runs("1x40,0x30,2x30,1x50,0x20,2x30");
  const motifs = motifsOfLabels(given, ["eat", "sleep", "walk"]);
  for (const params of [{ median_k: 3 }, { method: "hsmm", hsmm: { n_states: 3, max_duration: 60 } }]) {
    const { behaviours } = await behavioursOf(params, { windows, motifs });
    assert.deepEqual(Array.from(behaviours.labels.slice(0, 3), (id) => behaviours.names[id]), [
      "sleep",
      "sleep",
      "sleep",
    ]);
    assert.deepEqual(behaviours.names.toSorted(), ["eat", "sleep", "walk"]);
    assert.match(textOf(behaviours.windowTable!), /,sleep\n/);
  }
});

Deno.test("smooth calls states of a model states, and labels that are numbers by their numbers", async () => {
  const windows = makeWindows([{ subject: "a", samples: 505 }], { labelNames: [] });
  windows.labels.fill(-1);
  const motifs = motifsOfLabels(runs("4x60,7x40"), ["0", "1", "2", "3", "4", "5", "6", "7"]);
  assert.deepEqual((await behavioursOf({}, { windows, motifs })).behaviours.names, ["label 4", "label 7"]);
  const { behaviours } = await behavioursOf({ method: "hsmm" }, { windows, motifs });
  assert.deepEqual(behaviours.names, ["state 0", "state 1"]);
});

Deno.test("smooth applies a model to named motifs by name, and keeps the model's names", async () => {
  const windows = makeWindows([{ subject: "a", samples: 505 }], { labelNames: [] });
  windows.labels.fill(-1);
  const params = { method: "hsmm", hsmm: { max_duration: 60 } };
  const first = motifsOfLabels(runs("0x60,1x40"), ["sleep", "walk"]);
  const second = motifsOfLabels(runs("0x30,1x70"), ["sleep", "walk"]);
  const { behaviours: fitted } = await behavioursOf(params, { windows, motifs: first });
  const { behaviours } = await behavioursOf(params, { windows, motifs: second, fitted });
  assert.deepEqual(behaviours.names, fitted.names);
  const names = Array.from(behaviours.labels, (id) => behaviours.names[id]);
  assert.deepEqual([names[10], names[80]], ["sleep", "walk"]);
});

Deno.test("smooth refuses a model whose motifs are of another fit without names", async () => {
  const windows = judgementWindows();
  const rule = (at: number) => ({ kind: "centroid", centroids: [at, 1, 2], variance: 1 });
  const params = { method: "hsmm", hsmm: { max_duration: 20 } };
  const own = (at: number) => ({ ...judgementMotifs(windows), rule: rule(at), clusters: [0, 1, 2] });
  const { behaviours: fitted } = await behavioursOf(params, { motifs: own(0) });
  await behavioursOf(params, { motifs: own(0), fitted });
  await assert.rejects(behavioursOf(params, { motifs: own(0.5), fitted }), /motifs are of different fits/);
});

Deno.test("smooth names behaviours by a file, which it declares and tells problems of", async () => {
  assert.deepEqual(smooth.files!(smooth.params.parse({ names: "a.yaml" })), [{
    name: "names",
    pattern: "a.yaml",
  }]);
  assert.deepEqual(smooth.files!(smooth.params.parse({})), []);
  const windows = judgementWindows();
  const path = await Deno.makeTempFile({ suffix: ".yaml" });
  const inputs = { windows, motifs: judgementMotifs(windows) };
  const run = (params: Record<string, unknown> = { names: "n.yaml" }, files = [path]) =>
    runStep(smooth, inputs, params, { files: { names: files } });
  const { outputs } = await run({});
  await Deno.writeTextFile(
    path,
    outputs.behaviours.namesFile.replace("name: sit", "name: Sitting\n    color: '#010203'"),
  );
  const named = await run();
  assert.deepEqual(named.outputs.behaviours.names, ["Sitting", "walk", "run"]);
  assert.deepEqual(named.outputs.behaviours.dictionary.map((d: { name: string }) => d.name), [
    "Sitting",
    "walk",
    "run",
  ]);
  assert.deepEqual(named.outputs.behaviours.colors, ["#010203", null, null]);
  assert.match(textOf(named.outputs.behaviours.windowTable), /,Sitting\n/);
  await Deno.writeTextFile(path, "version: 1\nbehaviours: { hop: Hopping }");
  assert.match((await run()).warnings.join(), /no behaviour is "Hopping" \(hop\)/);
  await assert.rejects(run({ names: "n*.yaml" }, []), /stands for 0 files/);
  await Deno.remove(path);
});

Deno.test("smooth does not warn of a default dwell that a slow prediction rate leaves without effect", async () => {
  const slow = makeWindows([{ subject: "a", samples: 1000 }], { length: 50, hop: 50 });
  const motifs = {
    ...judgementMotifs(slow),
    labels: new Int32Array(slow.start.length),
    points: new Uint32Array(slow.start.length),
  };
  const warned = async (params: Record<string, unknown>) =>
    /no effect; give/.test((await behavioursOf(params, { windows: slow, motifs })).warnings.join());
  assert.deepEqual([await warned({}), await warned({ min_dwell_ms: 200 })], [false, true]);
});
