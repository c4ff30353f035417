/** What the columns of a table are, by their names. */
import { findTriads } from "../../triads.ts";
import { chooseSensorColumns } from "../laws/sensor_columns.ts";

/** What a header tells. */
export interface ColumnsSeen {
  /** The time column, or the columns of date and time of day. */
  time?: string | { columns: [string, string] };
  label?: string;
  subject?: string;
  session?: string;
  /** Columns by sensor, and the names of their channels where there are several sensors. */
  sensors: Record<string, string[]>;
  channels?: string[];
  /** Nothing about the sensor columns looks like a sensor. */
  doubtful: boolean;
  leftOut: string[];
}

const times =
  /^(t|ts|time|time[ _]?stamp.*|epoch.*|date[ _]?time.*|.*_elapsed|elapsed.*|time[ _]?\(?.*|.*[_ ]time(stamp)?)$/i;
const labels =
  /^(labels?|activit(y|ies)|class|behaviou?rs?|annotation|gesture|target|category|state)([ _]?(name|label|id|code))?$/i;
const people =
  /^(subjects?|subj|users?|persons?|people|participants?|patients?|volunteers?|animals?|individuals?(\.local.identifier)?|dogs?|cows?|horses?|birds?|who)([ _-]?(id|name|no|nr|number))?$/i;
const sessions = /^(sessions?|trials?|recordings?|runs?|takes?)([ _-]?(id|name|no|nr|number))?$/i;

/** The column among these that tells classes, or people, by its name. */
export const labelColumn = (names: readonly string[]) => names.find((name) => labels.test(name.trim()));
export const subjectColumn = (names: readonly string[]) => names.find((name) => people.test(name.trim()));
const instrument = /^(.*?)[_.\- ]?((?:linear_?)?(?:acc|gyr|mag|grav|rot)[a-z]*[_.\- ]?[xyz]|[agm]_?[xyz])$/i;

/** Columns by what stands before the instrument in their names: phone_acc_x and watch_acc_x. */
function bySensor(names: readonly string[]): Pick<ColumnsSeen, "sensors" | "channels"> {
  const one = { sensors: { imu: [...names] } };
  const parts = names.map((name) => instrument.exec(name));
  if (parts.includes(null)) return one;
  const groups = Map.groupBy(names, (_, i) => parts[i]![1]);
  if (groups.size < 2 || groups.has("")) return one;
  const channelOf = (name: string) => parts[names.indexOf(name)]![2];
  const channels = [...groups.values()][0].map(channelOf);
  const sensors: Record<string, string[]> = {};
  for (const [sensor, own] of groups) {
    const found = channels.map((channel) => own.find((name) => channelOf(name) === channel));
    if (own.length !== channels.length || found.includes(undefined)) return one;
    sensors[sensor] = found as string[];
  }
  return { sensors, channels };
}

/**
 * Guesses by name which columns are time, label, subject and sensors.
 *
 * ```ts
 * import { lookAtColumns } from "./columns.ts";
 * import assert from "node:assert/strict";
 * const seen = lookAtColumns(["time", "phone_acc_x", "phone_acc_y", "phone_acc_z", "activity"], "a.csv");
 * assert.equal(seen.time, "time");
 * assert.equal(seen.label, "activity");
 * assert.equal(seen.sensors.imu.length, 3);
 * ```
 *
 * @throws {InputError} where no column can be a sensor's.
 */
export function lookAtColumns(header: readonly string[], file: string): ColumnsSeen {
  const find = (pattern: RegExp) => header.find((name) => pattern.test(name.trim()));
  const [date, clock] = [find(/^date$/i), find(/^time([ _]of[ _]day)?$/i)];
  const time = date !== undefined && clock !== undefined
    ? { columns: [date, clock] as [string, string] }
    : find(times) ?? date;
  const [label, subject, session] = [labelColumn(header), subjectColumn(header), find(sessions)];
  const taken = [label, subject, session, date, ...(typeof time === "object" ? time.columns : [time])];
  const free = header.flatMap((name, c) => taken.includes(name) ? [] : [c]);
  const { columns, leftOut, guessed } = chooseSensorColumns(free, header, { file });
  const names = columns.map((c) => header[c]);
  const inTriads = findTriads(names).flat().map((k) => names[k]);
  return {
    ...(time === undefined ? {} : { time }),
    ...(label === undefined ? {} : { label }),
    ...(subject === undefined ? {} : { subject }),
    ...(session === undefined ? {} : { session }),
    ...bySensor(inTriads.length > 0 ? names.filter((name) => inTriads.includes(name)) : names),
    doubtful: guessed,
    leftOut: [...leftOut, ...(inTriads.length > 0 ? names.filter((name) => !inTriads.includes(name)) : [])],
  };
}
