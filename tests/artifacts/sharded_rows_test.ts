import assert from "node:assert/strict";
import { join } from "node:path";
import { type ArtifactType, writeHeader } from "../../lib/artifacts/artifact.ts";
import { shardedRows } from "../../lib/artifacts/shards.ts";
import { withFolder } from "../hailo/sample_bundle.ts";
import { writeShards } from "./write_shards.ts";

interface Pairs {
  pairs: Float32Array;
  name: string;
}

/** Reads all shards into the same memory: whoever keeps the rows of one until others are there finds those of others. */
function reused(): ArtifactType<Pairs> {
  const memory = new Float32Array(100);
  return {
    name: "Pairs",
    version: 1,
    summary: "Pairs of numbers",
    async write(dir, { pairs, name }) {
      Deno.writeTextFileSync(join(dir, "pairs.json"), JSON.stringify({ pairs: [...pairs], name }));
      await writeHeader(dir, { type: "Pairs", version: 1, meta: { windows: pairs.length / 2 } });
    },
    read(dir) {
      const { pairs, name } = JSON.parse(Deno.readTextFileSync(join(dir, "pairs.json")));
      memory.fill(NaN).set(pairs);
      return Promise.resolve({ pairs: memory.subarray(0, pairs.length), name });
    },
  };
}

Deno.test("rows of shards are taken one shard after the other, so that none is in memory twice", async () => {
  const type = shardedRows(reused(), ["pairs"], ({ pairs }, facts, windows) => ({
    pairs,
    name: `${windows}: ${facts.map((fact) => `${fact.name}${"pairs" in fact ? " kept" : ""}`).join(" ")}`,
  }));
  await withFolder(async (dir) => {
    const parts = [[], [1, 2, 3, 4], [5, 6], [], [7, 8]];
    await writeShards(dir, type, parts.map((p, i) => ({ pairs: Float32Array.from(p), name: `s${i}` })));
    const { pairs, name } = await type.read(dir);
    assert.deepEqual([...pairs], [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.equal(name, "4: s0 s1 s2 s3 s4");
  });
});
