/** The commands of the guides, in a folder as the first of them describes it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { guideBlocks } from "../docs/guides.ts";
import { ended, Rig } from "./rig.ts";

/** A minute of one person who stands and walks in turn, at 50 Hz. */
function recording(person: number): string {
  const rows = Array.from({ length: 3000 }, (_, i) => {
    const walks = Math.floor(i / 500) % 2 === 1;
    const phase = 2 * Math.PI * (1.6 + 0.1 * person) * i / 50;
    const swing = walks ? 3 * Math.sin(phase) : 0.05 * Math.sin(1.7 * i);
    const sample = [0.1 * person, swing, 9.8 + swing / 2, swing / 3, 0.01 * Math.cos(1.3 * i), swing / 4];
    return [(i / 50).toFixed(2), ...sample.map((x) => x.toFixed(3)), walks ? "walking" : "standing"].join(
      ",",
    );
  });
  return `time,ax,ay,az,gx,gy,gz,activity\n${rows.join("\n")}\n`;
}

Deno.test("every command of the guides works, in their order", async () => {
  const people = [1, 2, 3, 4].map((n) => [`data/sub_0${n}_rec_01.csv`, recording(n)]);
  await using rig = await Rig.open(Object.fromEntries(people));
  const lines = guideBlocks().filter(({ language }) => language === "sh").flatMap(({ page, text }) =>
    text.trim().split("\n").map((line) => ({ page, words: line.split(" ") }))
  );
  // The first study makes what the others use.
  const first = (page: string) => page.endsWith("first-study.md") ? 0 : 1;
  lines.sort((a, b) => first(a.page) - first(b.page));
  assert.ok(lines.length > 8);
  // Nothing of whoever runs the tests is touched.
  const home = { JUPYTER_DATA_DIR: join(rig.root, "jupyter") };
  for (const { page, words } of lines) {
    assert.deepEqual(words.slice(0, 2), ["npx", "motiflow"], page);
    const { code, stdout, stderr } = await ended(rig.startWith(home, ...words.slice(2)));
    assert.equal(code, 0, `${page}: ${words.join(" ")}\n${stdout}${stderr}`);
  }
  assert.match(await rig.read("workflows/first.yaml"), /by: subject, folds: 4/);
  assert.match(await rig.read("out/first/report/report.html"), /standing/);
});

Deno.test("the encoder of the guide trains in a project of its own, in one epoch", async () => {
  const blocks = guideBlocks().filter(({ page }) => page.endsWith("own-encoder.md"));
  const [code, workflow] = ["ts", "yaml"].map((kind) =>
    blocks.find(({ language }) => language === kind)!.text
  );
  await using rig = await Rig.open({
    "my_encoder.ts": code,
    "w.yaml": workflow.replace("my_encoder.ts }", "my_encoder.ts, epochs: 1 }")
      .replace("source: simulate }", "source: simulate, subjects: 9, minutes: 1 }"),
  });
  const { code: exit, stdout, stderr } = await rig.run("run", "w.yaml", "--until", "model");
  assert.equal(exit, 0, stdout + stderr);
  assert.match(stdout + stderr, /done +model/);
});
