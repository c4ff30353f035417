/** Small recordings in which behaviours are planted: rhythm and attitude change every few windows, people differ. */
import type { Windows } from "../../../lib/artifacts/windows.ts";
import { Random } from "../../../lib/random.ts";
import { cutWindows } from "../../../lib/signal/window/windows.ts";

/** Frequency in cycles a sample, amplitude, and where gravity lies, of each planted behaviour. */
const behaviours = [
  { frequency: 0, amplitude: 0, gravity: [0, 0, 1] },
  { frequency: 0.09, amplitude: 0.9, gravity: [0, 0, 1] },
  { frequency: 0.19, amplitude: 0.9, gravity: [0, 0, 1] },
  { frequency: 0, amplitude: 0, gravity: [1, 0, 0.1] },
];

/** Windows of `subjects` people, one recording each, of about `perSubject` windows with hidden labels 0 to 3. */
export function plantedWindows(subjects: number, perSubject: number, seed = 3): Windows {
  const rng = new Random(seed);
  const [length, hop] = [24, 12];
  const samples = hop * (perSubject + 1);
  const recordings = Array.from({ length: subjects }, (_, subject) => {
    const data = new Float32Array(samples * 3), labels = new Int32Array(samples);
    const pace = rng.between(0.85, 1.15), strength = rng.between(0.7, 1.4);
    const worn = [0, 1, 2].map(() => rng.between(-0.25, 0.25));
    // What differs most between windows does not last: knocks come and go from one window to the next.
    let knocks = 0;
    let now = rng.below(4), left = 0, phase = 0;
    for (let t = 0; t < samples; t++) {
      if (left-- <= 0) {
        now = (now + 1 + rng.below(3)) % 4;
        left = Math.round(rng.between(5, 12) * length);
      }
      if (t % hop === 0) knocks = rng.uniform() < 0.5 ? 0 : rng.between(0.5, 2);
      const { frequency, amplitude, gravity } = behaviours[now];
      phase += 2 * Math.PI * frequency * pace;
      labels[t] = now;
      for (let c = 0; c < 3; c++) {
        const swing = strength * amplitude * Math.sin(phase + 2 * c) * (c === 2 ? 1 : 0.5);
        const shake = knocks * Math.sin(2 * Math.PI * 0.37 * t + c);
        data[3 * t + c] = gravity[c] + worn[c] + swing + shake + 0.1 * rng.normal();
      }
    }
    return {
      id: `r${subject}`,
      subject: `s${subject}`,
      samples,
      data,
      labels,
      gaps: [] as [number, number][],
    };
  });
  return cutWindows(
    {
      rate: 20,
      sensors: ["waist"],
      channels: ["x", "y", "z"],
      units: ["g", "g", "g"],
      triads: [[0, 1, 2]],
      labelNames: ["rest", "slow", "fast", "lying"],
      origin: "simulated",
      source: { name: "planted" },
      recordings,
    },
    { length, hop, within: "recording", context: 0 },
  );
}

/** The same windows without any label. */
export function withoutLabels(windows: Windows): Windows {
  return {
    ...windows,
    labels: new Int32Array(windows.labels.length).fill(-1),
    purity: new Float32Array(windows.purity.length),
    recordings: {
      ...windows.recordings,
      labelNames: [],
      recordings: windows.recordings.recordings.map((recording) => ({
        ...recording,
        labels: new Int32Array(recording.samples).fill(-1),
      })),
    },
  };
}
