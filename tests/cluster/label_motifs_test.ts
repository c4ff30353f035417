import assert from "node:assert/strict";
import { clusterWindows } from "../../lib/cluster/cluster.ts";
import { MotifRule } from "../../lib/cluster/apply.ts";
import { labelMotifs, type LabelOptions } from "../../lib/cluster/label_motifs.ts";
import { InputError } from "../../lib/errors.ts";
import { Random } from "../../lib/random.ts";
import { makeWindows } from "../temporal/fixtures.ts";
import { requestOf, someLatents, splitOf } from "./make_request.ts";

const usual: LabelOptions = { minPurity: 0.7, minWindows: 3, merge: true, novelty: 0.01 };

/** Groups of windows, each a motif; `label` gives the class of a window by its group and person, −1 for none. */
async function study(groups: number, label: (group: number, subject: number, window: number) => number) {
  const { latents, truth } = someLatents(400, groups, 5, 0.08);
  const motifs = await clusterWindows(
    requestOf({ latents, k: groups, space: "latent" }),
    new Random(1),
    () => {},
  );
  const sketches = Array.from({ length: 8 }, (_, s) => ({ subject: `s${s}`, samples: 255 }));
  const windows = makeWindows(sketches, { labelNames: ["lie", "sit", "walk"] });
  const labels = Int32Array.from(truth, (g, i) => label(g, windows.recording[i], i));
  /** The motif of each group. */
  const motifOf = Array.from({ length: groups }, (_, g) => motifs.labels[truth.indexOf(g)]);
  return { motifs, windows: { ...windows, labels }, truth, motifOf };
}

Deno.test("motifs get the name of the class that prevails among their labelled windows, and those of one name become one", async () => {
  // Groups 0 and 1 are lie, 2 and 3 sit; two people have labels.
  const { motifs, windows, truth } = await study(4, (g, s) => s < 2 ? Math.floor(g / 2) : -1);
  const { motifs: named, table, novel } = labelMotifs(
    { motifs, windows },
    { ...usual, novelty: 0 },
    new Random(1),
  );
  assert.deepEqual([...named.names!].sort(), ["lie", "sit"]);
  assert.equal(novel, 0);
  named.labels.forEach((label, i) =>
    assert.equal(named.names![label], ["lie", "sit"][Math.floor(truth[i] / 2)])
  );
  assert.deepEqual(table.map(({ labeled, purity, subjects }) => [labeled > 20, purity, subjects]), [
    ...Array(4).fill([true, 1, 2]),
  ]);
  // New windows of the same fit get the names too.
  const { pointValues: values, dimensions, pointWeights: weights, points: index } = motifs;
  const again = new MotifRule(named).apply({
    values,
    dimensions,
    weights,
    index,
    exact: true,
    cell: 0,
    rmsError: 0,
  });
  assert.deepEqual(again.motifs.labels, named.labels);
  assert.deepEqual(again.motifs.names, named.names);
});

Deno.test("a motif without labels, with too few of them or with a conflict stays unknown, and it is said why", async () => {
  const { motifs, windows, motifOf } = await study(4, (g, s, i) => {
    if (g === 0) return 0;
    if (g === 1) return i === 1 || i === 5 ? 1 : -1;
    return g === 2 && s < 3 ? (i % 8 < 4 ? 1 : 2) : -1;
  });
  const { motifs: named, table } = labelMotifs({ motifs, windows }, { ...usual, novelty: 0 }, new Random(1));
  assert.equal(table[motifOf[0]].name, "lie");
  assert.ok([1, 2, 3].every((g) => /^unknown \d$/.test(table[motifOf[g]].name)));
  assert.equal(named.k, 4);
  assert.equal(new Set(named.names).size, 4);
  const said = named.warnings.join("\n");
  assert.match(said, new RegExp(`motif ${motifOf[1]} stays unknown \\d: only 2 of its windows have labels`));
  assert.match(
    said,
    new RegExp(
      `motif ${motifOf[2]} stays unknown \\d: its \\d+ labelled windows conflict: \\d+ sit, \\d+ walk|` +
        `motif ${motifOf[2]} stays unknown \\d: its \\d+ labelled windows conflict: \\d+ walk, \\d+ sit`,
    ),
  );
  assert.match(said, new RegExp(`motif ${motifOf[3]} stays unknown \\d: none of its windows has a label`));
});

Deno.test("windows that lie far from all labelled ones belong to no motif, in new recordings too", async () => {
  // Five groups in four motifs: the fifth has no label and lies beside one that has.
  const { latents, truth } = someLatents(400, 5, 5, 0.03);
  const motifs = await clusterWindows(requestOf({ latents, k: 4, space: "latent" }), new Random(1), () => {});
  const windows = makeWindows(Array.from({ length: 8 }, (_, s) => ({ subject: `s${s}`, samples: 255 })), {
    labelNames: ["a", "b", "c", "d"],
  });
  const labels = Int32Array.from(truth, (g) => g === 4 ? -1 : g);
  const given = { motifs, windows: { ...windows, labels } };
  const { motifs: named, novel } = labelMotifs(given, { ...usual, minPurity: 0.5 }, new Random(1));
  const strange = [...truth.keys()].filter((i) => truth[i] === 4);
  assert.ok(strange.every((i) => named.labels[i] === -1));
  const wrongly = novel - strange.length;
  assert.ok(wrongly >= 0 && wrongly <= 0.02 * 320, `${wrongly} of 320 labelled windows are called novel`);
  assert.equal(named.support.reduce((a, b) => a + b), 400 - novel);
  const { pointValues, dimensions } = motifs;
  // Moved by a little, so that they are no points of the fit.
  const values = pointValues.map((x) => x + 1e-6);
  const weights = new Float64Array(values.length / dimensions).fill(1);
  const moved = { values, dimensions, weights, index: motifs.points, exact: true, cell: 0, rmsError: 0 };
  const again = new MotifRule(named).apply(moved);
  const changed = again.motifs.labels.filter((label, i) => label !== named.labels[i]).length;
  assert.ok(changed <= 4, `${changed} windows on the border changed`);
  assert.ok(strange.every((i) => again.motifs.labels[i] === -1));
});

Deno.test("labels of the training part only, of the people asked for, and so many of each class are used", async () => {
  const { motifs, windows, truth } = await study(3, (g) => g);
  const part = Uint8Array.from(windows.recording, (r) => r < 4 ? 1 : 3);
  const used = (options: Partial<LabelOptions>, split = splitOf(part)) => {
    const { table, motifs: { details } } = labelMotifs(
      { motifs, windows, split },
      { ...usual, ...options },
      new Random(3),
    );
    return { labeled: table.reduce((sum, row) => sum + row.labeled, 0), people: details.labeledSubjects };
  };
  assert.deepEqual(used({}), { labeled: 200, people: 4 });
  assert.deepEqual(used({ subjects: ["s1", "s3"] }), { labeled: 100, people: 2 });
  assert.equal(used({ subjects: 3 }).people, 3);
  assert.equal(used({ perClass: 5 }).labeled, 15);
  assert.equal(used({ perClass: 5, subjects: 1 }).labeled, 15);
  assert.equal(truth.length, 400);
  assert.throws(() => used({ subjects: ["s7"] }), /s7 has no labelled window/);
  assert.throws(() => used({ subjects: 5 }), /labels of 5 people are asked for, 4 have some/);
  const none = { ...windows, labels: new Int32Array(400).fill(-1) };
  assert.throws(() => labelMotifs({ motifs, windows: none }, usual, new Random(1)), InputError);
});

Deno.test("names stay distinct where motifs of one class are kept apart, and where a class is called unknown 1", async () => {
  const { motifs, windows } = await study(4, (g, s) => s === 0 && g < 2 ? 0 : -1);
  const odd = { ...windows, recordings: { ...windows.recordings, labelNames: ["unknown 1"] } };
  const { motifs: named } = labelMotifs(
    { motifs, windows: odd },
    { ...usual, merge: false, novelty: 0 },
    new Random(1),
  );
  assert.deepEqual([...named.names!].sort(), [
    "unknown 1",
    "unknown 1 (no label)",
    "unknown 1 2",
    "unknown 2",
  ]);
});
