/** Which settings of a layer were read, so that none that changes its result is passed over. */

/** Settings that change no result: names, how weights begin and are trained, how a runtime goes about it. */
const idle = new RegExp(
  "^(name|dtype|sparse|ragged|batch_input_shape|batch_shape|input_dtype|trainable|seed|momentum|rank|implementation|" +
    "unroll|unit_forget_bias|use_cudnn|autocast|fused|synchronized|supports_masking|" +
    ".*_initializer|.*_regularizer|.*_constraint)$",
);

/** Values by which a layer says that it does nothing of the kind. */
const neutral = (key: string, value: unknown) =>
  value === null || value === undefined || value === false || value === 0 || key === "groups" && value === 1;

/**
 * A layer's settings that remember who looked.
 *
 * ```ts
 * import { ReadSettings } from "./read_settings.ts";
 * import assert from "node:assert/strict";
 * const settings = new ReadSettings({ name: "conv", filters: 3, groups: 2 });
 * assert.equal(settings.config.filters, 3);
 * assert.deepEqual(settings.unread(), { key: "groups", value: 2 });
 * ```
 */
export class ReadSettings {
  readonly config: Record<string, unknown>;
  readonly #written: Record<string, unknown>;
  readonly #read = new Set<PropertyKey>();

  constructor(written: Record<string, unknown>) {
    this.#written = written;
    this.config = new Proxy(written, {
      get: (target, key) => {
        this.#read.add(key);
        return Reflect.get(target, key);
      },
    });
  }

  /** The first setting that says something of the result and was not read. */
  unread(): { key: string; value: unknown } | undefined {
    for (const [key, value] of Object.entries(this.#written)) {
      if (!this.#read.has(key) && !idle.test(key) && !neutral(key, value)) return { key, value };
    }
    return undefined;
  }
}
