import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { skipReason, withoutData } from "../house/skip.ts";
import { loadPaths } from "./load.ts";

const data = fileURLToPath(new URL("../../../shared/data/umafall.zip", import.meta.url));

Deno.test({
  name: "load reads UMAFall: 725 trials of 18 people, those of subject 13 left out by name",
  ignore: skipReason(withoutData("umafall.zip")),
  async fn() {
    const { recordings: set, warnings } = await loadPaths([data], { source: "umafall" });
    assert.equal(set.recordings.length, 725);
    assert.equal(new Set(set.recordings.map((r) => r.subject)).size, 18);
    assert.deepEqual([set.rate, set.sensors, set.labelNames.length], [20, ["chest", "wrist"], 15]);
    assert.equal(set.triads.length, 3);
    assert.equal(warnings.filter((w) => /cannot be read.*Subject_13/.test(w)).length, 20);
    assert(warnings.some((w) => /without chest was left out.*Subject_07_ADL_Aplausing_1/.test(w)));
    // Half an hour short of 725 × 15 s: the tags began after the phone.
    const samples = set.recordings.reduce((n, r) => n + r.samples, 0);
    assert.equal(samples, 213750);
    const first = set.recordings[0].data.subarray(0, 3);
    assert.deepEqual([...first], [0.7216796875, 0.12255859375, 0.7548828125]);
  },
});
