/** Latency with the machine on which it was measured. */
import { Benchmark, type BenchmarkReport, readBenchmark, readSamples } from "../../../artifacts/benchmark.ts";
import { targetNamed } from "../../../device/targets.ts";
import { latencyDistribution } from "../../figures/latency.ts";
import { typesetCount, typesetNumber } from "../../../text/typeset.ts";
import { defineSection } from "../../section.ts";
import { Sources } from "../../sources.ts";
import { type Fragment, note, stack, table } from "../../table.ts";

export default defineSection({
  id: "latency",
  title: "Latency",
  needs: (sources) => Promise.resolve(sources),
  draw,
});

/** Latency with the machine on which it was measured. */
async function draw(sources: Sources): Promise<Fragment> {
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
  const caveat = targetNamed(report.kind)?.caveat ?? null;
  const device = `${report.device}${caveat === null ? "" : ` (${caveat})`}`;
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
      typesetCount(r.n),
      typesetNumber(r.mean),
      typesetNumber(r.p50),
      typesetNumber(r.p95),
      typesetNumber(r.p99),
      typesetNumber(r.max),
      report.origin,
    ]),
  );
}
