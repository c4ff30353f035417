/**
 * Results that a team shares. What is missing here is looked up there and brought in, every byte checked against its
 * hash; what was made here is handed on, content first and the record last. No failure of it fails a run: it is told
 * once, and the run goes on as if there were no shared cache.
 */
import type { ActionRecord } from "../store/action_record.ts";
import { encodeRecord, writeRecord } from "../store/action_record.ts";
import type { ManifestEntry } from "../store/manifest.ts";
import type { Store } from "../store/store.ts";
import { join } from "../../path.ts";
import { InputError } from "../../errors.ts";
import { foreignRecord } from "./foreign_record.ts";
import { Damaged, type SharedPlace } from "./place.ts";

/** Bytes of a record. */
const longestRecord = 1 << 26;
/** Bytes of a file up to which it is handed on: it is read whole, since a bucket wants to know its length and hash. */
const largest = 2 ** 30;

const actionName = (key: string) => `v1/actions/${key.slice(0, 2)}/${key.slice(2)}.json`;
const objectName = (sha: string) => `v1/objects/${sha.slice(0, 2)}/${sha.slice(2)}`;

export interface SharedCacheOptions {
  /** Whether results of this run are handed on. */
  write: boolean;
  /** Takes what went wrong, in words for the user. */
  warn: (message: string) => void;
  /** Aborted when the run is to end at once. */
  signal: AbortSignal;
}

export class SharedCache {
  readonly #place: SharedPlace;
  readonly #store: Store;
  readonly #options: SharedCacheOptions;
  readonly #told = new Set<string>();
  /** Files that are to be replaced. */
  readonly #damaged = new Set<string>();
  #readable = true;
  #writable: boolean;
  #handingOn: Promise<void> = Promise.resolve();

  constructor(place: SharedPlace, store: Store, options: SharedCacheOptions) {
    this.#place = place;
    this.#store = store;
    this.#options = options;
    this.#writable = options.write;
  }

  /** Brings a result in, so that it lies in the store as if it had been made here; undefined where there is none. */
  async pull(key: string, declared: Record<string, string>): Promise<ActionRecord | undefined> {
    return await this.#taking(key, declared, async (record, files) => {
      let whole = true;
      // To the last one: all that is damaged is to be replaced.
      for (const file of files) whole = await this.#bring(file) && whole;
      if (!whole) return false;
      const { fs, layout } = this.#store;
      writeRecord(fs, layout, record);
      return true;
    });
  }

  /** What {@linkcode pull} would take, as far as can be told without reading content; writes nothing. */
  async find(key: string, declared: Record<string, string>): Promise<ActionRecord | undefined> {
    return await this.#taking(key, declared, async (_, files) => {
      for (const { sha256, size } of files) {
        if (!this.#store.hasBlob(sha256, size) && !await this.#place.has(objectName(sha256))) return false;
      }
      return true;
    });
  }

  /** The result under a key that serves; undefined where there is none, or it cannot be read. */
  async #taking(
    key: string,
    declared: Record<string, string>,
    serves: (record: ActionRecord, files: ManifestEntry[]) => Promise<boolean>,
  ): Promise<ActionRecord | undefined> {
    if (!this.#readable) return undefined;
    try {
      const bytes = await this.#record(key);
      if (bytes === undefined) return undefined;
      const record = this.#decode(bytes, key, declared);
      const files = Object.values(record.outputs).flatMap((output) => output.files);
      return await serves(record, files) ? record : undefined;
    } catch (error) {
      if (error instanceof Damaged) this.#replace(error);
      else {
        this.#readable = false;
        this.#tell("read", error);
      }
      return undefined;
    }
  }

  /** What this run makes takes its place. */
  #replace(error: Damaged): void {
    this.#damaged.add(error.file);
    this.#tell("damaged", error);
  }

  /** Hands a stored result on, after those before it; {@linkcode settled} waits for it. */
  push(record: ActionRecord): void {
    // Values of the environment are hashed with a key that no other store has, so nobody could use it.
    const own = Object.keys(record.ingredients.env).length > 0;
    if (this.#writable && !own) this.#handingOn = this.#handingOn.then(() => this.#handOn(record));
  }

  /** Removes results and content for good. @throws {InputError} where that fails: whoever was promised it has to know. */
  async remove(keys: readonly string[], content: readonly string[]): Promise<void> {
    try {
      for (const key of keys) await this.#place.remove(actionName(key));
      for (const sha of content) await this.#place.remove(objectName(sha));
    } catch (cause) {
      throw new InputError(
        `Cannot remove results from the shared cache ${this.#place.name}: ${(cause as Error).message}`,
        { hint: "Try again when it can be written to; until then the results stay here as well.", cause },
      );
    }
  }

  /** All results are handed on, or could not be. */
  async settled(): Promise<void> {
    await this.#handingOn;
  }

  async #record(key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const stream = await this.#place.read(actionName(key));
    if (stream === undefined) return undefined;
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    for await (const part of stream) {
      size += part.length;
      if (size > longestRecord) throw new Damaged(actionName(key), "it is too long");
      parts.push(new Uint8Array(part));
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }

  #decode(bytes: Uint8Array, key: string, declared: Record<string, string>): ActionRecord {
    try {
      return foreignRecord(new TextDecoder().decode(bytes), key, declared);
    } catch (error) {
      throw new Damaged(actionName(key), (error as Error).message);
    }
  }

  /** Brings one file's content into the store; false where it is there no longer, or damaged. */
  async #bring({ sha256, size }: ManifestEntry): Promise<boolean> {
    const { layout, fs } = this.#store;
    if (this.#store.hasBlob(sha256, size)) return true;
    const stream = await this.#place.read(objectName(sha256), size);
    if (stream === undefined) return false;
    const { createHash } = await import("node:crypto");
    const hash = createHash("sha256");
    fs.makeDir(layout.temporary);
    const draft = join(layout.temporary, `shared-${crypto.randomUUID()}`);
    try {
      let length = 0;
      {
        using file = await Deno.open(draft, { write: true, createNew: true });
        for await (const part of stream) {
          length += part.length;
          if (length > size) break;
          hash.update(part);
          for (let at = 0; at < part.length;) at += await file.write(part.subarray(at));
        }
      }
      const sound = length === size && hash.digest("hex") === sha256;
      if (sound) await this.#store.addBlob(draft, sha256);
      else this.#replace(new Damaged(objectName(sha256), "its content is not what its name says"));
      return sound;
    } finally {
      fs.remove(draft);
    }
  }

  async #handOn(record: ActionRecord): Promise<void> {
    if (!this.#writable || this.#options.signal.aborted) return;
    try {
      const files = Object.values(record.outputs).flatMap((output) => output.files);
      if (files.some((file) => file.size > largest)) return;
      for (const { sha256 } of files) {
        await this.#put(objectName(sha256), () => Deno.readFile(this.#store.layout.blob(sha256)));
      }
      await this.#put(actionName(record.key), () => new TextEncoder().encode(encodeRecord(record)));
    } catch (error) {
      this.#writable = false;
      if (!this.#options.signal.aborted) this.#tell("write", error);
    }
  }

  /** Asks first, which costs less than to send what is there, and holds for servers that overwrite as well. */
  async #put(
    name: string,
    bytes: () => Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>,
  ): Promise<void> {
    if (!this.#damaged.has(name) && await this.#place.has(name)) return;
    await this.#place.write(name, await bytes(), this.#damaged.delete(name));
  }

  /** Tells of one trouble of each kind; a server that is away troubles every step. */
  #tell(kind: "damaged" | "read" | "write", error: unknown): void {
    if (this.#told.has(kind) || this.#options.signal.aborted) return;
    this.#told.add(kind);
    const result = {
      damaged: "what is damaged is made again",
      read: "this run takes nothing more from it",
      write: "this run hands nothing more on",
    }[kind];
    this.#options.warn(
      `The shared cache ${this.#place.name} cannot be used: ${(error as Error).message}; ${result}`,
    );
  }
}
