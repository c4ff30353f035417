/** Judges what a device says about itself. HailoRT's tools end with 0 when no device is there, so text decides. */
import { type DeviceCode, type HailoCode, HailoError } from "../error.ts";

/** One program run on the device. */
export interface RemoteRun {
  rc: number;
  out: string;
  err: string;
  missing?: boolean;
  timeout?: boolean;
  truncated?: boolean;
}

/** The agent's answer to `probe`. */
export interface DeviceProbe {
  machine: string;
  kernel: string;
  os: string;
  python: string;
  model: string | null;
  governor: string | null;
  load: number;
  driver: string | null;
  version: RemoteRun;
  scan: RemoteRun;
  identify: RemoteRun;
  pyhailort: RemoteRun;
  throttled: string | null;
  temperature: string | null;
  pcie: string | null;
  holders: string[];
}

/** The device, when everything is in order. */
export interface Device {
  architecture: string;
  board: string;
  firmware: string;
  hailort: string;
  driver: string | null;
  serial: string | null;
  pcie: string | null;
  /** The tool itself says that there is no hardware. */
  simulated: boolean;
}

/** HailoRT's status numbers are its tools' exit codes; the same in 4.18 to 4.23 (hailort.h). */
const statusCodes: Record<number, HailoCode> = {
  4: "TIMEOUT",
  16: "DRIVER_MISMATCH",
  26: "HEF_INVALID",
  36: "NO_HAILO_DEVICE",
  61: "NO_HAILO_DEVICE",
  64: "NO_HAILO_DEVICE",
  73: "DEVICE_BUSY",
  74: "DEVICE_BUSY",
  75: "ARCH_MISMATCH",
  76: "DRIVER_MISMATCH",
  78: "DRIVER_MISMATCH",
  85: "DRIVER_MISMATCH",
  86: "DRIVER_MISMATCH",
  87: "TIMEOUT",
  91: "HEF_INVALID",
  92: "HEF_UNSUPPORTED",
  93: "ARCH_MISMATCH",
};

/** What HailoRT writes, where it says more than the status: until 4.20 a HEF that is refused for any reason is a 26. */
const texts: [RegExp, DeviceCode][] = [
  [
    /does not match HailoRT-CLI version|different from library version|invalid libhailort version/i,
    "DRIVER_MISMATCH",
  ],
  [/max_desc_page_size|desc_page_size/i, "DESC_PAGE_SIZE"],
  [/not compatible with device|HEF arch:/i, "ARCH_MISMATCH"],
  [/unsupported extensions?|non-compatible HEF/i, "HEF_UNSUPPORTED"],
  [/not enough free devices|DEVICE_IN_USE|OUT_OF_PHYSICAL_DEVICES/i, "DEVICE_BUSY"],
  [/can.?t find hailo pcie device|no hailo device|DRIVER_NOT_INSTALLED/i, "NO_HAILO_DEVICE"],
];

/** The code that a text of HailoRT's tells; undefined where it tells none. */
function codeOfText(text: string): DeviceCode | undefined {
  return texts.find(([pattern]) => pattern.test(text))?.[1];
}

/** The failure of a HailoRT program, by its text and exit code. */
export function runFailure(what: string, run: RemoteRun): HailoError {
  const lines = [...new Set(`${run.err}\n${run.out}`.split("\n").map((line) => line.trim()))];
  // The line with the reason comes before those of the callers that pass it on.
  const reasons = lines.filter((line) => codeOfText(line) !== undefined);
  const said = [
    ...new Set([...reasons, ...lines.filter((line) => /error|fail|CHECK/i.test(line)).slice(-2)]),
  ];
  const message = `${what} ended with ${run.rc}: ${said.join(" · ").slice(0, 600) || "no error text"}`;
  if (run.missing) return new HailoError("HAILORT_MISSING", `${what}: the program is not there`);
  if (run.timeout) return new HailoError("TIMEOUT", `${what} did not end in time on the device`);
  const code: HailoCode = codeOfText(reasons.join("\n")) ?? statusCodes[run.rc] ?? "DEVICE_FAILED";
  return new HailoError(code, message, { status: run.rc });
}

/** HailoRT that each Dataflow Compiler was released with (hailo_model_zoo, docs/CHANGELOG.rst). */
const pairs: Record<string, string> = {
  "3.28": "4.18",
  "3.29": "4.19",
  "3.30": "4.20",
  "3.31": "4.21",
  "3.32": "4.22",
  "3.33": "4.23",
  "3.34": "4.24",
};

/**
 * Why a HEF may not load on a device; null where its compiler is no newer than the device's HailoRT, or not known.
 *
 * @param compiler Version of the Dataflow Compiler, e.g. `3.33.0`.
 * @param hailort Version on the device, e.g. `4.20.0`.
 */
export function pairingProblem(compiler: string | null, hailort: string): string | null {
  const paired = pairs[/^\d+\.\d+/.exec(compiler ?? "")?.[0] ?? ""];
  if (paired === undefined) return null;
  const minor = (version: string) => Number(version.split(".")[1]);
  if (minor(hailort) >= minor(paired)) return null;
  return `the HEF was compiled by Dataflow Compiler ${compiler}, which pairs with HailoRT ${paired}; the device has ${hailort} ` +
    "and may refuse it: update HailoRT there, or compile with the paired version";
}

const major = (version: string) => Number(version.split(".")[0]);

/**
 * The device behind a probe.
 *
 * @param expectArch `HAILO8` or `HAILO8L`.
 * @throws {HailoError} with the first thing that is not in order.
 */
export function judgeDevice(probe: DeviceProbe, expectArch: string): Device {
  const hailort = runtimeVersion(probe.version);
  if (probe.scan.rc !== 0) throw runFailure("hailortcli scan", probe.scan);
  if (!/Device: \S+/.test(probe.scan.out)) {
    throw new HailoError("NO_HAILO_DEVICE", "hailortcli scan lists no device");
  }
  if (probe.identify.rc !== 0) throw runFailure("hailortcli fw-control identify", probe.identify);
  const text = probe.identify.out;
  if (text.trim() === "") {
    throw new HailoError("NO_HAILO_DEVICE", "hailortcli fw-control identify names no device");
  }
  const field = (name: string) => new RegExp(`^${name}: (.+)$`, "m").exec(text)?.[1].trim() ?? null;
  const [architecture, firmware] = [field("Device Architecture"), field("Firmware Version")?.split(" ")[0]];
  if (architecture === null || firmware === undefined) {
    throw new HailoError("OUTPUT_UNPARSABLE", "fw-control identify names no architecture or firmware");
  }
  const versions = [["firmware", firmware], ["driver", probe.driver]] as const;
  for (const [what, version] of versions) {
    if (version !== null && version !== hailort) {
      throw new HailoError("DRIVER_MISMATCH", `${what} is ${version}, HailoRT is ${hailort}`);
    }
  }
  if (architecture !== expectArch) {
    throw new HailoError("ARCH_MISMATCH", `the device is a ${architecture}, expected ${expectArch}`);
  }
  if (probe.holders.length > 0) {
    throw new HailoError("DEVICE_BUSY", `held by ${probe.holders.join(", ")}`, { holders: probe.holders });
  }
  if (probe.pyhailort.rc !== 0) {
    const why = probe.pyhailort.err.trim().split("\n").at(-1) ?? "";
    throw new HailoError("PYHAILORT_MISSING", `hailo_platform cannot be imported: ${why}`);
  }
  const board = field("Board Name") ?? "unknown board";
  return {
    architecture,
    board,
    firmware,
    hailort,
    driver: probe.driver,
    serial: field("Serial Number"),
    pcie: /LnkSta:\s*([^\n]+)/.exec(probe.pcie ?? "")?.[1].trim() ?? null,
    simulated: /stand-in/i.test(board),
  };
}

function runtimeVersion(run: RemoteRun): string {
  if (run.missing) throw runFailure("hailortcli", run);
  const version = /HailoRT-CLI version (\d+\.\d+\.\d+)/.exec(run.out)?.[1];
  if (run.rc !== 0) throw runFailure("hailortcli --version", run);
  if (version === undefined) {
    throw new HailoError("OUTPUT_UNPARSABLE", "hailortcli --version names no version");
  }
  if (major(version) >= 5) throw new HailoError("RUNTIME_LINE_5X", `the device runs HailoRT ${version}`);
  return version;
}

/** Bits of `vcgencmd get_throttled` that mean a slower chip now (0–3) or at some time since the start (16–19). */
export function throttleBits(text: string | null): number | null {
  const found = /throttled=(0x[0-9a-f]+)/i.exec(text ?? "")?.[1];
  return found === undefined ? null : Number(found);
}

/** Whether the device was slowed down during a run: a low bit now, or a high bit that was not there before. */
export function throttledDuring(before: number | null, after: number | null): boolean | null {
  if (before === null || after === null) return null;
  return (before & 0xf) !== 0 || (after & 0xf) !== 0 || ((after & ~before) & 0xf0000) !== 0;
}
