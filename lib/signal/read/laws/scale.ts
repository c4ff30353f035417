/** Numbers of a device brought to the unit that the user states. */
import type { Recording } from "../../../artifacts/recordings.ts";
import { InputError } from "../../../errors.ts";

/** One factor for all channels, one for each, or one by the beginning of channel names. */
export type Scale = number | readonly number[] | Readonly<Record<string, number>>;

/** The factor of each channel. @throws {InputError} for another number of factors, and a beginning that fits no channel. */
export function channelFactors(scale: Scale, channels: readonly string[]): number[] {
  if (typeof scale === "number") return channels.map(() => scale);
  if (Array.isArray(scale)) {
    if (scale.length === channels.length) return [...scale];
    throw new InputError(`Cannot use scale: ${scale.length} factors for ${channels.length} channels`);
  }
  const table = Object.entries(scale as Record<string, number>);
  const lost = table.find(([prefix]) => !channels.some((name) => name.startsWith(prefix)));
  if (lost !== undefined) {
    throw new InputError(`Cannot use scale: no channel begins with "${lost[0]}"`, {
      hint: `Channels are ${channels.join(", ")}.`,
    });
  }
  return channels.map((name) => table.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 1);
}

/** Multiplies samples in place. @param factors One for each channel of a sensor. */
export function scaleRecordings(
  recordings: readonly Pick<Recording, "id" | "data">[],
  factors: readonly number[],
): void {
  if (factors.every((factor) => factor === 1)) return;
  for (const { id, data } of recordings) {
    for (let i = 0; i < data.length; i++) {
      data[i] *= factors[i % factors.length];
      if (Number.isFinite(data[i])) continue;
      throw new InputError(
        `Cannot use scale: a sample of ${id} times ${factors[i % factors.length]} is too large`,
        {
          hint: "Correct scale, or state what stands for missing samples under missing_values.",
        },
      );
    }
  }
}
