/** Judges a compiled HEF: it must be of this graph, for this chip, and able to hold the values that will occur. */
import { boundedRanges } from "../../fsq/constants.ts";
import { type Finding, finding } from "../error.ts";
import type { Hef, HefStream } from "./decode_hef.ts";

/** What the HEF must fit. */
export interface HefExpectation {
  /** `hailo8` or `hailo8l`. */
  arch: string;
  /** `[1, channels, sensors, length]`. */
  input: readonly number[];
  /** End nodes in order, with the shape of each output, `[rows, columns, features]`. */
  outputs: { node: string; shape: readonly [number, number, number] }[];
  /** Central range of the calibration data. */
  calibration: { low: number; high: number } | null;
  /** Analytic range of each bounded latent; `null` without quantiser, and where the device part ends before it. */
  bounds: readonly { min: number; max: number }[] | null;
}

/** A stand-in compiler marks its files; see `sdk_version`. */
export function isStandIn(hef: Hef): boolean {
  return hef.sdkVersion.includes("standin") || hef.unsigned;
}

/** What each bounded latent can reach, as {@linkcode HefExpectation.bounds}. */
export function boundsOf(levels: readonly number[]): { min: number; max: number }[] {
  return boundedRanges(levels).map(([min, max]) => ({ min, max }));
}

/** Compares a HEF with what it was compiled from. */
export function checkHef(hef: Hef, expected: HefExpectation): Finding[] {
  const inputs = hef.streams.filter((s) => s.direction === "input");
  const outputs = hef.streams.filter((s) => s.direction === "output");
  return [
    ...checkArchitecture(hef, expected.arch),
    ...checkInput(inputs, expected),
    ...checkOutputs(outputs, expected),
    ...(hef.contexts > 1
      ? [mismatch(`it runs in ${hef.contexts} contexts, which costs latency`, "contexts", "warning")]
      : []),
  ];
}

function mismatch(message: string, what: string, severity: Finding["severity"] = "error"): Finding {
  return finding("HEF_MISMATCH", message, { what }, severity);
}

function checkArchitecture(hef: Hef, arch: string): Finding[] {
  const wanted = arch.toUpperCase();
  return hef.architecture === wanted
    ? []
    : [mismatch(`it is compiled for ${hef.architecture}, not ${wanted}`, "architecture")];
}

function checkInput(inputs: HefStream[], expected: HefExpectation): Finding[] {
  if (inputs.length !== 1) return [mismatch(`it has ${inputs.length} inputs, not 1`, "inputs")];
  const [input] = inputs;
  const [, channels, sensors, length] = expected.input;
  if (input.shape.join() !== [sensors, length, channels].join()) {
    return [mismatch(
      `input ${input.name} is ${input.shape.join("×")}, not ${sensors}×${length}×${channels} (NHWC)`,
      "input shape",
    )];
  }
  const { calibration } = expected;
  if (calibration === null) return [];
  return rangeFinding(input, calibration.low, calibration.high, "99.8 % of the calibration data");
}

function checkOutputs(outputs: HefStream[], expected: HefExpectation): Finding[] {
  if (outputs.length !== expected.outputs.length) {
    return [mismatch(`it has ${outputs.length} outputs, not ${expected.outputs.length}`, "outputs")];
  }
  return expected.outputs.flatMap(({ node, shape }) => {
    const output = outputs.find((o) => o.originalNames.includes(node));
    if (output === undefined) {
      const names = outputs.map((o) => o.originalNames.at(-1) ?? o.name).join(", ");
      return [mismatch(`no output ends at ${node} but at ${names}: the cut was moved`, "end node")];
    }
    if (output.shape.join() !== shape.join()) {
      const [have, want] = [output.shape, shape].map((of) => of.join("×"));
      return [mismatch(`output ${output.name} is ${have}, not ${want} (NHWC)`, "output shape")];
    }
    if (expected.bounds === null) return [];
    // One scale holds for the whole tensor, so it must hold the widest dimension.
    const min = Math.min(...expected.bounds.map((b) => b.min));
    const max = Math.max(...expected.bounds.map((b) => b.max));
    return rangeFinding(output, min, max, "all codes");
  });
}

/** A quarter of a code step may be missing at each end: rounding still reaches the outermost code. */
const slack = 0.25;

function rangeFinding(stream: HefStream, min: number, max: number, what: string): Finding[] {
  const [low, high] = stream.limits;
  const tolerance = stream.direction === "output" ? slack : 0.02 * (max - min);
  if (low <= min + tolerance && high >= max - tolerance) return [];
  const show = (a: number, b: number) => `[${a.toFixed(3)}, ${b.toFixed(3)}]`;
  const message = `${stream.name} holds ${show(low, high)}, but ${what} need ${show(min, max)}`;
  return [finding("HEF_RANGE", message, { tensor: stream.name, have: [low, high], need: [min, max] })];
}
