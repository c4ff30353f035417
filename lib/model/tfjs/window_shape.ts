/** The window that a saved network of TensorFlow.js takes. */
import { InputError } from "../../errors.ts";
import type { WindowShape } from "../graph/record.ts";

interface Layer {
  config?: { layers?: Layer[]; batch_input_shape?: (number | null)[] } | Layer[];
}

/**
 * The window of a topology whose input has fixed sizes.
 *
 * @param sensors Number of sensors whose channels lie side by side in `[length, numbers]`; 1 when left out.
 * @throws {InputError} naming the file.
 */
export function windowOf(topology: unknown, sensors = 1, file: string): WindowShape {
  const shape = inputShape(topology as Layer)?.slice(1);
  const fixed = (shape ?? []).filter((n): n is number => typeof n === "number" && n > 0);
  if (shape === undefined || fixed.length !== shape.length) {
    const given = shape === undefined ? "no known shape" : `shape [${shape.map((n) => n ?? "?").join(", ")}]`;
    throw new InputError(`Cannot use encoder: its input has ${given}`, {
      file,
      hint: "Connect the windows that it is for, or save it with a fixed inputShape.",
    });
  }
  if (fixed.length === 3) return { sensors: fixed[0], length: fixed[1], channels: fixed[2] };
  if (fixed.length === 2 && fixed[1] % sensors === 0) {
    return { sensors, length: fixed[0], channels: fixed[1] / sensors };
  }
  throw new InputError(
    `Cannot use encoder: its input is [${fixed.join(", ")}]` +
      (fixed.length === 2 ? ` of ${sensors} sensors` : ""),
    {
      file,
      hint: "It takes [sensors, length, channels], or [length, sensors × channels], sensor by sensor.",
    },
  );
}

/** Shape of the first layer that states one, models inside models included. */
function inputShape({ config }: Layer): (number | null)[] | undefined {
  if (config === undefined) return undefined;
  const layers = Array.isArray(config) ? config : config.layers;
  if (layers === undefined) return (config as { batch_input_shape?: (number | null)[] }).batch_input_shape;
  for (const layer of layers) {
    const shape = inputShape(layer);
    if (shape !== undefined) return shape;
  }
}
