/**
 * The record of an action: which outputs belong to a key, and what the key was made of. It is written last, by
 * rename, so a result exists if and only if its record does. A record that is cut short, garbage, or of another
 * version is a miss.
 */
import { sha256 } from "../system/canonical_json.ts";
import type { Lineage } from "../../artifacts/lineage.ts";
import type { StoreFs } from "../system/fs.ts";
import type { Ingredients } from "../key/action_key.ts";
import type { Layout } from "../system/layout.ts";
import type { ManifestEntry } from "./manifest.ts";
import { look, type Stat, statOf } from "../system/stat.ts";

/** A stored output. */
export interface StoredOutput {
  type: string;
  id: string;
  files: ManifestEntry[];
}

export interface ActionRecord {
  version: 1;
  key: string;
  ingredients: Ingredients;
  outputs: Record<string, StoredOutput>;
  /** ISO 8601; when the result was made. */
  created: string;
  seconds: number;
  workflow: string;
  task: string;
  step: string;
  /** What a step that asks for its lineage was told. */
  lineage?: Lineage;
  /** Warnings of the step: they stay true when the result is restored. */
  warnings: string[];
}

/** What was found under a key; `problem` is set where a file was there but could not be used. */
export interface RecordLookup {
  record?: ActionRecord;
  problem?: string;
}

const prefix = '{"check":"';
const bodyStart = prefix.length + 64 + '","record":'.length;

/** The file's text: valid JSON whose second field is guarded by the first. */
export function encodeRecord(record: ActionRecord): string {
  const body = JSON.stringify(record);
  return `${prefix}${sha256(body)}","record":${body}}\n`;
}

/** Reads a record back; throws with the reason where it cannot be trusted. */
export function decodeRecord(text: string, key: string): ActionRecord {
  const body = text.slice(bodyStart, -2);
  if (!text.startsWith(prefix) || text.slice(prefix.length, prefix.length + 64) !== sha256(body)) {
    throw new Error("its checksum does not hold");
  }
  const record = JSON.parse(body);
  if (record.version !== 1) throw new Error(`it is of version ${record.version}, this program knows 1`);
  if (record.key !== key) throw new Error("it belongs to another key");
  return record;
}

/** Looks a key up; never throws. */
export function readRecord(layout: Layout, key: string): RecordLookup {
  const path = layout.action(key);
  // An error for each that is not there would cost more than the look.
  if (!look(path)) return {};
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    return { problem: `Cannot read the record ${path}: ${(error as Error).message}` };
  }
  try {
    return { record: decodeRecord(text, key) };
  } catch (error) {
    return { problem: `Cannot use the record ${path}: ${(error as Error).message}` };
  }
}

/**
 * Writes a record; from here on the result exists. It is not flushed: what a power cut leaves of it is a miss, and
 * the content it names was flushed before.
 */
export function writeRecord(fs: StoreFs, layout: Layout, record: ActionRecord): void {
  fs.writeWhole(layout.action(record.key), encodeRecord(record));
}

/**
 * Marks a result as used, for `gc`; at most once a day, so that a no-op run writes nothing.
 *
 * @param stamp Of the record's file, where it was just looked at.
 * @returns Whether it was marked.
 */
export function touchRecord(
  { fs, layout }: { fs: StoreFs; layout: Layout },
  key: string,
  stamp?: Stat,
): boolean {
  try {
    const path = layout.action(key);
    const [, mtime] = stamp ?? statOf(path);
    const now = Date.now();
    if (now - mtime <= 86_400_000) return false;
    fs.stamp(path, now / 1000);
    return true;
  } catch {
    // A store that may only be read.
    return false;
  }
}
