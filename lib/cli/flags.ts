/** Options that several verbs share, each told once. */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { splitNames } from "../engine/run/select_tasks.ts";
import { parseByteSize } from "../workflow/byte_size.ts";

/** Collects `--param name=value`. */
export function collectParam(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It must be name=value, for example levels=[8,6,5].");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Collects an option that may be given several times, or with commas: those in brackets belong to a task's id. */
export function collect(text: string, before: string[] = []): string[] {
  return [...before, ...splitNames(text)];
}

/** A whole number of at least one. */
export function wholePositive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError("It must be a whole number of at least 1.");
  }
  return value;
}

/** A number above zero. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be a positive number.");
  return value;
}

/** An option that is a size, in bytes. */
export function parseBytes(text: string): number {
  const bytes = parseByteSize(text);
  if (bytes === undefined) throw new InvalidArgumentError("It must be a size such as 500MB or 2GiB.");
  return bytes;
}

/** An option that is a number of days. */
export function days(text: string): number {
  const match = /^(\d+(?:\.\d+)?)d?$/.exec(text);
  if (match === null) throw new InvalidArgumentError("It must be a number of days such as 30d.");
  return Number(match[1]);
}

export const rootOption = new Option("--root <dir>", "project root");

export const jsonOption = new Option("--json", "as JSON");

export const paramOption = new Option(
  "--param <name=value>",
  "override a param, e.g. levels=[8,6,5] or train.epochs=3; may be repeated",
).argParser(collectParam);

export const paramsFileOption = new Option(
  "--params-file <file>",
  "take values of params from a YAML or JSON file; may be repeated",
).argParser((file: string, before: string[] = []) => [...before, file]);

export const profileOption = new Option(
  "--profile <name>",
  "lay a profile of the file over it; by default $MOTIFLOW_PROFILE; may be repeated",
).argParser(collect);

export const onlyOption = new Option(
  "--only <step>",
  "only these steps; their inputs must be in the store",
).argParser(collect);

export const untilOption = new Option("--until <step>", "these steps and what they need").argParser(collect);

export const fromOption = new Option("--from <step>", "these steps and what depends on them").argParser(
  collect,
);

export const forceOption = new Option(
  "--force <step>",
  "run these steps although a result is in the store",
).argParser(collect);

export const jobsOption = new Option(
  "--jobs <n>",
  "steps at the same time, also -j; by default the number of CPU cores",
).argParser(wholePositive);
// Mistakes are told of --jobs, whichever was written.
jobsOption.short = "-j";

/** A word by which runs are found again. */
export function collectTag(text: string, before: string[] = []): string[] {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._:/-]{0,63}$/u.test(text)) {
    throw new InvalidArgumentError("It must be one word of letters, digits and . _ : / -");
  }
  return [...new Set([...before, text])];
}

/** Where alerts go. */
export const webhookOption = new Option(
  "--webhook <address>",
  "post broken limits and failures to a URL or slack:URL, teams:URL, email:URL, json:URL; by default " +
    "$MOTIFLOW_WEBHOOK",
);

/** What steps that declare their memory may use together. */
export const memoryOption = new Option(
  "--memory <size>",
  "memory for steps that declare theirs, e.g. 8GiB; by default the machine's",
).argParser(parseBytes);
