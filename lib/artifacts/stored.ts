/** Finds an artifact by its content id in the store of the project that a folder lies in. */
import { exists } from "./artifact.ts";
import { dirname, join } from "../path.ts";
import { InputError } from "../errors.ts";

/** Where a project keeps artifacts, each in a read-only folder named by its content id. */
const artifactsFolder = ".motiflow/artifacts";

/**
 * The artifact's folder, in the nearest store at or above `from`.
 *
 * @param id Content id, as `show RUN --json` and an executed report tell it.
 * @throws {InputError} where no such store holds it.
 */
export function storedArtifact(id: string, from: string): string {
  let stores = 0;
  for (let at = from;; at = dirname(at)) {
    const store = join(at, artifactsFolder);
    if (exists(store)) {
      stores++;
      // An id from a file is no path.
      if (/^[\w-]+$/.test(id) && exists(join(store, id))) return join(store, id);
    }
    if (at === dirname(at)) break;
  }
  throw new InputError(
    stores === 0
      ? `Cannot find artifact ${id.slice(0, 12)}: ${from} lies in no project with results`
      : `Cannot find artifact ${id.slice(0, 12)}: the project's store does not hold it`,
    {
      hint: stores === 0
        ? "Open the notebook where its workflow was run."
        : "Run the workflow again, or name another run: notebook FILE --run latest.",
    },
  );
}
