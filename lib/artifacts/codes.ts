/** Codes: the FSQ code of each window. */
import { join } from "../path.ts";
import { z } from "zod";
import type { ArtifactType } from "./artifact.ts";
import { readHeader, writeHeader } from "./artifact.ts";
import { readNpy, writeNpy } from "./npy.ts";
import { objectOf, readJson } from "./read_json.ts";
import { entropyBits, expectedDistinct, perplexity } from "./code_usage.ts";
import { common, readShardList, shardedRows, shardFolder } from "./shards.ts";
import { writeJson } from "./write_json.ts";

export interface Codes {
  /** uint32 `[N]`, first dimension fastest. */
  codes: Uint32Array;
  levels: number[];
  /** Quantiser variant, e.g. `fsq/v1-offset-atanh`. */
  variant: string;
  /** Windows by code, for the codes that occur, ascending. */
  counts: [code: number, count: number][];
  /** Product of the levels. */
  codebookSize: number;
  /** Share of the codebook that occurs. */
  utilization: number;
  /** Expected share for uniform use at this number of windows, `1 − (1 − 1/n)^N`: the ceiling of `utilization`. */
  expectedUtilization: number;
  /** Entropy of the code distribution, bits. */
  entropyBits: number;
  /** 2^entropy. */
  perplexity: number;
  /** Of a code that was learnt without labels: how persistent each dimension is, at most 1 (see `Discovery`). */
  persistence?: number[];
}

const codebookSchema = () =>
  objectOf<Omit<Codes, "codes">>({
    levels: z.array(z.int()),
    variant: z.string(),
    counts: z.array(z.tuple([z.number(), z.number()])),
    codebookSize: z.number(),
    utilization: z.number(),
    expectedUtilization: z.number(),
    entropyBits: z.number(),
    perplexity: z.number(),
    persistence: z.array(z.number()).optional(),
  });

/** Files: `codes.npy`, `codebook.json`. */
export const Codes: ArtifactType<Codes> = shardedRows(
  {
    name: "Codes",
    version: 1,
    summary: "FSQ codes of windows with codebook statistics",
    async write(dir, { codes, ...codebook }) {
      await writeNpy(join(dir, "codes.npy"), codes);
      await writeJson(dir, "codebook.json", codebook, codebookSchema, "Codes");
      await writeHeader(dir, {
        type: "Codes",
        version: 1,
        meta: { windows: codes.length, levels: codebook.levels, variant: codebook.variant },
      });
    },
    async read(dir) {
      await readHeader(dir, "Codes", 1);
      const codes = (await readNpy(join(dir, "codes.npy"), Uint32Array, [null])).data;
      const codebook = await readJson(dir, "codebook.json", codebookSchema, "Codes");
      return { codes, ...codebook };
    },
  },
  ["codes"],
  ({ codes }, shards, windows, dir) => ({ codes, ...joinCodebooks(shards, windows, dir) }),
);

/** The statistics of all windows from those of shards. */
function joinCodebooks(
  shards: readonly Omit<Codes, "codes">[],
  windows: number,
  dir: string,
): Omit<Codes, "codes"> {
  const same = <V>(field: (shard: Omit<Codes, "codes">) => V, name: string) =>
    common(shards, field, name, dir);
  const sums = new Map<number, number>();
  for (const { counts } of shards) {
    for (const [code, count] of counts) sums.set(code, (sums.get(code) ?? 0) + count);
  }
  const counts = [...sums].sort(([a], [b]) => a - b);
  const list = counts.map(([, count]) => count);
  const persistence = same(({ persistence }) => persistence, "persistence");
  const codebookSize = same(({ codebookSize }) => codebookSize, "codebookSize");
  return {
    levels: same(({ levels }) => levels, "levels"),
    variant: same(({ variant }) => variant, "variant"),
    counts,
    codebookSize,
    utilization: counts.length / codebookSize,
    expectedUtilization: expectedDistinct(codebookSize, windows) / codebookSize,
    entropyBits: entropyBits(list),
    perplexity: windows === 0 ? 0 : perplexity(list),
    ...(persistence === undefined ? {} : { persistence }),
  };
}

/** What codes are without those of single windows, and of how many windows they are. */
export type CodebookFacts = Omit<Codes, "codes"> & { windows: number };

/** Reads the statistics of the Codes in `dir`, not the code of each window. */
export const Codebook: Pick<ArtifactType<CodebookFacts>, "name" | "read"> = {
  name: "Codes",
  async read(dir) {
    const list = readShardList(dir, "Codes");
    if (list === undefined) return await readCodebook(dir);
    const shards: CodebookFacts[] = [];
    for (let place = 0; place < list.shards.length; place++) {
      shards.push(await readCodebook(join(dir, shardFolder(place))));
    }
    const windows = shards.reduce((sum, shard) => sum + shard.windows, 0);
    return { windows, ...joinCodebooks(shards, windows, dir) };
  },
};

async function readCodebook(dir: string): Promise<CodebookFacts> {
  await readHeader(dir, "Codes", 1);
  const codebook = await readJson(dir, "codebook.json", codebookSchema, "Codes");
  return { windows: codebook.counts.reduce((sum, [, count]) => sum + count, 0), ...codebook };
}
