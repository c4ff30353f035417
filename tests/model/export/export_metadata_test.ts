import assert from "node:assert/strict";
import { deviceNotes } from "../../../lib/model/export/export_metadata.ts";
import { sampleModel } from "../sample_model.ts";

Deno.test("deviceNotes() names what of a network does not compile for Hailo-8, and nothing of one that does", () => {
  const notes = (changes: object) => deviceNotes(sampleModel(changes));
  assert.deepEqual(notes({}), []);
  assert.deepEqual(notes({ segments: 1 }), []);
  assert.match(notes({ segments: 4 }).join(), /^The 4 segments .* Slice and Reshape.*segments: 1/);
  assert.match(notes({ pooling: ["std"] }).join(), /Sqrt/);
  assert.equal(notes({ pooling: ["mean", "std"], segments: 2 }).length, 2);
});
