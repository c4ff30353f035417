/** What a package can be made for: adding a target is its entry here, and what it adds by itself. */

/** A machine that behaviours are to run on. */
export interface PackageTarget {
  name: string;
  /** In a sentence, what a package for it holds. */
  summary: string;
  /** Templates that only this target needs, as beginnings of their paths in the package. */
  own: readonly string[];
}

/** All targets; those after the second are made only where they are named. */
export const packageTargets = [
  {
    name: "hailo8",
    summary: "a Hailo-8 or 8L: the HEF where one was compiled, and what compiles it by hand",
    own: ["scripts/compile_hailo8.sh", "scripts/compile_steps.py", "service/"],
  },
  {
    name: "cpu",
    summary: "any machine with ONNX Runtime, a Raspberry Pi without accelerator too",
    own: ["service/"],
  },
  {
    name: "browser",
    summary: "web/, a page that names behaviours of a CSV file or of a phone's own motion sensors",
    own: ["web/"],
  },
  {
    name: "c",
    summary: "c/, whole-number inference in C99 for microcontrollers, with its RAM and flash computed",
    own: ["c/"],
  },
] as const satisfies readonly PackageTarget[];

export type TargetName = (typeof packageTargets)[number]["name"];

/** What a package is made for where nothing else is said. */
export const usualTargets: readonly TargetName[] = ["hailo8", "cpu"];

/** Whether a template goes into a package for these targets. */
export function isTemplateOf(path: string, targets: readonly TargetName[]): boolean {
  const owners = packageTargets.filter(({ own }) => own.some((start) => path.startsWith(start)));
  return owners.length === 0 || owners.some(({ name }) => targets.includes(name));
}
