import assert from "node:assert/strict";
import { join } from "node:path";
import { parseCore } from "../../../lib/hailo/device/hailortcli_counters.ts";
import {
  type DeviceProbe,
  judgeDevice,
  pairingProblem,
  type RemoteRun,
  runFailure,
  throttleBits,
  throttledDuring,
} from "../../../lib/hailo/device/judge_probe.ts";
import { installStandIns, type StandIns } from "../../standins/install.ts";
import { compiledHef } from "../device_fixture.ts";
import { withFolder } from "../sample_bundle.ts";

async function run(tools: StandIns, program: string, ...args: string[]): Promise<RemoteRun> {
  const { code, stdout, stderr } = await new Deno.Command(join(tools.bin, program), {
    args,
    clearEnv: true,
    env: tools.env,
    stdin: "null",
  }).output();
  return { rc: code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

/** What the agent would collect, from the stand-ins, without a connection. */
async function probe(tools: StandIns): Promise<DeviceProbe> {
  return {
    machine: "aarch64",
    kernel: "6.6.1",
    os: "Debian GNU/Linux 12",
    python: "3.11.2",
    model: "Raspberry Pi 5 Model B Rev 1.0",
    governor: "ondemand",
    load: 0.1,
    driver: (await run(tools, "modinfo", "-F", "version", "hailo_pci")).out.trim(),
    version: await run(tools, "hailortcli", "--version"),
    scan: await run(tools, "hailortcli", "scan"),
    identify: await run(tools, "hailortcli", "fw-control", "identify"),
    pyhailort: { rc: 0, out: "", err: "" },
    throttled: "throttled=0x0",
    temperature: "temp=48.3'C",
    pcie: "\t\tLnkSta:\tSpeed 8GT/s, Width x1\n",
    holders: [],
  };
}

const withTools = (use: (tools: StandIns) => Promise<void>) =>
  withFolder(async (dir) => use(await installStandIns(dir, ["hailortcli", "modinfo"])));

Deno.test("judgeDevice() reads board, versions and link of a device in order", async () => {
  await withTools(async (tools) => {
    assert.deepEqual(judgeDevice(await probe(tools), "HAILO8"), {
      architecture: "HAILO8",
      board: "Hailo-8 (stand-in)",
      firmware: "4.23.0",
      hailort: "4.23.0",
      driver: "4.23.0",
      serial: "STANDIN0001",
      pcie: "Speed 8GT/s, Width x1",
      simulated: true,
    });
  });
});

const faults: [fault: string, code: string][] = [
  ["no-device", "NO_HAILO_DEVICE"],
  ["identify-empty", "NO_HAILO_DEVICE"],
  ["identify-junk", "OUTPUT_UNPARSABLE"],
  ["no-version", "OUTPUT_UNPARSABLE"],
  ["driver-mismatch", "DRIVER_MISMATCH"],
  ["driver-old", "DRIVER_MISMATCH"],
  ["firmware-old", "DRIVER_MISMATCH"],
  ["cli-mismatch", "DRIVER_MISMATCH"],
  ["device-8l", "ARCH_MISMATCH"],
  ["v5", "RUNTIME_LINE_5X"],
];

Deno.test("judgeDevice() names what is not in order", async () => {
  await withTools(async (tools) => {
    for (const [fault, code] of faults) {
      await tools.fault(fault);
      const seen = await probe(tools);
      assert.throws(() => judgeDevice(seen, "HAILO8"), { code }, fault);
    }
    await tools.fault("");
    const good = await probe(tools);
    const failed = { rc: 1, out: "", err: "ImportError: libhailort.so" };
    assert.throws(() => judgeDevice({ ...good, holders: ["rpicam-vid"] }, "HAILO8"), {
      code: "DEVICE_BUSY",
      message: /rpicam-vid/,
    });
    assert.throws(() => judgeDevice({ ...good, pyhailort: failed }, "HAILO8"), { code: "PYHAILORT_MISSING" });
    const missing = { rc: 127, out: "", err: "", missing: true };
    assert.throws(() => judgeDevice({ ...good, version: missing }, "HAILO8"), { code: "HAILORT_MISSING" });
  });
});

Deno.test("runFailure() reads HailoRT's status from the exit code of its benchmark", async () => {
  await withTools(async (tools) => {
    const hef = join(await compiledHef(), "model.hef");
    for (
      const [fault, code] of [
        ["busy", "DEVICE_BUSY"],
        ["hef-unsupported", "HEF_UNSUPPORTED"],
        ["hef-corrupt", "HEF_INVALID"],
        ["hef-arch", "ARCH_MISMATCH"],
        ["crash", "DEVICE_FAILED"],
      ]
    ) {
      await tools.fault(fault);
      const failed = await run(tools, "hailortcli", "benchmark", hef, "-t", "1", "--batch-size", "1");
      assert.notEqual(failed.rc, 0);
      assert.equal(runFailure("hailortcli benchmark", failed).code, code);
    }
    assert.equal(runFailure("x", { rc: 124, out: "", err: "", timeout: true }).code, "TIMEOUT");
  });
});

// Texts of HailoRT 4.18 to 4.23 from its sources and from reports; until 4.20 a refused HEF is a 26 whatever the reason.
const said: [rc: number, text: string, code: string][] = [
  [26, "HEF format is not compatible with device. Device arch: HAILO8L, HEF arch: HAILO8", "ARCH_MISMATCH"],
  [
    26,
    "Failed opening non-compatible HEF with the following unsupported extensions: PERIPH_CALCULATION_IN_HAILORT",
    "HEF_UNSUPPORTED",
  ],
  [26, "HEF magic does not match", "HEF_INVALID"],
  [
    6,
    "CHECK failed - max_desc_page_size given 16384 is bigger than hw max desc page size 4096",
    "DESC_PAGE_SIZE",
  ],
  [
    78,
    "Invalid libhailort version on service: client version 4.20.0, service version 4.19.0",
    "DRIVER_MISMATCH",
  ],
  [85, "", "DRIVER_MISMATCH"],
  [86, "Ioctl failed", "DRIVER_MISMATCH"],
  [87, "", "TIMEOUT"],
  [76, "Driver version (4.20.0) is different from library version (4.23.0)", "DRIVER_MISMATCH"],
  [74, "Failed to create vdevice. there are not enough free devices. requested: 1, found: 0", "DEVICE_BUSY"],
  [64, "Can't find hailo pcie device", "NO_HAILO_DEVICE"],
  [92, "", "HEF_UNSUPPORTED"],
  [93, "", "ARCH_MISMATCH"],
  [139, "Segmentation fault", "DEVICE_FAILED"],
];
for (const [rc, text, code] of said) {
  Deno.test(`runFailure() reads status ${rc} with "${text}" as ${code}, and keeps the line with the reason`, () => {
    // Each caller on the way up adds a line of its own.
    const callers = "[HailoRT] [error] CHECK_SUCCESS failed with status\n".repeat(2) +
      "[HailoRT CLI] [error] Failed benchmark\n[HailoRT CLI] [error] CHECK_SUCCESS failed again\n";
    const failed = runFailure("hailortcli benchmark", {
      rc,
      out: "",
      err: `[HailoRT] [error] ${text}\n${callers}`,
    });
    assert.equal(failed.code, code);
    if (!["HEF_INVALID", "DEVICE_FAILED", "TIMEOUT"].includes(code) && rc !== 86) {
      assert.ok(failed.message.includes(text));
    }
    assert.doesNotMatch(failed.message, /device\.log/);
  });
}

Deno.test("pairingProblem() tells of a HEF that is newer than the device's HailoRT, before it is sent", () => {
  assert.match(
    pairingProblem("3.33.0", "4.20.0")!,
    /compiled by Dataflow Compiler 3\.33\.0, which pairs with HailoRT 4\.23; the device has 4\.20\.0/,
  );
  for (
    const [compiler, hailort] of [["3.30.0", "4.20.0"], ["3.28.0", "4.23.0"], [null, "4.20.0"], [
      "2.9",
      "4.18.0",
    ]]
  ) {
    assert.equal(pairingProblem(compiler, hailort!), null);
  }
});

Deno.test("parseCore() reads the summary behind progress lines, with and without power", async () => {
  await withTools(async (tools) => {
    const hef = join(await compiledHef(), "model.hef");
    const core = async (fault: string) => {
      await tools.fault(fault);
      return parseCore(
        (await run(tools, "hailortcli", "benchmark", hef, "-t", "1")).out.replaceAll("\r", "\n"),
      );
    };
    assert.deepEqual((await core("")).power, { meanW: 1.43733, maxW: 1.48117 });
    const plain = await core("no-power");
    assert.equal(plain.power, null);
    assert.deepEqual([plain.hwOnlyFps, plain.hwLatencyMeanMs], [85992.1, 0.147]);
    await assert.rejects(core("benchmark-junk"), { code: "OUTPUT_UNPARSABLE" });
  });
});

Deno.test("throttledDuring() sees low bits at any time and high bits that are new", () => {
  assert.equal(throttleBits("throttled=0x50005"), 0x50005);
  assert.equal(throttleBits(null), null);
  assert.equal(throttledDuring(0, 0), false);
  assert.equal(throttledDuring(0, 0x4), true);
  assert.equal(throttledDuring(0x50000, 0x50000), false);
  assert.equal(throttledDuring(0x10000, 0x50000), true);
  assert.equal(throttledDuring(null, 0), null);
});
