/** The user's videos: which one shows a recording, by which clock, and its bytes as a browser asks for them. */
import { join } from "node:path";
import { InputError } from "../../errors.ts";
import { type MediaClock, ownClock } from "../../temporal/exchange/annotations.ts";
import { fileAnswer } from "../answers.ts";

/** A video of a recording. */
export interface Video {
  /** Name of the file in the folder of videos. */
  file: string;
  clock: MediaClock;
}

/** Table in the folder of videos that names file, offset and rate of recordings. */
export const clocksFile = "videos.csv";

const types: Record<string, string> = {
  mp4: "video/mp4",
  m4v: "video/mp4",
  webm: "video/webm",
  mov: "video/quicktime",
  ogv: "video/ogg",
};
const ending = (name: string) => name.slice(name.lastIndexOf(".") + 1).toLowerCase();
const isVideo = (name: string) => Object.hasOwn(types, ending(name));

/**
 * The video of a recording: as `videos.csv` says (columns recording, file, offset, rate), else the file that is named
 * after it.
 *
 * @throws {InputError} for a table that cannot be used.
 */
export async function videoOf(folder: string | undefined, recording: string): Promise<Video | undefined> {
  if (folder === undefined) return undefined;
  const names = await videoNames(folder);
  const row = (await readClocks(folder)).get(recording);
  const file = row?.file ?? names.find((name) => name.slice(0, name.lastIndexOf(".")) === recording);
  if (file === undefined || !names.includes(file)) return undefined;
  return { file, clock: { ...ownClock, ...row?.clock } };
}

/** Files of the folder itself that are videos. */
async function videoNames(folder: string): Promise<string[]> {
  const names = [];
  for await (const { name, isFile } of Deno.readDir(folder)) if (isFile && isVideo(name)) names.push(name);
  return names.sort();
}

async function readClocks(
  folder: string,
): Promise<Map<string, { file?: string; clock: Partial<MediaClock> }>> {
  let text: string;
  try {
    text = await Deno.readTextFile(join(folder, clocksFile));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Map();
    throw error;
  }
  const [head = "", ...lines] = text.trimEnd().split(/\r?\n/);
  const columns = head.split(",").map((name) => name.trim());
  if (!columns.includes("recording")) {
    throw new InputError("Cannot read clocks of videos: there is no column recording", {
      file: clocksFile,
      row: 1,
      hint: "Write the columns recording,file,offset,rate.",
    });
  }
  return new Map(lines.map((line, i) => {
    const cells = line.split(",").map((cell) => cell.trim());
    const cell = (name: string) => cells[columns.indexOf(name)] ?? "";
    const number = (name: string) => {
      const value = Number(cell(name));
      if (!Number.isFinite(value) || (name === "rate" && value <= 0 && cell(name) !== "")) {
        throw new InputError(`Cannot read clocks of videos: ${name} is ${cell(name)}`, {
          file: clocksFile,
          row: i + 2,
          hint: "offset is a number of seconds, rate a number above 0.",
        });
      }
      return cell(name) === "" ? {} : { [name]: value };
    };
    const clock: Partial<MediaClock> = { ...number("offset"), ...number("rate") };
    return [cell("recording"), { ...(cell("file") === "" ? {} : { file: cell("file") }), clock }];
  }));
}

/** Bytes of a video, or the part of them that a browser asks for; undefined where the folder has no such file. */
export async function videoAnswer(
  folder: string | undefined,
  name: string,
  range: string | null,
): Promise<Response | undefined> {
  if (folder === undefined || !(await videoNames(folder)).includes(name)) return undefined;
  const file = await Deno.open(join(folder, name));
  const { size } = await file.stat();
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  const type = types[ending(name)]!;
  if (first === "" && last === "") {
    return fileAnswer(file.readable, type, { "content-length": `${size}`, "accept-ranges": "bytes" });
  }
  // Without a first byte it is the end that is asked for.
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size - 1 : Math.min(size - 1, Number(last));
  if (from > to) {
    file.close();
    return fileAnswer("", type, { "content-range": `bytes */${size}` }, 416);
  }
  await file.seek(from, Deno.SeekMode.Start);
  const length = to - from + 1;
  const body = file.readable.pipeThrough(firstBytes(length));
  return fileAnswer(body, type, {
    "content-length": `${length}`,
    "content-range": `bytes ${from}-${to}/${size}`,
    "accept-ranges": "bytes",
  }, 206);
}

/** Lets so many bytes through, then ends. */
function firstBytes(bytes: number): TransformStream<Uint8Array, Uint8Array> {
  let left = bytes;
  return new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(chunk.subarray(0, left));
      left -= Math.min(left, chunk.length);
      if (left === 0) controller.terminate();
    },
  });
}
