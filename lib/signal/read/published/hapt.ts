/**
 * HAPT, the raw recordings behind UCI HAR, read in their original layout.
 *
 * Reyes-Ortiz, Oneto, Sama, Parra, Anguita: Transition-Aware Human Activity Recognition Using Smartphones,
 * Neurocomputing 171:754–767, 2016. A waist-worn phone, 50 Hz, accelerometer in g with gravity, gyroscope in rad/s.
 */
import { hapt, sourceOf } from "./data_sets.ts";
import type { Recording, Recordings } from "../../../artifacts/recordings.ts";
import { InputError } from "../../../errors.ts";
import { dataFiles } from "../archive.ts";
import { parseNumber } from "../number.ts";
import { usualChannels } from "../../triads.ts";

/** Class names; label = position, number in the files = position + 1. */
export const haptLabels: readonly string[] = [
  "WALKING",
  "WALKING_UPSTAIRS",
  "WALKING_DOWNSTAIRS",
  "SITTING",
  "STANDING",
  "LAYING",
  "STAND_TO_SIT",
  "SIT_TO_STAND",
  "SIT_TO_LIE",
  "LIE_TO_SIT",
  "STAND_TO_LIE",
  "LIE_TO_STAND",
];

/** The six classes that last; the others are changes of posture. */
export const haptBasicLabels: readonly string[] = haptLabels.slice(0, 6);

/** Users of the authors' test part. */
const testUsers = new Set([2, 4, 9, 10, 12, 13, 18, 20, 24]);

/**
 * All numbers of a text file of `columns` columns, row after row.
 *
 * @throws {InputError} naming the line that has another number of columns or something else than numbers.
 */
function numberTable(bytes: Uint8Array, columns: number, file: string): Float64Array {
  let lines = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 10) lines++;
  const out = new Float64Array((lines + 1) * columns);
  let n = 0;
  let line = 1;
  for (let i = 0; i < bytes.length; line++) {
    let end = bytes.indexOf(10, i);
    if (end < 0) end = bytes.length;
    let found = 0;
    while (i < end) {
      while (i < end && bytes[i] <= 32) i++;
      const from = i;
      while (i < end && bytes[i] > 32) i++;
      if (i === from) continue;
      const value = parseNumber(bytes, from, i);
      if (!Number.isFinite(value) || found === columns) {
        throw new InputError(`Cannot read row: expected ${columns} numbers`, { file, row: line });
      }
      out[n + found++] = value;
    }
    if (found !== 0 && found !== columns) {
      throw new InputError(`Cannot read row: expected ${columns} numbers, got ${found}`, { file, row: line });
    }
    n += found;
    i = end + 1;
  }
  return out.subarray(0, n);
}

/**
 * Reads the data set from its zip archive or unpacked folder.
 *
 * @param paths The archive, or the files of the folder.
 * @param progress Called after each recording with the share done.
 * @throws {InputError} when files are missing or do not fit each other.
 */
export async function readHapt(
  paths: readonly string[],
  progress?: (fraction: number) => void,
): Promise<Recordings> {
  const pattern = /RawData\/((acc|gyro)_exp(\d+)_user(\d+)|labels)\.txt$/;
  const files = await dataFiles(paths, (name) => pattern.test(name));
  const byName = new Map(files.map((f) => [pattern.exec(f.name)![1], f]));
  const labelFile = byName.get("labels");
  const sessions = [...byName.keys()].filter((name) => name.startsWith("acc_")).sort();
  if (labelFile === undefined || sessions.length === 0) {
    throw new InputError(
      "Cannot find the HAPT recordings: RawData/acc_expNN_userNN.txt and RawData/labels.txt",
      {
        file: paths[0],
        hint: 'Give the data set as published: "HAPT Data Set.zip" or its unpacked folder.',
      },
    );
  }
  const marks = numberTable(labelFile.read(), 5, labelFile.name);
  const recordings: Recording[] = [];
  for (const session of sessions) {
    const accFile = byName.get(session)!;
    const gyroFile = byName.get(session.replace("acc", "gyro"));
    const [, experiment, user] = /exp(\d+)_user(\d+)/.exec(session)!;
    if (gyroFile === undefined) {
      throw new InputError("Cannot find the gyroscope's file of this recording", { file: accFile.name });
    }
    const acc = numberTable(accFile.read(), 3, accFile.name);
    const gyro = numberTable(gyroFile.read(), 3, gyroFile.name);
    if (acc.length !== gyro.length) {
      throw new InputError(
        `Cannot join accelerometer and gyroscope: ${acc.length / 3} and ${gyro.length / 3} samples`,
        { file: gyroFile.name },
      );
    }
    const samples = acc.length / 3;
    const data = new Float32Array(samples * 6);
    for (let t = 0; t < samples; t++) {
      for (let c = 0; c < 3; c++) {
        data[t * 6 + c] = acc[t * 3 + c];
        data[t * 6 + 3 + c] = gyro[t * 3 + c];
      }
    }
    const labels = new Int32Array(samples).fill(-1);
    for (let m = 0; m < marks.length; m += 5) {
      if (marks[m] !== Number(experiment)) continue;
      const [, owner, activity, first, last] = marks.subarray(m, m + 5);
      if (
        owner !== Number(user) || activity < 1 || activity > haptLabels.length || last > samples || first < 1
      ) {
        throw new InputError(`Cannot use label: it does not fit recording ${session}`, {
          file: labelFile.name,
          row: m / 5 + 1,
        });
      }
      labels.fill(activity - 1, first - 1, last);
    }
    recordings.push({
      id: `exp${experiment}_user${user}`,
      subject: `user${user}`,
      samples,
      data,
      labels,
      gaps: [],
      part: testUsers.has(Number(user)) ? "test" : "train",
    });
    progress?.(recordings.length / sessions.length);
  }
  return {
    rate: 50,
    sensors: ["waist"],
    channels: usualChannels(6),
    units: ["g", "g", "g", "rad/s", "rad/s", "rad/s"],
    triads: [[0, 1, 2], [3, 4, 5]],
    labelNames: [...haptLabels],
    origin: "measured",
    source: sourceOf(hapt),
    recordings,
  };
}
