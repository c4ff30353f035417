/** Whether windows are what a model was trained on. */
import type { Model } from "../artifacts/model.ts";
import { inputLength, type Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";

/**
 * Checks that windows have the model's sensors, channels, length and rate.
 *
 * @throws {InputError} naming what differs.
 */
export function checkWindowsFit(model: Model, windows: Windows): void {
  const { sensors, channels, rate } = windows.recordings;
  const [modelChannels, modelSensors, modelLength] = model.architecture.input;
  const differ = (what: string, have: unknown, need: unknown) =>
    new InputError(`Cannot encode windows: they have ${what} ${have}, the model was trained on ${need}`);
  if (channels.length !== modelChannels) throw differ("channels", channels.length, modelChannels);
  if (sensors.length !== modelSensors) throw differ("sensors", sensors.length, modelSensors);
  if (inputLength(windows) !== modelLength) throw differ("length", inputLength(windows), modelLength);
  const context = windows.context ?? 0;
  if (model.imported !== true && context !== (model.context ?? 0)) {
    throw differ("context", context, model.context ?? 0);
  }
  if (model.rate !== 0 && Math.abs(rate - model.rate) > 1e-6 * model.rate) {
    throw differ("rate", `${rate} Hz`, `${model.rate} Hz`);
  }
  // An imported encoder's names may be invented; a trained one's order of channels is what its weights mean.
  if (model.imported !== true && model.channels.join() !== channels.join()) {
    throw differ("channels", `[${channels.join(", ")}]`, `[${model.channels.join(", ")}]`);
  }
}
