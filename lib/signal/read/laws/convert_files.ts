/** The law that all recordings of a set have one unit: files in another are converted. */
import type { Recording } from "../../../artifacts/recordings.ts";
import { InputError } from "../../../errors.ts";
import { unitFactor } from "../../units.ts";

/**
 * Converts in place the recordings of files whose units the user stated apart.
 *
 * @param parts Pattern on file names, and units by the beginning of channel names.
 * @param units Of every channel, to convert to.
 * @throws {InputError} for a pattern that no file matches, a channel that is not there, and units of two quantities.
 */
export function convertFiles(
  recordings: readonly (Recording & { file: string })[],
  parts: readonly { files: string; units: Record<string, string> }[],
  channels: readonly string[],
  units: readonly string[],
): void {
  for (const { files, units: own } of parts) {
    const matching = recordings.filter((r) => new RegExp(files).test(r.file));
    if (matching.length === 0) throw new InputError(`Cannot use units_by_file: no file matches /${files}/`);
    const scale = channels.map(() => 1);
    for (const [prefix, unit] of Object.entries(own)) {
      const found = channels.flatMap((name, c) => name.startsWith(prefix) ? [c] : []);
      if (found.length === 0) {
        throw new InputError(`Cannot use units_by_file: no channel begins with "${prefix}"`);
      }
      for (const c of found) {
        const factor = unitFactor(unit, units[c]);
        if (factor === undefined) {
          throw new InputError(`Cannot convert ${channels[c]} from ${unit} to ${units[c]}`, {
            hint: "State the common unit under units; known are m/s^2, g, mg, rad/s, deg/s and mdeg/s.",
          });
        }
        scale[c] = factor;
      }
    }
    for (const { data } of matching) {
      for (let i = 0; i < data.length; i++) data[i] *= scale[i % channels.length];
    }
  }
}
