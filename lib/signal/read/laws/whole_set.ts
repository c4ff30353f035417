/** Laws over a whole data set, whatever it was read from. */
import type { Recording, Recordings } from "../../../artifacts/recordings.ts";
import { InputError } from "../../../errors.ts";
import { guessSubjectPattern } from "../look/subject_pattern.ts";
import { findCopies, type Sketch } from "./copies.ts";
import { listed } from "./notes.ts";

/** What the readers call the only subject where nobody named any. */
const unnamedSubject = "subject";

/** So many files of one window each are windows, not recordings. */
const manyFiles = 1000;

/** Fewer different samples than this are a pattern that two recordings may share. */
const distinctive = 32;

/** Whether a recording is more than a short pattern over and over. */
function isDistinctive({ data, samples }: Recording): boolean {
  const width = data.length / samples;
  const rows = new Set<string>();
  for (let t = 0; t < samples && rows.size < distinctive; t++) {
    rows.add(data.subarray(t * width, (t + 1) * width).join());
  }
  return rows.size >= distinctive;
}

/** Two 32-bit FNV-like hashes of a recording's samples and labels. */
export function fingerprint({ data, labels }: Recording): string {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let i = 0; i < words.length; i++) {
    a = Math.imul(a ^ words[i], 0x01000193);
    b = Math.imul(b ^ words[i], 0x85ebca6b) + 0x6d2b79f5 | 0;
  }
  for (let i = 0; i < labels.length; i++) a = Math.imul(a ^ labels[i], 0x01000193);
  return `${a}.${b}`;
}

/** What is kept of a recording to find its content elsewhere without reading it again. */
export interface Trace {
  print: string;
  sketch: Sketch;
}

/** Recordings of equal content, in groups of two and more. */
function copies(recordings: readonly Recording[], printOf: (r: Recording) => string): Recording[][] {
  const out: Recording[][] = [];
  for (const alike of Map.groupBy(recordings, (r) => r.samples).values()) {
    if (alike.length < 2) continue;
    for (const group of Map.groupBy(alike, printOf).values()) if (group.length > 1) out.push(group);
  }
  return out;
}

/** Warns of files without a named subject: people who count as one end up on both sides of a split. */
function onePerson(recordings: readonly Recording[]): string[] {
  const files = [...new Set(recordings.map(({ id }) => id.replace(/\.part\d+$/, "")))];
  if (files.length < 2 || recordings.some(({ subject }) => subject !== unnamedSubject)) return [];
  const pattern = guessSubjectPattern(files) ?? "…";
  return [
    `${files.length} files were read as one subject; name it: subject: { from: filename, pattern: ${
      JSON.stringify(pattern)
    } }, or the column that holds it`,
  ];
}

const gapSamples = (r: Recording) => r.gaps.reduce((n, [a, b]) => n + b - a, 0);

/**
 * Checks what only all recordings together show: equal content under two subjects, recordings and subjects that are mostly
 * gap, sensors without a triad.
 *
 * @param traces Of each recording; without them all samples are read.
 * @returns What the user should know.
 * @throws {InputError} for the same samples under two subjects, and for thousands of files of one window each.
 */
export function checkWholeSet(set: Recordings, traces?: readonly Trace[]): string[] {
  const { recordings, rate, channels, triads } = set;
  const places = new Map(recordings.map((r, i) => [r, i]));
  const printOf = (r: Recording) => traces?.[places.get(r)!].print ?? fingerprint(r);
  const notes: string[] = [];
  const [{ samples }] = recordings;
  notes.push(...onePerson(recordings));
  if (
    recordings.length >= manyFiles && samples < 10 * rate &&
    recordings.every((r) => r.samples === samples && !r.id.includes(".part"))
  ) {
    throw new InputError(
      `Cannot use recordings: ${recordings.length} of exactly ${samples} samples each are windows, not recordings`,
      { hint: "Use import: { type: windows }." },
    );
  }
  for (const [first, ...others] of copies(recordings, printOf)) {
    const other = others.find((r) => r.subject !== first.subject);
    if (other !== undefined && isDistinctive(first)) {
      throw new InputError(
        `Cannot use recordings: ${first.id} of subject ${first.subject} and ${other.id} of subject ${other.subject} ` +
          "hold the same samples",
        { hint: "Remove the copy, or correct subject: one person in two parts of a split is a leak." },
      );
    }
    notes.push(`Recordings that hold the same samples: ${listed([first, ...others].map((r) => r.id))}`);
  }
  const sharing: string[] = [];
  for (const { first, other, whole } of findCopies(recordings, traces?.map(({ sketch }) => sketch))) {
    if (first.samples === other.samples && printOf(first) === printOf(other)) continue;
    const both = `${first.id} of subject ${first.subject} and ${other.id} of subject ${other.subject}`;
    sharing.push(
      `${first.subject === other.subject ? `${first.id} and ${other.id}` : both}${
        whole ? ", one wholly" : ""
      }`,
    );
  }
  if (sharing.length > 0) {
    notes.push(
      `Recordings that share a part of their samples, which leaks where a split parts them: ${
        listed(sharing)
      }`,
    );
  }
  const empty = recordings.filter((r) => gapSamples(r) > 0.5 * r.samples);
  if (empty.length > 0) {
    notes.push(
      `Recordings that are mostly gap: ${
        listed(empty.map((r) => `${r.id} (${Math.round(100 * gapSamples(r) / r.samples)} %)`))
      }; see missing and max_gap`,
    );
  }
  for (const [subject, own] of Map.groupBy(recordings, (r) => r.subject)) {
    const all = own.reduce((n, r) => n + r.samples, 0);
    if (own.length > 1 && own.reduce((n, r) => n + gapSamples(r), 0) > 0.5 * all) {
      notes.push(`Subject ${subject} is mostly gap`);
    }
  }
  // Points of a picture have none.
  if (triads.length === 0 && !set.units.every((unit) => unit === "px")) {
    notes.push(
      `No three channels form a triad among ${
        listed(channels)
      }: they are scaled one by one, and neither rotation nor gravity can use them; name channels acc_x, acc_y, acc_z`,
    );
  }
  return notes;
}
