/** A stranger's folder of tables, from CSV to behaviours, without a line of code. */
import assert from "node:assert/strict";
import { Random } from "../../lib/random.ts";
import { Rig } from "./rig.ts";

const activities = [["sit", 0, 0.05], ["walk", 1.8, 2], ["run", 2.8, 7], ["wave", 1.2, 0.3]] as const;

/** One person's table: semicolons, decimal commas, uneven milliseconds, two devices side by side. */
function table(person: number): string {
  const rng = new Random(person);
  const rows = ["time_ms;ax;ay;az;gx;gy;gz;bx;by;bz;hx;hy;hz;activity"];
  let at = 1_700_000_000_000 + person * 1_000_000;
  let t = 0;
  for (let round = 0; round < 3; round++) {
    for (const [name, frequency, strength] of activities) {
      for (let i = 0; i < 300; i++, t++) {
        at += 40 + rng.below(3) - 1;
        const phase = 2 * Math.PI * frequency * (1 + 0.04 * rng.between(-1, 1) + 0.02 * person) * (t / 25);
        const swing = name === "wave" ? 4 : strength;
        const noisy = [
          strength * Math.sin(phase),
          0.3 * person,
          9.8 + strength * Math.cos(2 * phase),
          strength * Math.cos(phase) / 3,
          0,
          0,
          swing * Math.sin(phase),
          9.8,
          0,
          swing * Math.cos(phase) / 3,
          0,
          0,
        ].map((x) => (x + 0.1 * rng.normal()).toFixed(4).replace(".", ","));
        rows.push([at, ...noisy, name].join(";"));
      }
    }
  }
  return rows.join("\r\n") + "\r\n";
}

const workflow = `name: tables
steps:
  recordings:
    uses: load
    with:
      source: csv
      path: "data/*.csv"
      sensors: { phone: [ax, ay, az, gx, gy, gz], watch: [bx, by, bz, hx, hy, hz] }
      time: time_ms
      label: activity
      subject: { from: filename, pattern: "p(\\\\d+)" }
      units: { acc: m/s^2, gyro: rad/s }
  windows: { uses: window, from: recordings, with: { length: 2s, hop: 1s } }
  split: { uses: split, from: windows, with: { folds: 3 } }
  model: { uses: train, from: [windows, split], with: { widths: [8, 16], epochs: 6, batch_size: 32 } }
  latents: { uses: encode, from: [windows, model] }
  codes: { uses: quantize, from: [latents, model] }
  motifs: { uses: cluster, from: [codes, latents, split], with: { k: 4 } }
  behaviours: { uses: smooth, from: [motifs, windows], publish: out/behaviours }
  metrics: { uses: validate, from: [model, windows, split, latents, codes, behaviours], publish: out/metrics }
`;

Deno.test("a folder of tables becomes behaviours of strangers", async () => {
  const people = [1, 2, 3, 4, 5, 6];
  const files = Object.fromEntries(people.map((p) => [`data/p${p}.csv`, table(p)]));
  await using rig = await Rig.open({ ...files, "tables.yaml": workflow });
  const first = await rig.run("run", "tables.yaml");
  assert.equal(first.code, 0, first.stdout + first.stderr);
  const { metrics } = JSON.parse(await rig.read("out/metrics/metrics.json"));
  assert(
    metrics.accuracy.value > metrics.majority_accuracy.value + 0.3,
    `accuracy ${metrics.accuracy.value}`,
  );
  const lines = (await rig.read("out/behaviours/bouts.csv")).trim().split("\n").map((line) =>
    line.split(",")
  );
  const duration = lines[0].indexOf("duration_s");
  for (const p of people) {
    const sum = lines.filter(([id]) => id === `p${p}`).reduce((s, line) => s + Number(line[duration]), 0);
    assert(Math.abs(sum - 144) < 0.2, `p${p}: ${sum} s`);
  }

  // A broken cell is one error with its place, and what was made before stays.
  await rig.write("data/p3.csv", table(3).replace(/\r\n(\d+);[^;]+;/, "\r\n$1;oops;"));
  const broken = await rig.run("run", "tables.yaml");
  assert.equal(broken.code, 2);
  assert.match(broken.stdout + broken.stderr, /p3\.csv:2: Cannot read ax: "oops" is not a number/);
  await rig.write("data/p3.csv", table(3));
  const again = await rig.run("run", "tables.yaml");
  assert.equal(again.code, 0);
  assert.match(again.stdout + again.stderr, /9 restored/);
});

Deno.test("codes and latents from elsewhere go the same way, and a wrong edge is an error before anything runs", async () => {
  const codes = Array.from({ length: 90 }, (_, i) => (i % 30 < 15 ? 3 : 40) + (i % 7 === 0 ? 1 : 0));
  await using rig = await Rig.open({
    "codes.csv": `code\n${codes.join("\n")}\n`,
    "brought.yaml": `name: brought
steps:
  codes: { uses: import, with: { type: codes, path: codes.csv, levels: [4, 4, 4] } }
  motifs: { uses: cluster, from: codes, with: { k: 2 }, publish: out/motifs }
`,
    "wrong.yaml": `name: wrong
steps:
  codes: { uses: import, with: { type: codes, path: codes.csv, levels: [4, 4, 4] } }
  quantised: { uses: quantize, from: codes, with: { levels: [4, 4, 4] } }
`,
  });
  const { code, stdout, stderr } = await rig.run("run", "brought.yaml");
  assert.equal(code, 0, stdout + stderr);
  assert.equal(JSON.parse(await rig.read("out/motifs/motifs.json")).k, 2);
  const wrong = await rig.run("run", "wrong.yaml");
  assert.equal(wrong.code, 2);
  assert.match(
    wrong.stdout + wrong.stderr,
    /wrong\.yaml:4:38: step "codes" gives Codes, which quantize does not take/,
  );
});
