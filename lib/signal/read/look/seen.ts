/** What a look at files shows. */
import type { Recordings } from "../../../artifacts/recordings.ts";

/** What could not be guessed, and what to write there. */
export interface Open {
  what: string;
  write: string;
}

/** A step's parameters for these files, and what has to be said. */
export interface FolderSeen {
  /** `load`, or `import` for windows. */
  uses: "load" | "import";
  /** Parameters of the step, without `path`. */
  params: Record<string, unknown>;
  /** One line each. */
  facts: string[];
  guesses: string[];
  open: Open[];
  /** What the reader made of them; undefined where it refused. */
  data?: DataSeen;
}

/** A set of recordings or windows in numbers. */
export interface DataSeen {
  rate: number;
  subjects: number;
  /** Those with a label somewhere. */
  labeled?: number;
  classes: number;
  /** Samples of the shortest recording. */
  shortest: number;
  /** Samples of a window, where they are cut already. */
  length?: number;
}

/** The numbers of a set that was read. @param subjects People of it. */
export function numbersOf({ rate, labelNames, recordings }: Recordings, subjects: number): DataSeen {
  return {
    rate,
    subjects,
    labeled: new Set(
      recordings.filter(({ labels }) => labels.some((k) => k >= 0)).map(({ subject }) => subject),
    ).size,
    classes: labelNames.length,
    shortest: Math.min(...recordings.map((r) => r.samples)),
  };
}

/** Samples per second where nothing tells them. */
const assumedRate = 50;

/** Takes a rate for granted, and says so. */
export function assumeRate({ params, open }: FolderSeen, why: string): void {
  params.rate = assumedRate;
  params.rate_assumed = true;
  open.push({
    what: `${why}; a rate is assumed, and with it all seconds and hertz`,
    write: "rate: <samples per second>, and remove rate_assumed",
  });
}
