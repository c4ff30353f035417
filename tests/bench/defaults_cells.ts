/** Data sets, draws of people and factors of the bench of defaults. */
import { fileURLToPath } from "node:url";

const data = (name: string) => fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));

export type Set = "hapt" | "spsw" | "uma" | "sim";

/** What `load` and `window` are given. */
export const sets: Record<Set, { load: Record<string, unknown>; window: Record<string, unknown> }> = {
  hapt: {
    load: { source: "hapt", path: data("hapt.zip"), gravity: true, keep_labels: "basic" },
    window: { length: 128, hop: 64, within: "label", context: 64 },
  },
  spsw: {
    load: { source: "sp-sw-har", path: data("sp-sw-har.zip"), rate: 50, gravity: true },
    window: { length: "1s", hop: "500ms", context: "1s" },
  },
  uma: {
    load: { source: "umafall", path: data("umafall.zip") },
    window: { length: 60, hop: 30, context: 30 },
  },
  sim: {
    load: { source: "simulate", subjects: 24, minutes: 6, seed: 7 },
    window: { length: 100, hop: 50 },
  },
};

/** A data set, and how many people of which draw are learnt from. */
export interface Cell {
  set: Set;
  people: number;
  draw: number;
}

export const cells: readonly Cell[] = [
  { set: "uma", people: 4, draw: 0 },
  { set: "hapt", people: 4, draw: 0 },
  { set: "spsw", people: 8, draw: 1 },
  { set: "uma", people: 6, draw: 1 },
  { set: "hapt", people: 6, draw: 1 },
  { set: "spsw", people: 4, draw: 0 },
  { set: "hapt", people: 12, draw: 2 },
  { set: "spsw", people: 12, draw: 2 },
  { set: "hapt", people: 2, draw: 3 },
  { set: "spsw", people: 2, draw: 3 },
  { set: "uma", people: 2, draw: 3 },
];

/** What all factors depart from: the defaults as they were when these were measured, by the last of fewer epochs. */
export const base = {
  levels: [4, 4, 4],
  learning_rate: 0.002,
  pools: [2, 2, 1],
  epochs: 25,
  keep: "last" as const,
};

/** One departure from it. */
export interface Factor {
  name: string;
  /** Other parameters of `train`. */
  train?: Record<string, unknown>;
  /** Other parameters of `window`. */
  window?: Record<string, unknown>;
  /** Share of the people to learn from that validate instead. */
  validation?: number;
  /** Networks of other seeds whose probabilities are averaged, which one network learnt from them can hardly surpass. */
  networks?: number;
}

/** In place of `base`: the defaults as they are, by 25 epochs. */
const since = { levels: undefined, learning_rate: undefined, pools: undefined };

/** All but the first, which is what the others are held against. */
export const factors: readonly Factor[] = [
  { name: "the default as it was" },
  { name: "12 epochs", train: { epochs: 12 } },
  { name: "50 epochs", train: { epochs: 50 } },
  {
    name: "the best of 50 epochs by 15 % of the people",
    train: { epochs: 50, keep: "best" },
    validation: 0.15,
  },
  { name: "levels [8, 6, 5]", train: { levels: [8, 6, 5] } },
  { name: "levels [5, 5, 5, 5, 5, 5]", train: { levels: [5, 5, 5, 5, 5, 5] } },
  { name: "levels [8, 8, 8, 8, 8]", train: { levels: [8, 8, 8, 8, 8] } },
  { name: "16 dimensions without quantiser", train: { levels: null, latent: 16 } },
  { name: "pools [4, 2, 1]", train: { pools: [4, 2, 1] } },
  { name: "mean and SD over time", train: { pooling: ["mean", "std"] } },
  { name: "2 segments", train: { segments: 2 } },
  { name: "4 segments", train: { segments: 4 } },
  { name: "a neck of 64", train: { neck: [64] } },
  { name: "no neck", train: { neck: [] } },
  { name: "no rotation", train: { rotation: 0 } },
  { name: "rotation 0.4", train: { rotation: 0.4 } },
  { name: "rotation 1.6", train: { rotation: 1.6 } },
  { name: "rotation 3.14", train: { rotation: 3.14 } },
  { name: "no label smoothing", train: { label_smoothing: 0 } },
  { name: "no averaging of weights", train: { averaging: 0 } },
  { name: "averaging 0.998", train: { averaging: 0.998 } },
  { name: "weight decay 0.01", train: { weight_decay: 0.01 } },
  { name: "learning rate 0.004", train: { learning_rate: 0.004 } },
  { name: "batches of 32", train: { batch_size: 32 } },
  { name: "no second classifier", train: { auxiliary_weight: 0 } },
  { name: "spread 0.05", train: { spread_weight: 0.05 } },
  { name: "jitter 0.05", train: { jitter: 0.05 } },
  { name: "time warp 0.2", train: { time_warp: 0.2 } },
  { name: "sensor dropout 0.2", train: { sensor_dropout: 0.2 } },
  { name: "channel dropout 0.2", train: { channel_dropout: 0.2 } },
  { name: "no shift", train: { shift: 0 } },
  { name: "classes by the root of their share", train: { class_weighting: "sqrt" } },
  { name: "widths [48, 96, 96]", train: { widths: [48, 96, 96] } },
  { name: "kernel 7", train: { kernel: 7 } },
  { name: "a z-score a channel", train: { scaler: "zscore" } },
  { name: "no context", window: { context: 0 } },
  { name: "the default", train: since },
  { name: "the default, by 1000 steps", train: { ...since, epochs: undefined } },
  { name: "the default, mixing 0.2", train: { ...since, mixing: 0.2 } },
  { name: "the default, mixing 0.6", train: { ...since, mixing: 0.6 } },
  { name: "the default, three networks averaged", train: since, networks: 3 },
];
