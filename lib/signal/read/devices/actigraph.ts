/**
 * ActiGraph: `.gt3x`, a zip archive of `info.txt` with `log.bin`, or with `activity.bin` from older devices.
 * Sources: github.com/actigraph/GT3X-File-Format and github.com/actigraph/NHANES-GT3X-File-Format.
 */
import { InputError } from "../../../errors.ts";
import { readZip, type ZipEntry } from "../zip.ts";
import { readLog } from "./actigraph_log.ts";
import type { ByteSource } from "./byte_source.ts";
import { BlockList, copyAgain, type DeviceFormat, type DeviceSignal } from "./device_signal.ts";
import { unpackTwelveBits } from "./twelve_bits.ts";

/** .NET counts steps of 100 ns from the year 1. */
const ticks = { perSecond: 10_000_000n, to1970: 621_355_968_000_000_000n };
/** Samples of noise, which is the least that moves, pack into no less than a hundredth. */
const [mostPacked, harmless] = [100, 1 << 24];
/** Samples of a block of the older format, which has none. */
const blockSamples = 1200;
const notPacked =
  `${copyAgain} Of one that was unpacked, info.txt and the .bin files belong into the zip archive itself.`;

function secondsOf(text: string | undefined): number {
  return /^\d{17,19}$/.test(text ?? "")
    ? Number(BigInt(text!) - ticks.to1970) / Number(ticks.perSecond)
    : NaN;
}

/** The archive's entries, unpacked when asked for. */
function openArchive(bytes: Uint8Array, file: string): (name: string) => Uint8Array | undefined {
  const withCause = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw new InputError(`Cannot read recording: ${(cause as Error).message}`, {
        file,
        hint: /encrypted/.test(String(cause))
          ? "Unpack it with its password, and pack it again without one."
          : "Copy the file from the device, or download it, again.",
        cause,
      });
    }
  };
  const entries = new Map<string, ZipEntry>(withCause(() => readZip(bytes)).map((e) => [e.name, e]));
  return (name) => {
    const entry = entries.get(name);
    if (entry === undefined) return undefined;
    if (entry.size > harmless && entry.size > mostPacked * bytes.length) {
      throw new InputError(
        `Cannot read recording: ${name} claims to hold ${entry.size} bytes, which is too much`,
        { file, hint: copyAgain },
      );
    }
    return withCause(entry.read);
  };
}

/** Counts per g: as the file says, else by the model that the serial number begins with. */
function scaleOf(info: Map<string, string>, file: string): number {
  const text = info.get("acceleration scale") ?? "";
  const written = Number(text.replace(",", "."));
  if (written > 0 && Number.isFinite(written)) return written;
  if (text !== "") {
    throw new InputError(`Cannot read recording: its info.txt has Acceleration Scale "${text}"`, {
      file,
      hint: `${copyAgain} It is the counts of 1 g, such as 256.`,
    });
  }
  const serial = info.get("serial number") ?? "";
  if (/^(NEO|CLE|MRA)/.test(serial)) return 341;
  if (/^(MOS|TAS)/.test(serial)) return 256;
  throw new InputError(
    `Cannot read recording: its info.txt has no acceleration scale, and "${serial}" is unknown`,
    { file, hint: "Export it as raw CSV with the maker's program, which knows the device." },
  );
}

export const actigraph: DeviceFormat = {
  name: "ActiGraph",
  ending: "gt3x",
  recognize: (head) => head[0] === 0x50 && head[1] === 0x4b,
  open(source: ByteSource, file): DeviceSignal {
    const read = openArchive(source.at(0, source.size), file);
    const text = read("info.txt");
    if (text === undefined) {
      throw new InputError("Cannot read recording: the archive has no info.txt, which a .gt3x file has", {
        file,
        hint: notPacked,
      });
    }
    const info = new Map(
      new TextDecoder().decode(text).split(/\r?\n/).filter((line) => line.includes(":"))
        .map((
          line,
        ) => [
          line.slice(0, line.indexOf(":")).trim().toLowerCase(),
          line.slice(line.indexOf(":") + 1).trim(),
        ]),
    );
    const rate = Number(info.get("sample rate") ?? NaN);
    const start = secondsOf(info.get("start date"));
    if (!(rate > 0) || Number.isNaN(start)) {
      throw new InputError(
        `Cannot read recording: its info.txt has Sample Rate "${info.get("sample rate")}" and Start Date "${
          info.get("start date")
        }"`,
        {
          file,
          hint:
            "Copy the file from the device again; a rate is above 0, a date counts 100 ns from the year 1.",
        },
      );
    }
    const common = {
      device: `ActiGraph ${info.get("device type") ?? ""}`.trim(),
      channels: ["acc_x", "acc_y", "acc_z"],
      units: ["g", "g", "g"],
      rate,
      subject: info.get("subject name") || undefined,
      facts: factsOf(info),
      pause: "idle sleep mode, or records that are lost",
    };
    const counts = scaleOf(info, file);
    const scale = [1 / counts, 1 / counts, 1 / counts];
    const log = read("log.bin");
    const activity = read("activity.bin");
    if (log !== undefined) {
      const { blocks, notes, decode, close } = readLog(log);
      if (blocks.count === 0 && activity === undefined) {
        throw new InputError("Cannot read recording: log.bin holds no samples", { file, hint: copyAgain });
      }
      // A log may hold events alone, beside the samples.
      if (blocks.count > 0) {
        source.release();
        if (activity !== undefined) notes.push("activity.bin was not read: log.bin holds samples as well");
        return {
          ...common,
          blocks,
          scale,
          notes,
          decode: (b, into, at) => decode(b, into, at, counts),
          close,
        };
      }
      close();
    }
    if (activity === undefined) {
      throw new InputError("Cannot read recording: the archive has neither log.bin nor activity.bin", {
        file,
        hint: notPacked,
      });
    }
    source.release();
    const samples = Math.floor(activity.length * 8 / 36);
    if (samples === 0) {
      throw new InputError("Cannot read recording: activity.bin holds no samples", { file, hint: copyAgain });
    }
    const list = new BlockList();
    for (let i = 0; i < samples; i += blockSamples) {
      list.add(start + i / rate, Math.min(blockSamples, samples - i));
    }
    const blocks = list.done();
    return {
      ...common,
      blocks,
      scale,
      notes: [],
      decode: (b, into, at) =>
        unpackTwelveBits(activity, b * blockSamples, blocks.samples[b], into, at, counts),
    };
  },
};

/** Facts of the device that readers of a report may want. */
function factsOf(info: Map<string, string>): DeviceSignal["facts"] {
  const facts: DeviceSignal["facts"] = {};
  for (const [name, field] of [["serial", "serial number"], ["place", "limb"], ["time_zone", "timezone"]]) {
    const value = info.get(field);
    if (value) facts[name] = value;
  }
  return facts;
}
