/** What a stream printed or a device logged, read back: its windows, codes and behaviours in the order of the lines. */
import { basename } from "node:path";
import { z } from "zod";
import { misfitOf, objectOf, type Schema } from "../artifacts/read_json.ts";
import type { Recording } from "../artifacts/recordings.ts";
import type { Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";

/** One prediction. */
interface LoggedPrediction {
  code: number | null;
  /** `null` where the model names none. */
  behaviour: string | null;
  confidence: number;
}

/** Predictions without a break between them, of one wearer. */
interface Stretch {
  id: string;
  subject: string;
  predictions: LoggedPrediction[];
}

export interface PredictionLog {
  stretches: Stretch[];
  /** Predictions a second that the log names; undefined where it names none. */
  rate: number | undefined;
  /** Names of behaviours, sorted. */
  names: string[];
}

interface LogLine {
  event: string;
  subject?: string | null;
  rate?: number;
  code?: number | null;
  behaviour?: string | null;
  confidence?: number | null;
  motif?: { confidence: number | null };
}

const lineSchema: Schema<LogLine> = () =>
  objectOf<LogLine>({
    event: z.string(),
    subject: z.string().nullish() as z.ZodType<string>,
    rate: z.number().positive().optional() as z.ZodType<number>,
    code: z.int().min(0).nullish() as z.ZodType<number>,
    behaviour: z.string().nullish() as z.ZodType<string>,
    confidence: z.number().nullish() as z.ZodType<number>,
    motif: z.object({ confidence: z.number().nullable() }).optional() as z.ZodType<LogLine["motif"]>,
  });

/**
 * Reads lines of JSON as `motiflow stream`, `scripts/stream.py` and `service/serve.py` write them. Every line that is no
 * prediction ends a stretch, and so does another wearer. A last line that was cut off is left out.
 *
 * @param paths In the order of their lines.
 * @throws {InputError} naming file and line.
 */
export async function readPredictionLog(paths: readonly string[]): Promise<PredictionLog> {
  const stretches: Stretch[] = [];
  const rates = new Set<number>();
  for (const path of paths) {
    const file = basename(path);
    let wearer = file.replace(/\.[^.]*$/, "");
    let open: Stretch | undefined;
    const text = await Deno.readTextFile(path);
    const lines = text.split("\n");
    for (const [i, line] of lines.entries()) {
      // What a device was still writing when its log was copied.
      if (line.trim() === "" || i === lines.length - 1 && !line.endsWith("}")) continue;
      const entry = parsed(line, file, i + 1);
      if (entry.rate !== undefined) rates.add(entry.rate);
      if (entry.event === "start") wearer = entry.subject ?? wearer;
      if (entry.event !== "prediction") {
        open = undefined;
        continue;
      }
      const subject = entry.subject ?? wearer;
      if (open?.subject !== subject) {
        open = { id: `${file}:${i + 1}`, subject, predictions: [] };
        stretches.push(open);
      }
      open.predictions.push({
        code: entry.code ?? null,
        behaviour: entry.behaviour ?? null,
        confidence: entry.motif?.confidence ?? entry.confidence ?? 0,
      });
    }
  }
  if (stretches.length === 0) {
    throw new InputError("Cannot import log: there is no prediction in it", {
      file: basename(paths[0] ?? "log"),
      hint: "Give the lines that `stream` prints, or the files that service/serve.py of a package keeps.",
    });
  }
  if (rates.size > 1) {
    throw new InputError(
      `Cannot import log: its files name ${[...rates].join(" and ")} predictions a second`,
      {
        file: basename(paths[0]),
        hint: "Import the files of each model on their own.",
      },
    );
  }
  const all = stretches.flatMap(({ predictions }) => predictions.map(({ behaviour }) => behaviour));
  const names = [...new Set(all)].filter((name) => name !== null).sort();
  return { stretches, rate: [...rates][0], names };
}

function parsed(line: string, file: string, row: number): LogLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new InputError("Cannot import log: the line is no JSON", { file, row, cause });
  }
  const misfit = misfitOf(value, lineSchema);
  if (misfit === undefined) return value as LogLine;
  throw new InputError(`Cannot import log: ${misfit}`, { file, row });
}

/** Codes by prediction. @throws {InputError} where a prediction has none. */
export function codesOfLog({ stretches }: PredictionLog): Float64Array {
  const all = stretches.flatMap(({ predictions }) => predictions.map(({ code }) => code));
  if (all.includes(null)) {
    throw new InputError("Cannot import log: its predictions have no codes", {
      hint: "Codes come from models with a quantiser; import labels instead.",
    });
  }
  return Float64Array.from(all as number[]);
}

/** Place of each prediction's behaviour among the names, −1 where it has none. */
export function behavioursOfLog({ stretches, names }: PredictionLog): Int32Array {
  const place = new Map(names.map((name, i) => [name, i]));
  return Int32Array.from(
    stretches.flatMap(({ predictions }) =>
      predictions.map(({ behaviour }) => place.get(behaviour ?? "") ?? -1)
    ),
  );
}

/**
 * Each prediction as a window of one sample, its confidence: what the samples were is in no log.
 *
 * @param rate Predictions a second.
 */
export function windowsOfLog(log: PredictionLog, rate: number): Windows {
  if (log.rate !== undefined && Math.abs(log.rate - rate) > 1e-9 * rate) {
    throw new InputError(`Cannot import log: it has ${log.rate} predictions a second, rate says ${rate}`, {
      hint: `Write rate: ${log.rate}.`,
    });
  }
  const labels = behavioursOfLog(log);
  let at = 0;
  const recordings = log.stretches.map(({ id, subject, predictions }): Recording => ({
    id,
    subject,
    samples: predictions.length,
    data: Float32Array.from(predictions, ({ confidence }) => confidence),
    labels: labels.slice(at, at += predictions.length),
    gaps: [],
  }));
  const index = recordings.flatMap(({ samples }, r) => Array.from({ length: samples }, (_, i) => [r, i]));
  return {
    recordings: {
      ...{ rate, sensors: ["device"], channels: ["confidence"], units: ["1"], triads: [] },
      ...{ labelNames: log.names, origin: "measured", source: { name: "log of predictions" }, recordings },
    },
    recording: Int32Array.from(index, ([r]) => r),
    start: Int32Array.from(index, ([, i]) => i),
    labels,
    purity: new Float32Array(labels.length).fill(1),
    length: 1,
    hop: 1,
  };
}
