/**
 * SP+SW HAR: smartphone in the pocket and smartwatch on the wrist, read in their original layout.
 *
 * Matey-Sanz, Casteleyn, Granell: Dataset of inertial measurements of smartphones and smartwatches for human activity
 * recognition, Data in Brief, 2023, 109809. Accelerometer in m/s² with gravity, gyroscope in rad/s, about 100 Hz.
 */
import { sourceOf, spSwHar } from "./data_sets.ts";
import type { Recording, Recordings } from "../../../artifacts/recordings.ts";
import { InputError } from "../../../errors.ts";
import { type DataFile, dataFiles } from "../archive.ts";
import { detectDialect } from "../text/csv_dialect.ts";
import { readColumns } from "../text/csv_table.ts";
import { decodeText } from "../laws/decode.ts";
import { toClock } from "../sample_times.ts";
import { usualChannels } from "../../triads.ts";

/** Class names; label = position. */
const spSwLabels: readonly string[] = ["SEATED", "SITTING_DOWN", "STANDING_UP", "TURNING", "WALKING"];

const columns = ["x_acc", "y_acc", "z_acc", "x_gyro", "y_gyro", "z_gyro", "timestamp", "label"];

/** One device's file: times in seconds since the given millisecond. */
function readDevice(file: DataFile): { times: Float64Array; values: Float32Array; labels: Int32Array } {
  const bytes = decodeText(file.read(), undefined, file.name);
  const dialect = detectDialect(bytes, file.name);
  const at = columns.map((name) => {
    const c = dialect.header?.indexOf(name) ?? -1;
    if (c < 0) throw new InputError(`Cannot find column ${name}`, { file: file.name, row: 1 });
    return c;
  });
  const table = readColumns(
    bytes,
    dialect,
    { values: at.slice(0, 6), time: at[6], texts: [at[7]], missing: "error" },
    file.name,
  );
  const [text] = table.texts;
  const labelOf = text.names.map((name) => spSwLabels.indexOf(name));
  const unknown = labelOf.indexOf(-1);
  if (unknown >= 0) {
    throw new InputError(
      `Cannot use label "${text.names[unknown]}": expected one of ${spSwLabels.join(", ")}`,
      {
        file: file.name,
        row: table.lineOf(text.codes.indexOf(unknown)),
      },
    );
  }
  for (let i = 0; i < table.rows; i++) {
    if (!(i === 0 || table.time[i] >= table.time[i - 1])) {
      throw new InputError("Cannot use timestamp: time goes backwards", {
        file: file.name,
        row: table.lineOf(i),
      });
    }
  }
  return {
    times: table.time.map((ms) => ms / 1000),
    values: table.values,
    labels: text.codes.map((code) => labelOf[code]),
  };
}

/**
 * Reads the data set from its zip archive or unpacked folder. Both devices are brought to one clock on the interval that
 * both cover, by linear interpolation (a lower rate through a low-pass); labels are those of the phone's nearest sample.
 *
 * @param options.rate Samples per second of the common clock.
 * @param options.maxGap Seconds between samples of a device above which the samples between are a gap.
 */
export async function readSpSwHar(
  paths: readonly string[],
  options: { rate: number; maxGap: number },
  progress?: (fraction: number) => void,
): Promise<Recordings> {
  const pattern = /(^|\/)(s\d+)_(\d+)_(sp|sw)\.csv$/;
  const files = await dataFiles(paths, (name) => pattern.test(name));
  const executions = Map.groupBy(files, (f) => {
    const [, , subject, execution] = pattern.exec(f.name)!;
    return `${subject}_${execution}`;
  });
  if (executions.size === 0) {
    throw new InputError("Cannot find the SP+SW recordings: sNN_EE_sp.csv and sNN_EE_sw.csv", {
      file: paths[0],
      hint: "Give the data set's zip archive as published, or its unpacked folder.",
    });
  }
  const recordings: Recording[] = [];
  for (const id of [...executions.keys()].sort()) {
    const pair = executions.get(id)!;
    const phone = pair.find((f) => f.name.endsWith("_sp.csv"));
    const watch = pair.find((f) => f.name.endsWith("_sw.csv"));
    if (phone === undefined || watch === undefined) {
      throw new InputError("Cannot find the other device's file of this execution", { file: pair[0].name });
    }
    const devices = [readDevice(phone), readDevice(watch)];
    const start = Math.max(...devices.map((d) => d.times[0]));
    const end = Math.min(...devices.map((d) => d.times[d.times.length - 1]));
    const count = Math.floor((end - start) * options.rate + 1e-6) + 1;
    if (count < 2) {
      throw new InputError("Cannot join the devices: their times do not overlap", { file: watch.name });
    }
    const { rate, maxGap } = options;
    const [a, b] = devices.map((d) => {
      const measured = (d.times.length - 1) / (d.times[d.times.length - 1] - d.times[0]);
      const times = d.times.map((t) => t - start);
      return toClock(d.values, 6, times, { rate, count, measured, limit: maxGap });
    });
    const data = new Float32Array(count * 12);
    for (let t = 0; t < count; t++) {
      data.set(a.values.subarray(t * 6, t * 6 + 6), t * 12);
      data.set(b.values.subarray(t * 6, t * 6 + 6), t * 12 + 6);
    }
    recordings.push({
      id,
      subject: id.split("_")[0],
      samples: count,
      data,
      labels: a.nearest.map((k) => devices[0].labels[k]),
      gaps: [...a.gaps, ...b.gaps].sort((x, y) => x[0] - y[0]),
    });
    progress?.(recordings.length / executions.size);
  }
  return {
    rate: options.rate,
    sensors: ["phone", "watch"],
    channels: usualChannels(6),
    units: ["m/s^2", "m/s^2", "m/s^2", "rad/s", "rad/s", "rad/s"],
    triads: [[0, 1, 2], [3, 4, 5]],
    labelNames: [...spSwLabels],
    origin: "measured",
    source: sourceOf(spSwHar),
    recordings,
  };
}
