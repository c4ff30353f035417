/** Names from outside that all objects bear: each place gives what an ordinary name would give. */
import assert from "node:assert/strict";
import type { Json } from "../lib/artifacts/artifact.ts";
import { Metrics } from "../lib/artifacts/metrics.ts";
import { diffJson } from "../lib/engine/key/diff_ingredients.ts";
import type { Change } from "../lib/engine/types.ts";
import { objectTable } from "../lib/report/table.ts";
import { Metadata } from "../lib/signal/read/metadata.ts";

const names = ["constructor", "toString", "hasOwnProperty", "__proto__", "ordinary"];
/** An object with one entry of its own, whatever its name. */
const one = <T>(name: string, value: T): Record<string, T> => Object.fromEntries([[name, value]]);

for (const name of names) {
  Deno.test(`a parameter called ${name} that one of two runs has is told as added or gone`, () => {
    const told = (before: Json, after: Json) => {
      const changes: Change[] = [];
      diffJson("params", before, after, changes);
      return changes.map(({ what, before, after }) => [what, before, after]);
    };
    assert.deepEqual(told({ seed: 1 }, { seed: 1, ...one(name, 2) })[0], [`params.${name}`, null, 2]);
    assert.deepEqual(told({ seed: 1, ...one(name, 2) }, { seed: 1 })[0], [`params.${name}`, 2, null]);
  });

  Deno.test(`a table has an empty cell in the column ${name} where a row has none`, async () => {
    const rows = [one(name, "x"), { other: "y" }];
    assert.doesNotMatch(objectTable(rows).html, /function|\[object/);
    const dir = await Deno.makeTempDir();
    try {
      await Metrics.write(dir, { metrics: {}, tables: { odd: rows }, details: {} });
      assert.equal(await Deno.readTextFile(`${dir}/odd.csv`), `${name},other\nx,\n,y\n`);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });

  Deno.test(`facts have the column ${name} only for files whose row has it`, () => {
    const rows = [{ file: "a.csv", ...one(name, "x") }, { file: "b.csv" }];
    const list = new Metadata("facts.json", rows, ["a.csv", "b.csv"], {});
    assert.equal(list.of(["a.csv"], name), "x");
    assert.equal(list.of(["b.csv"], name), "");
    assert.deepEqual(list.facts(["b.csv"], new Set()), {});
  });
}
