/** What a run shows while it goes on: a rewritten line on a terminal, plain lines in a log, events as JSON lines. */
import type { EngineEvent, EventSink } from "../../engine/event.ts";
import { clip } from "../../text/clip.ts";
import { printable } from "./format.ts";
import { duration } from "../../text/numbers.ts";
import { LongSteps } from "./long_steps.ts";
import { RunState } from "./status_line.ts";
import { columns, err, errRaw, errStyle, isTerminal, out, type Style } from "./terminal.ts";

/** Shows events until `close`. */
export interface Reporter {
  sink: EventSink;
  close(): void;
}

/** The reporter for this terminal and these options. */
export function openReporter(options: { json?: boolean; quiet?: boolean }): Reporter {
  if (options.json === true) return { sink: (event) => out(JSON.stringify(event)), close() {} };
  if (options.quiet === true) return { sink: () => {}, close() {} };
  return isTerminal() ? new TerminalReporter() : new PlainReporter();
}

/** What tasks say of themselves when they are done: the message of a progress of 1. */
class LastWords {
  readonly #words = new Map<string, string>();

  /** The line of a task that succeeded, with its last words below. */
  see(event: EngineEvent, line: string | undefined): string | undefined {
    if (event.type === "task-progress") {
      if (event.fraction === 1) this.#words.set(event.task, event.message);
      else this.#words.delete(event.task);
    }
    const words = event.type === "task-succeeded" ? this.#words.get(event.task) : undefined;
    return words === undefined ? line : `${line}\n${indent(printable(words))}`;
  }
}

/** The lasting line of an event; undefined for events that only change the status. */
export function eventLine(event: EngineEvent, style: Style = errStyle): string | undefined {
  const { red, yellow, green, dim } = style;
  switch (event.type) {
    case "task-succeeded":
      return `${green("done")}     ${event.task} ${dim(duration(event.seconds))}`;
    case "task-failed":
      return `${red("failed")}   ${event.task} ${dim(duration(event.seconds))}\n${
        indent(printable(event.message))
      }\n  log: ${event.log}`;
    case "task-blocked":
      return `${yellow("blocked")}  ${event.task} ${dim(event.reason)}`;
    case "task-warning":
      return `${yellow("warning")}  ${event.task}: ${printable(event.message)}`;
    case "task-retry":
      return `${yellow("retry")}    ${event.task} in ${duration(event.delaySeconds)}: ${
        printable(event.message)
      }`;
    case "store-warning":
      return `${yellow("store")}    ${event.task === undefined ? "" : `${event.task}: `}${event.message}`;
    default:
      return undefined;
  }
}

function indent(text: string): string {
  return text.split("\n").map((line) => `  ${line}`).join("\n");
}

/** Plain lines: starts, ends, progress at most every five seconds for each task, and a word of those that say nothing. */
class PlainReporter implements Reporter {
  readonly #words = new LastWords();
  readonly #said = new Map<string, number>();
  readonly #long = new LongSteps();
  #timer: ReturnType<typeof setInterval> | undefined;

  sink = (event: EngineEvent): void => {
    const line = this.#words.see(event, eventLine(event));
    if (event.type === "task-started") {
      this.#said.set(event.task, performance.now());
      this.#long.started(event.task, performance.now());
      // Set with the first step that runs: a run without news needs no timer.
      this.#timer ??= setInterval(() => this.#long.lines(performance.now()).forEach(err), 10_000);
      err(`run      ${event.task}: ${event.reason}`);
    } else if (event.type === "task-progress") {
      const now = performance.now();
      if (now - (this.#said.get(event.task) ?? 0) < 5000) return;
      this.#said.set(event.task, now);
      this.#long.heard(event.task, now);
      const share = event.fraction === undefined ? "" : ` ${Math.round(event.fraction * 100)} %`;
      err(`...      ${event.task}${share} ${printable(event.message)}`);
    } else if (line !== undefined) err(line);
    if (event.type === "task-succeeded" || event.type === "task-failed") this.#long.ended(event.task);
  };

  close(): void {
    clearInterval(this.#timer);
  }
}

const CLEAR = "\r\x1b[2K";

/** Lasting lines scroll; the last line is rewritten. */
class TerminalReporter implements Reporter {
  readonly #words = new LastWords();
  readonly #state = new RunState();
  readonly #timer: ReturnType<typeof setInterval>;
  #shown = false;
  #drawn = 0;

  constructor() {
    this.#timer = setInterval(() => this.#draw(), 500);
  }

  sink = (event: EngineEvent): void => {
    this.#state.apply(event);
    const line = this.#words.see(event, eventLine(event));
    if (line !== undefined) {
      this.#clear();
      err(line);
    }
    // A thousand restored tasks must not cost a thousand redraws.
    if (line !== undefined || performance.now() - this.#drawn > 100) this.#draw();
  };

  #draw(): void {
    if (this.#state.total === 0) return;
    this.#drawn = performance.now();
    errRaw(`${CLEAR}${errStyle.dim(clip(this.#state.line(columns() - 1), columns() - 1))}`);
    this.#shown = true;
  }

  #clear(): void {
    if (this.#shown) errRaw(CLEAR);
    this.#shown = false;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#clear();
  }
}
