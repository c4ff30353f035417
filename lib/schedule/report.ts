/** What a run has to say to people and other programs. */
import type { Metric } from "../artifacts/metrics.ts";

/** One measured number. */
export interface MeasuredValue extends Omit<Metric, "note" | "noInterval"> {
  task: string;
  metric: string;
}

/** A limit that a value broke. */
export interface RaisedAlert {
  task: string;
  metric: string;
  direction: "below" | "above";
  threshold: number;
  value: number;
  n: number;
  message: string;
  /** Runs in a row that must break the limit before it is sent. */
  confirm: number;
  /** Seconds after an alert during which the same one is not sent again. */
  coolDown: number;
}

/** A limit that a value kept to. */
export type HeldLimit = Pick<RaisedAlert, "task" | "metric" | "direction" | "threshold" | "value" | "n">;

/** Something that was told as broken and is well again. */
export interface Resolved {
  message: string;
  /** When it was first told. */
  since: string;
}

/** A limit that could not be judged. */
export interface UnjudgedAlert {
  metric: string;
  reason: string;
}

/** All of a run. */
export interface RunReport {
  run: string;
  workflow: string;
  /** Workflow file, relative to the root. */
  file: string;
  /** The due time that the run stands for; null when a person started it. */
  due: string | null;
  started: string;
  ended: string;
  status: string;
  values: MeasuredValue[];
  alerts: RaisedAlert[];
  held: HeldLimit[];
  unjudged: UnjudgedAlert[];
  /** Steps that failed, with what they said. */
  failures: { task: string; message: string }[];
  /** Whether every step of the workflow has its result: none failed, none was left out by `--only` and the like. */
  whole: boolean;
  /** The workflow file itself could not be read, so nothing was run. */
  broken?: true;
}
