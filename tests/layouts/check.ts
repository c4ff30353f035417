/** Whether `load` makes of files what they hold. */
import assert from "node:assert/strict";
import type { Layout } from "./layout.ts";
import { loadFiles } from "./load.ts";

/** Loads the files and compares every value, label, gap and warning with the truth, or the refusal with its words. */
export async function check(layout: Pick<Layout, "files" | "with" | "expect">): Promise<void> {
  const loading = loadFiles(layout.files, {
    ...(layout.with.source === undefined ? { source: "csv", min_seconds: 0 } : {}),
    ...layout.with,
  });
  const { expect } = layout;
  if ("refused" in expect) {
    await assert.rejects(loading, { name: "InputError", message: expect.refused });
    return;
  }
  const { recordings: set, warnings } = await loading;
  assert.equal(set.rate, expect.rate);
  if (expect.channels !== undefined) assert.deepEqual(set.channels, expect.channels);
  if (expect.units !== undefined) assert.deepEqual(set.units, expect.units);
  if (expect.warns !== undefined) assert.match(warnings.join("\n"), expect.warns);
  assert.equal(set.recordings.length, expect.recordings.length, "recordings");
  for (const [k, truth] of expect.recordings.entries()) {
    const r = set.recordings[k];
    const width = r.data.length / r.samples;
    assert.equal(r.samples, truth.samples, `samples of ${r.id}`);
    if (truth.id !== undefined) assert.equal(r.id, truth.id);
    if (truth.subject !== undefined) assert.equal(r.subject, truth.subject);
    if (truth.facts !== undefined) assert.deepEqual(r.facts, truth.facts);
    assert.deepEqual(r.gaps, truth.gaps ?? [], `gaps of ${r.id}`);
    for (let i = 0; i < r.samples; i++) {
      if (truth.label !== undefined) {
        assert.equal(set.labelNames[r.labels[i]] ?? "", truth.label(i), `label ${i} of ${r.id}`);
      }
      for (let c = 0; truth.value !== undefined && c < width; c++) {
        const [value, right] = [r.data[i * width + c], truth.value(i, c)];
        if (Number.isNaN(right)) continue;
        assert(
          Math.abs(value - right) < 2e-5 * Math.max(1, Math.abs(right)),
          `${r.id} [${i}, ${c}]: ${value}, not ${right}`,
        );
      }
    }
  }
}
