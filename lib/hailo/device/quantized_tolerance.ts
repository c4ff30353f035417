/** How far a quantised device may be from the golden windows: what 8 bits can do, not a constant. */
import type { SelfTest } from "../../artifacts/benchmark.ts";
import { readHostHead, readSelftest } from "../../artifacts/onnx_bundle.ts";

/** What a device may be worse than the estimate: three of 24 windows. */
const margin = 0.125;

/**
 * The tolerance of a quantised device.
 *
 * Codes: the share that the int8 estimate reaches on the same windows less an eighth; 0.75 where an older bundle does not
 * tell. Values: one code, since rare peaks are clipped; four times the estimate's largest error without codes, and where
 * the device gives feature maps.
 */
export async function quantizedTolerance(
  task: { bundle: string; maxAbsError?: number | undefined; minCodeAgreement?: number | undefined },
): Promise<SelfTest["tolerance"]> {
  const { int8 } = await readSelftest(task.bundle);
  const { levels, front } = await readHostHead(task.bundle);
  const coded = levels !== null && front === undefined;
  const share = int8?.code_agreement ?? undefined;
  return {
    maxAbs: task.maxAbsError ?? (coded || int8 === undefined ? 1 : 4 * int8.max_abs_error),
    codeAgreement: task.minCodeAgreement ?? (share === undefined ? 0.75 : Math.max(0, share - margin)),
  };
}
