/** The notebooks that come with the program, and the small API that they use, on a run of their own. */
import assert from "node:assert/strict";
import { Rig } from "./rig.ts";

const workflow = `version: 1
name: small
steps:
  recordings: { uses: load, with: { source: simulate, subjects: 4, minutes: 2 } }
  windows: { uses: window, from: recordings, with: { length: 100, hop: 50 } }
  split: { uses: split, from: windows, with: { by: subject, folds: 2, fold: 0 } }
  model: { uses: train, from: [windows, split], with: { levels: [4, 4, 4], epochs: 2 } }
  latents: { uses: encode, from: [windows, model] }
  codes: { uses: quantize, from: [latents, model] }
  motifs: { uses: cluster, from: [codes, latents, split], with: { k: 6 } }
  behaviours: { uses: smooth, from: [motifs, windows] }
  metrics: { uses: validate, from: [model, windows, split, latents, codes, motifs, behaviours] }
`;

/** HTML that each code cell put out, by its first line. */
function shown(notebook: string): Map<string, string> {
  const { cells } = JSON.parse(notebook);
  return new Map(
    cells.filter((cell: any) => cell.cell_type === "code").map((cell: any) => [
      [cell.source].flat().join("").trim().split("\n").at(-1),
      cell.outputs.map((output: any) => [output.data?.["text/html"] ?? ""].flat().join("")).join(""),
    ]),
  );
}

Deno.test("reading-a-report shows every result of a run as the report does", async () => {
  await using rig = await Rig.open({ "small.yaml": workflow });
  const ran = await rig.run("run", "small.yaml");
  assert.equal(ran.code, 0, ran.stderr);
  const read = await rig.run("notebook", "notebooks/reading-a-report.ipynb", "--param", "run=small.yaml");
  assert.equal(read.code, 0, read.stderr);
  const html = shown(await rig.read("out/notebooks/reading-a-report.ipynb"));
  assert.match(html.get("opened;")!, />behaviours<\/td>[^]*>Behaviours</);
  assert.match(html.get("metrics;")!, /<svg|<table/);
  assert.match(html.get("behaviours;")!, /<svg/);
  assert.match(html.get("motiflow.signals(recordings, { seconds: 8 });")!, /8?00 samples, simulated/);
  assert.match(html.get("});")!, /Longest bout/);
  const wrong = await rig.run(
    "notebook",
    "notebooks/reading-a-report.ipynb",
    "--param",
    "metricsStep=metrix",
  );
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /has no result "metrix"/);
});

Deno.test("getting-started goes from recordings to behaviours", async () => {
  await using rig = await Rig.open();
  const few = ["subjects=4", "minutes=2", "k=5"].flatMap((value) => ["--param", value]);
  const ran = await rig.run("notebook", "notebooks/getting-started.ipynb", ...few);
  assert.equal(ran.code, 0, ran.stderr);
  const html = shown(await rig.read("out/notebooks/getting-started.ipynb"));
  assert.match(html.get("motiflow.ethogram(behaviours);")!, /<svg/);
  assert.match(html.get("});")!, /How long bouts last[^]*<svg/);
});

/** The smallest of each notebook that still goes its whole way, what has to be seen, and what must be said. */
const studies: Record<string, { few: string[]; seen: RegExp[] }> = {
  levels: {
    few: ["subjects=4", "minutes=2", "epochs=1", "choices=[[3, 3], [4, 4, 4]]"],
    seen: [/← recommended/, /\[3, 3\][^]*<svg|<svg[^]*\[3, 3\]/],
  },
  ablation: {
    few: ["subjects=4", "minutes=2", "epochs=1", "folds=2"],
    seen: [/vq-ema/, /seed 1, fold 1/],
  },
  drift: {
    few: ["subjects=5", "minutes=2", "epochs=1"],
    seen: [/Drift by distribution/, /upside down<\/td><td[^>]*>yes/],
  },
  groups: {
    few: ["subjects=8", "minutes=2", "epochs=1", "k=6"],
    seen: [/A \(n 4\), B \(n 4\)/, /more \(n 4\), less \(n 4\)|less \(n 4\), more \(n 4\)/],
  },
};

for (const [name, { few, seen }] of Object.entries(studies)) {
  Deno.test(`the notebook ${name} goes its whole way, and every value that ends a cell shows itself`, async () => {
    await using rig = await Rig.open();
    const params = few.flatMap((value) => ["--param", value]);
    const ran = await rig.run("notebook", `notebooks/${name}.ipynb`, ...params);
    assert.equal(ran.code, 0, ran.stderr);
    const html = [...shown(await rig.read(`out/notebooks/${name}.ipynb`))];
    for (const what of seen) assert.match(html.map(([, text]) => text).join("\n"), what);
    for (const [line, text] of html) {
      if (/^\w+;$/.test(line!)) assert.match(text, /<table|<svg/, line);
      assert.doesNotMatch(text, /NaN|undefined|\[object/, line);
    }
    // Few people and a short training: the page must say so of itself, with its n.
    assert.match(html.map(([, text]) => text).join("\n"), /n = \d|\(n \d/);
  });
}
