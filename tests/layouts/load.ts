/** The step `load` as a workflow runs it, on files that a test writes. */
import type { Recordings } from "../../lib/artifacts/recordings.ts";
import load from "../../lib/steps/load.ts";
import { withFiles } from "../signal/read/read_files.ts";

/** What came of it, and what the user was told. */
export interface Loaded {
  recordings: Recordings;
  warnings: string[];
}

/**
 * Runs `load` with what stands under `with:` in a workflow.
 *
 * @param paths Absolute paths behind `path`.
 * @throws {InputError} as the step does; a ZodError where the parameters are wrong.
 */
export async function loadPaths(paths: readonly string[], given: Record<string, unknown>): Promise<Loaded> {
  const warnings: string[] = [];
  const params = load.params.parse({ path: "data", ...given });
  const { recordings } = await load.run(
    {
      inputs: {},
      params,
      files: { path: paths },
      progress: () => {},
      log: () => {},
      warn: (message: string) => warnings.push(message),
    } as unknown as Parameters<typeof load.run>[0],
  ) as { recordings: Recordings };
  return { recordings, warnings };
}

/** The same on files that are written for it. */
export async function loadFiles(
  files: Record<string, string | Uint8Array>,
  given: Record<string, unknown>,
): Promise<Loaded> {
  return await withFiles(files, (paths) => loadPaths(paths, given));
}
