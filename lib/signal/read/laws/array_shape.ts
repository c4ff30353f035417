/** The law that an array of windows is no recording. */
import { InputError } from "../../../errors.ts";

const mostChannels = 32;

/**
 * Checks that an array's dimensions can be samples, sensors and channels.
 *
 * @param named Sensors and channels that the user named, which settle what the dimensions are.
 * @throws {InputError} pointing to `import: { type: windows }`.
 */
export function checkArrayShape(
  shape: readonly number[],
  named: { sensors?: number; channels?: number },
  file: string,
): void {
  const [samples, ...rest] = shape;
  const width = rest.reduce((a, b) => a * b, 1);
  const windows = "Use import: { type: windows } for an array of windows";
  if (shape.length === 3 && rest[0] > 1 && named.sensors !== rest[0]) {
    throw new InputError(
      `Cannot use array as a recording: shape [${shape}] has three dimensions, as ${samples} windows have`,
      {
        file,
        hint: `${windows}; where it is [samples, sensors, channels], name its ${
          rest[0]
        } sensors under sensors.`,
      },
    );
  }
  if (named.channels !== undefined && width === named.channels * (named.sensors ?? 1)) return;
  if (width > mostChannels || (width > samples && samples <= mostChannels && width > 12)) {
    throw new InputError(
      `Cannot use array as a recording: shape [${shape}] has ${width} channels${
        width > samples ? ", more than samples" : ""
      }`,
      {
        file,
        hint: `${windows}; transpose an array of [channels, samples]; or name all channels under channels.`,
      },
    );
  }
}
