/** Looks at files: public data sets, tables, arrays, windows or files of loggers, whichever there are. */
import { InputError } from "../../../errors.ts";
import { listed } from "../laws/notes.ts";
import { lookAtArrays } from "./look_at_arrays.ts";
import { lookAtDevices } from "./look_at_devices.ts";
import { lookAtPublished } from "./look_at_published.ts";
import { lookAtPoints } from "./look_at_points.ts";
import { lookAtTables } from "./look_at_tables.ts";
import { lookAtWindows } from "./look_at_windows.ts";
import type { FolderSeen } from "./seen.ts";

/**
 * Looks at files of recordings, guesses how they are brought in, and reads them so.
 *
 * @param paths Absolute paths of files and archives, sorted.
 * @throws {InputError} where nothing that can be read is among them.
 */
export async function lookAtFiles(paths: readonly string[]): Promise<FolderSeen> {
  const seen = await lookAtPublished(paths) ??
    await lookAtWindows(paths) ??
    await lookAtDevices(paths) ??
    await lookAtPoints(paths) ??
    await lookAtTables(paths, "csv") ??
    await lookAtTables(paths, "parquet") ??
    await lookAtTables(paths, "excel") ??
    await lookAtTables(paths, "json") ??
    await lookAtArrays(paths);
  if (seen !== undefined) return seen;
  throw new InputError("Cannot find recordings: there are neither tables nor arrays", {
    hint: `There ${
      paths.length === 0 ? "are no files" : `are ${listed(paths.map((p) => p.replace(/^.*\//, "")))}`
    }. ` +
      "Tables are .csv, .tsv, .txt, .dat, .log and .parquet, .xlsx, .json and .jsonl, also .gz and .zip; arrays are .npy, .npz, .mat and .h5; loggers' files are .cwa, .gt3x and " +
      "GENEActiv's .bin.",
  });
}
