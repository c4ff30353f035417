/** Whether there is a Hailo executable, and why not. */
import { Hef, readCompileReport, readPreflight } from "../../../artifacts/hef.ts";
import { typesetCount, typesetNumber } from "../../../text/typeset.ts";
import { defineSection } from "../../section.ts";
import { Sources } from "../../sources.ts";
import { facts, type Fragment, note, stack, table } from "../../table.ts";

export default defineSection({
  id: "hailo",
  title: "Hailo",
  needs: (sources) => Promise.resolve(sources),
  draw,
});

/** A message as a sentence. */
const sentence = (text: string) =>
  text === "" ? "" : `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;

/** Whether there is a Hailo executable, and why not. */
async function draw(sources: Sources): Promise<Fragment> {
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
        : `${typesetNumber(preflight.parameters)} parameters, ${
          typesetNumber(preflight.macs)
        } multiply-accumulates a window; ` +
          Object.entries(preflight.operators).map(([op, n]) => `${n} ${op}`).join(", "),
      Calibration: `${typesetCount(report.calibration.n)} training windows`,
    }),
    findings.length > 0 &&
      table(
        ["finding", "severity", "message", "remedy"],
        findings.map((f) => [f.code, f.severity, f.message, f.remedy]),
      ),
  );
}
