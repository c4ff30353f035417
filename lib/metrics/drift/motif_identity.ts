/** Which motif of one side is which of the other: by name, or because both are one fit; never by rank. */
import type { Motifs } from "../../artifacts/motifs.ts";
import { InputError } from "../../errors.ts";

/** Motifs of two sides over common bins. */
export interface CommonMotifs {
  reference: Int32Array;
  current: Int32Array;
  /** What each bin is called. */
  names: (string | number)[];
}

/**
 * Gives both sides common numbers. Motifs are ordered by how often they occur, so equal numbers of two fits are not the
 * same behaviour.
 *
 * @throws {InputError} Where the sides have neither names nor a fit in common.
 */
export function commonMotifs(reference: Motifs, current: Motifs): CommonMotifs {
  if (reference.names !== undefined && current.names !== undefined) {
    const names = [...new Set([...reference.names, ...current.names])];
    const numbered = ({ labels, names: own }: Motifs) => {
      const place = own!.map((name) => names.indexOf(name));
      return labels.map((label) => label < 0 ? -1 : place[label]);
    };
    return { reference: numbered(reference), current: numbered(current), names };
  }
  if (!oneFit(reference, current)) {
    throw new InputError(
      "Cannot monitor motifs: the two sides were fitted on their own and have no names to match them by",
      {
        hint:
          "Label the new windows by the motifs of the reference (`cluster` with method: assign and the reference's " +
          "motifs at port fitted), or import labels with names on both sides.",
      },
    );
  }
  const k = Math.max(reference.k, current.k);
  return {
    reference: reference.labels,
    current: current.labels,
    names: current.names ?? reference.names ?? Array.from({ length: k }, (_, i) => i),
  };
}

/** Whether the motifs of both sides come from one fit, with the same merges. */
function oneFit(a: Motifs, b: Motifs): boolean {
  if (a.rule === undefined || b.rule === undefined) return false;
  const identity = ({ rule, clusters }: Motifs) => JSON.stringify([rule, clusters ?? null]);
  return identity(a) === identity(b);
}
