/** What the verbs of `levels` read and print alike. */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { InputError } from "../../../errors.ts";
import { analyzeLevels, type Compression, compressionOf, lintLevels } from "../../../fsq/levels_analysis.ts";
import { number } from "../../../text/numbers.ts";
import { table } from "../../terminal/format.ts";
import { out } from "../../terminal/terminal.ts";

/** `8,6,5` or `[8, 6, 5]` to numbers. */
export function parseNumbers(text: string): number[] {
  const values = text.replace(/^\[|\]$/g, "").split(/[\s,]+/).filter((part) => part !== "").map(Number);
  if (values.length === 0 || values.some((v) => !Number.isFinite(v))) {
    throw new InvalidArgumentError("It must be numbers such as 8,6,5.");
  }
  return values;
}

export function level(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 3) {
    throw new InvalidArgumentError("It must be a whole number from 3: two levels are useless.");
  }
  return value;
}

/** Programmer errors of the science that here come from what the user typed. */
export function checked<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(error.message, { cause: error });
    throw error;
  }
}

export const list = (levels: readonly number[]) => `[${levels.join(", ")}]`;

export function describe(
  levels: readonly number[],
  use: { windows?: number; edge?: boolean; floats?: number },
) {
  const analysis = checked(() => analyzeLevels(levels));
  const compression = use.floats === undefined ? {} : { compression: compressionOf(levels, use.floats) };
  return { ...analysis, ...compression, findings: lintLevels(levels, use) };
}

export function print(facts: ReturnType<typeof describe>): void {
  out(table([
    ["levels", list(facts.levels)],
    ["codes", String(facts.codes)],
    [
      "bits",
      `${number(facts.bits)} (${
        facts.bitsPerDimension.map(number).join(" + ")
      }), ${facts.storageBits} stored`,
    ],
    ["place values", facts.basis.join(" ")],
    ...(facts.compression === undefined ? [] : [["compression", compressionText(facts.compression)]]),
    ["imbalance", `${number(facts.imbalance)} (standard deviation over mean of the levels)`],
    ["quantiser", "0 bytes; its cost does not depend on the number of codes"],
    ["a table by code", `${number(facts.indexKiB)} KiB of numbers, ${number(facts.tableKiB)} KiB of vectors`],
    [
      "windows needed",
      `${facts.windowsFor60} to see 60 % of the codes under even use, ${facts.windowsFor80} for 80 %`,
    ],
  ]));
  for (const f of facts.findings) out(`${f.severity}: ${f.message}`);
}

function compressionText({ numbers, baseBits, codeBits, ratio }: Compression): string {
  return `${number(ratio)} : 1, ${codeBits} bits for ${numbers} float32 numbers (${baseBits} bits)`;
}
