/** What `init` makes of the folders that newcomers have. */
import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { dirname, join } from "node:path";
import { firstWorkflowFor } from "../../../lib/steps/shared/first_workflow.ts";
import { registry } from "../../../lib/steps/registry.ts";
import { loadWorkflow } from "../../../lib/workflow/load.ts";
import { firstWorkflow, startProject } from "../../../lib/workflow/project/start.ts";
import { folders } from "../../layouts/newcomer.ts";

async function withFolder<T>(
  files: Record<string, string | Uint8Array>,
  use: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      await Deno.mkdir(dirname(join(dir, name)), { recursive: true });
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(join(dir, name), bytes);
    }
    return await use(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

for (const { name, files, args, says, judged } of folders) {
  Deno.test(`a first workflow is found for ${name}`, async () => {
    await withFolder(files, async (dir) => {
      const given = args === undefined ? undefined : join(dir, args[1]);
      const { text, lines } = await firstWorkflowFor(dir, given);
      for (const words of says) assert.match(lines.join("\n"), words);
      assert.equal(lines.some((line) => /cannot be read/.test(line)), false, lines.join("\n"));
      assert.equal(/objective: discover/.test(text!), !judged);
      await startProject(dir, {}, text);
      const checked = await loadWorkflow(join(dir, firstWorkflow), { registry, root: dir });
      assert.ok(checked.ok, checked.ok ? "" : JSON.stringify(checked.diagnostics));
    });
  });
}

Deno.test("a first workflow says what it could not guess, and what it falls back to", async () => {
  const two = "x,y,z\n" + Array.from({ length: 200 }, (_, i) => `${i % 7},${i % 5},${i % 3}\n`).join("");
  await withFolder({ "data/monday.csv": two, "data/notes.xlsx": "PK" }, async (dir) => {
    const { text, lines } = await firstWorkflowFor(dir);
    assert.match(lines.join("\n"), /1 × \.xlsx\): notes\.xlsx/);
    assert.match(lines.join("\n"), /there is no time column; a rate is assumed.*write under load: rate:/);
    assert.match(text!, /# Not guessed: there is no time column/);
    assert.match(text!, /rate: 50\n +rate_assumed: true/);
    assert.match(lines.join("\n"), /at 50 Hz \(ASSUMED, not measured\)/);
  });
  await withFolder({ "data/a.mat": "MATLAB" }, async (dir) => {
    const { text, lines } = await firstWorkflowFor(dir);
    assert.equal(text, undefined);
    assert.match(lines.join("\n"), /a\.mat: Cannot read arrays: it is no MATLAB file[^]*simulates people/);
    await assert.rejects(() => firstWorkflowFor(dir, join(dir, "data")), /it is no MATLAB file/);
    await assert.rejects(() => firstWorkflowFor(dir, join(dir, "dat")), /nothing is at .*dat\n.*--data/);
    await assert.rejects(() => firstWorkflowFor(dir, join(dir, "*.csv")), /nothing is at/);
  });
  await withFolder({ "data/a.edf": "HDF" }, async (dir) => {
    const { text, lines } = await firstWorkflowFor(dir);
    assert.equal(text, undefined);
    assert.match(lines.join("\n"), /neither tables nor arrays[^]*a\.edf[^]*simulates people/);
  });
  await withFolder({ "data/a.csv": two.replaceAll(",", ";;").replace("x", "x;") }, async (dir) => {
    const { lines } = await firstWorkflowFor(dir);
    assert.match(lines.join("\n"), /not guessed: the files cannot be read like this: a\.csv/);
  });
});

Deno.test("a look at windows in an archive says to unpack it", async () => {
  const entry = new TextEncoder().encode("1 2 3\n");
  const names = ["x", "y", "z"].map((axis) => `HAR/train/Inertial Signals/total_acc_${axis}_train.txt`);
  const zip = zipSync(Object.fromEntries([...names, "HAR/train/y_train.txt"].map((name) => [name, entry])));
  await withFolder({ "data/har.zip": zip }, async (dir) => {
    await assert.rejects(
      () => firstWorkflowFor(dir, join(dir, "data")),
      /har\.zip: Cannot look at windows in an archive.*\n.*Unpack it, and give the folder to init --data/,
    );
  });
});

Deno.test("a start overwrites nothing that is there", async () => {
  await withFolder({ ".gitignore": "mine\n", [firstWorkflow]: "mine\n" }, async (dir) => {
    await assert.rejects(() => startProject(dir, {}), /there is a workflow already/);
    await Deno.remove(join(dir, firstWorkflow));
    const written = await startProject(dir, {}, "text\n");
    assert.equal(written.includes(".gitignore"), false);
    assert.equal(await Deno.readTextFile(join(dir, ".gitignore")), "mine\n");
  });
});

Deno.test("a first workflow for labels of one person among several learns without them and names motifs by them", async () => {
  const rows = (label: (i: number) => string) =>
    "time,acc_x,acc_y,acc_z,activity\n" +
    Array.from({ length: 600 }, (_, i) => `${i / 50},${Math.sin(i / 3)},${Math.cos(i / 5)},1.0,${label(i)}\n`)
      .join("");
  const walks = (i: number) => i % 200 < 100 ? "walk" : "sit";
  const none = rows(() => "");
  const files = { "data/p1.csv": rows(walks), "data/p2.csv": none, "data/p3.csv": none };
  await withFolder(files, async (dir) => {
    const { text, lines } = await firstWorkflowFor(dir);
    assert.match(lines.at(-1)!, /labels of one person only: the model learns without them/);
    assert.match(text!, /objective: discover/);
    assert.match(
      text!,
      / {2}found:\n {4}uses: cluster[^]* {2}motifs: \{ uses: label, from: \[found, windows\] \}/,
    );
    await startProject(dir, {}, text);
    const checked = await loadWorkflow(join(dir, firstWorkflow), { registry, root: dir });
    assert.ok(checked.ok, checked.ok ? "" : JSON.stringify(checked.diagnostics));
  });
  await withFolder({ ...files, "data/p2.csv": rows(walks) }, async (dir) => {
    assert.doesNotMatch((await firstWorkflowFor(dir)).text!, /objective: discover|uses: label/);
  });
});

/** Text tables of `people`, half a minute each, with `classes` in turn. */
function labelled(people: number, classes: number): Record<string, string> {
  const table = (p: number) =>
    "time,acc_x,acc_y,acc_z,activity\n" + Array.from({ length: 1500 }, (_, t) => {
      const c = Math.floor(t / 1500 * classes);
      return `${(t / 50).toFixed(2)},${Math.sin(t * (c + 1) / 9 + p).toFixed(3)},0,1,act${c}\n`;
    }).join("");
  return Object.fromEntries(Array.from({ length: people }, (_, p) => [`data/p${p}.csv`, table(p)]));
}

Deno.test("a first workflow follows the number of classes and of people", async () => {
  const textOf = (people: number, classes: number) =>
    withFolder(labelled(people, classes), async (dir) => (await firstWorkflowFor(dir)).text!);
  const few = await textOf(4, 3);
  assert.match(few, /levels: \[4, 4, 4\], k: 3 /);
  assert.match(few, /none is set aside for validation[^]*folds: 4, fold: 0, validation: 0 /);
  assert.match(few, /context: 50% /);
  const many = await textOf(10, 15);
  assert.match(many, /levels: \[5, 5, 5, 5, 5, 5\], k: 15 /);
  assert.match(many, /folds: 5, fold: 0 /);
});

Deno.test("a first workflow counts the people with labels where labels are learnt", async () => {
  const textOf = (having: number) => {
    const files = Object.entries(labelled(10, 3)).map(([name, text], p) => [
      name,
      p < having ? text : text.replace(/act\d/g, ""),
    ]);
    return withFolder(Object.fromEntries(files), (dir) => firstWorkflowFor(dir));
  };
  const two = await textOf(2);
  assert.match(two.text!, /Two people with labels: one is trained[^]*folds: 2, fold: 0, validation: 0 /);
  assert.match(two.lines.join("\n"), /labels of two people only: .*no interval/);
  const four = await textOf(4);
  assert.match(
    four.text!,
    /so few people with labels none is set aside[^]*folds: 4, fold: 0, validation: 0 /,
  );
});

Deno.test("recordings as long as a window have no context to see", async () => {
  const short = Object.fromEntries(
    Object.entries(labelled(4, 2)).map(([name, text]) => [name, text.split("\n").slice(0, 150).join("\n")]),
  );
  await withFolder(short, async (dir) => assert.doesNotMatch((await firstWorkflowFor(dir)).text!, /context/));
});
