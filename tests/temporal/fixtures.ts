/** Small windows and labels for tests of what happens over time. */
import type { Recording } from "../../lib/artifacts/recordings.ts";
import type { Windows } from "../../lib/artifacts/windows.ts";

/** `x6` repeats: `runs("0x3,1")` is 0, 0, 0, 1. */
export function runs(text: string): Int32Array {
  return Int32Array.from(
    text.split(",").flatMap((run) => {
      const [label, count = "1"] = run.split("x");
      return new Array<number>(Number(count)).fill(Number(label));
    }),
  );
}

/** One recording of the fixture: its subject, length and gaps. */
export interface RecordingSketch {
  subject: string;
  samples: number;
  gaps?: [number, number][];
}

/** Windows of every recording at every hop that touch no gap, labelled by `label(recording, start)`. */
export function makeWindows(
  sketches: RecordingSketch[],
  {
    length = 10,
    hop = 5,
    rate = 50,
    labelNames = ["sit", "walk", "run"],
    label = (_recording: number, _start: number): number => 0,
  } = {},
): Windows {
  const recordings = sketches.map(({ subject, samples, gaps = [] }, r): Recording => ({
    id: `r${r}`,
    subject,
    samples,
    data: new Float32Array(samples),
    labels: new Int32Array(samples).fill(-1),
    gaps,
  }));
  const recording: number[] = [], start: number[] = [], labels: number[] = [];
  recordings.forEach(({ samples, gaps }, r) => {
    for (let s = 0; s + length <= samples; s += hop) {
      if (gaps.some(([a, b]) => a < s + length && b > s)) continue;
      recording.push(r);
      start.push(s);
      labels.push(label(r, s));
    }
  });
  return {
    recordings: {
      rate,
      sensors: ["phone"],
      channels: ["acc"],
      units: ["m/s^2"],
      triads: [],
      labelNames,
      origin: "simulated",
      source: { name: "fixture" },
      recordings,
    },
    recording: Int32Array.from(recording),
    start: Int32Array.from(start),
    labels: Int32Array.from(labels),
    purity: new Float32Array(start.length).fill(1),
    length,
    hop,
  };
}
