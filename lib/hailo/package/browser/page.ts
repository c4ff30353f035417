/** The page of a package: a file or the phone's sensors in, behaviours out as they come. */
import { InputError } from "../../../errors.ts";
import { classifyStream, type Source } from "../../../stream/classify_stream.ts";
import { detectDialect } from "../../../signal/read/text/csv_dialect.ts";
import { CsvParser } from "../../../stream/csv_parser.ts";
import { sampleLayout } from "../../../stream/sample_parser.ts";
import { SampleUnits } from "../../../stream/sample_units.ts";
import { allowMotion, motionLines, motionReaders } from "./motion.ts";
import { type OpenPackage, openPackage } from "./open_package.ts";
import { View } from "./view.ts";

const view = new View(document);

/** Ends what runs; the newest source is the one that is shown. */
let running = new AbortController();

function begin(): AbortController {
  running.abort();
  return running = new AbortController();
}

/** What comes before `signal` ends it. */
async function* until(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const some of bytes) {
    if (signal.aborted) return;
    yield some;
  }
}

/** Classifies a source until it ends, and shows each line. */
async function classify(
  packed: OpenPackage,
  { name, bytes }: Source,
  own: AbortController,
  { time, units }: { time: string; units: string },
): Promise<void> {
  const source = { name, bytes: until(bytes, own.signal) };
  const { sensors, units: known } = packed.encoder;
  const { inputs: channels } = packed.classifier();
  const layout = sampleLayout({ sensors, channels }, name, time === "" ? {} : { time });
  const clock = time === "" ? undefined : { name: time, maxGap: packed.pipeline.max_gap };
  const inUnits = new SampleUnits({
    sensors,
    channels,
    units: channels.map((name) => known![packed.encoder.channels.indexOf(name)]),
  }, units === "" ? undefined : units);
  const names = packed.names();
  const events = classifyStream(source, new CsvParser(layout), packed.classifier, {
    onBad: "gap",
    units: inUnits,
    ...(clock && { clock }),
  });
  view.begin(name);
  for await (const event of events) {
    if (running !== own) return;
    if (event.event === "prediction" || event.event === "end") view.show(names.line(event));
    else if (event.event === "bad") view.note(event.error.message);
    else if (event.event === "doubt") view.note(event.message);
    else view.note(`No window of ${packed.encoder.length} samples came without a gap`);
  }
  view.end();
}

/** The time column of a file, as people call it; none where there is no such column. */
async function timeColumn(file: File): Promise<string> {
  const head = new Uint8Array(await file.slice(0, 65_536).arrayBuffer());
  const { header } = detectDialect(head, file.name);
  return header?.find((name) => /^(time(stamp)?|t|seconds)$/i.test(name.trim())) ?? "";
}

async function tell(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { message, hint } = error as InputError;
    view.fail(hint === undefined ? message : `${message}. ${hint}`);
    if (!(error instanceof InputError)) throw error;
  }
}

await tell(async () => {
  const packed = await openPackage(new URL("../", document.baseURI).href);
  view.open(packed);
  view.onFile((file, time, units) =>
    tell(async () => {
      const own = begin();
      const named = time === "" ? await timeColumn(file) : time;
      await classify(packed, { name: file.name, bytes: file.stream() }, own, { time: named, units });
    })
  );
  try {
    motionReaders(packed.pipeline, false);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    view.withoutSensors(error.message);
  }
  view.onSensors(() =>
    tell(async () => {
      await allowMotion();
      const own = begin();
      const source = { name: "sensors of this device", bytes: motionLines(packed.pipeline, own.signal) };
      await classify(packed, source, own, { time: "time", units: "" });
    })
  );
  view.onStop(() => running.abort());
});
