/** The environment of a step's process: what a step sees of it without any permission is the same everywhere. */
import { largePages } from "../../text/program.ts";
import type { StepPermissions } from "../../workflow/step.ts";

/** Local time and language, which dates, numbers and sorting take up, and how memory is handed out. */
const fixed: Record<string, string> = {
  TZ: "UTC",
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
  GLIBC_TUNABLES: largePages,
};

/** Switches of language, colours, Node and V8; they need no permission either. */
const dropped = ["LANGUAGE", "NO_COLOR", "FORCE_COLOR", "NODE_DEBUG", "NODE_OPTIONS", "DENO_V8_FLAGS"];

/** Variables of this process that a step with these permissions gets as they are; their values are in its key. */
export function passedOn({ env = [] }: StepPermissions): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of [...Object.keys(fixed), ...dropped]) {
    const value = env.includes("*") || env.includes(name) ? Deno.env.get(name) : undefined;
    if (value !== undefined) passed[name] = value;
  }
  return passed;
}

/** All variables of a step's process. */
export function processEnvironment(permissions: StepPermissions): Record<string, string> {
  const others = Object.entries(Deno.env.toObject()).filter(([name]) => !dropped.includes(name));
  return { ...Object.fromEntries(others), ...fixed, ...passedOn(permissions) };
}
