/** Splits within recordings: contiguous time blocks with purge and embargo, and the split that leaks. */
import { Part, type Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { InputError } from "../../errors.ts";
import type { Random } from "../../random.ts";

/** How recordings are cut into blocks. */
export interface TimeSplitOptions {
  /** Blocks per recording. */
  folds: number;
  /** The block that is test. */
  fold: number;
  /** Samples after a held-out block that training leaves out; at least a window's length is advised. */
  embargo: number;
  /** Share of each recording's remaining time for validation: its last part that is not test. */
  validation: number;
}

type Interval = readonly [from: number, to: number];

/** Whether the samples `[a, b)` share some with an interval or its embargo. */
function touches([a, b]: Interval, [from, to]: Interval, embargo: number): boolean {
  return to > from && a < to + embargo && b > from;
}

function inside([a, b]: Interval, [from, to]: Interval): boolean {
  return a >= from && b <= to;
}

/** Test and validation intervals of a recording. */
function intervals(
  samples: number,
  { folds, fold, validation }: TimeSplitOptions,
): { test: Interval; held: Interval } {
  const edge = (f: number) => Math.round((f * samples) / folds);
  const test: Interval = [edge(fold), edge(fold + 1)];
  const size = Math.round(validation * (samples - (test[1] - test[0])));
  // The last block's own time is test, so validation lies just before it.
  const end = fold === folds - 1 ? test[0] : samples;
  const held: Interval = [Math.max(end - size, fold === folds - 1 ? 0 : test[1]), end];
  return { test, held: size === 0 ? [end, end] : held };
}

/**
 * Splits each recording by time: block `fold` of `folds` equal blocks is test. Windows that see samples on both sides of
 * a border, be it in their context, are purged, and
 * so are training windows that begin within the embargo after a held-out part (Lopez de Prado, 2018, ch. 7).
 *
 * Training and test share subjects, so it says what a model knows of later days, not of held-out subjects.
 *
 * @throws {InputError} when no training or test window is left.
 */
export function splitByTime(windows: Windows, options: TimeSplitOptions): Split {
  const { recordings } = windows.recordings;
  const { folds, fold, embargo } = options;
  const cuts = recordings.map((r) => intervals(r.samples, options));
  const part = dealt(windows, cuts, embargo);
  const missing = missingPart(part);
  if (missing !== undefined) {
    throw new InputError(
      `Cannot split by time into ${folds} blocks: no ${missing} window of ${windows.length} samples is left`,
      { hint: whatWouldDo(windows, options) },
    );
  }
  const blocks = (which: "test" | "held") =>
    recordings.flatMap((r, i) => {
      const [from, to] = cuts[i][which];
      return to > from ? [`${r.id}[${from}:${to}]`] : [];
    });
  return {
    part,
    rule: `by time, block ${fold + 1} of ${folds} of every recording, embargo ${embargo} samples`,
    leaks: false,
    sharesSubjects: true,
    groups: {
      train: recordings.map((r) => `${r.id} outside the blocks of validation and test`),
      validation: blocks("held"),
      test: blocks("test"),
    },
    details: {
      by: "time",
      folds,
      fold,
      embargo,
      validation: options.validation,
      purged: part.reduce((n, p) => n + (p === Part.unused ? 1 : 0), 0),
    },
  };
}

/** The part of each window. @param cuts By recording. */
function dealt(
  windows: Windows,
  cuts: readonly ReturnType<typeof intervals>[],
  embargo: number,
): Uint8Array<ArrayBuffer> {
  const { recordings } = windows.recordings;
  const { length, context = 0 } = windows;
  const part = new Uint8Array(windows.start.length);
  for (let i = 0; i < part.length; i++) {
    const { test, held } = cuts[windows.recording[i]];
    const { samples } = recordings[windows.recording[i]];
    const start = windows.start[i];
    const seen: Interval = [Math.max(0, start - context), Math.min(samples, start + length + context)];
    if (inside(seen, test)) part[i] = Part.test;
    else if (touches(seen, test, embargo)) part[i] = Part.unused;
    else if (inside(seen, held)) part[i] = Part.validation;
    else if (touches(seen, held, embargo)) part[i] = Part.unused;
    else part[i] = Part.train;
  }
  return part;
}

function missingPart(part: Uint8Array): "training" | "test" | undefined {
  return !part.includes(Part.train) ? "training" : !part.includes(Part.test) ? "test" : undefined;
}

/** The fewest changes that leave windows of both parts, tried out. */
function whatWouldDo(windows: Windows, options: TimeSplitOptions): string {
  const two = options.folds > 2 ? { folds: 2, fold: Math.min(options.fold, 1) } : {};
  const tries: Partial<TimeSplitOptions>[] = [
    { validation: 0 },
    two,
    { ...two, validation: 0 },
    { ...two, validation: 0, embargo: 0 },
  ];
  const { recordings } = windows.recordings;
  for (const change of tries) {
    const changed = { ...options, ...change };
    const cuts = recordings.map((r) => intervals(r.samples, changed));
    if (missingPart(dealt(windows, cuts, changed.embargo)) !== undefined) continue;
    return `With ${
      Object.entries(change).map(([key, value]) => `${key}: ${value}`).join(", ")
    } both parts have some.`;
  }
  const longest = Math.max(...recordings.map((r) => r.samples));
  return `The longest recording has ${longest} samples: cut shorter windows, or record for longer.`;
}

/**
 * Deals windows to parts at random. **This leaks**: neighbouring windows share samples and subjects, so that it measures
 * memory; it is there to show by how much (10 points and more on human activity data).
 */
export function splitRandomWindows(
  windows: Windows,
  { folds, fold, validation }: { folds: number; fold: number; validation: number },
  rng: Random,
): Split {
  const n = windows.start.length;
  if (folds > n) {
    throw new InputError(`Cannot split ${n} windows into ${folds} folds`, {
      hint: `Use folds: ${n} or fewer.`,
    });
  }
  const order = rng.shuffle(Int32Array.from({ length: n }, (_, i) => i));
  const part = new Uint8Array(n).fill(Part.train);
  const from = Math.round((fold * n) / folds);
  const to = Math.round(((fold + 1) * n) / folds);
  const rest: number[] = [];
  order.forEach((row, i) => {
    if (i >= from && i < to) part[row] = Part.test;
    else rest.push(row);
  });
  for (const row of rest.slice(0, Math.round(validation * rest.length))) part[row] = Part.validation;
  return {
    part,
    rule: `by random windows, which leaks, fold ${fold + 1} of ${folds}`,
    leaks: true,
    sharesSubjects: true,
    groups: { train: [], validation: [], test: [] },
    details: { by: "random-window-leaks", folds, fold, validation },
  };
}
