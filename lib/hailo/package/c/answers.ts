/** What stands behind the bounded latent as tables: digits, and for each code its label, confidence and behaviour. */
import type { HostHead } from "../../host_head.ts";
import type { Tensor } from "./program.ts";

/** A table with more rows than this is none for a microcontroller. */
const mostCodes = 1 << 16;

export interface Answers {
  /** Digit of each number, 256 a dimension; empty without quantiser. */
  digits: Uint8Array[];
  /** Place value of each digit. */
  basis: number[];
  labels: string[];
  /** By code: label, and its probability of 65535; empty without classifier or with too many codes. */
  label: Uint8Array;
  confidence: Uint16Array;
  /** What the tables lack, in a sentence. */
  missing: string | undefined;
}

/** @param output The bounded latent. */
export function answersOf(head: HostHead, output: Tensor): Answers {
  const { levels, half_width: half, basis, labels, layers } = head.facts;
  const none = { label: new Uint8Array(0), confidence: new Uint16Array(0) };
  if (levels === null) {
    const missing = "The model has no quantiser: the C code gives the latent, and no code or label";
    return { digits: [], basis: [], labels, ...none, missing };
  }
  const meanings = Float32Array.from({ length: 256 }, (_, q) => (q - output.zero) * output.scale);
  const rounded = Array.from(meanings, (value) => head.rounded(new Float64Array(levels.length).fill(value)));
  const digits = levels.map((_, i) => Uint8Array.from(rounded, (row) => row[i] + half[i]));
  const codes = levels.reduce((a, b) => a * b, 1);
  if (layers.length === 0) return { digits, basis, labels, ...none, missing: undefined };
  if (codes > mostCodes || labels.length > 255) {
    const missing =
      `The C code gives no labels: a table of ${codes} codes and ${labels.length} labels is larger ` +
      `than ${mostCodes} and 255`;
    return { digits, basis, labels, ...none, missing };
  }
  const label = new Uint8Array(codes);
  const confidence = new Uint16Array(codes);
  for (let code = 0; code < codes; code++) {
    const bounded = levels.map((level, i) => Math.floor(code / basis[i]) % level - half[i]);
    const answer = head.run(bounded);
    label[code] = answer.label!;
    confidence[code] = Math.round(65535 * answer.confidence);
  }
  return { digits, basis, labels, label, confidence, missing: undefined };
}
