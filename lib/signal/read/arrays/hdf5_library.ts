/** h5wasm, the HDF5 library of the HDF Group as WebAssembly, which is loaded when such a file is met. */
import type { Dataset, Entity, Group } from "h5wasm";

export type { Entity };

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether the bytes are an HDF5 file, which may have something in front. */
export function isHdf5(bytes: Uint8Array): boolean {
  for (let at = 0; at + signature.length <= bytes.length; at = at === 0 ? 512 : 2 * at) {
    if (signature.every((byte, i) => bytes[at + i] === byte)) return true;
  }
  return false;
}

let library: ReturnType<typeof loadLibrary> | undefined;
let files = 0;

/** What the types of the library leave out of its file system. */
interface StandardStreams {
  getStream(number: number): { tty: { ops: { put_char(tty: unknown, code: number): void } } };
}

/** The library, made to throw where it fails to read: without that it gives what happens to lie in its memory. */
async function loadLibrary() {
  const { File, ready } = await import("h5wasm");
  const module = await ready;
  /** What the library says of a failure, instead of on standard error. */
  const said: string[] = [];
  const { tty } = (module.FS as unknown as StandardStreams).getStream(2);
  tty.ops = { ...tty.ops, put_char: (_, code) => void said.push(String.fromCharCode(code)) };
  for (const name of ["get_dataset_data", "get_attribute_data"] as const) {
    const read = module[name] as (...parameters: unknown[]) => number;
    module[name] = ((...parameters: unknown[]) => {
      said.length = 0;
      const status = read(...parameters);
      if (status < 0) throw new RangeError(reasonOf(said.join("")));
      return status;
    }) as never;
  }
  return { File, module };
}

/** The reason for a failure, of what the library says of all its levels. */
function reasonOf(said: string): string {
  const filter = /required filter '([^']+)'/.exec(said)?.[1];
  if (filter !== undefined) return `it is packed by ${filter}, which nothing here unpacks`;
  return [...said.matchAll(/^\s*#\d+:.*\(\): (.*)$/gm)].at(-1)?.[1] ?? "it is broken";
}

/** The library behind its objects. */
export type Hdf5Module = Awaited<typeof import("h5wasm").ready>;

/** Does `work` on the open file. @throws {RangeError} for a file that the library cannot read. */
export async function withinHdf5<T>(
  bytes: Uint8Array,
  work: (root: Group, module: Hdf5Module) => T,
): Promise<T> {
  const { File, module } = await (library ??= loadLibrary());
  const { FS } = module;
  const name = `file${files++}`;
  // Its own bytes, not a copy; the types of the library do not know the flag.
  FS.writeFile(name, bytes, { canOwn: true } as object);
  try {
    const file = new File(name, "r");
    try {
      return work(file, module);
    } finally {
      file.close();
    }
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    throw new RangeError(
      `the HDF5 library cannot read it (${String((cause as Error)?.message ?? cause).split("\n")[0]})`,
      {
        cause,
      },
    );
  } finally {
    FS.unlink(name);
  }
}

export const typeOf = (entity: Entity | null) => (entity as { type?: string } | null)?.type;
export const isGroup = (entity: Entity | null): entity is Group => typeOf(entity) === "Group";
export const isDataset = (entity: Entity | null): entity is Dataset => typeOf(entity) === "Dataset";

/** Noise packs into no less than a hundredth; what claims to be larger, and is large, was never written. */
const [mostPacked, harmless] = [100, 1 << 24];

/** Whether a dataset claims more bytes than its file can hold. */
export const claimsTooMuch = (claimed: number, file: Uint8Array): boolean =>
  claimed > harmless && claimed > mostPacked * file.length;
