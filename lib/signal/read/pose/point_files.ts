/** The files of a pose tracker among others. */
import { type DataFile, dataFiles } from "../archive.ts";
import type { Tracker } from "./tracked_points.ts";

const arrays = /\.(h5|hdf5?)$/i;
const tables = /\.csv$/i;
const stem = (name: string) => name.replace(/\.[^./]+$/, "");

/**
 * HDF5 files, and tables of videos that have none: trackers write both of the same.
 *
 * @param beside A pattern on the names of files that hold something else.
 * @returns The files, tables that are none of the tracker's, and what stands beside.
 */
export async function pointFiles(
  tracker: Pick<Tracker, "isTable">,
  paths: readonly string[],
  beside?: RegExp,
): Promise<{ files: DataFile[]; others: DataFile[]; lists: DataFile[] }> {
  const listed = (name: string) => beside?.test(name) === true;
  const every = await dataFiles(paths, (name) => arrays.test(name) || tables.test(name) || listed(name));
  const all = every.filter(({ name }) => !listed(name));
  const named = new Set(all.filter(({ name }) => arrays.test(name)).map(({ name }) => stem(name)));
  const alone = all.filter(({ name }) => tables.test(name) && !named.has(stem(name)));
  const { own = [], other = [] } = Object.groupBy(alone, (file) => tracker.isTable(file) ? "own" : "other");
  const files = all.filter((file) => arrays.test(file.name) || own.includes(file));
  return { files, others: other, lists: every.filter(({ name }) => listed(name)) };
}
