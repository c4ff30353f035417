/** Motifs of windows to {@linkcode Behaviours}, by either method, with every warning a user should see. */
import type { Behaviours } from "../artifacts/behaviours.ts";
import { Part } from "../artifacts/split.ts";
import { givenNames } from "../cluster/identity.ts";
import type { Random } from "../random.ts";
import { describeBehaviours, shareOfShortRuns } from "./describe.ts";
import { dwellPredictions } from "./dwell.ts";
import { formatNames } from "./names_file.ts";
import { applyNames, namesOf } from "./naming.ts";
import type { SmoothedLabels } from "./pipeline.ts";
import { smoothByHsmm } from "./smooth_by_hsmm.ts";
import { smoothByRules } from "./smooth_by_rules.ts";
import type { SmoothingInput, SmoothingOptions } from "./smoothing_request.ts";
import { stretchesOf } from "./stretches.ts";
import { windowTable } from "./window_table.ts";

/** Smooths and describes. @param done What smoothing by rules came to, where that was done already. */
export function smoothBehaviours(
  input: SmoothingInput,
  options: SmoothingOptions,
  rng: Random,
  onProgress: (message: string) => void = () => {},
  done?: SmoothedLabels,
): Behaviours {
  const { motifs, windows } = input;
  const stretches = stretchesOf(windows);
  const predictionRate = windows.recordings.rate / windows.hop;
  const dwell = dwellPredictions(options.minDwellMs, predictionRate);
  const warnings: string[] = [];
  const result = options.method === "hsmm" && motifs.labels.length > 0
    ? smoothByHsmm(input, options, stretches, rng, warnings, onProgress)
    : smoothByRules(input, options, stretches, predictionRate, warnings, done);
  const given = givenNames(motifs);
  const numbers = result.kind === "motif" && given === undefined
    ? motifs.names?.map((name) => `label ${name}`)
    : undefined;
  const hidden = input.split === undefined
    ? (labels: Int32Array) => labels
    : (labels: Int32Array) => labels.map((label, i) => (input.split!.part[i] === Part.test ? -1 : label));
  const { steps, ...described } = describeBehaviours(
    windows,
    result.labels,
    result.k,
    stretches,
    {
      truth: hidden(windows.labels),
      kind: result.kind,
      numbers,
      known: result.names ?? (result.kind === "motif" ? given : undefined),
      motifs: given && { labels: hidden(motifs.labels), names: given },
    },
  );
  const keys = described.names.map((name, id) =>
    given?.includes(name) ? name : numbers?.[id] ?? `${result.kind} ${id}`
  );
  const nameable = {
    windows,
    labels: result.labels,
    names: described.names,
    keys,
    kind: result.kind,
    fit: result.fit,
  };
  const naming = input.names && applyNames(input.names, nameable);
  warnings.push(...naming?.warnings ?? []);
  const names = naming?.names ?? described.names;
  return {
    ...described,
    names,
    dictionary: described.dictionary.map((entry) => ({ ...entry, name: names[entry.id] })),
    ...namedLooks(naming ?? input.fitted),
    ...(result.fit === null ? {} : { fit: result.fit }),
    labels: result.labels,
    windowTable: windowTable(windows, motifs, input.codes, { labels: result.labels, names }),
    namesFile: formatNames(namesOf({ ...nameable, names }, naming)),
    recordings: windows.recordings.recordings.map(({ id, subject, facts }) => ({
      id,
      subject,
      ...(facts === undefined ? {} : { facts }),
    })),
    predictionRate,
    origin: windows.recordings.origin,
    minDwellPredictions: dwell.predictions,
    ...(result.rules === undefined ? {} : { rules: result.rules }),
    ...(result.hsmm === undefined ? {} : { hsmm: result.hsmm }),
    details: {
      method: options.method,
      ...result.details,
      stretches: stretches.length,
      short_run_share: {
        before: shareOfShortRuns(motifs.labels, stretches, dwell.predictions),
        after: shareOfShortRuns(result.labels, stretches, dwell.predictions),
      },
      ...(naming === undefined ? {} : { naming: naming.matched }),
      changed: result.labels.reduce((n, label, i) => n + (label === motifs.labels[i] ? 0 : 1), 0),
      step_counts: steps,
    },
    warnings,
  };
}

/** Colours and notes, where there are any. */
function namedLooks(
  { colors, notes }: { colors?: (string | null)[]; notes?: (string | null)[] } = {},
): Pick<Behaviours, "colors" | "notes"> {
  const some = (values?: (string | null)[]) => values?.some((value) => value !== null) ? values : undefined;
  const looks: Pick<Behaviours, "colors" | "notes"> = {};
  if (some(colors) !== undefined) looks.colors = colors;
  if (some(notes) !== undefined) looks.notes = notes;
  return looks;
}
