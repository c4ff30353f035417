/** What stands behind the bounded latent as tables: digits, and for each code its label, confidence and motif. */
import type { CodeMotifs } from "../../../stream/pipeline_file.ts";
import type { HostHead } from "../../host_head.ts";
import type { Tensor } from "./program.ts";
import { lackOf } from "./tables.ts";

export interface Answers {
  /** 0 without quantiser. */
  codes: number;
  /** Digit of each number, 256 a dimension; empty without quantiser. */
  digits: Uint8Array[];
  /** Place value of each digit. */
  basis: number[];
  labels: string[];
  /** By code: label, and its probability of 65535; empty without classifier or with too many codes. */
  label: Uint8Array;
  confidence: Uint16Array;
  /** Names of motifs, and by code its motif, −1 where it has none or nobody had seen the code; empty without motifs. */
  motifs: readonly string[];
  motif: Int16Array;
  /** What the tables lack, in a sentence. */
  missing: string | undefined;
}

/** @param output The bounded latent. */
export function answersOf(head: HostHead, output: Tensor, motifs?: CodeMotifs): Answers {
  const { levels, half_width: half, basis, labels, layers } = head.facts;
  const lack = lackOf(levels, labels.length);
  const none = { label: new Uint8Array(0), confidence: new Uint16Array(0) };
  const named = motifs === undefined ? { motifs: [], motif: new Int16Array(0) } : motifTable(motifs);
  if (levels === null || lack?.codes === false) {
    return { codes: 0, digits: [], basis: [], labels, ...none, ...named, missing: lack?.missing };
  }
  const codes = levels.reduce((a, b) => a * b, 1);
  const meanings = Float32Array.from({ length: 256 }, (_, q) => (q - output.zero) * output.scale);
  const rounded = Array.from(meanings, (value) => head.rounded(new Float64Array(levels.length).fill(value)));
  const digits = levels.map((_, i) => Uint8Array.from(rounded, (row) => row[i] + half[i]));
  const coded = { codes, digits, basis, labels, ...named };
  if (layers.length === 0) return { ...coded, ...none, missing: undefined };
  if (lack !== undefined) return { ...coded, ...none, missing: lack.missing };
  const label = new Uint8Array(codes);
  const confidence = new Uint16Array(codes);
  for (let code = 0; code < codes; code++) {
    const bounded = levels.map((level, i) => Math.floor(code / basis[i]) % level - half[i]);
    const answer = head.runBounded(bounded);
    label[code] = answer.label!;
    confidence[code] = Math.round(65535 * answer.confidence);
  }
  return { ...coded, label, confidence, missing: undefined };
}

function motifTable(
  { names, codes, seen }: CodeMotifs,
): { motifs: readonly string[]; motif: Int16Array } {
  const known = new Set(seen);
  return { motifs: names, motif: Int16Array.from(codes, (motif, code) => known.has(code) ? motif : -1) };
}
