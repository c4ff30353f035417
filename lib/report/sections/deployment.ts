/** What became of the model: ONNX files, Hailo executable, latency, package. */
import type { Json } from "../../artifacts/artifact.ts";
import { Benchmark, type BenchmarkReport, readBenchmark, readSamples } from "../../artifacts/benchmark.ts";
import { OnnxBundle, Package } from "../../artifacts/bundles.ts";
import { Hef, readCompileReport, readPreflight } from "../../artifacts/hef.ts";
import type { Parity } from "../../model/export/export_parity.ts";
import type { Int8Estimate } from "../../model/export/int8_estimate.ts";
import { latencyDistribution } from "../figures/latency.ts";
import { count, number } from "../plot.ts";
import { Sources } from "../sources.ts";
import { absent, facts, type Fragment, note, stack, table } from "../table.ts";

type Facts = { [key: string]: Json };

/** A message as a sentence. */
const sentence = (text: string) =>
  text === "" ? "" : `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;

const scalar = (value: Json | undefined) =>
  typeof value === "number" || typeof value === "string"
    ? value
    : typeof value === "boolean"
    ? (value ? "yes" : "no")
    : undefined;

/** The exported files agree with the trainer, or not. */
export async function exportSection(sources: Sources): Promise<Fragment> {
  const bundle = await sources.first(OnnxBundle);
  if (bundle === undefined) return absent("No ONNX bundle is connected to this report.");
  const parity = await Sources.json<Parity>(bundle, "parity.json");
  if (parity === undefined) {
    return note("The bundle holds no parity.json: its files were not compared.", "warning");
  }
  const difference = (value: number | null | undefined) =>
    value === null || value === undefined ? undefined : number(value, 2);
  const undecided = parity.undecidable > 0
    ? `, ${count(parity.undecidable)} too close to a boundary to decide`
    : "";
  return stack(
    note(
      `${
        parity.passed ? "The exported files agree" : "The exported files DISAGREE"
      } with a float64 computation of the ` +
        `same network on ${count(parity.n)} windows.`,
      parity.passed ? "note" : "warning",
    ),
    facts({
      "Codes": parity.codes_identical
        ? `identical${undecided}`
        : `${count(parity.codes_different)} differ${undecided}`,
      "Largest difference": `${number(parity.max_abs_difference, 2)} (tolerance ${
        number(parity.tolerance, 2)
      })`,
      "Full model, latent": difference(parity.full_latent),
      "Full model, predictions": difference(parity.predictions),
      "Device part": difference(parity.device_bounded),
      "Encoder in one batch": difference(parity.encoder_latent),
      "Runtime": parity.runtime,
    }),
    ...int8Table(await Sources.json<Int8File>(bundle, "int8_estimate.json")),
  );
}

interface Int8File {
  part: string;
  variants: Int8Estimate[];
}

/** What 8-bit arithmetic may cost: an estimate on this machine, with coarse and fine weight scales as a bracket. */
function int8Table(file: Int8File | undefined): Fragment[] {
  if (file === undefined) return [];
  return [
    note(`Estimate of 8-bit arithmetic on CPU, not a measurement on a device; judged on the ${file.part}.`),
    table(
      [
        "weights",
        "windows",
        "accuracy, float",
        "accuracy, int8",
        "codes alike",
        "SNR at the cut, dB",
        "near a boundary",
      ],
      file.variants.map((v) => [
        v.weights,
        v.n,
        v.accuracy_float,
        v.accuracy_int8,
        v.code_agreement,
        v.snr_db,
        v.near_boundary,
      ]),
    ),
  ];
}

/** Whether there is a Hailo executable, and why not. */
export async function hailoSection(sources: Sources): Promise<Fragment> {
  const hef = await sources.first(Hef);
  if (hef === undefined) return note("Not compiled: no compile-hailo step is connected to this report.");
  const report = await readCompileReport(hef.dir);
  const preflight = await readPreflight(hef.dir);
  const { status, findings } = report;
  const compiled = status.startsWith("compiled");
  const why = findings.filter((f) => compiled ? f.severity === "error" : !f.code.startsWith("PREFLIGHT")).at(
    -1,
  );
  return stack(
    note(
      `${compiled ? "Compiled" : "Not compiled"} (${status}).` +
        (why === undefined ? "" : ` ${sentence(why.message)} ${sentence(why.remedy)}`),
      compiled ? "note" : "warning",
    ),
    report.origin === "simulated" &&
      note("SIMULATED – no Hailo compiler: a stand-in made this file.", "warning"),
    facts({
      Architecture: report.arch,
      Compiler: report.sdk ?? undefined,
      Preflight: preflight === undefined ? undefined : preflight.ok ? "passed" : "failed",
      "Device graph": preflight === undefined
        ? undefined
        : `${number(preflight.parameters)} parameters, ${
          number(preflight.macs)
        } multiply-accumulates a window; ` +
          Object.entries(preflight.operators).map(([op, n]) => `${n} ${op}`).join(", "),
      Calibration: `${count(report.calibration.n)} training windows`,
    }),
    findings.length > 0 &&
      table(
        ["finding", "severity", "message", "remedy"],
        findings.map((f) => [f.code, f.severity, f.message, f.remedy]),
      ),
  );
}

/** Latency with the machine on which it was measured. */
export async function latencySection(sources: Sources): Promise<Fragment> {
  const found = await sources.all(Benchmark);
  if (found.length === 0) {
    return note("Not measured: no benchmark-on-device step is connected to this report.");
  }
  return stack(
    ...await Promise.all(found.map(async (source) => {
      const report = await readBenchmark(source.dir);
      if (report.status !== "measured") {
        return note(
          `Not measured (${report.status}). ${report.reason?.message ?? ""} ${report.reason?.remedy ?? ""}`,
          "warning",
        );
      }
      return stack(
        await distribution(report, source.dir),
        rowsTable(report),
        ...report.warnings.map((w) => note(w, "warning")),
      );
    })),
  );
}

/** The column `total` of the raw samples of the back-to-back series (or the first mode), in milliseconds. */
async function distribution(report: BenchmarkReport, dir: string) {
  const series = await readSamples(dir, report);
  const modes = series.map((s) => s.mode);
  const mode = modes.includes("back-to-back") ? "back-to-back" : modes[0];
  const totals = series.filter((s) => s.mode === mode)
    .flatMap(({ samples, n }) => Array.from({ length: n }, (_, i) => samples[4 * i + 3] / 1e6));
  const device = `${report.device}${report.kind === "local" ? " (this machine, not a Hailo device)" : ""}`;
  return totals.length === 0
    ? undefined
    : latencyDistribution(totals, { device, origin: report.origin, budget: report.budget?.p95Ms });
}

function rowsTable(report: BenchmarkReport): Fragment {
  const rows = report.endToEnd.filter((row) => row.launch === 0);
  return table(
    ["mode", "n", "mean ms", "p50 ms", "p95 ms", "p99 ms", "largest ms", "origin"],
    rows.map((
      r,
    ) => [
      r.mode,
      count(r.n),
      number(r.mean),
      number(r.p50),
      number(r.p95),
      number(r.p99),
      number(r.max),
      report.origin,
    ]),
  );
}

/** The package and what it holds. */
export async function packageSection(sources: Sources): Promise<Fragment> {
  const found = await sources.first(Package);
  if (found === undefined) return absent("No package is connected to this report.");
  const manifest = await Sources.json<Facts>(found, "MANIFEST.json") ?? {};
  const files = Array.isArray(manifest.files) ? manifest.files as Facts[] : [];
  const status = manifest.status !== null && typeof manifest.status === "object"
    ? manifest.status as Facts
    : {};
  const text = (value: Json | undefined): string => {
    if (value === null || value === undefined) return "–";
    if (typeof value !== "object" || Array.isArray(value)) return String(value);
    return Object.values(value).filter((v) => typeof v === "string").join(": ");
  };
  return stack(
    facts({
      Package: scalar(manifest.name) ?? scalar(found.value.header.meta.name),
      Version: scalar(manifest.version),
      Identity: scalar(manifest.id),
      Verdict: scalar(manifest.verdict)?.toString().replaceAll("-", " "),
      Files: files.length > 0
        ? `${files.length}, ${number(files.reduce((n, f) => n + Number(f.bytes ?? 0), 0) / 1024)} KiB`
        : undefined,
      ...Object.fromEntries(Object.entries(status).map(([key, value]) => [`Status: ${key}`, text(value)])),
    }),
    files.length > 0 &&
      table(
        ["file", "bytes", "role"],
        files.map((f) => [String(f.path), count(Number(f.bytes ?? 0)), String(f.role ?? "")]),
      ),
  );
}
