/**
 * NumPy's `.npz`: a zip of `.npy` files. Stored, not compressed, with fixed times: equal weights are equal bytes. fflate
 * is loaded where it is used, since it takes a fresh worker as long to load as the worker to start.
 */
import { InputError } from "../errors.ts";
import { decodeNpy, encodeNpy, type NpyArray, readBytes } from "./npy.ts";

/** Writes arrays by name, in the order of their names. */
export async function writeNpz(path: string, arrays: Record<string, NpyArray>): Promise<void> {
  const files: Record<string, Uint8Array> = {};
  for (const name of Object.keys(arrays).sort()) {
    files[`${name}.npy`] = encodeNpy(arrays[name]!.data, arrays[name]!.shape);
  }
  const { zipSync } = await import("fflate");
  await Deno.writeFile(path, zipSync(files, { level: 0, mtime: new Date(1980, 0, 1) }));
}

/** Reads arrays by name. @throws {InputError} where the file is missing or damaged. */
export async function readNpz(path: string): Promise<Record<string, NpyArray>> {
  const bytes = await readBytes(path, "arrays");
  const { unzipSync } = await import("fflate");
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes);
  } catch (cause) {
    throw new InputError("Cannot read arrays: the file is cut off or no .npz", { file: path, cause });
  }
  return Object.fromEntries(
    Object.entries(files).map((
      [name, bytes],
    ) => [name.replace(/\.npy$/, ""), decodeNpy(bytes, `${path}/${name}`)]),
  );
}
