/** What an artifact consists of: its files with size and hash. The hash of this list is the content id. */
import { join } from "../../path.ts";
import { canonicalJson, sha256 } from "../system/canonical_json.ts";
import { hashFile } from "../system/hash_file.ts";

/** One file of an artifact; `path` is relative, with `/`. */
export interface ManifestEntry {
  path: string;
  size: number;
  sha256: string;
}

/** The content id of an artifact: SHA-256 over its sorted manifest. */
export function contentId(files: readonly ManifestEntry[]): string {
  return sha256(canonicalJson(files.map((f) => [f.path, f.size, f.sha256]), "manifest"));
}

/**
 * Reads and hashes the files below `dir`, sorted by path. Empty folders do not count.
 *
 * @throws when something is neither file nor folder, when two names differ only by case (they would be one file
 * elsewhere), or when a name cannot be written on every system.
 */
export async function makeManifest(dir: string): Promise<ManifestEntry[]> {
  const files: ManifestEntry[] = [];
  const seen = new Map<string, string>();
  const walk = async (below: string) => {
    for (const entry of [...Deno.readDirSync(join(dir, below))]) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      // deno-lint-ignore no-control-regex
      if (/[\x00-\x1f\\]/.test(entry.name)) {
        throw new Error(
          `Cannot store file ${JSON.stringify(path)}: its name has a control character or backslash`,
        );
      }
      const folded = path.normalize("NFC").toLowerCase();
      if (seen.has(folded)) {
        throw new Error(
          `Cannot store files ${seen.get(folded)} and ${path}: they are one file where case is ignored`,
        );
      }
      seen.set(folded, path);
      if (entry.isDirectory) await walk(path);
      else if (entry.isFile) files.push({ path, ...(await hashFile(join(dir, path))) });
      else throw new Error(`Cannot store ${path}: it is neither a file nor a folder`);
    }
  };
  await walk("");
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}
