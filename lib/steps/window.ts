/** Step `window`: cuts recordings into windows. */
import { z } from "zod";
import { readHeader } from "../artifacts/artifact.ts";
import { Recordings } from "../artifacts/recordings.ts";
import { mergedOf } from "../artifacts/shards.ts";
import { Windows } from "../artifacts/windows.ts";
import { extentSamples } from "../signal/window/extent.ts";
import { defineStep } from "./define.ts";
import { extentText } from "./shared/extent_text.ts";

const params = z.strictObject({
  length: z.union([z.int().min(2), extentText]).default(100)
    .describe('Length of a window in samples, or as time like "2s".'),
  hop: z.union([z.int().min(1), extentText]).default("50%")
    .describe(
      'Distance between window starts in samples, as time like "1s", or as a share of the length like "50%".',
    ),
  within: z.enum(["recording", "label"]).default("recording")
    .describe(
      "Cut anywhere in a recording, or only inside stretches of one label, leaving out unlabelled samples.",
    ),
  context: z.union([z.int().min(0), extentText]).default(0)
    .describe(
      'What the model sees on either side of a window, though its label is not about it: samples, time like "1s", or a share of the length. A stream then answers that much later.',
    ),
});

export default defineStep({
  type: "window",
  summary: "Cut recordings into windows of fixed length that cross neither recordings nor gaps",
  inputs: { recordings: Recordings },
  params,
  outputs: { windows: Windows },
  check(params) {
    return typeof params.length === "string" && params.length.endsWith("%")
      ? [{ path: ["length"], message: 'must be samples or a time such as "2s", not a share' }]
      : [];
  },
  notLive: ({ context, within }) => [
    ...(context === 0 ? [] : [{
      path: ["context"],
      message: `with context: ${context} each answer comes that much later`,
      hint: "leave context out where answers are wanted at once",
    }]),
    ...(within === "recording" ? [] : [{
      path: ["within"],
      message: "within: label cuts no window across a change, as a stream will",
      hint: "within: recording judges what a stream sees",
    }]),
  ],
  map: "recording",
  async merge({ shards, inputDirs, params, warn }) {
    const headers = await Promise.all(
      shards.windows.map((dir) => readHeader(dir, "Windows", Windows.version)),
    );
    if (headers.every(({ meta }) => meta.windows === 0)) return undefined;
    const recordings = await Recordings.read(inputDirs.recordings!);
    const length = Math.max(2, extentSamples(params.length, recordings.rate));
    await adviseOnLength(recordings, length, warn);
    return { windows: mergedOf(inputDirs.recordings!, "Recordings") ?? {} };
  },
  async run({ inputs: { recordings }, params, shard, log, warn }) {
    const { cutWindows } = await import("../signal/window/windows.ts");
    const length = Math.max(2, extentSamples(params.length, recordings.rate));
    const hop = Math.max(1, extentSamples(params.hop, recordings.rate, length));
    const context = Math.max(0, extentSamples(params.context, recordings.rate, length));
    const windows = cutWindows(recordings, {
      length,
      hop,
      within: params.within,
      context,
      mayBeNone: shard !== undefined,
    });
    const used = new Set(windows.recording);
    const left = recordings.recordings.filter((_, i) => !used.has(i)).map((r) => r.id);
    if (left.length > 0) {
      warn(
        `No window of ${length} samples fits into ${left.length} of ${recordings.recordings.length} recordings: ${
          left.slice(0, 5).join(", ")
        }${left.length > 5 ? ", …" : ""}`,
      );
    }
    // What only all recordings show is told when all are there.
    if (shard === undefined) await adviseOnLength(recordings, length, warn);
    const unlabelled = windows.labels.reduce((n, label) => n + (label < 0 ? 1 : 0), 0);
    log(
      `${windows.start.length} windows of ${length} samples every ${hop} (${
        (length / recordings.rate).toFixed(2)
      } s every ${(hop / recordings.rate).toFixed(2)} s), ${unlabelled} without label`,
    );
    return { windows };
  },
});

/** Warns where windows of `length` samples are longer than what they are to tell apart. */
async function adviseOnLength(
  recordings: Recordings,
  length: number,
  warn: (message: string) => void,
): Promise<void> {
  // Labels of all samples are only read where there are some.
  if (recordings.labelNames.length === 0) return;
  const { adviseLengths, medianBout } = await import("../signal/window/window_advice.ts");
  const [{ covered, lost }] = adviseLengths(recordings, [length]);
  if (lost.length > 0) warn(`No labelled bout is as long as a window: ${lost.join(", ")}`);
  if (covered >= 0.5) return;
  warn(
    `Windows of ${length} samples are longer than most labelled bouts (median ${
      medianBout(recordings)
    } samples): ` + `${(100 * covered).toFixed(0)} % of the labelled time lies in bouts that hold one`,
  );
}
