/** ONNX files as other programs write them: told from what is none, and with weights that lie in files beside them. */
import { InputError } from "../errors.ts";
import { fields, joined, text, writeBytes, writeField } from "./wire.ts";

const starts: [what: string, bytes: string, at: number, hint: string][] = [
  ["a pointer of Git LFS", "version https://git-lfs", 0, "Fetch the file itself with git lfs pull."],
  ["a PyTorch file or an archive", "PK\x03\x04", 0, "Write it with torch.onnx.export, or unpack it."],
  ["a TensorFlow Lite file", "TFL3", 4, "Convert it with tf2onnx."],
  ["a Keras file (HDF5)", "\x89HDF", 0, "Convert it with tf2onnx."],
  ["a compiled Hailo file", "\x01HEF", 0, "Name the ONNX file that it was compiled from."],
  ["a web page", "<", 0, "Download the file itself."],
];

/** @throws {InputError} for a file that is something else than ONNX, and says what. */
function refuseOtherFiles(bytes: Uint8Array, file: string): void {
  if (bytes.length === 0) {
    throw new InputError("Cannot use encoder: the file is empty", {
      file,
      hint: "Make or download it again.",
    });
  }
  const beginning = String.fromCharCode(...bytes.subarray(0, 64));
  const found = starts.find(([, start, at]) => beginning.startsWith(start, at));
  if (found === undefined) return;
  throw new InputError(`Cannot use encoder: it is ${found[0]}, no ONNX file`, { file, hint: found[3] });
}

/** A file holds at most this many bytes. */
const mostBytes = 2 ** 31 - 1;

/**
 * The file with the weights in it that it keeps in other files.
 *
 * @param read Reads a file by the name that the ONNX file gives it; undefined where there is none.
 * @throws {InputError} when one is missing or too short.
 */
export async function withExternalData(
  bytes: Uint8Array,
  file: string,
  read: (name: string) => Promise<Uint8Array | undefined>,
): Promise<Uint8Array> {
  refuseOtherFiles(bytes, file);
  const places = externalPlaces(bytes);
  if (places.length === 0) return bytes;
  const data = new Map<string, Uint8Array>();
  for (const name of new Set(places.map((place) => place.location))) {
    const content = await read(name);
    if (content === undefined) {
      throw new InputError(`Cannot use encoder: its weights lie in ${name}, which is not there`, {
        file,
        hint:
          "Name that file under external_data, or save the model into one file: onnx.save_model(model, path).",
      });
    }
    data.set(name, content);
  }
  const values = (place: Place): Uint8Array => {
    const all = data.get(place.location)!;
    const end = place.length === undefined ? all.length : place.offset + place.length;
    if (end > all.length) {
      throw new InputError(
        `Cannot use encoder: ${place.location} has ${all.length} bytes, ${place.tensor} ends at byte ${end}`,
        { file, hint: "The two files do not belong together, or one is cut short." },
      );
    }
    return all.subarray(place.offset, end);
  };
  const total = places.reduce((n, place) => n + values(place).length, bytes.length);
  if (total > mostBytes) {
    throw new InputError(`Cannot use encoder: with its weights it has ${total} bytes, more than 2 GiB`, {
      file,
    });
  }
  return inlined(bytes, [7, 5], values);
}

interface Place {
  tensor: string;
  location: string;
  offset: number;
  length: number | undefined;
}

/** None for a damaged file, which is told where it is decoded. */
function externalPlaces(bytes: Uint8Array): Place[] {
  const inside = (message: Uint8Array, number: number) =>
    [...fields(message)].filter((field) => field.number === number).map((field) => field.bytes);
  try {
    const tensors = inside(bytes, 7).flatMap((graph) => inside(graph, 5));
    return tensors.map(placeOf).filter((place) => place !== undefined);
  } catch (cause) {
    if (cause instanceof RangeError) return [];
    throw cause;
  }
}

/** Where a tensor's values lie; undefined where it has them itself. */
function placeOf(tensor: Uint8Array): Place | undefined {
  const all = [...fields(tensor)];
  if (!all.some((field) => field.number === 14 && field.int === 1n)) return undefined;
  const entries = new Map(
    all.filter((field) => field.number === 13).map((field) => {
      const [key, value] = [1, 2].map((n) => [...fields(field.bytes)].find((part) => part.number === n));
      return [key === undefined ? "" : text(key), value === undefined ? "" : text(value)];
    }),
  );
  const name = all.find((field) => field.number === 8);
  const length = entries.get("length");
  return {
    tensor: name === undefined ? "a tensor" : text(name),
    location: entries.get("location") ?? "",
    offset: Number(entries.get("offset") ?? 0),
    length: length === undefined ? undefined : Number(length),
  };
}

/** @param path Field numbers from here to the tensors. */
function inlined(bytes: Uint8Array, path: number[], values: (place: Place) => Uint8Array): Uint8Array {
  const place = path.length === 0 ? placeOf(bytes) : undefined;
  if (path.length === 0 && place === undefined) return bytes;
  const pieces: Uint8Array[] = [];
  for (const field of fields(bytes)) {
    if (place !== undefined && (field.number === 13 || field.number === 14)) continue;
    const inside = field.number === path[0];
    pieces.push(...writeField(field, inside ? inlined(field.bytes, path.slice(1), values) : field.bytes));
  }
  if (place !== undefined) pieces.push(...writeBytes(9, values(place)));
  return joined(pieces);
}
