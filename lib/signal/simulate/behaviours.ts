/**
 * What the simulated people do: posture, movement, dwell time and succession of each behaviour.
 *
 * Angles are in radians, lengths in shares of body height, accelerations in m/s². Magnitudes follow gait-laboratory
 * ranges (trunk acceleration of level walking 2–3 m/s² vertically at twice the stride frequency, running above 1 g).
 */

/** Pose channels: trunk, watch arm and pelvis height; the periodic ones go on with the pelvis acceleration. */
export const channel = {
  /** Forward lean of the trunk; −π/2 is lying on the back. */
  pitch: 0,
  roll: 1,
  /** Turn about the trunk's long axis. */
  twist: 2,
  flexion: 3,
  abduction: 4,
  elbow: 5,
  pronation: 6,
  /** Height of the pelvis, share of body height. */
  height: 7,
  forward: 8,
  sideways: 9,
  upward: 10,
} as const;

/** Number of channels that have a posture. */
export const postureChannels = 8;
/** Number of channels that move periodically. */
export const waveChannels = 11;

type ChannelName = keyof typeof channel;

/** One harmonic of the movement cycle: multiple of the cycle's frequency, amplitude, phase in radians. */
export type Harmonic = readonly [multiple: number, amplitude: number, phase: number];

/** One way of doing a behaviour: hands in the lap or at a keyboard, on the back or on the side. */
export interface Style {
  /** Differences from the behaviour's posture. */
  posture?: Partial<Record<ChannelName, number>>;
  /** Harmonics on top of the behaviour's. */
  waves?: Partial<Record<ChannelName, readonly Harmonic[]>>;
  /** Cycles per second instead of the behaviour's. */
  frequency?: number;
  weight: number;
}

export interface Behaviour {
  name: string;
  posture: Partial<Record<ChannelName, number>>;
  /** Cycles (strides, pedal turns, strokes) per second; 0 for none. */
  frequency: number;
  waves: Partial<Record<ChannelName, readonly Harmonic[]>>;
  /** Whether steps: then leg length and the person's cadence change the frequency. */
  gait: boolean;
  /** Standard deviation of slow sway, radians. */
  sway: number;
  /** Broadband shaking of the body (road, wheels), m/s². */
  vibration: number;
  styles: readonly Style[];
  /** Seconds between changes of style or heading: shortest and longest. */
  restyle: readonly [number, number];
  /** Largest turn of the heading at such a change, radians. */
  turn: number;
  /** Dwell time, log-normal: median in seconds and standard deviation of the logarithm. */
  dwell: readonly [median: number, spread: number];
  /** Relative frequency of what follows. */
  next: Readonly<Record<string, number>>;
}

const plain: readonly Style[] = [{ weight: 1 }];

/** The catalogue; label = position. */
export const behaviours: readonly Behaviour[] = [
  {
    name: "lying",
    posture: { pitch: -1.5, flexion: 0.15, abduction: 0.25, elbow: 0.3, height: 0.28 },
    frequency: 0.25,
    waves: { pitch: [[1, 0.006, 0]], forward: [[1, 0.03, 0]] },
    gait: false,
    sway: 0.006,
    vibration: 0,
    styles: [
      { weight: 3 },
      { weight: 2, posture: { twist: 1.35, flexion: 0.5, elbow: 0.9 } },
      { weight: 2, posture: { twist: -1.35, flexion: 0.4, elbow: 0.7 } },
      { weight: 1, posture: { elbow: 1.5, flexion: 0.5, pronation: 0.6 } },
    ],
    restyle: [15, 60],
    turn: 0,
    dwell: [65, 0.5],
    next: { sitting: 2, standing: 3 },
  },
  {
    name: "sitting",
    // Sitting down tips the pelvis back by about 30 degrees, and the waist unit with it.
    posture: { pitch: -0.55, flexion: 0.5, abduction: 0.12, elbow: 1.1, pronation: 0.7, height: 0.28 },
    frequency: 0.28,
    waves: { pitch: [[1, 0.004, 0]] },
    gait: false,
    sway: 0.014,
    vibration: 0,
    styles: [
      { weight: 3 },
      {
        weight: 3,
        posture: { pitch: 0.06, flexion: 0.35, elbow: 0.3, pronation: 0.5 },
        frequency: 2.6,
        waves: { pronation: [[1, 0.03, 0]], elbow: [[1, 0.012, 1], [2, 0.006, 0]] },
      },
      { weight: 1, posture: { flexion: 0.4, elbow: 0.9, pronation: -0.4 } },
    ],
    restyle: [8, 30],
    turn: 0.3,
    dwell: [45, 0.5],
    next: { standing: 3, walking: 2, lying: 4, wiping: 1 },
  },
  {
    name: "standing",
    posture: { pitch: 0.04, flexion: 0.05, abduction: 0.12, elbow: 0.2, pronation: 0.2, height: 0.53 },
    frequency: 0.28,
    waves: { pitch: [[1, 0.003, 0]] },
    gait: false,
    sway: 0.018,
    vibration: 0,
    styles: [
      { weight: 4 },
      { weight: 1, posture: { flexion: 0.45, elbow: 1.5, pronation: 0.9, abduction: 0.1 } },
      { weight: 1, posture: { flexion: 0.5, elbow: 1.3, pronation: -0.2 } },
    ],
    restyle: [6, 25],
    turn: 0.8,
    dwell: [30, 0.5],
    next: { walking: 4, sitting: 2, lying: 1, stairs_up: 2, wiping: 2, vacuuming: 2, cycling: 4, running: 2 },
  },
  {
    name: "walking",
    posture: { pitch: 0.06, flexion: 0.05, abduction: 0.12, elbow: 0.35, pronation: 0.2, height: 0.53 },
    frequency: 0.94,
    waves: {
      upward: [[2, 2.3, 0], [4, 0.8, 1], [6, 0.3, 2]],
      forward: [[2, 1.2, 1.6], [4, 0.4, 0.5]],
      sideways: [[1, 0.9, 0.4], [3, 0.4, 1.2]],
      pitch: [[2, 0.03, 0.8]],
      roll: [[1, 0.05, 0]],
      twist: [[1, 0.1, 0.7]],
      flexion: [[1, 0.36, 0.2], [2, 0.04, 0]],
      elbow: [[1, 0.16, -0.3]],
    },
    gait: true,
    sway: 0.03,
    vibration: 0.08,
    styles: [{ weight: 5 }, { weight: 1, posture: { elbow: 1.0, pronation: 0.5 } }],
    restyle: [5, 20],
    turn: 1.6,
    dwell: [36, 0.5],
    next: { standing: 3, stairs_up: 4, stairs_down: 4, sitting: 2, running: 3, vacuuming: 1 },
  },
  {
    name: "stairs_up",
    posture: { pitch: 0.2, flexion: 0.12, abduction: 0.14, elbow: 0.5, pronation: 0.25, height: 0.53 },
    frequency: 0.8,
    waves: {
      upward: [[2, 1.9, 0.7], [4, 0.45, 2.2], [6, 0.15, 0]],
      forward: [[2, 1.1, 0.3], [4, 0.3, 1.5]],
      sideways: [[1, 1.0, 0.9], [3, 0.3, 0.2]],
      pitch: [[2, 0.06, 0.2]],
      roll: [[1, 0.08, 0.5]],
      twist: [[1, 0.06, 0.2]],
      flexion: [[1, 0.2, 0.4]],
      elbow: [[1, 0.12, 0.1], [2, 0.04, 0]],
    },
    gait: true,
    sway: 0.03,
    vibration: 0.08,
    styles: plain,
    restyle: [5, 9],
    turn: 3.1,
    dwell: [30, 0.35],
    next: { walking: 5, stairs_down: 3, standing: 2 },
  },
  {
    name: "stairs_down",
    posture: { pitch: -0.02, flexion: 0.08, abduction: 0.18, elbow: 0.45, pronation: 0.2, height: 0.53 },
    frequency: 0.93,
    waves: {
      upward: [[2, 2.6, -0.3], [4, 1.7, 0.2], [6, 0.9, 0.6]],
      forward: [[2, 0.8, 2.4], [4, 0.6, 1.0], [6, 0.3, 0]],
      sideways: [[1, 0.9, 0.1], [3, 0.6, 0.8]],
      pitch: [[2, 0.025, 1.6]],
      roll: [[1, 0.05, 0.2]],
      twist: [[1, 0.07, 1.0]],
      flexion: [[1, 0.2, 0.1]],
      elbow: [[1, 0.1, -0.2]],
    },
    gait: true,
    sway: 0.03,
    vibration: 0.15,
    styles: plain,
    restyle: [5, 9],
    turn: 3.1,
    dwell: [27, 0.35],
    next: { walking: 5, standing: 3, stairs_up: 2 },
  },
  {
    name: "running",
    posture: { pitch: 0.14, flexion: 0.05, abduction: 0.2, elbow: 1.5, pronation: 0.5, height: 0.53 },
    frequency: 1.36,
    waves: {
      upward: [[2, 9, 0], [4, 2.8, 0.8], [6, 1.1, 0.4]],
      forward: [[2, 2.8, 1.4], [4, 1.1, 0.6]],
      sideways: [[1, 2.1, 0.2], [3, 0.9, 0.9]],
      pitch: [[2, 0.05, 0.6]],
      roll: [[1, 0.06, 0]],
      twist: [[1, 0.18, 0.6]],
      flexion: [[1, 0.55, 0.1]],
      elbow: [[1, 0.22, 0.5]],
    },
    gait: true,
    sway: 0.03,
    vibration: 0.5,
    styles: plain,
    restyle: [6, 20],
    turn: 0.8,
    dwell: [45, 0.4],
    next: { walking: 6, standing: 2 },
  },
  {
    name: "cycling",
    posture: { pitch: 0.55, flexion: 1.05, abduction: 0.15, elbow: 0.35, pronation: 1.2, height: 0.52 },
    frequency: 1.15,
    waves: {
      upward: [[1, 0.25, 0], [2, 0.55, 0.4]],
      forward: [[2, 0.45, 1]],
      sideways: [[1, 0.5, 0.3]],
      roll: [[1, 0.045, 0]],
      twist: [[1, 0.05, 0.5]],
      pitch: [[2, 0.01, 0]],
      elbow: [[1, 0.015, 0]],
    },
    gait: false,
    sway: 0.02,
    vibration: 0.7,
    styles: [{ weight: 3 }, { weight: 2, posture: { pitch: 0.25, flexion: -0.15, elbow: 0.25 } }],
    restyle: [6, 25],
    turn: 0.9,
    dwell: [60, 0.4],
    next: { standing: 5, walking: 3 },
  },
  {
    name: "wiping",
    posture: { pitch: 0.3, flexion: 0.85, abduction: 0.25, elbow: 0.75, pronation: 1.3, height: 0.52 },
    frequency: 0.95,
    waves: {
      flexion: [[1, 0.2, 0], [2, 0.03, 0.4]],
      abduction: [[1, 0.22, 1.57]],
      elbow: [[1, 0.18, 0.4]],
      twist: [[1, 0.05, 0.3]],
      roll: [[1, 0.02, 0]],
      sideways: [[1, 0.3, 0]],
      forward: [[1, 0.2, 0.8]],
    },
    gait: false,
    sway: 0.035,
    vibration: 0.05,
    styles: [
      { weight: 2 },
      { weight: 1, frequency: 1.25, posture: { flexion: 0.3, elbow: -0.25 } },
    ],
    restyle: [4, 15],
    turn: 0.7,
    dwell: [32, 0.45],
    next: { standing: 3, walking: 3, vacuuming: 2 },
  },
  {
    name: "vacuuming",
    posture: { pitch: 0.25, flexion: 0.55, abduction: 0.15, elbow: 0.7, pronation: 0.6, height: 0.53 },
    frequency: 0.48,
    waves: {
      flexion: [[1, 0.35, 0], [2, 0.06, 0.5]],
      elbow: [[1, 0.32, 3.1], [3, 0.04, 0]],
      pitch: [[1, 0.07, 0.3]],
      twist: [[1, 0.09, 0.4]],
      forward: [[1, 0.5, 0.2], [3, 0.4, 0.6], [4, 0.3, 0]],
      upward: [[2, 0.5, 0], [4, 0.5, 0.7]],
      sideways: [[1, 0.3, 0.5], [2, 0.4, 0]],
    },
    gait: false,
    sway: 0.04,
    vibration: 0.2,
    styles: plain,
    restyle: [3, 10],
    turn: 1.2,
    dwell: [38, 0.4],
    next: { standing: 4, walking: 3, wiping: 2 },
  },
];

/** Names by label. */
export const behaviourNames: readonly string[] = behaviours.map((b) => b.name);
