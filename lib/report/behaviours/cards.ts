/** What is known of each behaviour, in words. */
import type { BehaviourFacts } from "../../artifacts/behaviours.ts";
import type { Motifs } from "../../artifacts/motifs.ts";
import { duration, percent } from "../../text/numbers.ts";
import { typesetCount, typesetNumber } from "../../text/typeset.ts";

/** One behaviour: its facts as name and value. */
export interface BehaviourCard {
  id: number;
  name: string;
  facts: [what: string, value: string][];
}

/** What else is known of the behaviours. */
interface Known {
  /** Subjects of the test part. */
  heldOut: ReadonlySet<string>;
  /** The motifs that they were smoothed from. */
  motifs?: Pick<Motifs, "k" | "dimensions" | "centroids">;
}

/** Cards of all behaviours that occur, those of most time first. */
export function behaviourCards(
  behaviours: Omit<BehaviourFacts, "windows">,
  { heldOut, motifs }: Known,
): BehaviourCard[] {
  const { names, bouts, dictionary, transitions, usage, notes } = behaviours;
  const total = bouts.reduce((sum, { duration }) => sum + duration, 0);
  const byId = Map.groupBy(bouts, ({ label }) => label);
  const everyone = new Set(bouts.map(({ subject }) => subject));
  return names.map((name, id) => {
    const own = byId.get(id) ?? [];
    const seconds = own.reduce((sum, { duration }) => sum + duration, 0);
    const known = dictionary.find((d) => d.id === id);
    const median = usage?.find((u) => u.id === id)?.duration?.median;
    const following = transitions?.rows[id];
    const before = transitions?.counts.map((row) => row[id] ?? 0);
    const facts: [string, string | undefined][] = [
      ["time", `${shareText(seconds / total)} (${duration(seconds)})`],
      ["bouts", typesetCount(own.length)],
      ["median bout", typeof median === "number" ? `${typesetNumber(median)} s` : undefined],
      [
        "label, purity",
        typeof known?.label === "string"
          ? `${known.label}, ${percent(known.purity ?? NaN, 0)} of ${typesetCount(known.windows)} windows`
          : undefined,
      ],
      ["followed by", largest(names, following)],
      ["most often after", largest(names, before, false)],
      ["closest in the codes", nearest(names, id, motifs)],
      ["shown by", whoOf(own.map(({ subject }) => subject), everyone, heldOut)],
      ["note", notes?.[id] ?? undefined],
    ];
    const told = facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
    return { id, name, facts: told, seconds };
  }).filter(({ id }) => byId.has(id)).sort((a, b) => b.seconds - a.seconds);
}

/** A share of the time; what occurs is never told as nothing. */
function shareText(share: number): string {
  return share > 0 && share < 0.0005 ? "< 0.1 %" : percent(share);
}

function largest(
  names: readonly string[],
  shares: readonly number[] | undefined,
  asShare = true,
): string | undefined {
  if (shares === undefined) return undefined;
  const best = shares.reduce((at, share, i) => share > shares[at]! ? i : at, 0);
  if (!(shares[best]! > 0)) return undefined;
  return asShare ? `${names[best]}, ${percent(shares[best]!, 0)}` : names[best];
}

/** The motif whose centre is nearest; only where motifs and behaviours are the same by number. */
function nearest(names: readonly string[], id: number, motifs: Known["motifs"]): string | undefined {
  if (motifs === undefined || motifs.k !== names.length || names.length < 2) return undefined;
  const { dimensions: d, centroids } = motifs;
  const away = (other: number) => {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += (centroids[id * d + i]! - centroids[other * d + i]!) ** 2;
    return sum;
  };
  const others = names.map((_, i) => i).filter((i) => i !== id);
  const best = others.reduce((a, b) => away(b) < away(a) ? b : a);
  return Number.isFinite(away(best)) ? names[best] : undefined;
}

function whoOf(own: readonly string[], everyone: ReadonlySet<string>, heldOut: ReadonlySet<string>): string {
  const who = new Set(own);
  const test = [...who].filter((subject) => heldOut.has(subject)).length;
  return `${who.size} of ${everyone.size} subjects` +
    (heldOut.size > 0 ? `, ${test} of ${heldOut.size} held-out ones` : "");
}
