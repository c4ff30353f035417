/** All formats of devices: one line each. */
import { actigraph } from "./actigraph.ts";
import { axivity } from "./axivity.ts";
import type { DeviceFormat } from "./device_signal.ts";
import { geneactiv } from "./geneactiv.ts";

export const formats: readonly DeviceFormat[] = [axivity, actigraph, geneactiv];

/** The format that a file's first bytes tell. */
export function formatOf(head: Uint8Array): DeviceFormat | undefined {
  return formats.find((format) => format.recognize(head));
}
