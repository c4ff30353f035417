/** Which bout is looked at, and by which clock its video goes, as the address says. */
import type { Behaviours, Bout } from "../../artifacts/behaviours.ts";
import type { MediaClock } from "../../temporal/exchange/annotations.ts";

/** What is looked at. */
export interface Review {
  recording: string;
  /** Behaviour id whose bouts are gone through; undefined for all that have one. */
  label: number | undefined;
  /** Bouts of the recording that are gone through. */
  bouts: readonly Bout[];
  /** Place of the shown one among `bouts`. */
  at: number;
  /** As the address says; undefined where it says nothing. */
  clock: Partial<MediaClock>;
}

/** Reads an address; what it says wrongly is as if it said nothing. */
export function readReview(behaviours: Behaviours, query: URLSearchParams): Review {
  const ids = recordingsOf(behaviours);
  const wanted = query.get("recording") ?? "";
  const recording = ids.includes(wanted) ? wanted : ids[0] ?? "";
  const label = behaviours.names.indexOf(query.get("behaviour") ?? "");
  const bouts = behaviours.bouts.filter((bout) =>
    bout.recording === recording && (label < 0 ? bout.label >= 0 : bout.label === label)
  );
  const bout = Number(query.get("bout") ?? 1);
  const at = Number.isInteger(bout) ? Math.min(bouts.length, Math.max(1, bout)) - 1 : 0;
  const number = (name: string) => {
    const value = Number(query.get(name) ?? "");
    return query.get(name) !== null && query.get(name) !== "" && Number.isFinite(value) ? value : undefined;
  };
  const [offset, rate] = [number("offset"), number("rate")];
  return {
    recording,
    label: label < 0 ? undefined : label,
    bouts,
    at,
    clock: {
      ...(offset === undefined ? {} : { offset }),
      ...(rate === undefined || rate <= 0 ? {} : { rate }),
    },
  };
}

/** Ids of recordings in their order. */
export function recordingsOf({ bouts }: Pick<Behaviours, "bouts">): string[] {
  return [...new Set(bouts.map(({ recording }) => recording))];
}

/** Query of the same look with something else in it. */
export function reviewQuery(
  { recording, label, at, clock }: Review,
  names: readonly string[],
  change: { bout?: number; behaviour?: string } = {},
): string {
  const params = new URLSearchParams({ recording });
  const behaviour = change.behaviour ?? (label === undefined ? "" : names[label]!);
  if (behaviour !== "") params.set("behaviour", behaviour);
  params.set("bout", String(change.bout ?? at + 1));
  for (const [name, value] of Object.entries(clock)) params.set(name, String(value));
  return `?${params}`;
}
