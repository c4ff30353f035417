/** Blocks of a device on a uniform clock: a recording, or several where the device's clock breaks. */
import { InputError } from "../../../errors.ts";
import { gapLimit } from "../laws/steps.ts";
import { sameTick } from "../resample.ts";
import { isLongBreak } from "../stretches_of_table.ts";
import type { Blocks, DeviceSignal } from "./device_signal.ts";
import type { SampleDraft } from "./sample_draft.ts";

/** Rows and duration must agree with the rate so far, as for tables. */
const tolerance = 0.05;
/** Blocks whose begins are so near to the rate follow each other without a break; their samples are spread between them. */
const following = 0.1;

/** Blocks after which is told how many are read. */
const toldBlocks = 4096;

/** Blocks `[from, to)` between two breaks of the clock. */
interface Run {
  from: number;
  to: number;
}

/** Seconds between samples of each block: those up to the next block where it follows, else the usual ones. */
function periodsOf({ begin, samples, count }: Blocks, usual: number): Float64Array {
  return Float64Array.from({ length: count }, (_, b) => {
    const own = b + 1 < count ? (begin[b + 1] - begin[b]) / samples[b] : NaN;
    return Math.abs(own / usual - 1) <= following ? own : usual;
  });
}

/** So few pairs of blocks may all have a gap between them. */
const fewPairs = 4;

/**
 * Samples per second that the begins of blocks show: the median over those that follow each other.
 *
 * @throws {InputError} where most do not follow at the rate, or follow at one that is more than 5 % off.
 */
function measuredRate({ begin, samples, count }: Blocks, rate: number, file: string): number {
  const all = new Float64Array(Math.max(0, count - 1));
  let n = 0;
  for (let b = 0; b + 1 < count; b++) {
    if (begin[b + 1] > begin[b]) all[n++] = samples[b] / (begin[b + 1] - begin[b]);
  }
  const rates = all.subarray(0, n);
  const median = (x: Float64Array) => x.sort()[x.length >> 1];
  const near = rates.filter((r) => Math.abs(rate / r - 1) <= following);
  const few = rates.length < fewPairs;
  const measured = few || near.length >= rates.length / 2 ? median(near) ?? rate : median(rates);
  if (Math.abs(measured / rate - 1) <= tolerance) return measured;
  throw new InputError(
    `Cannot use rate: the file says ${rate} Hz, its blocks hold ${measured.toPrecision(4)} samples a second`,
    {
      file,
      hint: "The header is wrong, or most blocks are missing: read the file with the maker's program.",
    },
  );
}

/** Share of the blocks that may follow sooner than their samples last, as where a clock is set back by a second. */
const crowded = 0.05;

/** @throws {InputError} where many blocks hold more samples than fit before the next: they were recorded at another rate. */
function refuseCrowded({ begin, samples, count }: Blocks, period: number, rate: number, file: string): void {
  let [n, first] = [0, -1];
  for (let b = 1; b < count; b++) {
    const step = begin[b] - begin[b - 1];
    if (step <= 0 || step >= (1 - following) * samples[b - 1] * period) continue;
    if (n++ === 0) first = b - 1;
  }
  if (n < fewPairs || n <= crowded * count) return;
  const own = samples[first] / (begin[first + 1] - begin[first]);
  throw new InputError(
    `Cannot use rate: the file says ${rate} Hz, ${n} of its ${count} blocks, the first ${first}, hold ${
      own.toPrecision(4)
    } samples a second`,
    {
      file,
      hint: "The rate changes within the file, or the header is wrong: read it with the maker's program.",
    },
  );
}

/** Where the clock goes back and where it stands still for long, and how often and for how long there are no samples. */
function runsOf({ begin, samples, count }: Blocks, period: number, limit: number) {
  const runs: Run[] = [{ from: 0, to: count }];
  const back: number[] = [];
  const pauses: number[] = [];
  for (let b = 1; b < count; b++) {
    const step = begin[b] - begin[b - 1];
    const own = samples[b - 1] * period;
    const stepsBack = step < (1 - following) * own;
    if (stepsBack) back.push(own - step);
    else if (step - own + period > limit) pauses.push(step - own);
    if (!stepsBack && !isLongBreak(step - own, period)) continue;
    runs.at(-1)!.to = b;
    runs.push({ from: b, to: count });
  }
  return { runs, back, pauses };
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** Sentences on a clock that goes back and on time without samples. */
function clockNotes(
  { back, pauses }: { back: number[]; pauses: number[] },
  period: number,
  { pause, blocks }: DeviceSignal,
): string[] {
  const notes: string[] = [];
  const times = (n: number) => n === 1 ? "once" : `${n} times`;
  if (back.length > 0) {
    notes.push(
      `The device's clock goes back ${times(back.length)} (by up to ${
        Math.max(...back).toFixed(1)
      } s); the recording was cut there`,
    );
  }
  if (pauses.length > 0) {
    // Not from the first time to the last, between which the clock may go back.
    const whole = sum(pauses) + blocks.samples.reduce((a, b) => a + b, 0) * period;
    notes.push(
      `${sum(pauses).toFixed(0)} s of ${whole.toFixed(0)} s have no samples, in ${
        pauses.length === 1 ? "1 stretch" : `${pauses.length} stretches`
      }${pause === undefined ? "" : ` (${pause})`}; nothing was put in their place`,
    );
  }
  return notes;
}

/** A run of blocks on the clock. */
export interface PlacedRun {
  /** Seconds since 1970 on the device's clock. */
  begin: number;
  /** float32 `[samples, channels]`. */
  values: Float32Array;
  gaps: [number, number][];
  /** Whether samples are as the device wrote them, without interpolation. */
  exact: boolean;
}

/**
 * Brings the blocks of a device to a uniform clock. Samples stay as they are where each lies within half a sample of its
 * tick; otherwise they are interpolated linearly between their own times, which the begins of the blocks tell. What is
 * missing for more than `maxGap` seconds is a gap; a break of a minute, or a clock that goes back, begins another run.
 *
 * @param clock Ticks per second, no slower than the device.
 * @param told Told the share of blocks that are read.
 * @param draft Keeps what is read of long runs.
 * @returns The runs one after the other, the rate that the times show, and sentences on the clock.
 * @throws {InputError} where times and rate contradict each other by more than 5 %.
 */
export function placeBlocks(
  signal: DeviceSignal,
  clock: number,
  maxGap: number,
  file: string,
  told?: (share: number) => void,
  draft?: SampleDraft,
): { runs: () => Generator<PlacedRun>; measured: number; notes: string[] } {
  const { blocks, rate } = signal;
  const measured = measuredRate(blocks, rate, file);
  const limit = gapLimit(maxGap, 1 / rate);
  refuseCrowded(blocks, 1 / measured, rate, file);
  const found = runsOf(blocks, 1 / measured, limit);
  const periods = periodsOf(blocks, 1 / measured);
  const decode: DeviceSignal["decode"] = told === undefined ? signal.decode : (block, into, at) => {
    if (block % toldBlocks === 0) told(block / blocks.count);
    signal.decode(block, into, at);
  };
  const telling = { ...signal, decode };
  return {
    measured,
    notes: clockNotes(found, 1 / measured, signal),
    *runs() {
      for (const run of found.runs) {
        yield exactRun(telling, run, periods, { clock, limit }, draft) ??
          evenRun(telling, run, periods, { clock, limit }, draft);
      }
    },
  };
}

/** A clock's ticks per second, and the seconds above which there is a gap. */
interface Ticks {
  clock: number;
  limit: number;
}

/** The run with its samples as they are; undefined where that would put one more than half a sample beside its tick. */
function exactRun(
  { blocks, rate, channels, decode }: DeviceSignal,
  run: Run,
  periods: Float64Array,
  { clock, limit }: Ticks,
  draft?: SampleDraft,
): PlacedRun | undefined {
  if (clock !== rate) return undefined;
  const { begin, samples } = blocks;
  const rows = new Int32Array(run.to - run.from);
  let next = 0;
  for (let b = run.from; b < run.to; b++) {
    const tick = (begin[b] - begin[run.from]) * rate;
    const row = Math.abs(tick - next) <= 0.5 ? next : Math.round(tick);
    const last = tick + (samples[b] - 1) * (periods[b] * rate - 1);
    if (row < next || Math.abs(last - row) > 0.5) return undefined;
    // What is too short for a gap is interpolated.
    if (row !== next && row - next + 1 <= limit * rate) return undefined;
    rows[b - run.from] = row;
    next = row + samples[b];
  }
  const width = channels.length;
  const values = new Float32Array(next * width);
  const gaps: [number, number][] = [];
  const read = draft?.begin(values, width).blocks ?? 0;
  let end = 0;
  rows.forEach((row, k) => {
    if (row > end) gaps.push([end, row]);
    const from = end;
    end = row + samples[run.from + k];
    if (k < read) return;
    decode(run.from + k, values, row * width);
    if (row > from) bridge(values, width, from, row);
    draft?.keep(values, width, { blocks: k + 1, rows: end });
  });
  return { begin: begin[run.from], values, gaps, exact: true };
}

/** Fills rows `[from, to)` between their neighbours. */
function bridge(values: Float32Array, width: number, from: number, to: number): void {
  for (let c = 0; c < width; c++) {
    const [a, b] = [values[(from - 1) * width + c], values[to * width + c]];
    for (let t = from; t < to; t++) values[t * width + c] = a + (b - a) * (t - from + 1) / (to - from + 1);
  }
}

/** The run read at the ticks of the clock between its samples. */
function evenRun(
  { blocks, channels, decode }: DeviceSignal,
  run: Run,
  periods: Float64Array,
  { clock, limit }: Ticks,
  draft?: SampleDraft,
): PlacedRun {
  const { begin, samples } = blocks;
  const width = channels.length;
  const start = begin[run.from];
  const lastBlock = run.to - 1;
  const end = begin[lastBlock] - start + (samples[lastBlock] - 1) * periods[lastBlock];
  const count = Math.floor(end * clock + sameTick) + 1;
  const values = new Float32Array(count * width);
  const gaps: [number, number][] = [];
  let most = 0;
  for (let b = run.from; b < run.to; b++) most = Math.max(most, samples[b]);
  // The last sample of the block before stands in front of those of a block.
  const piece = new Float32Array((most + 1) * width);
  let tick = 0;
  let before = -1 / clock;
  const read = run.from + (draft?.begin(values, width).blocks ?? 0);
  for (let b = run.from; b < run.to; b++) {
    // Of what was read before only the last sample is needed, and where the others lie.
    if (b >= read - 1) decode(b, piece, width);
    if (b === run.from) piece.copyWithin(0, width, 2 * width);
    const first = begin[b] - start;
    for (let i = 0; i < samples[b]; i++) {
      const time = first + i * periods[b];
      const span = time - before;
      const until = time * clock + sameTick;
      if (i === 0 && span > limit && tick < Math.ceil(until - 2 * sameTick)) {
        gaps.push([tick, Math.min(count, Math.ceil(until - 2 * sameTick))]);
      }
      const at = i * width;
      for (; tick <= until && tick < count; tick++) {
        if (b < read) continue;
        const share = Math.min(1, Math.max(0, (tick / clock - before) / span));
        for (let c = 0; c < width; c++) {
          const a = piece[at + c];
          values[tick * width + c] = a + (piece[at + width + c] - a) * share;
        }
      }
      before = time;
    }
    piece.copyWithin(0, samples[b] * width, (samples[b] + 1) * width);
    if (b >= read) draft?.keep(values, width, { blocks: b + 1 - run.from, rows: tick });
  }
  return { begin: start, values, gaps, exact: false };
}
