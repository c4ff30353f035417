import assert from "node:assert/strict";
import { join } from "node:path";
import { lookAtFiles } from "../../../../lib/signal/read/look/look_at_folder.ts";
import { encodeNpy } from "../../../../lib/artifacts/npy.ts";
import { withFolder } from "../../../hailo/sample_bundle.ts";
import { workflowText } from "../../../../lib/workflow/project/workflow_text.ts";

function table(person: number): string {
  const rows = Array.from({ length: 400 }, (_, t) => {
    const wave = (k: number) => Math.sin((t + person) * (0.2 + 0.1 * k)).toFixed(4);
    return `${(t / 50).toFixed(2)},${wave(0)},${wave(1)},${wave(2)},${t % 200 < 100 ? "walk" : "stand"}`;
  });
  return ["time,ax,ay,az,activity", ...rows, ""].join("\n");
}

/** Looks at a folder of ten people's files, some of them as given. */
async function lookAt(
  given: Record<number, string | Uint8Array>,
  usual: (k: number) => string | Uint8Array,
  end: string,
) {
  return await withFolder(async (dir) => {
    const paths = Array.from({ length: 10 }, (_, k) => join(dir, `p${k}.${end}`));
    for (const [k, path] of paths.entries()) {
      const content = given[k] ?? usual(k);
      await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    }
    return await lookAtFiles(paths);
  });
}

const wrong = "time,ax\n0,abc\n";

const broken: Record<string, Record<number, string>> = {
  first: { 0: wrong },
  empty: { 0: "" },
  last: { 3: "", 9: wrong },
};

for (const [where, given] of Object.entries(broken)) {
  Deno.test(`a look at tables goes on without the few that are broken: ${where}`, async () => {
    const { params, data, facts, open } = await lookAt(given, table, "csv");
    assert.deepEqual([params.sensors, params.label], [{ imu: ["ax", "ay", "az"] }, "activity"]);
    const count = Object.keys(given).length;
    assert.deepEqual([data?.subjects, data?.classes], [10 - count, 2]);
    const left = facts.filter((fact) => fact.startsWith("left out: "));
    assert.equal(left.length, count, facts.join("\n"));
    for (const k of Object.keys(given)) assert.match(left.join(), new RegExp(`p${k}\\.csv.*--allow-missing`));
    assert.deepEqual(open, []);
  });
}

Deno.test("a look does not go on where more than a fifth of the files are broken, and claims no number of people", async () => {
  const seen = await lookAt({ 1: wrong, 4: wrong, 7: "" }, table, "csv");
  assert.equal(seen.data, undefined);
  assert.match(seen.open.map(({ what }) => what).join(), /the files cannot be read like this: p/);
  const text = workflowText({ ...seen, title: "t", params: { ...seen.params, path: "data" } });
  assert.match(text, /could not be counted/);
  assert.match(text, /by: subject, folds: 3/);
});

Deno.test("a look at arrays goes on without one that is broken", async () => {
  const samples = (k: number) =>
    encodeNpy(Float32Array.from({ length: 1200 }, (_, i) => Math.sin(i / 9 + k)), [400, 3]);
  const { data, facts } = await lookAt({ 6: new Uint8Array([1, 2, 3]) }, samples, "npy");
  assert.equal(data?.subjects, 9);
  assert.match(facts.join("\n"), /left out: p6\.npy/);
});
