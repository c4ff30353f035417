import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { Codes } from "../../lib/artifacts/codes.ts";
import { Latents } from "../../lib/artifacts/latents.ts";
import { readRecordingsIndex, Recordings } from "../../lib/artifacts/recordings.ts";
import { readWindowCounts, Windows } from "../../lib/artifacts/windows.ts";
import { Quantizer } from "../../lib/fsq/quantizer.ts";
import { codeStatistics } from "../../lib/fsq/statistics.ts";
import { cutWindows } from "../../lib/signal/window/windows.ts";
import { withFolder } from "../hailo/sample_bundle.ts";
import { writeShards } from "./write_shards.ts";

/** Recordings with classes of their own, as a reader that sees no others numbers them. */
function set(lengths: number[], labelNames: string[], first: number): Recordings {
  const recordings = lengths.map((samples, i) => ({
    id: `r${first + i}`,
    subject: `p${first + i}`,
    samples,
    data: Float32Array.from({ length: 3 * samples }, (_, j) => (first + i) * 1000 + j),
    labels: Int32Array.from(
      { length: samples },
      (_, t) => labelNames.length === 0 ? -1 : t % labelNames.length,
    ),
    gaps: [],
  }));
  return {
    rate: 10,
    sensors: ["s"],
    channels: ["acc_x", "acc_y", "acc_z"],
    units: ["g", "g", "g"],
    triads: [[0, 1, 2]],
    labelNames,
    origin: "simulated",
    source: { name: "test" },
    recordings,
  };
}

const names = ["lie", "run", "sit", "walk"];
const shardLists = fc.array(
  fc.record({
    lengths: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 }),
    labels: fc.subarray(names),
  }),
  { minLength: 2, maxLength: 4 },
);

/** The same recordings in one set, with all classes. */
function whole(shards: Recordings[]): Recordings {
  const labelNames = names.filter((name) => shards.some((shard) => shard.labelNames.includes(name)));
  const recordings = shards.flatMap((shard) =>
    shard.recordings.map((r) => ({
      ...r,
      labels: r.labels.map((l) => l < 0 ? -1 : labelNames.indexOf(shard.labelNames[l]!)),
    }))
  );
  return { ...shards[0]!, labelNames, recordings };
}

Deno.test("recordings and windows of shards are those of one set, with the classes of all", async () => {
  await fc.assert(
    fc.asyncProperty(shardLists, async (lists) => {
      let first = 0;
      const shards = lists.map(({ lengths, labels }) => {
        first += lengths.length;
        return set(lengths, labels, first - lengths.length);
      });
      const plain = (r: Recordings) => ({ ...r, recordings: r.recordings.map((one) => ({ ...one })) });
      await withFolder(async (dir) => {
        await writeShards(dir, Recordings, shards);
        assert.deepEqual(plain(await Recordings.read(dir)), plain(whole(shards)));
        const { recordings } = await readRecordingsIndex(dir);
        assert.deepEqual(recordings.map(({ id }) => id), whole(shards).recordings.map(({ id }) => id));
      });
      const options = { length: 4, hop: 3, within: "recording", mayBeNone: true } as const;
      await withFolder(async (dir) => {
        await writeShards(dir, Windows, shards.map((shard) => cutWindows(shard, options)));
        const { recordings, ...index } = await Windows.read(dir);
        const { recordings: all, ...expected } = cutWindows(whole(shards), options);
        assert.deepEqual(index, expected);
        assert.deepEqual(plain(recordings), plain(all));
        const { labelNames } = all;
        const counts = await readWindowCounts(dir, labelNames);
        const byLabel = labelNames.map((_, id) => expected.labels.filter((label) => label === id).length);
        assert.deepEqual([counts.windows, counts.byLabel], [expected.labels.length, byLabel]);
      });
    }),
    { numRuns: 15 },
  );
});

Deno.test("codes and latents of shards have the statistics of all windows, in whatever parts they lie", async () => {
  const levels = [3, 5];
  const quantizer = new Quantizer(levels);
  const codesOf = (latents: Float32Array): Codes => {
    const codes = quantizer.codes(latents);
    const { counts, codebookSize, utilization, expectedUtilization, entropyBits, perplexity } =
      codeStatistics(
        codes,
        quantizer.codebookSize,
      );
    const { variant } = quantizer;
    return {
      codes,
      levels,
      variant,
      counts,
      codebookSize,
      utilization,
      expectedUtilization,
      entropyBits,
      perplexity,
    };
  };
  const latentsOf = (latents: Float32Array): Latents => ({
    latents,
    dimensions: 2,
    classes: [],
    details: {},
  });
  const value = fc.float({ min: -3, max: 3, noNaN: true });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.tuple(value, value), { maxLength: 20 }), { minLength: 1, maxLength: 4 }),
      async (parts) => {
        const arrays = parts.map((rows) => Float32Array.from(rows.flat()));
        const all = Float32Array.from(parts.flat(2));
        await withFolder(async (dir) => {
          await writeShards(dir, Codes, arrays.map(codesOf));
          assert.deepEqual(await Codes.read(dir), codesOf(all));
        });
        await withFolder(async (dir) => {
          await writeShards(dir, Latents, arrays.map(latentsOf));
          assert.deepEqual(await Latents.read(dir), latentsOf(all));
        });
      },
    ),
    { numRuns: 20 },
  );
});

Deno.test("shards that differ in what they have in common are refused with the field and the list", async () => {
  await withFolder(async (dir) => {
    await writeShards(dir, Recordings, [set([5], [], 0), { ...set([5], [], 1), rate: 20 }]);
    await assert.rejects(
      Recordings.read(dir),
      /shards\.json.*Cannot join shards: rate is 10 in the first, 20 in shard 1/,
    );
    await Deno.writeTextFile(join(dir, "shards.json"), '{"version":1,"shards":[{"name":1}]}');
    await assert.rejects(Recordings.read(dir), /field shards is no list of shards/);
  });
});
