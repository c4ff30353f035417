/** Which points a body's own coordinates are taken from, as the names of tracked points usually tell it. */

/** Those that lie ahead, and those that lie in the middle, the best first. */
const ahead = [/^nose$/, /^snout$/, /^head$/, /^beak$/, /nose|snout/, /head|beak/];
const middle = [
  /^(body|mid|animal)?_?(center|centre|centroid)$/,
  /^(body|back|spine|torso|thorax|trunk)(_?(mid|middle|center|centre|\d))?$/,
  /center|centre|centroid/,
  /^(tail_?(base|start|root|1)|base_?(of_?)?tail)$/,
];

/**
 * A point ahead and one behind it to see all others from; undefined where names do not tell.
 *
 * ```ts
 * import { guessBodyFrame } from "./body_frame.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(guessBodyFrame(["nose", "leftear", "tailbase"]), { center: ["tailbase"], front: "nose" });
 * assert.equal(guessBodyFrame(["a", "b"]), undefined);
 * ```
 */
export function guessBodyFrame(points: readonly string[]): { center: string[]; front: string } | undefined {
  const first = (patterns: readonly RegExp[]) =>
    patterns.flatMap((pattern) =>
      points.filter((name) => pattern.test(name.toLowerCase().replaceAll(/[ -]/g, "_")))
    )[0];
  const [front, center] = [first(ahead), first(middle)];
  return front === undefined || center === undefined || front === center
    ? undefined
    : { center: [center], front };
}
