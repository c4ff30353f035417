/** The encoder as layers that are known to compile for the device, equal in value to those that it was trained with. */
import type { Pooling } from "../../artifacts/model.ts";
import { OnnxLayers, type Value } from "../forward.ts";

/** One max-pooling over an axis without padding. */
export interface PoolStep {
  kernel: number;
  stride: number;
}

/**
 * Max-poolings with kernels up to 7 and strides up to 4 that together take the maximum over `length` values. Windows
 * may overlap, since a maximum does not change when a value is seen twice.
 *
 * ```ts
 * import { maximumSteps } from "./device_layers.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(maximumSteps(25), [{ kernel: 5, stride: 4 }, { kernel: 6, stride: 1 }]);
 * ```
 */
export function maximumSteps(length: number): PoolStep[] {
  const steps: PoolStep[] = [];
  for (let left = length; left > 1;) {
    if (left <= 7) return [...steps, { kernel: left, stride: 1 }];
    const stride = 4;
    const kernel = stride + left % stride; // the rest (left − kernel) divides by the stride
    steps.push({ kernel, stride });
    left = (left - kernel) / stride + 1;
  }
  return steps;
}

/** Emits the device part: a global maximum becomes a chain of small max-poolings. */
export class DeviceLayers extends OnnxLayers {
  protected override statistic(x: Value, statistic: Pooling): Value {
    if (statistic !== "max") return super.statistic(x, statistic);
    const [n, c, sensors, length] = x.shape as [number | string, number, number, number];
    const [overSensors, overTime] = [maximumSteps(sensors), maximumSteps(length)];
    let [s, t] = [sensors, length];
    let pooled = x;
    for (let i = 0; i < Math.max(overSensors.length, overTime.length); i++) {
      const a = overSensors[i] ?? { kernel: 1, stride: 1 };
      const b = overTime[i] ?? { kernel: 1, stride: 1 };
      [s, t] = [(s - a.kernel) / a.stride + 1, (t - b.kernel) / b.stride + 1];
      pooled = this.node("MaxPool", [pooled.name], [n, c, s, t], `max${i}`, {
        kernel_shape: [a.kernel, b.kernel],
        pads: [0, 0, 0, 0],
        strides: [a.stride, b.stride],
      });
    }
    return pooled;
  }
}
