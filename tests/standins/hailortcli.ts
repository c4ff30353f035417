/** The part of the stand-in of `hailortcli` that reads a HEF; see hailortcli.sh. */
import { decodeHef } from "../../lib/hailo/compile/decode_hef.ts";
import { usageError } from "./argparse.ts";

const fault = Deno.env.get("STANDIN_FAULT") ?? "";
const [verb, ...rest] = Deno.args;

function status(code: number, ...lines: string[]): never {
  for (const line of lines) console.error(`[HailoRT] [error] ${line}`);
  Deno.exit(code);
}

if (verb === "parse-hef") parseHef(rest[0]);
else if (verb === "benchmark") benchmark(rest);
else Deno.exit(109);

function parseHef(path: string): void {
  const hef = decodeHef(Deno.readFileSync(path));
  const [input, output] = ["input", "output"].map((d) => hef.streams.find((s) => s.direction === d)!);
  console.log(
    `Architecture HEF was compiled for: ${hef.architecture}\n` +
      `Network group name: ${hef.network}, Single Context\n` +
      `    Network name: ${hef.network}/${hef.network}\n        VStream infos:\n` +
      `            Input  ${input.name} UINT8, NHWC(${input.shape.join("x")})\n` +
      `            Output ${output.name} UINT8, NC(${output.shape[2]})`,
  );
}

async function benchmark(args: string[]): Promise<void> {
  const known = ["-t", "--time-to-run", "--batch-size", "--power-mode", "--input-files", "--csv"];
  const path = args[0];
  for (let i = 1; i < args.length; i += 2) {
    if (!known.includes(args[i])) Deno.exit(109);
    if (args[i + 1] === undefined) usageError("hailortcli", `${args[i]} needs a value`);
  }
  try {
    Deno.statSync(path);
  } catch {
    Deno.exit(105);
  }
  if (fault === "busy") {
    status(
      74,
      "CHECK failed - Failed to create vdevice. there are not enough free devices. requested: 1, found: 0",
    );
  }
  if (fault === "hef-unsupported") {
    status(92, "Failed opening non-compatible HEF with unsupported extensions: X");
  }
  if (fault === "hef-corrupt") status(91, "HEF xxhash does not match");
  if (fault === "hef-arch") {
    status(93, "HEF format is not compatible with device. Device arch: HAILO8L, HEF arch: HAILO8");
  }
  if (fault === "crash") status(8, "HAILO_INTERNAL_FAILURE(8)");
  const { network, estimated } = decodeHef(Deno.readFileSync(path));
  const fps = 0.95 * (estimated.fps ?? 1000);
  const progress = (what: string, value: string) => {
    console.log(what);
    for (const percent of [50, 100]) {
      console.log(
        `\x1b[F\x1b[2K\rNetwork ${network}/${network}: ${percent}% | 100 | ${value} | ETA: 00:00:00`,
      );
    }
  };
  console.log("Starting Measurements...");
  progress("Measuring FPS in HW-only mode", `FPS: ${fps.toFixed(2)}`);
  progress("Measuring FPS (and Power on supported platforms) in streaming mode", `FPS: ${fps.toFixed(2)}`);
  progress("Measuring HW Latency", `HW Latency: ${estimated.latencyMs!.toFixed(2)} ms`);
  if (fault === "benchmark-junk") return console.log("Segmentation of the summary has changed");
  console.log(
    "\n=======\nSummary\n=======\n" +
      `FPS     (hw_only)                 = ${fps.toFixed(3)}\n` +
      `        (streaming)               = ${(0.99 * fps).toFixed(3)}\n` +
      `Latency (hw)                      = ${estimated.latencyMs!.toFixed(5)} ms`,
  );
  if (!fault.includes("no-power")) {
    console.log(
      "Device 0000:01:00.0:\n  Power in streaming mode (average) = 1.43733 W\n" +
        "                          (max)     = 1.48117 W",
    );
  }
  const csv = args[args.indexOf("--csv") + 1];
  if (args.includes("--csv")) {
    await Deno.writeTextFile(
      csv,
      `net_name,fps,hw_only_fps\n${network},${fps},${fps}${fault === "csv-truncated" ? "" : "\n"}`,
    );
  }
}
