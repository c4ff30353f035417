/** What each dimension of the codes says of the label: a digit that says much has a meaning of its own. */
import { placeValues } from "../../fsq/constants.ts";
import { entropyBits } from "../../fsq/statistics.ts";

/** One digit over labelled windows. */
export interface DigitInformation {
  dimension: number;
  level: number;
  entropyBits: number;
  /** I(digit; label) in bits, plug-in estimate; biased upwards by about (L − 1)(K − 1)/(2n ln 2) without any relation. */
  mutualInformationBits: number;
  /** Mutual information by the label's entropy: 1 where the digit alone tells the label; null for a single label. */
  normalized: number | null;
  biasBits: number;
}

/**
 * Mutual information of each digit with the label.
 *
 * ```ts
 * import { digitInformation } from "./digit_information.ts";
 * import assert from "node:assert/strict";
 * const [first, second] = digitInformation([0, 1, 4, 5], [0, 1, 0, 1], [4, 4]);
 * assert.deepEqual([first.normalized, second.normalized], [1, 0]);
 * ```
 *
 * @param codes Code of each labelled window, first dimension fastest.
 * @param labels Label of each window, none −1.
 */
export function digitInformation(
  codes: ArrayLike<number>,
  labels: ArrayLike<number>,
  levels: readonly number[],
): DigitInformation[] {
  if (codes.length !== labels.length) {
    throw new RangeError(`Cannot relate digits: ${codes.length} codes and ${labels.length} labels`);
  }
  const n = codes.length;
  const label = entropyBits(counted(n, (i) => labels[i]).values());
  const places = placeValues(levels);
  return levels.map((level, dimension) => {
    const place = places[dimension];
    const digit = (i: number) => Math.floor(codes[i] / place) % level;
    const own = counted(n, digit), joint = counted(n, (i) => labels[i] * level + digit(i));
    const bits = Math.max(0, entropyBits(own.values()) + label - entropyBits(joint.values()));
    const kinds = counted(n, (i) => labels[i]).size;
    return {
      dimension,
      level,
      entropyBits: entropyBits(own.values()),
      mutualInformationBits: bits,
      normalized: label === 0 ? null : bits / label,
      biasBits: n === 0 ? 0 : (own.size - 1) * (kinds - 1) / (2 * n * Math.LN2),
    };
  });
}

function counted(n: number, key: (i: number) => number): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < n; i++) counts.set(key(i), (counts.get(key(i)) ?? 0) + 1);
  return counts;
}
