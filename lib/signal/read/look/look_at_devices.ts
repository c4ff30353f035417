/** Looks at files of loggers, and at label intervals and lists beside them. */
import { InputError } from "../../../errors.ts";
import { type DataFile, dataFiles } from "../archive.ts";
import { openCsv } from "../csv.ts";
import { openBytes } from "../devices/byte_source.ts";
import type { DeviceSignal } from "../devices/device_signal.ts";
import { formats, openSignal, UnknownFormat } from "../devices/formats.ts";
import { listed } from "../laws/notes.ts";
import { lookBeside } from "./beside.ts";
import { labelColumn } from "./columns.ts";
import type { FolderSeen } from "./seen.ts";
import { guessSubjectPattern } from "./subject_pattern.ts";

const ending = new RegExp(`\\.(${formats.map((f) => f.ending).join("|")})$`, "i");
const beside = /\.(csv|tsv|json)$/i;

const withoutEnding = (name: string) => name.replace(/(\.[a-z0-9]+?)(\.gz)?$/i, "");

/** Files of which each is opened; of more, the others are taken to be alike. */
const most = 50;

/** @returns Undefined where there is no file of a known device. */
export async function lookAtDevices(paths: readonly string[]): Promise<FolderSeen | undefined> {
  if (!paths.some((path) => ending.test(path.replace(/\.gz$/i, "")) || /\.zip$/i.test(path))) {
    return undefined;
  }
  const all = await dataFiles(paths, (name) => ending.test(name) || beside.test(name));
  const files = all.filter((f) => ending.test(f.name));
  const seen: FolderSeen = { uses: "load", params: { source: "device" }, facts: [], guesses: [], open: [] };
  const signals: { name: string; signal: DeviceSignal }[] = [];
  const broken: InputError[] = [];
  for (const file of files.slice(0, most)) {
    const signal = lookAtOne(file, broken);
    if (signal !== undefined) signals.push({ name: file.name, signal });
  }
  if (signals.length === 0) {
    const known = broken.find((cause) => !(cause instanceof UnknownFormat));
    if (known !== undefined && files.length === all.length) throw known;
    return undefined;
  }
  if (broken.length > 0) {
    seen.facts.push(...broken.map(({ message }) => `cannot be read: ${message.split("\n")[0]}`));
    seen.params.on_bad = "skip";
    seen.guesses.push("on_bad: files that cannot be read are left out and named");
  }
  describeSignals(files, signals, seen);
  const loggers = new Set(files.map((f) => withoutEnding(f.name)));
  await proposeLabels(all.filter((f) => beside.test(f.name)), loggers, seen);
  proposeSubjects(files.map((f) => f.name), signals.map(({ signal }) => signal), seen);
  return seen;
}

/** The file's signal; undefined, and among the broken, where it cannot be read. */
function lookAtOne(file: DataFile, broken: InputError[]): DeviceSignal | undefined {
  try {
    using bytes = openBytes(file);
    return openSignal(bytes, file.name);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    broken.push(cause);
  }
}

function describeSignals(
  files: readonly DataFile[],
  signals: readonly { name: string; signal: DeviceSignal }[],
  seen: FolderSeen,
): void {
  const { facts, guesses, params } = seen;
  const lengths = signals.map(({ signal: { blocks, rate } }) =>
    blocks.samples.reduce((a, b) => a + b, 0) / rate
  );
  const hours = lengths.reduce((a, b) => a + b, 0) / 3600;
  for (const [device, own] of Map.groupBy(signals, ({ signal }) => signal.device)) {
    const rates = [...new Set(own.map(({ signal }) => signal.rate))];
    facts.push(
      `${own.length} ${own.length === 1 ? "file" : "files"} of ${device} at ${rates.join(", ")} Hz: ${
        own[0].signal.channels.join(", ")
      }`,
    );
  }
  facts.push(`${hours.toPrecision(3)} hours in ${signals.length} of ${files.length} files`);
  for (
    const note of new Set(signals.flatMap(({ name, signal }) => signal.notes.map((n) => `${n}: ${name}`)))
  ) {
    facts.push(note);
  }
  const rates = signals.map(({ signal }) => signal.rate);
  const slowest = Math.min(...rates);
  if (slowest !== Math.max(...rates)) {
    params.rate = slowest;
    guesses.push(`rate: the slowest, ${slowest} Hz; others go through a low-pass`);
  }
  const short = lengths.filter((s) => s < 1).length;
  if (short > 0) {
    params.short = "skip";
    guesses.push(`short: ${short} recordings below a second are left out and named`);
  }
  seen.data = {
    rate: slowest,
    subjects: 1,
    classes: 0,
    shortest: Math.floor(Math.min(...lengths.filter((s) => s >= 1)) * slowest),
  };
}

/** Label intervals, on the device's clock where they are dates. */
async function proposeLabels(
  files: readonly DataFile[],
  loggers: ReadonlySet<string>,
  { params, guesses, open, data }: FolderSeen,
): Promise<void> {
  const found = await lookBeside(files, (file) => openCsv(file), (name) => loggers.has(withoutEnding(name)));
  Object.assign(params, found.params);
  guesses.push(...found.guesses);
  const label = params.label as { from: string; times?: string } | undefined;
  if (label === undefined) {
    open.push({
      what: "there are no labels",
      write:
        "label: { from: intervals, files: <pattern>, times: clock } with start,end,label beside the files",
    });
    return;
  }
  // Only a list of files tells whole files' labels; how many there are is seen when they are read.
  data!.classes = 2;
  if (label.from !== "intervals") return;
  const own = files.filter((f) => found.files.has(f.name));
  data!.classes = await classesOf(own);
  const dated = /\d{4}-\d\d-\d\d|\d\d?:\d\d:\d\d/.test(new TextDecoder().decode(own[0].read()));
  label.times = dated ? "clock" : "relative";
  if (dated) guesses.push("their times: those of the device's clock");
}

/** Different labels in files of intervals. */
async function classesOf(files: readonly DataFile[]): Promise<number> {
  const names = new Set<string>();
  for (const file of files) {
    const table = openCsv(file);
    const header = table.header ?? [];
    const column = header.indexOf(labelColumn(header) ?? "");
    const { texts } = await table.read({
      values: [],
      texts: [column < 0 ? table.columns - 1 : column],
      missing: "gap",
    });
    texts[0].names.forEach((name) => names.add(name));
  }
  return names.size;
}

function proposeSubjects(names: readonly string[], signals: readonly DeviceSignal[], seen: FolderSeen): void {
  const { params, guesses, data } = seen;
  if (params.subject !== undefined) return;
  const ownSubjects = signals.map(({ subject }) => subject);
  const pattern = guessSubjectPattern(names);
  if (pattern !== undefined) {
    params.subject = { from: "filename", pattern };
    guesses.push(`subject: first group of ${pattern} in the file's name`);
    data!.subjects = new Set(names.map((name) => new RegExp(pattern).exec(name)?.[1])).size;
  } else if (
    ownSubjects.every((subject) => subject !== undefined) &&
    (names.length === 1 || new Set(ownSubjects).size > 1)
  ) {
    params.subject = { from: "header" };
    guesses.push(`subject: what the devices were told, as ${listed([...new Set(ownSubjects)])}`);
    data!.subjects = new Set(ownSubjects).size;
  }
}
