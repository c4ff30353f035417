/**
 * The content-addressed store: blobs by hash, and artifact directories that are hard links of blobs.
 *
 * How content is verified. A blob is hashed before it enters the store, flushed to disk, made read-only and stamped
 * with one fixed modification time. Any later write gives the file another time, so size and stamp together prove
 * with one `stat` that the content is still what was hashed, and a restore of hundreds of megabytes costs
 * microseconds. A file whose size or stamp differs is hashed again, and dropped if the hash differs. Damage below the
 * file system (a bad disk) changes neither; `cache check` finds it by hashing everything.
 */
import { dirname, join } from "../../path.ts";
import { sha256 } from "../system/canonical_json.ts";
import type { StoreFs } from "../system/fs.ts";
import type { Layout } from "../system/layout.ts";
import type { ManifestEntry } from "./manifest.ts";
import type { ActionRecord } from "./action_record.ts";
import { look, seen } from "../system/stat.ts";

/** 2001-09-09T01:46:40Z, the modification time of every verified blob. */
const stampSeconds = 1_000_000_000;

type OnWarning = (message: string) => void;

export class Store {
  constructor(readonly layout: Layout, readonly fs: StoreFs) {}

  /** Whether the file at `path` is a verified blob of this size. */
  #intact(path: string, size: number): boolean {
    return look(path, false) && seen.isFile && seen.stat[0] === size && seen.stat[1] === stampSeconds * 1000;
  }

  /** Whether every file of the artifact lies in its directory as it was stored. */
  artifactIntact(id: string, files: readonly ManifestEntry[]): boolean {
    const dir = this.layout.artifact(id);
    return files.every((f) => this.#intact(`${dir}/${f.path}`, f.size));
  }

  /** Whether the outputs of a record are ready to use. */
  ready({ outputs }: Pick<ActionRecord, "outputs">): boolean {
    for (const port in outputs) {
      if (!this.artifactIntact(outputs[port]!.id, outputs[port]!.files)) return false;
    }
    return true;
  }

  /** Whether the content of a record can be put in order; looks only, repairs nothing. */
  async whole({ outputs }: Pick<ActionRecord, "outputs">): Promise<boolean> {
    for (const { id, files } of Object.values(outputs)) {
      for (const file of files) {
        const places = [this.layout.blob(file.sha256), `${this.layout.artifact(id)}/${file.path}`];
        if (places.some((path) => this.#intact(path, file.size))) continue;
        const same = await Promise.all(places.map((path) => this.#holds(path, file)));
        if (!same.includes(true)) return false;
      }
    }
    return true;
  }

  /** Whether a file has this content although its stamp is lost, as in a store that was copied. */
  async #holds(path: string, { size, sha256 }: ManifestEntry): Promise<boolean> {
    if (!look(path, false) || !seen.isFile || seen.stat[0] !== size) return false;
    const { hashFile } = await import("../system/hash_file.ts");
    return (await hashFile(path).catch(() => undefined))?.sha256 === sha256;
  }

  /** Makes sure that the artifact's directory is whole, from blobs where it is not; false where content is lost. */
  async materialize(id: string, files: readonly ManifestEntry[], onWarning: OnWarning): Promise<boolean> {
    return this.artifactIntact(id, files) || await this.repair(id, files, onWarning);
  }

  /** Finds every blob of an artifact, in its place or in the artifact's directory, and puts both in order. */
  async repair(id: string, files: readonly ManifestEntry[], onWarning: OnWarning): Promise<boolean> {
    for (const file of files) if (!await this.#rescueBlob(id, file, onWarning)) return false;
    if (!this.artifactIntact(id, files)) this.#linkArtifact(id, files);
    return true;
  }

  /** A blob that is intact, or was found to be by hashing, or was found in the artifact's directory. */
  async #rescueBlob(id: string, file: ManifestEntry, onWarning: OnWarning): Promise<boolean> {
    const blob = this.layout.blob(file.sha256);
    if (this.#intact(blob, file.size)) return true;
    const { hashFile } = await import("../system/hash_file.ts");
    for (const path of [blob, join(this.layout.artifact(id), file.path)]) {
      try {
        const found = await hashFile(path);
        if (found.sha256 === file.sha256) {
          await this.addBlob(path, file.sha256);
          return true;
        }
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) {
          onWarning(`Cannot read ${path}: ${(error as Error).message}`);
        }
        continue;
      }
      onWarning(`Damaged content of ${file.path} (${file.sha256.slice(0, 12)}) was removed from the store`);
      this.fs.remove(path);
    }
    return false;
  }

  /**
   * Moves a hashed file into the store. The file is flushed and stamped before it gets its final name.
   *
   * @param path A file on the same file system that nobody else writes to.
   */
  async addBlob(path: string, sha: string): Promise<void> {
    const blob = this.layout.blob(sha);
    await this.fs.sync(path);
    this.fs.chmod(path, 0o444);
    this.fs.stamp(path, stampSeconds);
    if (path === blob) return;
    this.fs.move(path, blob);
  }

  /** Whether the store has this content, verified. */
  hasBlob(sha: string, size: number): boolean {
    return this.#intact(this.layout.blob(sha), size);
  }

  /** Builds the artifact's directory beside its place and renames it there. */
  #linkArtifact(id: string, files: readonly ManifestEntry[]): void {
    const target = this.layout.artifact(id);
    const building = `${target}.${crypto.randomUUID().slice(0, 8)}.tmp`;
    this.fs.makeDir(building);
    const folders = new Set(files.map((f) => dirname(join(building, f.path))));
    for (const folder of folders) if (folder !== building) this.fs.makeDir(folder);
    for (const file of files) this.#linkBlob(file, join(building, file.path));
    try {
      this.fs.rename(building, target);
    } catch {
      // Something is there already: what another process just made, or a damaged folder, which makes room.
      if (this.artifactIntact(id, files)) return this.fs.remove(building);
      const broken = `${building.slice(0, -".tmp".length)}.broken.tmp`;
      this.fs.rename(target, broken);
      this.fs.rename(building, target);
      this.fs.remove(broken);
    }
  }

  #linkBlob(file: ManifestEntry, to: string): void {
    const blob = this.layout.blob(file.sha256);
    try {
      this.fs.link(blob, to);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw error;
      // A file system without hard links, or the link count is exhausted.
      this.fs.copy(blob, to);
      this.fs.chmod(to, 0o444);
      this.fs.stamp(to, stampSeconds);
    }
  }

  /** Adds a short text. */
  async addText(text: string): Promise<void> {
    const [size, sha] = [new TextEncoder().encode(text).length, sha256(text)];
    if (this.hasBlob(sha, size)) return;
    const draft = join(this.layout.temporary, `text-${crypto.randomUUID()}`);
    this.fs.writeWhole(draft, text);
    await this.addBlob(draft, sha);
  }

  /** Makes an artifact of content that the store has. @throws where some of it is not there. */
  assemble(id: string, files: readonly ManifestEntry[]): void {
    if (!this.artifactIntact(id, files)) this.#linkArtifact(id, files);
  }

  /** Puts an artifact directory's files into the store and gives it its final place. */
  async adopt(dir: string, id: string, files: readonly ManifestEntry[]): Promise<void> {
    if (this.artifactIntact(id, files)) return;
    await this.addFiles(dir, files);
    this.#linkArtifact(id, files);
  }

  /** Puts the files of a directory into the store, for an artifact that is made of them. */
  async addFiles(dir: string, files: readonly ManifestEntry[]): Promise<void> {
    const added = new Set<string>();
    await Promise.all(files.map(async (file) => {
      if (added.has(file.sha256) || this.hasBlob(file.sha256, file.size)) return;
      added.add(file.sha256);
      await this.addBlob(join(dir, file.path), file.sha256);
    }));
  }
}
