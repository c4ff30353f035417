/** Names of behaviours from a names file, also after a refit that numbers them anew. */
import type { Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import { isNumberKey, type NamedBehaviour, type NamesFile } from "./names_file.ts";

/** Behaviours to be named. */
export interface Nameable {
  windows: Windows;
  /** int32 `[N]`, −1 unassigned. */
  labels: Int32Array;
  /** What they are called without the file; keys of the file where labels gave them. */
  names: string[];
  /** What their numbers count. */
  kind: "motif" | "state";
  /** What each is called apart from the file, as a key of it. */
  keys: string[];
  /** Fingerprint of the fit that numbered them; `null` where labels were made elsewhere. */
  fit: string | null;
}

/** What a names file came to. */
export interface Naming {
  names: string[];
  /** By id; `null` where the file gives none. */
  colors: (string | null)[];
  notes: (string | null)[];
  /** How each entry was matched, by key: to the behaviour of that id, or to none. */
  matched: {
    key: string;
    id: number | null;
    by: "name" | "fit" | "windows" | null;
    agreement: number | null;
  }[];
  warnings: string[];
}

/** Moments that are written down for each behaviour. */
const MOMENTS = 32;

/**
 * Gives behaviours the names of a file: by the name that labels gave, by number where the fit is that of the file, else
 * by the windows at which the file saw them: the behaviour of a refit gets the name whose windows it shares, where they
 * share more than half of what either holds (Jaccard index above ½, estimated from the moments). No behaviour can share
 * so much with two, so that this is the best assignment as well.
 *
 * @throws {InputError} for entries that are keyed by number alone, without `fit` or `seen`.
 */
export function applyNames(file: NamesFile, given: Nameable): Naming {
  const { names, kind } = given;
  const k = names.length;
  const result: Naming = {
    names: [...names],
    colors: new Array(k).fill(null),
    notes: new Array(k).fill(null),
    matched: [],
    warnings: [],
  };
  const overlap = overlapOf(file, given);
  for (const [key, entry] of Object.entries(file.behaviours)) {
    const named = isNumberKey(key) ? -1 : Math.max(names.indexOf(key), given.keys.indexOf(key));
    const sameFit = isNumberKey(key) && file.fit === given.fit && key.startsWith(kind);
    const number = sameFit ? Number(key.split(" ")[1]) : -1;
    if (isNumberKey(key) && file.fit === undefined && entry.seen === undefined) {
      throw new InputError(`Cannot name "${key}": the file does not say of which fit it is`, {
        hint: given.fit === null
          ? `Labels were made elsewhere: use their names as keys, e.g. "${names[0]}".`
          : `If it is of this one, write \`fit: "${given.fit}"\`; or start from names.yaml, which smooth writes.`,
      });
    }
    const found = named >= 0
      ? { id: named, by: "name" as const, agreement: null }
      : number >= 0 && number < k
      ? { id: number, by: "fit" as const, agreement: null }
      : overlap(key);
    const { id } = found;
    result.matched.push({ key, ...found });
    if (id === null) {
      result.warnings.push(
        `Names: no behaviour is "${entry.name}" (${key}): ${
          found.agreement === null
            ? entry.seen === undefined
              ? `there are ${names.map((name) => `"${name}"`).join(", ")}`
              : "none of the moments at which it was seen is in these recordings"
            : `the most similar one shares ${
              (100 * found.agreement).toFixed(0)
            } % of their windows, more than 50 % are needed`
        }`,
      );
      continue;
    }
    result.names[id] = entry.name;
    result.colors[id] = entry.color ?? null;
    result.notes[id] = entry.note ?? null;
  }
  const twice = result.names.filter((name, id) => result.names.indexOf(name) < id);
  for (const name of new Set(twice)) {
    // A name of the file meets a behaviour that labels call so.
    result.warnings.push(
      `Names: "${name}" is the name of two behaviours; name the other one in the file too`,
    );
  }
  return result;
}

type Found = { id: number | null; by: "windows" | null; agreement: number | null };

/** Finds the behaviour of a refit that shares the most windows with an entry of the file. */
function overlapOf(file: NamesFile, { windows, labels, names }: Nameable): (key: string) => Found {
  const rowOf = new Map<string, number>();
  const { recordings, rate } = windows.recordings;
  for (let i = 0; i < labels.length; i++) {
    rowOf.set(momentKey(recordings[windows.recording[i]].id, windows.start[i] / rate), i);
  }
  const shared = new Map<string, Float64Array>();
  const held = new Float64Array(names.length);
  for (const [key, entry] of Object.entries(file.behaviours)) {
    const counts = new Float64Array(names.length);
    let known = 0;
    for (const [recording, seconds] of Object.entries(entry.seen ?? {})) {
      for (const second of seconds) {
        const row = rowOf.get(momentKey(recording, second));
        if (row === undefined) continue;
        known++;
        if (labels[row] >= 0) counts[labels[row]]++;
      }
    }
    if (known === 0) continue;
    const own = counts.map((count) => count / known * (entry.windows ?? 1));
    own.forEach((count, id) => held[id] += count);
    shared.set(key, own);
  }
  return (key) => {
    const own = shared.get(key);
    if (own === undefined) return { id: null, by: null, agreement: null };
    const size = file.behaviours[key].windows ?? 1;
    const jaccard = Array.from(own, (count, id) => count / (size + held[id] - count));
    const agreement = Math.max(...jaccard);
    const id = jaccard.indexOf(agreement);
    return agreement > 0.5 ? { id, by: "windows", agreement } : { id: null, by: null, agreement };
  };
}

/** Windows are found again to the millisecond. */
function momentKey(recording: string, second: number): string {
  return JSON.stringify([recording, Math.round(second * 1000)]);
}

/** The names file of behaviours as they are, to be edited and given to `smooth`. */
export function namesOf({ windows, labels, names, keys, fit }: Nameable, naming?: Naming): NamesFile {
  const rows = Map.groupBy(labels.keys(), (i) => labels[i]);
  const behaviours = names.map((name, id): [string, NamedBehaviour] => {
    const own = rows.get(id) ?? [];
    const entry: NamedBehaviour = { name };
    if (naming?.colors[id]) entry.color = naming.colors[id];
    if (naming?.notes[id]) entry.note = naming.notes[id];
    if (own.length > 0) Object.assign(entry, { windows: own.length, seen: momentsOf(windows, own) });
    return [keys[id], entry];
  });
  return { version: 1, ...(fit === null ? {} : { fit }), behaviours: Object.fromEntries(behaviours) };
}

/** Some windows, evenly among all. */
function momentsOf({ recordings, recording, start }: Windows, rows: number[]): Record<string, number[]> {
  const count = Math.min(MOMENTS, rows.length);
  const picked = Array.from({ length: count }, (_, i) => rows[Math.floor((i + 0.5) * rows.length / count)]);
  const byRecording = Map.groupBy(picked, (row) => recordings.recordings[recording[row]].id);
  return Object.fromEntries(
    [...byRecording].map(([id, own]) => [id, own.map((row) => +(start[row] / recordings.rate).toFixed(3))]),
  );
}
