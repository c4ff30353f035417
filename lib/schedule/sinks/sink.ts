/** What a place for alerts is: how a run's message looks there. */
import type { Resolved, RunReport } from "../report.ts";

/** What is said of a run: its report without the numbers, and what is well again. */
export type RunMessage = Omit<RunReport, "values" | "held"> & { type: "motiflow-run"; resolved: Resolved[] };

/** A kind of place that takes messages as a POST of JSON. One file each; the list names them. */
export interface AlertSink {
  /** Word before the address, as in `--webhook slack:https://…`. */
  kind: string;
  /** Whether an address without a kind is one of these. */
  claims(address: URL): boolean;
  /** The JSON that the place takes. */
  body(message: RunMessage): unknown;
}

/** The message in one line. */
export function subject({ workflow, status, alerts, failures, broken, resolved = [] }: RunMessage): string {
  const parts = [
    ...(alerts.length === 0 ? [] : [`${alerts.length} broken ${alerts.length === 1 ? "limit" : "limits"}`]),
    ...(failures.length === 0 || broken === true
      ? []
      : [`${failures.length} failed ${failures.length === 1 ? "step" : "steps"}`]),
    ...(broken === true ? ["its file is broken"] : []),
    ...(resolved.length === 0 ? [] : [`${resolved.length} resolved`]),
  ];
  return `${workflow} ${status}${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`;
}

/** The message in lines: what broke with its value, limit and n, what failed, which run. */
export function lines({ run, file, due, ended, alerts, failures, resolved = [] }: RunMessage): string[] {
  return [
    ...alerts.map(({ message, n }) => `${message}, n = ${n}`),
    ...failures.map(({ task, message }) => `${task} failed: ${message.split("\n", 1)[0]}`),
    ...resolved.map(({ message, since }) => `resolved: ${message} (told ${since})`),
    `run ${run} of ${file}, ended ${ended}${due === null ? "" : `, due ${due}`}`,
  ];
}
