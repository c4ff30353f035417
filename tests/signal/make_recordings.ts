/** Recordings of zeros with given labels, for tests of windows and splits. */
import type { Recording, Recordings } from "../../lib/artifacts/recordings.ts";

export function makeRecordings(
  parts: (Partial<Recording> & { labels: Int32Array })[],
  names = 3,
): Recordings {
  return {
    rate: 50,
    sensors: ["s"],
    channels: ["c"],
    units: ["1"],
    triads: [],
    labelNames: Array.from({ length: names }, (_, i) => `l${i}`),
    origin: "simulated",
    source: { name: "test" },
    recordings: parts.map((p, i) => ({
      id: `r${i}`,
      subject: `s${i}`,
      samples: p.labels.length,
      data: new Float32Array(p.labels.length),
      gaps: [],
      ...p,
    })),
  };
}
