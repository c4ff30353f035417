/** The law that only columns that look like sensors become channels when nobody named them. */
import { InputError } from "../../../errors.ts";
import { findTriads } from "../../triads.ts";
import { listed } from "./notes.ts";
import type { Place } from "./place.ts";

/** More columns than a sensor's channels ever are: a row is a window or a burst. */
const mostColumns = 32;

/** Clocks, counters, labels, people, positions, notes: what stands beside sensors in tables. */
const beside = new RegExp(
  "^(" + [
    "|index|idx|rows?|row_?(number|id)|no|nr|n|i|id|.*[_ ]id|unnamed.*|__index_level_\\d+__",
    "t|ts|min(utes)?|time.*|.*time|.*timestamp.*|date.*|epoch.*|secs?|seconds?.*|ms|millis.*|elapsed.*|.*_elapsed|uptime|clock",
    "samples?|sample.*(number|count|time.*|id|index)|.*count(er)?|packet.*|frame.*|seq(uence)?.*|tick.*|burst.*",
    "labels?.*|.*_label|class(es)?|.*_class|activit.*|behaviou?rs?.*|target|y_true|gesture.*|category|annotation.*|state",
    "subject.*|user.*|person.*|participant.*|animal.*|tag.*id|device.*id|serial.*|session.*|trial.*|run|event.*|marker.*",
    "lat(itude)?|lon(g|gitude)?|gps.*|altitude|bearing|battery.*|accuracy|.*likelihood|.*confidence|.*_prob",
  ].join("|") + ")$",
  "i",
);

const kinds =
  /acc|gyr|mag(?!nitude$)|grav|rot|orient|quat|euler|roll|pitch|yaw|attitude|baro|press|temp|emg|ecg|ppg|eda|gsr|heart|force|strain|flex|^[agm]_?[xyz]$/i;

/** Names without unit, blanks and case. */
const plain = (name: string) => name.replace(/[([{].*$/, "").trim();

/** Columns that nobody named, chosen. */
export interface Chosen {
  /** Positions of the chosen columns. */
  columns: number[];
  /** Names of the others, which are not read. */
  leftOut: string[];
  /** Nothing about them looks like a sensor: they are taken because there is nothing else. */
  guessed: boolean;
}

/**
 * Chooses sensor columns among those that have no other meaning: all that form triads or are called after a sensor; where
 * there are none, all that are not called after something else.
 *
 * @param candidates Positions.
 * @param header `null` where columns have no names.
 * @throws {InputError} where columns are windows or bursts, or none is left.
 */
export function chooseSensorColumns(
  candidates: readonly number[],
  header: readonly string[] | null,
  place: Place,
): Chosen {
  if (header === null) {
    refuseWindows(candidates.length, place);
    return { columns: [...candidates], leftOut: [], guessed: true };
  }
  const possible = candidates.filter((c) => !beside.test(plain(header[c])));
  const inTriads = new Set(findTriads(possible.map((c) => header[c])).flat().map((k) => possible[k]));
  const sensors = possible.filter((c) => inTriads.has(c) || kinds.test(plain(header[c])));
  const columns = sensors.length > 0 ? sensors : possible;
  if (columns.length === 0) {
    throw new InputError("Cannot find sensor columns", {
      ...place,
      hint: candidates.length === 0
        ? undefined
        : `Name them under sensors; the file has ${listed(candidates.map((c) => header[c]))}.`,
    });
  }
  if (sensors.length === 0) {
    refuseWindows(columns.length, place);
    refuseNumbered(columns.map((c) => header[c]), place);
  }
  return {
    columns,
    leftOut: candidates.filter((c) => !columns.includes(c)).map((c) => header[c]),
    guessed: sensors.length === 0,
  };
}

function refuseWindows(count: number, place: Place): void {
  if (count <= mostColumns) return;
  throw new InputError(
    `Cannot use table: nobody named the sensors, and ${count} columns are more than a sensor has channels`,
    {
      ...place,
      hint:
        "Where each row is a burst, set bursts: { channels: [x, y, z] }; where it is a window that was cut for a model, use " +
        "import: { type: windows }; otherwise name columns under sensors.",
    },
  );
}

/** V1, V2, V3, …: the samples of one burst in a row. */
function refuseNumbered(names: readonly string[], place: Place): void {
  const numbers = names.map((name) => /^(.*?)_?(\d+)$/.exec(name));
  if (names.length < 12 || numbers.some((m) => m === null || m[1] !== numbers[0]![1])) return;
  throw new InputError(
    `Cannot use table: the columns ${names[0]} to ${
      names.at(-1)
    } are numbered, as the samples of one burst are`,
    {
      ...place,
      hint:
        "Where each row is a burst, set bursts: { channels: [x, y, z] }; where it is a window that was cut for a model, use " +
        "import: { type: windows }; otherwise name columns under sensors.",
    },
  );
}
