/** Parts of a data set: some classes, some subjects, some time. */
import type { Recordings } from "../artifacts/recordings.ts";
import { InputError } from "../errors.ts";
import { suggestion } from "../text/suggest.ts";

function unknown(what: string, name: string, known: readonly string[]): InputError {
  return new InputError(`Cannot find ${what} "${name}" in the recordings`, suggestion(name, known));
}

/**
 * Keeps the named classes in the given order; samples of all others become unlabelled.
 *
 * @throws {InputError} for a name that no class has.
 */
export function keepLabels(recordings: Recordings, names: readonly string[]): Recordings {
  const { labelNames } = recordings;
  const map = new Int32Array(labelNames.length).fill(-1);
  names.forEach((name, i) => {
    const label = labelNames.indexOf(name);
    if (label < 0) throw unknown("label", name, labelNames);
    map[label] = i;
  });
  return {
    ...recordings,
    labelNames: [...names],
    recordings: recordings.recordings.map((r) => ({
      ...r,
      labels: r.labels.map((l) => l < 0 ? -1 : map[l]),
    })),
  };
}

/**
 * Keeps the recordings of the named subjects.
 *
 * @throws {InputError} for a name that no subject has.
 */
export function keepSubjects(recordings: Recordings, names: readonly string[]): Recordings {
  const known = [...new Set(recordings.recordings.map((r) => r.subject))];
  for (const name of names) if (!known.includes(name)) throw unknown("subject", name, known);
  return { ...recordings, recordings: recordings.recordings.filter((r) => names.includes(r.subject)) };
}

/** Keeps the first `seconds` of every recording. */
export function keepSeconds(recordings: Recordings, seconds: number): Recordings {
  const most = Math.max(1, Math.round(seconds * recordings.rate));
  const width = recordings.sensors.length * recordings.channels.length;
  return {
    ...recordings,
    recordings: recordings.recordings.map((r) =>
      r.samples <= most ? r : {
        ...r,
        samples: most,
        data: r.data.slice(0, most * width),
        labels: r.labels.slice(0, most),
        gaps: r.gaps.flatMap(([a, b]): [number, number][] => a < most ? [[a, Math.min(b, most)]] : []),
      }
    ),
  };
}
