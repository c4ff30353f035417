/** Everything that can go wrong between an ONNX file and a measured device, each with its own code. */
import { InputError } from "../errors.ts";
import { type Json, jsonOf } from "../artifacts/artifact.ts";
import type { Finding as ReportedFinding } from "../artifacts/hef.ts";

/** Codes of the compile step and what the user can do; a test raises each of them. */
export const compileCodes = {
  PREFLIGHT_UNREADABLE: "Export the model again: the file is not a complete ONNX model.",
  PREFLIGHT_UNSUPPORTED_OP: "Move the operator to the host part, behind the cut.",
  PREFLIGHT_DYNAMIC_SHAPE: "Export with a fixed shape and batch 1.",
  PREFLIGHT_RANK: "Feed a rank-4 tensor [1, channels, sensors, length]; write a 1-D convolution as (1, k).",
  PREFLIGHT_INPUT: "Export a graph with exactly one float32 input.",
  PREFLIGHT_NAME: "Name every node once, with letters, digits and _ . / - only.",
  PREFLIGHT_ATTRIBUTE: "Write the attribute explicitly at export.",
  PREFLIGHT_DTYPE: "Give the compiler the float32 model; the QDQ model is only our own estimate.",
  PREFLIGHT_SHAPE: "Export again: declared and computed shapes differ.",
  PREFLIGHT_NOT_FINITE: "Train again: the weights hold NaN or infinite values.",
  PREFLIGHT_VERSION: "Export with opset 11 to 21 and IR 10 or lower.",
  PREFLIGHT_ENDNODE_UNKNOWN: "Name end nodes by their node names, not by tensors.",
  CALIB_SHAPE: "Write calibration data as float32 [n, sensors, length, channels] (NHWC).",
  CALIB_NOT_FINITE: "Remove the windows with NaN or infinite values.",
  CALIB_CONSTANT: "Check the sensor: a channel that never changes cannot be calibrated.",
  CALIB_TOO_FEW: "Calibrate on at least 1024 training windows; below that the compiler lowers its level.",
  CALIB_RANDOM: "Calibrate on training windows; random data gives ranges that saturate on real signals.",
  SDK_MISSING: "Install the Hailo Dataflow Compiler 3.x on an x86_64 Linux machine and put `hailo` on PATH.",
  SDK_WRONG_LINE: "Hailo-8 needs the Dataflow Compiler 3.x; the 5.x line is for Hailo-10H and 15.",
  SDK_TOO_OLD: "Install a newer Dataflow Compiler 3.x.",
  PARSER_UNSUPPORTED: "Change the graph; never accept the parser's own cut, it moves the end nodes silently.",
  PARSER_NODE_NAME: "Name end nodes by their node names, not by tensors.",
  PARSER_FAILED: "Read parser.log.",
  OPTIMIZE_FAILED: "Read optimize.log.",
  OPTIMIZE_LEVEL_REDUCED: "Give 1024 or more calibration windows and a GPU, or ask for a lower level.",
  COMPILE_NOT_QUANTIZED: "Run the optimize stage before the compiler.",
  COMPILE_MAPPING_FAILED: "Make the network smaller: it does not fit the chip.",
  COMPILE_FAILED: "Read compiler.log.",
  HEF_MISSING: "Read compiler.log: the compiler ended without writing one HEF.",
  HEF_CORRUPT: "Compile or copy the HEF again: the file is damaged.",
  HEF_UNPROVEN:
    "Compile with the package's scripts/compile_hailo8.sh and keep the .json file that it writes beside the HEF.",
  HEF_MISMATCH: "Compile this bundle again: the HEF belongs to another graph or chip.",
  HEF_RANGE: "Calibrate on data that covers what the device will see.",
  TOOL_FAILED: "Check that the program can be started by this user.",
  TIMEOUT: "Raise the stage's time limit, or find out why it hangs in its log.",
  CANCELLED: "Start the run again; finished steps are kept.",
} as const;

/** Codes of the device benchmark and what the user can do. */
export const deviceCodes = {
  NO_TARGET_CONFIGURED: "Set target to `local` or to host, user, identity_file and known_hosts_file.",
  TARGET_INVALID: "Correct the target's host, user, port or key file.",
  HOST_UNREACHABLE: "Check that the device is on and that the address and port are right.",
  HOST_KEY_UNKNOWN:
    "Compare the fingerprint on the device itself, then add its key to the known-hosts file by hand.",
  HOST_KEY_CHANGED: "Stop: the device answers with another key. Find out why before anything else.",
  AUTH_FAILED: "Add the public key to the device user's authorized_keys.",
  TRANSPORT_FAILED: "The connection broke; run again.",
  UPLOAD_FAILED: "Check free space on the device and run again.",
  NO_HAILO_DEVICE: "Check `hailortcli scan` on the device, the PCIe cable and the driver.",
  HAILORT_MISSING: "Install HailoRT 4.x on the device (`hailo-all`).",
  DRIVER_MISMATCH: "Make driver, library and firmware the same HailoRT version on the device.",
  DEVICE_BUSY: "Stop the program that holds /dev/hailo0.",
  ARCH_MISMATCH: "Compile for the architecture that the device reports.",
  HEF_UNSUPPORTED: "Compile with the Dataflow Compiler that pairs with the device's HailoRT.",
  HEF_INVALID: "Compile again: the device refuses the HEF as damaged.",
  RUNTIME_LINE_5X: "Use a device with HailoRT 4.x; the 5.x line does not drive Hailo-8.",
  PYTHON_MISSING: "Install Python 3.9 or newer on the device.",
  PYHAILORT_MISSING: "Install python3-hailort on the device.",
  SELFTEST_FAILED:
    "The device does not reproduce the golden windows; no latency is published for a wrong model.",
  NO_HEF: "Compile the bundle first.",
  DESC_PAGE_SIZE:
    "Put `options hailo_pci force_desc_page_size=4096` into /etc/modprobe.d/hailo_pci.conf on the device and reboot.",
  DEVICE_FAILED: "Look the status up in hailort.h of the device's version, and into `dmesg` on the device.",
  OUTPUT_UNPARSABLE: "The tool's output has another layout than HailoRT 4.x; run it on the device by hand.",
} as const;

export type CompileCode = keyof typeof compileCodes;
export type DeviceCode = keyof typeof deviceCodes;
export type HailoCode = CompileCode | DeviceCode;

/** What to do about a code. */
export function remedy(code: HailoCode): string {
  return ({ ...compileCodes, ...deviceCodes } as Record<string, string>)[code];
}

/** A failure on the way to the device, named by a stable code. */
export class HailoError extends InputError {
  readonly code: HailoCode;
  readonly details: { [key: string]: Json };

  constructor(
    code: HailoCode,
    message: string,
    details: { [key: string]: Json } = {},
    options: ErrorOptions = {},
  ) {
    super(`${code}: ${message}`, { ...options, hint: remedy(code) });
    this.name = "HailoError";
    this.code = code;
    this.details = details;
  }
}

/** One thing a check found. */
export type Finding = ReportedFinding<HailoCode>;

/** Makes a finding. */
export function finding(
  code: HailoCode,
  message: string,
  details: { [key: string]: Json } = {},
  severity: Finding["severity"] = "error",
): Finding {
  return { code, severity, message, remedy: remedy(code), details };
}

/** Throws the errors among `findings` as one; the code is that of the first. */
export function throwErrors(what: string, findings: readonly Finding[]): void {
  const errors = findings.filter((f) => f.severity === "error");
  if (errors.length === 0) return;
  const lines = errors.map((f) => `\n  ${f.code}: ${f.message}`).join("");
  throw new HailoError(errors[0].code, `${what}${lines}`, { findings: jsonOf(errors) });
}
