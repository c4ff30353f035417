/** Where the device part of a network ends, decided and said in one place. */
import type { Architecture } from "../artifacts/model.ts";

/** Where the device part ends, which is also the name of its output. */
export type Cut = "bounded" | "maps";

/** How a network of blocks summarises time. */
type Summary = Pick<Architecture, "pooling" | "segments">;

/** What of a summary no device is known to take. */
function hostStatistics({ pooling, segments = 1 }: Summary): string[] {
  return [
    ...(pooling.includes("std") ? ["a standard deviation"] : []),
    ...(segments > 1 ? [`statistics of ${segments} segments`] : []),
  ];
}

/**
 * Where the device part of a network ends: at the bounded latent, or at the last feature maps where their statistics are
 * none that a device takes (a standard deviation, statistics of segments). The host then goes on from there.
 */
export function cutOf({ blocks, ...summary }: Summary & Pick<Architecture, "blocks">): Cut {
  return blocks.length > 0 && hostStatistics(summary).length > 0 ? "maps" : "bounded";
}

/**
 * Where and why a device part ends before the bounded latent, as the end of a sentence; undefined where it does not.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(
 *   endAtMaps({ pooling: ["std"] }),
 *   "ends at the last feature maps, because no Hailo-8 is known to take a standard deviation",
 * );
 * assert.equal(endAtMaps({ pooling: ["mean", "max"], segments: 1 }), undefined);
 * ```
 *
 * @param maps Size of the maps, where it is known.
 */
export function endAtMaps(summary: Summary, maps?: readonly number[]): string | undefined {
  const reasons = hostStatistics(summary);
  if (reasons.length === 0) return undefined;
  const size = maps === undefined ? "" : ` [${maps.join(", ")}]`;
  return `ends at the last feature maps${size}, because no Hailo-8 is known to take ${reasons.join(" or ")}`;
}
