/** Real files against the maker's own export and an independent decoder (tests/reference/devices.py). */
import assert from "node:assert/strict";
import { formats } from "../../../../lib/signal/read/devices/formats.ts";
import { skipReason, withoutData } from "../../../house/skip.ts";
import reference from "../../../reference/devices.json" with { type: "json" };
import { decodeAll } from "./decode_all.ts";

const folder = new URL("../../../../../shared/data/devices/", import.meta.url);
const close = (a: number, b: number, most: number) => assert(Math.abs(a - b) <= most, `${a} is not ${b}`);

for (const [name, wanted] of Object.entries(reference)) {
  Deno.test({
    name: `${name} gives what an independent decoder gives`,
    ignore: skipReason(withoutData(`devices/${name}`)),
    fn() {
      const bytes = Deno.readFileSync(new URL(name, folder));
      const format = formats.find((f) => f.recognize(bytes.subarray(0, 1024)))!;
      const { signal, values, samples } = decodeAll(format, bytes, name);
      assert.deepEqual([signal.rate, samples], [wanted.rate, wanted.samples]);
      close(signal.blocks.begin[0], wanted.first, 1e-6);
      if (wanted.blocks > 1) close(signal.blocks.begin.at(-1)!, wanted.last, 1e-6);
      const broken = /broken.*?: ([\d to,]+) of/.exec(signal.notes.join("\n"))?.[1].split(", ").flatMap(
        (range) => {
          const [a, b = a] = range.split(" to ").map(Number);
          return Array.from({ length: b - a + 1 }, (_, i) => a + i);
        },
      );
      assert.deepEqual(broken ?? [], wanted.broken);
      for (let c = 0; c < 3; c++) {
        let [sum, squares] = [0, 0];
        for (let i = c; i < values.length; i += 3) sum += values[i];
        const mean = sum / samples;
        for (let i = c; i < values.length; i += 3) squares += (values[i] - mean) ** 2;
        close(mean, wanted.mean[c], 1e-6);
        close(Math.sqrt(squares / samples), wanted.sd[c], 1e-6);
        for (let k = 0; k < 3; k++) {
          close(values[3 * k + c], wanted.head[k][c], 1e-6);
          close(values[3 * (samples - 3 + k) + c], wanted.tail[k][c], 1e-6);
        }
      }
    },
  });
}

Deno.test({
  name: "neo.gt3x equals the maker's export to its printed digits",
  ignore: skipReason(withoutData("devices/neo.csv")),
  fn() {
    const format = formats.find(({ ending }) => ending === "gt3x")!;
    const { values, samples } = decodeAll(format, Deno.readFileSync(new URL("neo.gt3x", folder)));
    const rows = Deno.readTextFileSync(new URL("neo.csv", folder)).trim().split(/\r?\n/).slice(11);
    assert.equal(rows.length, samples);
    rows.forEach((row, i) =>
      row.split(",").forEach((text, c) =>
        assert.equal(Math.round(1000 * values[3 * i + c]), Math.round(1000 * +text))
      )
    );
  },
});
