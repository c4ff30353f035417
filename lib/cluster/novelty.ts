/** Which points no labelled window covers. */
import type { Covered } from "../artifacts/motifs.ts";
import { type Points, squaredDistance } from "./points/points.ts";

/** Most labelled points that are kept as anchors. */
const mostAnchors = 4096;

/**
 * How far from labelled windows a window of the same behaviours lies, when people are left out one at a time: the
 * distance to the nearest labelled point of another group that all but a share of the labelled windows keep. A point
 * further than that from every labelled one is novel.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const points = { values: Float64Array.of(0, 1, 10, 12), dimensions: 1, weights: Float64Array.of(1, 1, 1, 1) };
 * const rows = Uint32Array.of(0, 1, 2, 3), groups = Int32Array.of(0, 1, 0, 1);
 * assert.equal(fitCoverage(points, rows, groups, 0)!.radius, 2);
 * assert.equal(fitCoverage(points, rows, new Int32Array(4), 0), undefined);
 * ```
 *
 * @param rows The point of each labelled window.
 * @param groups The group of each labelled window: who, or which recording.
 * @param share Of labelled windows that may be taken for novel, in [0, 1).
 * @returns Undefined where there is only one group: nothing says how far others lie.
 */
export function fitCoverage(
  points: Points,
  rows: ArrayLike<number>,
  groups: ArrayLike<number>,
  share: number,
): Covered | undefined {
  const { values, dimensions: d } = points;
  const places = new Map<string, { row: number; group: number; windows: number }>();
  for (let i = 0; i < rows.length; i++) {
    const key = `${groups[i]} ${rows[i]}`;
    const place = places.get(key);
    if (place === undefined) places.set(key, { row: rows[i], group: groups[i], windows: 1 });
    else place.windows++;
  }
  // Every so manieth, so that all groups and classes stay as they lie.
  const every = Math.ceil(places.size / mostAnchors);
  const kept = [...places.values()].filter((_, i) => i % every === 0);
  if (new Set(kept.map(({ group }) => group)).size < 2) return undefined;
  const distances = kept.map(({ row, group, windows }) => {
    let nearest = Infinity;
    for (const other of kept) {
      if (other.group === group) continue;
      nearest = Math.min(nearest, squaredDistance(values, row, values, other.row, d));
    }
    return { distance: Math.sqrt(nearest), windows };
  }).sort((a, b) => a.distance - b.distance);
  const wanted = (1 - share) * distances.reduce((sum, { windows }) => sum + windows, 0);
  let seen = 0, radius = 0;
  for (const { distance, windows } of distances) {
    radius = distance;
    seen += windows;
    if (seen >= wanted - 1e-9) break;
  }
  const anchors = [...new Set(kept.map(({ row }) => row))];
  return { anchors: anchors.flatMap((row) => [...values.subarray(row * d, row * d + d)]), radius };
}

/** Whether the point `row` of `values` lies near enough to a labelled one. */
export function coverage(
  { anchors, radius }: Covered,
  d: number,
): (values: Float64Array, row: number) => boolean {
  const known = Float64Array.from(anchors);
  // A distance that is the radius may differ from it in its last bit.
  const limit = radius ** 2 * (1 + 1e-12);
  return (values, row) => {
    for (let a = 0; a * d < known.length; a++) {
      if (squaredDistance(known, a, values, row, d) <= limit) return true;
    }
    return false;
  };
}
