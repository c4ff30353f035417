/** The encoder as layers that are known to compile for the device, equal in value to those that it was trained with. */
import type { EncoderGraph, LayerOf } from "../../artifacts/encoder_graph.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import type { Pooling } from "../../artifacts/model.ts";
import { OnnxLayers } from "../forward.ts";
import { OnnxOps } from "../graph/onnx_ops.ts";
import type { Emitter, Value } from "../graph/onnx_value.ts";

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
    return smallMaxima(this, x);
  }

  protected override ops(_graph: EncoderGraph, weights: Record<string, NpyArray>): OnnxOps {
    return new DeviceOps(this, weights);
  }
}

class DeviceOps extends OnnxOps {
  override globalMax(_: LayerOf<"globalMax">, [x]: Value[]): Value {
    return smallMaxima(this.emitter, x);
  }
}

/** The maximum over all of `x` `[n, c, sensors, time]` as a chain of small max-poolings. */
function smallMaxima(emitter: Emitter, x: Value): Value {
  const [n, c, sensors, length] = x.shape as [number | string, number, number, number];
  const [overSensors, overTime] = [maximumSteps(sensors), maximumSteps(length)];
  let [s, t] = [sensors, length];
  let pooled = x;
  for (let i = 0; i < Math.max(overSensors.length, overTime.length); i++) {
    const a = overSensors[i] ?? { kernel: 1, stride: 1 };
    const b = overTime[i] ?? { kernel: 1, stride: 1 };
    [s, t] = [(s - a.kernel) / a.stride + 1, (t - b.kernel) / b.stride + 1];
    pooled = emitter.node("MaxPool", [pooled.name], [n, c, s, t], `max${i}`, {
      kernel_shape: [a.kernel, b.kernel],
      pads: [0, 0, 0, 0],
      strides: [a.stride, b.stride],
    });
  }
  return pooled;
}
