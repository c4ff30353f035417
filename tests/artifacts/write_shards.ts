/** Lists of shards for tests. */
import { join } from "node:path";
import type { ArtifactType } from "../../lib/artifacts/artifact.ts";
import { shardFolder } from "../../lib/artifacts/shards.ts";

/** Writes values as shards of one artifact, as the engine lays them. */
export async function writeShards<T>(dir: string, type: ArtifactType<T>, values: T[]): Promise<void> {
  for (const [place, value] of values.entries()) {
    await Deno.mkdir(join(dir, shardFolder(place)), { recursive: true });
    await type.write(join(dir, shardFolder(place)), value);
  }
  const shards = values.map((_, place) => ({ name: `s${place}`, id: `i${place}`, files: [] }));
  await Deno.writeTextFile(join(dir, "shards.json"), JSON.stringify({ version: 1, shards }));
  await Deno.writeTextFile(
    join(dir, "artifact.json"),
    JSON.stringify({ type: type.name, version: type.version, meta: {} }),
  );
}
