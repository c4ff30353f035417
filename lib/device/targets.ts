/** The list of device targets: adding one is its file and one line here. */
import { hailo8 } from "../hailo/hailo8.ts";
import { cpu } from "./cpu.ts";
import type { DeviceTarget } from "./target.ts";

/** All targets. */
export const targets: readonly DeviceTarget<any, any>[] = [
  cpu,
  hailo8,
];

/** A target with the device that is meant. */
export interface ChosenTarget {
  target: DeviceTarget<any, any>;
  address: unknown;
}

/**
 * The target that a workflow's `target:` means.
 *
 * ```ts
 * import { chooseTarget } from "./targets.ts";
 * import assert from "node:assert/strict";
 * assert.equal(chooseTarget("local")!.target.name, "local");
 * assert.equal(chooseTarget("none"), undefined);
 * ```
 *
 * @returns `undefined` where the value fits no target.
 */
export function chooseTarget(value: unknown): ChosenTarget | undefined {
  for (const target of targets) {
    const { success, data } = target.address.safeParse(value);
    if (success) return { target, address: data };
  }
  return undefined;
}

/**
 * The target that a Benchmark names as its `kind`.
 *
 * ```ts
 * import { targetNamed } from "./targets.ts";
 * import assert from "node:assert/strict";
 * assert.equal(targetNamed("local")!.deployment, false);
 * assert.equal(targetNamed("of another version"), undefined);
 * ```
 */
export function targetNamed(name: string): DeviceTarget<any, any> | undefined {
  return targets.find((target) => target.name === name);
}
