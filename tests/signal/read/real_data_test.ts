import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { haptBasicLabels, haptLabels, readHapt } from "../../../lib/signal/read/published/hapt.ts";
import { keepLabels, keepSubjects } from "../../../lib/signal/select.ts";
import { readSpSwHar } from "../../../lib/signal/read/published/sp_sw_har.ts";
import { addGravity } from "../../../lib/signal/triads.ts";
import { cutWindows } from "../../../lib/signal/window/windows.ts";
import { skipReason, withoutData } from "../../house/skip.ts";

const data = (name: string) => fileURLToPath(new URL(`../../../../shared/data/${name}`, import.meta.url));

Deno.test({
  name: "readHapt() gives the published recordings, windows and official split",
  ignore: skipReason(withoutData("hapt.zip")),
  async fn() {
    const set = await readHapt([data("hapt.zip")]);
    assert.equal(set.recordings.length, 61);
    assert.equal(new Set(set.recordings.map((r) => r.subject)).size, 30);
    assert.equal(set.recordings.reduce((n, r) => n + r.samples, 0), 1122772);
    const labelled = set.recordings.reduce((n, r) => n + r.labels.filter((l) => l >= 0).length, 0);
    assert.equal((100 * labelled / 1122772).toFixed(1), "72.6");
    let norm = 0;
    for (const r of set.recordings) {
      for (let i = 0; i < r.data.length; i += 6) norm += Math.hypot(r.data[i], r.data[i + 1], r.data[i + 2]);
    }
    assert.equal((norm / 1122772).toFixed(3), "1.034");

    const windows = cutWindows(set, { length: 128, hop: 64, within: "label" });
    const count = { train: 0, test: 0 };
    windows.recording.forEach((r) => count[set.recordings[r].part!]++);
    assert.deepEqual(count, { train: 7767, test: 3162 });
    const classes = new Int32Array(12);
    windows.labels.forEach((l) => classes[l]++);
    assert.deepEqual([...classes.subarray(0, 6)], [1722, 1544, 1407, 1801, 1979, 1958]);
    assert(classes.subarray(6).every((n) => n >= 33 && n <= 139));
    assert.equal(haptLabels[11], "LIE_TO_STAND");

    const basic = keepLabels(set, haptBasicLabels);
    const six = cutWindows(basic, { length: 128, hop: 64, within: "label" });
    assert.equal(six.start.length, 10411);
    assert.equal(six.recording.filter((r) => set.recordings[r].part === "test").length, 2996);

    const one = addGravity(keepSubjects(basic, ["user01"]));
    assert.deepEqual(one.triads[2], [6, 7, 8]);
    const [r] = one.recordings;
    const lying = r.labels.indexOf(5) + 300;
    const g = Math.hypot(...r.data.subarray(lying * 9 + 6, lying * 9 + 9));
    assert(Math.abs(g - 1) < 0.06, `gravity of ${g} g`);
  },
});

Deno.test({
  name: "readSpSwHar() gives all executions of both devices on one clock",
  ignore: skipReason(withoutData("sp-sw-har.zip")),
  async fn() {
    const set = await readSpSwHar([data("sp-sw-har.zip")], { rate: 100, maxGap: 0.2 });
    assert.equal(set.recordings.length, 223);
    assert.equal(new Set(set.recordings.map((r) => r.subject)).size, 23);
    assert(set.recordings.every((r) => r.gaps.length === 0 && r.data.length === r.samples * 12));
    const mean = set.recordings.reduce((n, r) => n + r.samples, 0) / 223 / 100;
    assert(mean > 10 && mean < 13, `executions last ${mean} s`);
    // Each begins seated, rises, walks and turns.
    const begun = set.recordings.filter((r) => set.labelNames[r.labels[0]] === "SEATED").length;
    assert(begun > 200);
    let norm = 0;
    let n = 0;
    for (const r of set.recordings) {
      for (let i = 0; i < r.data.length; i += 6, n++) norm += Math.hypot(...r.data.subarray(i, i + 3));
    }
    // 10.403 of the phone and 10.290 of the watch in the files as published
    assert(Math.abs(norm / n - 10.346) < 0.02, `mean acceleration ${norm / n}`);
  },
});
