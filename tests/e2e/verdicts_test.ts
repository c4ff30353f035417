/** Verdicts on small studies, through the real command line: what few people, seen people and unseen classes allow. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Metrics } from "../../lib/artifacts/metrics.ts";
import { writeNpy } from "../../lib/artifacts/npy.ts";
import { Random } from "../../lib/random.ts";
import { Rig } from "./rig.ts";

/** Labels of each subject, one a second. */
type People = Record<string, string[]>;

/** Writes recordings of noise at 10 Hz with these labels, and returns the labels in the order of the windows. */
async function record(rig: Rig, folder: string, people: People): Promise<string[]> {
  const rng = new Random(1);
  const names = Object.keys(people).sort();
  for (const name of names) {
    const quoted = (label: string) => `"${label.replaceAll('"', '""')}"`;
    const rows = people[name].flatMap((label) =>
      Array.from({ length: 10 }, () => `${rng.normal()},${rng.normal()},${rng.normal()},${quoted(label)}`)
    );
    await rig.write(`${folder}/${name}.csv`, ["ax,ay,az,activity", ...rows, ""].join("\n"));
  }
  return names.flatMap((name) => people[name]);
}

const loading = (folder: string, prefix = "") =>
  `  ${prefix}recordings: { uses: load, with: { source: csv, path: "${folder}/*.csv", rate: 10, ` +
  `sensors: { s: [ax, ay, az] }, label: activity, subject: { from: filename, pattern: "sub_(\\\\d+)" } } }
  ${prefix}windows: { uses: window, from: ${prefix}recordings, with: { length: 10, hop: 10 } }
`;

/** Latents and logits of an imported classifier that says `said`; other classes have probability 0.02 or less. */
async function classifier(rig: Rig, said: string[], classes: string[]): Promise<void> {
  const logits = Float32Array.from(said.flatMap((label) => classes.map((c) => (c === label ? 4 : 0))));
  await writeNpy(join(rig.root, "logits.npy"), logits, [said.length, classes.length]);
  await writeNpy(join(rig.root, "latents.npy"), new Float32Array(said.length), [said.length, 1]);
}

const judging = (split: string, classes: string[], validate: string) =>
  `version: 1
steps:
${loading("data")}  split: { uses: split, from: windows, with: ${split} }
  scores: { uses: import, from: windows, with: { type: latents, path: latents.npy, logits: logits.npy, classes: ${
    JSON.stringify(classes)
  } } }
  judged: { uses: validate, from: [windows, split, scores], with: ${validate}, publish: out }
`;

/** Runs the workflow and reads the metrics that it publishes. */
async function judged(
  rig: Rig,
  text: string,
): Promise<Metrics & { code: number; said: string }> {
  await rig.write("study.yaml", text);
  const { code, stdout, stderr } = await rig.run("run", "study.yaml");
  assert.ok(code === 0 || code === 3, `${stdout}\n${stderr}`);
  return { ...JSON.parse(await rig.read("out/metrics.json")), code, said: stdout };
}

const reasons = ({ readiness }: Metrics) => readiness!.reasons.map(({ reason }) => reason).join("\n");
const gates = "[{ metric: accuracy, at_least: 0.7 }]";
const repeat = (label: string, n: number) => new Array<string>(n).fill(label);

Deno.test("six perfect windows of one person are not ready, and the failed limit ends with 3", async () => {
  await using rig = await Rig.open();
  const said = await record(
    rig,
    "data",
    Object.fromEntries(
      [1, 2, 3, 4, 5].map((i) => [`sub_${i}`, ["a", "b", "a", "b", "a", "b"]]),
    ),
  );
  await classifier(rig, said, ["a", "b"]);
  const split = `{ by: listed, test_subjects: ["1"] }`;
  const found = await judged(rig, judging(split, ["a", "b"], `{ gates: ${gates} }`));
  assert.deepEqual([found.metrics.accuracy.value, found.metrics.accuracy.interval, found.code], [
    1,
    undefined,
    3,
  ]);
  assert.match(reasons(found), /accuracy = 1 has no interval to judge by \(one recording of one subject/);
  assert.match(found.said, /NOT READY/);
  const two = await judged(
    rig,
    judging(`{ by: listed, test_subjects: ["1", "2"] }`, ["a", "b"], `{ gates: ${gates} }`),
  );
  assert.match(reasons(two), /only 2 subjects, an interval needs 5/);
});

Deno.test("people whom the split trains on are never ready, and neither is a class that nobody shows", async () => {
  await using rig = await Rig.open();
  const labels = [...repeat("a", 10), ...repeat("b", 10), ...repeat("c, d", 5)];
  const people: People = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`sub_${i + 1}`, i < 6 ? labels.slice(0, 20) : labels]),
  );
  const truth = await record(rig, "data", people);
  const classes = ["a", "b", "c, d"];
  await classifier(rig, truth, classes);
  const low = "[{ metric: accuracy, at_least: 0.55 }]";
  const split = `{ by: listed, test_subjects: ["1", "2", "3", "4", "5", "6"] }`;
  const test = await judged(rig, judging(split, classes, `{ gates: ${low} }`));
  assert.equal(test.code, 0, "a verdict by itself is a statement");
  assert.equal(reasons(test), '"c, d" never occurs in the judged windows: the scores are of 2 of 3 classes');
  const all = await judged(rig, judging(split, classes, `{ part: all, gates: ${low} }`));
  assert.match(reasons(all), /^150 of the 270 judged windows are training or validation windows$/m);
  const time = await judged(rig, judging("{ by: time, folds: 3, fold: 0 }", classes, `{ gates: ${low} }`));
  assert.match(reasons(time), /people of the judged windows are in the training part too/);
});

Deno.test("probabilities of a class that the model lacks are undefined, and nobody is told to fit a temperature", async () => {
  await using rig = await Rig.open();
  const people: People = Object.fromEntries(
    Array.from(
      { length: 8 },
      (
        _,
        i,
      ) => [`sub_${i + 1}`, [...repeat("a", 8), ...repeat("b", 8), ...repeat(i < 6 ? "run fast" : "a", 4)]],
    ),
  );
  const truth = await record(rig, "data", people);
  await classifier(rig, truth.map((label) => label === "run fast" ? "a" : label), ["a", "b"]);
  const split = `{ by: listed, test_subjects: ["1", "2", "3", "4", "5", "6"] }`;
  const { metrics, tables } = await judged(rig, judging(split, ["a", "b"], "{}"));
  for (const name of ["nll", "nll_uncalibrated", "brier", "ece_classwise"]) {
    assert.equal(metrics[name].value, null, name);
    assert.match(metrics[name].note!, /does not know "run fast", the class of 24 of 120 windows/);
  }
  assert.equal(metrics.unknown_class_share.value, 24 / 120);
  const ids = tables.findings.map(({ id }) => id);
  assert.ok(ids.includes("unknown_class") && !ids.includes("poor_calibration"), ids.join());
});

Deno.test("monitor sees behaviours swap, because it knows them by name and not by rank", async () => {
  await using rig = await Rig.open();
  const side = (folder: string, rest: number) =>
    record(
      rig,
      folder,
      Object.fromEntries(
        Array.from(
          { length: 10 },
          (_, i) => [`sub_${i + 1}`, [...repeat("rest", rest), ...repeat("run", 60 - rest)]],
        ),
      ),
    );
  const [before, now] = [await side("before", 48), await side("now", 12)];
  const imported = async (name: string, labels: string[]) => {
    await rig.write(`${name}.csv`, ["motif", ...labels, ""].join("\n"));
    return `  ${name}-motifs: { uses: import, from: ${name}-windows, with: { type: labels, path: ${name}.csv } }
`;
  };
  const text = `version: 1
steps:
${loading("before", "old-")}${loading("now", "new-")}${await imported("old", before)}${await imported(
    "new",
    now,
  )}
  drift: { uses: monitor, from: { reference_windows: old-windows, reference_motifs: old-motifs, current_windows: new-windows, current_motifs: new-motifs }, publish: out }
`;
  const { metrics, tables } = await judged(rig, text);
  assert.deepEqual([metrics.motif_drift.value, metrics.drifted.note], [1, "motif"]);
  assert.ok(metrics.motif_psi.value! > 1);
  assert.deepEqual(
    tables.drift_bins.map(({ bin, reference, current }) => [bin, reference, current]).sort(),
    [["rest", 0.8, 0.2], ["run", 0.2, 0.8]],
  );
});
