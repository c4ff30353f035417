/** The law that no two people share samples: a copy, or a piece of one, on both sides of a split is a leak. */
import type { Recording } from "../../../artifacts/recordings.ts";

/** Samples of a block that is compared, and how many different ones it needs to be no pattern that two may share. */
const block = { length: 32, different: 24 };
/** One sample in so many begins a block, chosen by its content, so that pieces are found wherever they lie. */
const oneIn = { usually: 8, ofMany: 64 };
/** Samples that are many. */
const many = 4_000_000;
/** No recording has so many: its numbers would not fit into memory. */
const mostSamples = 2 ** 32;
/** Blocks that two recordings must share; chance makes none. */
const fewest = 3;

/** Two recordings that share samples. */
export interface Copy {
  first: Recording;
  other: Recording;
  /** Whether one lies wholly within the other. */
  whole: boolean;
}

/** Whether all samples of `other` are those of `first` from `offset` on, or the other way round. */
function isWithin(first: Recording, other: Recording, offset: number): boolean {
  if (offset < 0) return isWithin(other, first, -offset);
  if (offset === 0 && other.samples > first.samples) return isWithin(other, first, 0);
  const width = first.data.length / first.samples;
  if (offset + other.samples > first.samples || other.data.length !== other.samples * width) return false;
  return other.data.every((v, i) => v === first.data[i + offset * width]);
}

/** Hashes of samples of a recording: nothing of all its samples is kept, which may be a week. */
class SampleHashes {
  readonly #words: Uint32Array;
  readonly #width: number;
  readonly #block = new Int32Array(block.length);

  constructor({ data, samples }: Recording) {
    this.#words = new Uint32Array(data.buffer, data.byteOffset, data.length);
    this.#width = data.length / samples;
  }

  /** A 32-bit FNV-like hash of sample `t`. */
  at(t: number): number {
    let hash = 0x811c9dc5;
    for (let i = t * this.#width, end = i + this.#width; i < end; i++) {
      const word = this.#words[i];
      hash = Math.imul(hash ^ word ^ (word >>> 15), 0x01000193);
    }
    return hash ^ hash >>> 13;
  }

  /** Those of a block's samples; they hold until the next call. */
  block(from: number): Int32Array {
    for (let k = 0; k < block.length; k++) this.#block[k] = this.at(from + k);
    return this.#block;
  }
}

/** A number below 2^53 for a block of samples. */
function blockHash(rows: Int32Array): number {
  let [a, b] = [0x9747b28c, 0x2545f491];
  for (const row of rows) {
    a = Math.imul(a ^ row, 0x85ebca6b) + 0x6d2b79f5 | 0;
    b = Math.imul(b + row, 0xc2b2ae35) ^ b >>> 11;
  }
  return (a >>> 0) * 2 ** 20 + (b & 0xfffff);
}

/** Blocks of a recording, by which pieces of it are found elsewhere. */
export interface Sketch {
  hashes: Float64Array;
  /** First sample of each block. */
  starts: Float64Array;
  /** Whether a block is more than a short pattern that two recordings may share; of the samples as they are when it is asked. */
  isDistinct: (block: number) => boolean;
}

/** The blocks of a recording of a large set, or of a smaller one. */
export function sketchOf(recording: Recording, large = true): Sketch {
  const every = large ? oneIn.ofMany : oneIn.usually;
  const rows = new SampleHashes(recording);
  const [found, starts]: number[][] = [[], []];
  for (let t = 0; t + block.length <= recording.samples; t++) {
    if (rows.at(t) % every !== 0) continue;
    found.push(blockHash(rows.block(t)));
    starts.push(t);
  }
  return {
    hashes: Float64Array.from(found),
    starts: Float64Array.from(starts),
    isDistinct: (i) => new Set(new SampleHashes(recording).block(starts[i])).size >= block.different,
  };
}

/** Whether a set is large, so that fewer of its blocks are compared. */
export function isLarge(recordings: readonly Recording[]): boolean {
  return recordings.reduce((n, r) => n + r.samples, 0) > many;
}

/** Hashes that there are several of; nearly all of millions are there once, and sorting is faster than looking each of them up. */
function repeatedOf(sketches: readonly Sketch[]): Set<number> {
  const all = new Float64Array(sketches.reduce((n, { hashes }) => n + hashes.length, 0));
  let at = 0;
  for (const { hashes } of sketches) {
    all.set(hashes, at);
    at += hashes.length;
  }
  all.sort();
  const repeated = new Set<number>();
  for (let i = 1; i < all.length; i++) if (all[i] === all[i - 1]) repeated.add(all[i]);
  return repeated;
}

/**
 * Pairs of recordings that share samples, wholly or in part.
 *
 * @param sketches Of each recording; without them all samples are read.
 */
export function findCopies(
  recordings: readonly Recording[],
  sketches?: readonly Sketch[],
): Copy[] {
  if (recordings.length < 2) return [];
  const large = isLarge(recordings);
  const blocks = sketches ?? recordings.map((recording) => sketchOf(recording, large));
  const repeated = repeatedOf(blocks);
  /** Recording and sample of each block, as one number: millions of pairs would take ten times the memory. */
  const owner = new Map<number, number>();
  /** By pair of recordings, blocks in common and how much later the first of them lies in the first recording. */
  const pairs = new Map<number, { r: number; other: number; shared: number; offset: number }>();
  for (const [r, { hashes, starts, isDistinct }] of blocks.entries()) {
    for (let i = 0; i < hashes.length; i++) {
      const [hash, t] = [hashes[i], starts[i]];
      if (!repeated.has(hash)) continue;
      const known = owner.get(hash);
      if (known === undefined) owner.set(hash, r * mostSamples + t);
      else if (Math.floor(known / mostSamples) !== r && isDistinct(i)) {
        const [other, at] = [Math.floor(known / mostSamples), known % mostSamples];
        const pair = pairs.get(other * recordings.length + r) ?? { r, other, shared: 0, offset: at - t };
        pair.shared++;
        pairs.set(other * recordings.length + r, pair);
      }
    }
  }
  return [...pairs.values()].filter(({ shared }) => shared >= fewest).map(({ r, other, offset }) => ({
    first: recordings[other],
    other: recordings[r],
    whole: isWithin(recordings[other], recordings[r], offset),
  }));
}
