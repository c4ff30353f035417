/** The report of a compilation: what became of a bundle on its way to a HEF. */
import type { CompileReport } from "../../artifacts/hef.ts";
import type { Compiled } from "./run_compiler.ts";
import type { Finding } from "../error.ts";
import { isStandIn } from "./hef_check.ts";

/** What is known before any compiler runs. */
export type ReportBase =
  & Pick<CompileReport, "arch" | "netName" | "endNodes" | "calibration" | "deviceOnnx">
  & { findings: Finding[] };

/** The report of a bundle that was checked but not compiled. */
export function skippedReport(base: ReportBase, reason: Finding): CompileReport {
  return {
    schema: 1,
    status: "skipped-no-sdk",
    origin: null,
    publishable: false,
    ...base,
    sdk: null,
    source: null,
    findings: [...base.findings, reason],
    hef: null,
    stages: [],
    facts: null,
  };
}

/** The report of a compiled HEF. Errors among its findings make it `failed`, though the compiler was content. */
export function compiledReport(
  base: ReportBase,
  compiled: Compiled,
  sdk: string,
  sha256: string,
  requireLevel: boolean,
): CompileReport & { findings: Finding[] } {
  const { hef, facts } = compiled;
  const findings = [...base.findings, ...compiled.findings];
  const errors = findings.some((f) => f.severity === "error");
  const forgiven = (f: Finding) => f.code === "OPTIMIZE_LEVEL_REDUCED" && !requireLevel;
  const unfit = new Set([
    "CALIB_TOO_FEW",
    "CALIB_RANDOM",
    "CALIB_CONSTANT",
    "OPTIMIZE_LEVEL_REDUCED",
    "HEF_RANGE",
  ]);
  const standIn = isStandIn(hef);
  return {
    schema: 1,
    status: errors
      ? "failed"
      : findings.length + facts.warnings.length > 0
      ? "compiled-with-warnings"
      : "compiled",
    origin: standIn ? "simulated" : "measured",
    publishable: !errors && !standIn && !findings.some((f) => unfit.has(f.code) && !forgiven(f)),
    ...base,
    sdk,
    source: compiled.stages.length === 0 ? "given" : "compiled",
    findings,
    hef: {
      sha256,
      bytes: compiled.bytes.length,
      sdkVersion: hef.sdkVersion,
      architecture: hef.architecture,
      contexts: hef.contexts,
      streams: hef.streams.map((s) => ({ ...s })),
      estimated: { origin: standIn ? "simulated" : "estimated", ...hef.estimated },
    },
    stages: compiled.stages.map((s) => ({ ...s })),
    facts: { ...facts },
  };
}
