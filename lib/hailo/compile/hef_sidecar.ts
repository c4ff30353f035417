/** What a HEF that was compiled by hand was made from: the file that `compile_hailo8.sh` writes beside it. */
import { z } from "zod";
import { misfitOf, objectOf } from "../../artifacts/read_json.ts";
import { type Finding, finding, HailoError } from "../error.ts";

/** `<name>.hef.json`. */
export interface HefSidecar {
  schema: 1;
  hef: { sha256: string };
  arch: string;
  /** Version of the Dataflow Compiler. */
  compiler: string;
  device_onnx: { sha256: string };
  calibration: { sha256: string };
  end_nodes: string[];
  /** The model script, clipping included. */
  script: string;
  /** What the stages printed. */
  logs: { parse: string; optimize: string; compile: string };
}

const hash = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const sidecarSchema = () =>
  objectOf<HefSidecar>({
    schema: z.literal(1),
    hef: hash,
    arch: z.string(),
    compiler: z.string(),
    device_onnx: hash,
    calibration: hash,
    end_nodes: z.array(z.string()),
    script: z.string(),
    logs: z.object({ parse: z.string(), optimize: z.string(), compile: z.string() }),
  });

/** Reads the file. @throws {HailoError} `HEF_UNPROVEN` where there is none, or it is none. */
export async function readSidecar(file: string | undefined): Promise<HefSidecar> {
  const bad = (message: string, cause?: unknown) => new HailoError("HEF_UNPROVEN", message, {}, { cause });
  if (file === undefined) throw bad("no file beside the HEF says what it was compiled from");
  let value: unknown;
  try {
    value = JSON.parse(await Deno.readTextFile(file));
  } catch (cause) {
    throw bad(`what the HEF was compiled from cannot be read: ${(cause as Error).message}`, cause);
  }
  const misfit = misfitOf(value, sidecarSchema);
  if (misfit !== undefined) {
    throw bad(`the file beside the HEF is not what compile_hailo8.sh writes: ${misfit}`);
  }
  return value as HefSidecar;
}

/** What a HEF should have been made from. */
export interface HefSources {
  hef: string;
  deviceOnnx: string;
  calibration: string;
  endNodes: readonly string[];
}

/** Compares hashes and end nodes: a HEF of another training has the same shapes. */
export function checkSidecar(sidecar: HefSidecar, expected: HefSources): Finding[] {
  const pairs = [
    ["HEF", sidecar.hef.sha256, expected.hef],
    ["device graph", sidecar.device_onnx.sha256, expected.deviceOnnx],
    ["calibration set", sidecar.calibration.sha256, expected.calibration],
    ["end nodes", sidecar.end_nodes.join(", "), expected.endNodes.join(", ")],
  ] as const;
  return pairs.filter(([, have, need]) => have !== need).map(([what, have, need]) =>
    finding("HEF_MISMATCH", `its ${what} is ${have}, this bundle's ${need}`, { what })
  );
}
