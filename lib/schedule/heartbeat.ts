/** A sign of life of the scheduler, for whoever watches the watcher: a file, or an address that is called. */
import { existsSync, renameSync } from "node:fs";
import { hostname } from "node:os";
import { InputError } from "../errors.ts";
import { callAddress, withoutAddress } from "./call.ts";

/** What the scheduler says of itself. */
export interface Beat {
  time: string;
  /** Workflows that are looked after, and those that run now. */
  workflows: number;
  running: string[];
  /** Next due time of any of them; null where none ever comes. */
  next: string | null;
}

/** Gives a sign of life. Never throws. */
export type Heart = (beat: Beat) => void;

/** Shortest time between two calls of an address: turns may be shorter. */
const PAUSE = 50_000;

/**
 * A heart that beats at a place. A path that ends with `.prom` gets a gauge for the text-file collector of the node
 * exporter, any other path JSON; an http(s) address gets a POST of the JSON, as dead-man services take it. A service
 * that hears nothing for some minutes raises the alarm.
 *
 * @param onWarning Told once while a beat does not get through.
 * @throws {InputError} where an address cannot be called.
 */
export function heartAt(place: string, onWarning: (message: string) => void): Heart {
  const beat = /^https?:/i.test(place) ? calling(place) : writing(place);
  let told = false;
  return (said) => {
    void beat(said).then(() => told = false, (error) => {
      if (!told) {
        onWarning(`cannot give a sign of life: ${withoutAddress((error as Error).message, "the address")}`);
      }
      told = true;
    });
  };
}

function calling(url: string): (beat: Beat) => Promise<void> {
  if (!URL.canParse(url)) {
    throw new InputError("Cannot send heartbeats: the address cannot be read", {
      hint: "Write --heartbeat https://… or a path.",
    });
  }
  let last = -Infinity;
  let under = false;
  return async (beat) => {
    if (under || performance.now() - last < PAUSE) return;
    [under, last] = [true, performance.now()];
    try {
      await callAddress(url, JSON.stringify(beat), "the address");
    } finally {
      under = false;
    }
  };
}

function writing(path: string): (beat: Beat) => Promise<void> {
  // deno-lint-ignore require-await -- its errors are to be the promise's
  return async (beat) => {
    const said = path.endsWith(".prom")
      ? gauges(beat)
      : JSON.stringify({ host: hostname(), pid: Deno.pid, ...beat }) + "\n";
    if (existsSync(path) && !isBeat(Deno.readTextFileSync(path))) {
      throw new InputError(`Cannot write ${path}: it is there and is no earlier sign of life`);
    }
    const draft = `${path}.${crypto.randomUUID()}.tmp`;
    Deno.writeTextFileSync(draft, said);
    renameSync(draft, path);
  };
}

/** Whether a file is what an earlier beat left; nothing else is overwritten. */
function isBeat(text: string): boolean {
  return text === "" || text.startsWith(`# HELP ${gauge} `) ||
    /^\{"host":".*"workflows":\d+.*\}\n$/.test(text);
}

const gauge = "motiflow_scheduler_heartbeat_seconds";

function gauges({ time, workflows, running }: Beat): string {
  return [
    `# HELP ${gauge} When the scheduler last looked after its workflows.`,
    `# TYPE ${gauge} gauge`,
    `${gauge} ${Date.parse(time) / 1000}`,
    "# TYPE motiflow_scheduler_workflows gauge",
    `motiflow_scheduler_workflows ${workflows}`,
    "# TYPE motiflow_scheduler_running gauge",
    `motiflow_scheduler_running ${running.length}`,
    "",
  ].join("\n");
}
