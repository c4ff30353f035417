/** Inputs of a merge, which is given folders. */
import type { ArtifactType } from "../../artifacts/artifact.ts";

/** The value of an optional input. */
export async function readIfThere<T>(type: ArtifactType<T>, dir: string | undefined): Promise<T | undefined> {
  return dir === undefined ? undefined : await type.read(dir);
}
