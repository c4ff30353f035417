/** All formats of devices: one line each. */
import { InputError } from "../../../errors.ts";
import { actigraph } from "./actigraph.ts";
import { axivity } from "./axivity.ts";
import type { ByteSource } from "./byte_source.ts";
import { copyAgain, type DeviceFormat, type DeviceSignal } from "./device_signal.ts";
import { geneactiv } from "./geneactiv.ts";

export const formats: readonly DeviceFormat[] = [axivity, actigraph, geneactiv];

/** A file that is of no format, which others may read. */
export class UnknownFormat extends InputError {}

/** Opens a file by the format that its first bytes tell. @throws {InputError} where it is of none, or broken. */
export function openSignal(bytes: ByteSource, file: string): DeviceSignal {
  if (bytes.size === 0) {
    throw new UnknownFormat("Cannot read recording: the file is empty", { file, hint: copyAgain });
  }
  const head = bytes.at(0, 1024);
  const format = formats.find(({ recognize }) => recognize(head));
  if (format !== undefined) return format.open(bytes, file);
  throw new UnknownFormat("Cannot read recording: its content is of no device that is known", {
    file,
    hint: `Known are ${
      formats.map((f) => `${f.name} (.${f.ending})`).join(", ")
    }; on_bad: skip leaves others out.`,
  });
}
