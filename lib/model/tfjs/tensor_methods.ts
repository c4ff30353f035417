/**
 * Gives tensors their methods, `x.mul(2)` beside `tf.mul(x, 2)`. Some layers draw their initial weights with them, and
 * the core brings them only as modules that a bundler has to read.
 */
import * as tf from "@tensorflow/tfjs-core";

type Method = (this: tf.Tensor, ...rest: any[]) => unknown;

const listed = (x: tf.Tensor | tf.Tensor[]) => Array.isArray(x) ? x : [x];

/** Those that are not the operation of the same name with the tensor as its first argument. */
const others: Record<string, Method> = {
  asScalar() {
    return tf.reshape(this, []);
  },
  asType(type: tf.DataType) {
    return tf.cast(this, type);
  },
  concat(x: tf.Tensor | tf.Tensor[], axis?: number) {
    return tf.concat([this, ...listed(x)], axis);
  },
  flatten() {
    return tf.reshape(this, [this.size]);
  },
  reshapeAs(x: tf.Tensor) {
    return tf.reshape(this, x.shape);
  },
  stack(x: tf.Tensor | tf.Tensor[], axis?: number) {
    return tf.stack([this, ...listed(x)], axis);
  },
  where(condition: tf.Tensor, x: tf.Tensor) {
    return tf.where(condition, this, x);
  },
  ...Object.fromEntries(
    ["as1D", "as2D", "as3D", "as4D", "as5D"].map((name): [string, Method] => [name, function (...shape) {
      return tf.reshape(this, name === "as1D" ? [this.size] : shape);
    }]),
  ),
  ...Object.fromEntries(
    Object.entries({ toBool: "bool", toFloat: "float32", toInt: "int32" } as const).map((
      [name, type],
    ): [string, Method] => [name, function () {
      return tf.cast(this, type);
    }]),
  ),
};

const methods = tf.Tensor.prototype as unknown as Record<string, unknown>;
for (const [name, operation] of [...Object.entries(tf), ...Object.entries(tf.image)]) {
  if (typeof operation !== "function" || !/^[a-z]/.test(name)) continue;
  methods[name] ??= function (this: tf.Tensor, ...rest: unknown[]) {
    return (operation as (...given: unknown[]) => unknown)(this, ...rest);
  };
}
Object.assign(methods, others);
