/**
 * What a stat says of a file or folder, to see later whether it was touched.
 *
 * A no-op run looks at every file of a project and does little else, and `Deno.statSync` makes an object with
 * four dates for each. Where libc can be called (Linux, with the permission), {@linkcode look} asks `statx` itself and
 * reads the numbers out of one buffer; elsewhere it asks Deno. Both give the same numbers.
 */

/** Size, modification time and change time (in milliseconds; Deno cuts the latter to seconds), inode and device. */
export type Stat = [size: number, mtime: number, ctime: number, inode: number, device: number];

/** Numbers in a {@linkcode Stat}. */
export const statWidth = 5;

const settleMs = 2000;

/**
 * Whether a stat can be told from that after a later change: what changed less than two seconds before it was read may
 * change again in the same tick of the clock and look untouched (git calls this "racily clean").
 *
 * @param read When the content was read, in milliseconds since 1970.
 */
export function settled([, mtime, ctime]: Stat, read: number): boolean {
  return read - mtime >= settleMs && read - ctime >= settleMs;
}

/** The last stat that {@linkcode look} took. */
export const seen = { stat: new Float64Array(statWidth), isFile: false, isDirectory: false };

/**
 * Puts the stat of a path into {@linkcode seen}.
 *
 * @param follow Whether a link stands for what it leads to.
 * @param start Goes before the path. Where it is that of the last call it costs nothing.
 * @returns false where there is nothing to be seen.
 */
export function look(path: string, follow = true, start = ""): boolean {
  ask ??= statx() ?? deno;
  return ask(path, follow, start);
}

/** Whether the stat that begins at `at` of `stats` is the one last seen. */
export function unchanged(stats: ArrayLike<number>, at = 0): boolean {
  for (let i = 0; i < statWidth; i++) if (stats[at + i] !== seen.stat[i]) return false;
  return true;
}

/** The stat of a path. @throws where there is nothing to be seen. */
export function statOf(path: string): Stat {
  return look(path) ? [...seen.stat] as Stat : fromInfo(Deno.statSync(path));
}

/** The stat of a path as one text. @throws where there is nothing to be seen. */
export function fingerprint(path: string): string {
  return statOf(path).join(" ");
}

type Ask = (path: string, follow: boolean, start: string) => boolean;
let ask: Ask | undefined;

function fromInfo(info: Deno.FileInfo): Stat {
  return [info.size, info.mtime?.getTime() ?? 0, info.ctime?.getTime() ?? 0, info.ino ?? 0, info.dev];
}

function deno(path: string, follow: boolean, start: string): boolean {
  try {
    const info = follow ? Deno.statSync(start + path) : Deno.lstatSync(start + path);
    seen.stat.set(fromInfo(info));
    seen.isFile = info.isFile;
    seen.isDirectory = info.isDirectory;
    return true;
  } catch {
    return false;
  }
}

const [currentFolder, noFollow, basicStats] = [-100, 0x100, 0x7ff];
const [formatMask, regularFile, folder] = [0o170000, 0o100000, 0o040000];

/** Asks the kernel; undefined where that cannot be done. The layout of its answer is the same on every Linux. */
function statx(): Ask | undefined {
  if (Deno.build.os !== "linux" || Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    return undefined;
  }
  const name = new PathBytes();
  const answer = new Uint8Array(256);
  const [words, signed] = [new Uint32Array(answer.buffer), new Int32Array(answer.buffer)];
  type Bytes = Uint8Array<ArrayBuffer>;
  let call: (folder: number, path: Bytes, flags: number, mask: number, to: Bytes) => number;
  try {
    call = Deno.dlopen("libc.so.6", {
      statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
    }).symbols.statx;
  } catch {
    return undefined;
  }
  const askKernel: Ask = (path, follow, start) => {
    if (!name.put(start, path)) return false;
    if (call(currentFolder, name.bytes, follow ? 0 : noFollow, basicStats, answer) !== 0) return false;
    const { stat } = seen;
    // Size, modification time, change time, inode: numbers of 64 bits each, the lower half first.
    stat[0] = words[11]! * 2 ** 32 + words[10]!;
    stat[1] = (signed[29]! * 2 ** 32 + words[28]!) * 1000 + Math.floor(words[30]! / 1e6);
    stat[2] = (signed[25]! * 2 ** 32 + words[24]!) * 1000;
    stat[3] = words[9]! * 2 ** 32 + words[8]!;
    const [major, minor] = [words[34], words[35]];
    stat[4] = (major! & 0xfff) * 2 ** 8 + (minor! & 0xff) + (minor! >>> 8) * 2 ** 20;
    const format = words[7]! & formatMask;
    seen.isFile = format === regularFile;
    seen.isDirectory = format === folder;
    return true;
  };
  // An answer that is not Deno's would be of no use.
  try {
    const path = Deno.execPath();
    const found = fromInfo(Deno.statSync(path));
    return askKernel(path, true, "") && unchanged(found) ? askKernel : undefined;
  } catch {
    // A worker that may not look there.
    return undefined;
  }
}

/** A path as libc wants it. What many paths begin with is written once. */
class PathBytes {
  readonly bytes = new Uint8Array(4096);
  #start = "";
  /** Bytes of `#start`. */
  #from = 0;

  /** Writes a path; false where it has no such form. */
  put(start: string, path: string): boolean {
    if (start !== this.#start) {
      const end = write(start, this.bytes, 0);
      this.#start = end < 0 ? "" : start;
      this.#from = Math.max(end, 0);
      if (end < 0) return false;
    }
    const end = write(path, this.bytes, this.#from);
    if (end < 0) return false;
    this.bytes[end] = 0;
    return true;
  }
}

/** Writes a text without zeros from `at` on, and returns where it ends; −1 where there is no room for a zero after it. */
function write(text: string, to: Uint8Array, at: number): number {
  if (at + text.length >= to.length) return -1;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0) return -1;
    if (unit > 0x7f) {
      const { read, written } = new TextEncoder().encodeInto(text, to.subarray(at));
      return read === text.length && at + written < to.length && !text.includes("\0") ? at + written : -1;
    }
    to[at + i] = unit;
  }
  return at + text.length;
}
