/** The real `init` on folders of recordings: what it writes runs without editing. */
import assert from "node:assert/strict";
import { Rig } from "./rig.ts";

/** Two activities that differ in size, 50 Hz, `seconds` long; the table of one person. */
function person(seed: number, separator = ",", labelled = true): string {
  const rows = Array.from({ length: 2000 }, (_, t) => {
    const walks = Math.floor(t / 250) % 2;
    const wave = (k: number) => ((1 + 2 * walks) * Math.sin((t + seed) * (0.2 + 0.1 * k)) + k).toFixed(4);
    const cells = [(t / 50).toFixed(2), wave(0), wave(1), wave(2)];
    const plain = separator === ";" ? cells.map((cell) => cell.replace(".", ",")) : cells;
    return [...plain, ...(labelled ? [walks ? "walk" : "stand"] : [])].join(separator);
  });
  return [["time", "ax", "ay", "az", ...(labelled ? ["activity"] : [])].join(separator), ...rows, ""].join(
    "\n",
  );
}

Deno.test("init on files of people writes a workflow that runs to its report as it is", async () => {
  const files = Object.fromEntries([1, 2, 3].map((k) => [`data/sub_0${k}.csv`, person(k, ";")]));
  await using rig = await Rig.open(files);
  const made = await rig.run("init", ".");
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /3 recordings of 3 subjects/);
  assert.match(made.stdout, /guess: label: column activity/);
  const ran = await rig.run("run", "workflows/first.yaml");
  assert.equal(ran.code, 0, ran.stderr + ran.stdout);
  assert.ok(rig.exists("out/first/report/report.html"));
});

Deno.test("init says what is missing without labels and subjects, and what it writes runs", async () => {
  await using rig = await Rig.open({
    "data/monday.csv": person(1, ",", false),
    "data/tuesday.csv": person(9, ",", false),
  });
  const made = await rig.run("init", ".");
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /not guessed: there are no labels/);
  assert.match(made.stdout, /not guessed: nothing tells who was recorded in 2 files/);
  // Discovery as it is written takes a minute, however few the files.
  const written = await rig.read("workflows/first.yaml");
  assert.match(written, /objective: discover,/);
  rig.write(
    "workflows/first.yaml",
    written.replace("objective: discover,", "objective: discover, epochs: 30,"),
  );
  const ran = await rig.run("run", "workflows/first.yaml");
  assert.equal(ran.code, 0, ran.stderr + ran.stdout);
});
