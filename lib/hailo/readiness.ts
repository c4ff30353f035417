/** What speaks for and against using a package. Every box is computed from an artifact; none can be ticked by hand. */
import { headline } from "./benchmark.ts";
import type { PackageFacts } from "./package_facts.ts";

/** One item of the checklist. */
export interface Check {
  group: "model" | "export" | "integration" | "safety";
  item: string;
  /** `null`: nothing in the package can tell. */
  done: boolean | null;
  evidence: string;
}

/** One risk. */
export interface Risk {
  level: "high" | "medium" | "low";
  risk: string;
  because: string;
}

/** Verdict over checklist and risks. */
export interface Readiness {
  /** `recommended` needs every box ticked and no high risk. */
  verdict: "recommended" | "not-recommended";
  reasons: string[];
  checklist: Check[];
  risks: Risk[];
}

/** Computes checklist, risks and verdict. */
export function readiness(facts: PackageFacts): Readiness {
  const checklist = [
    ...modelChecks(facts),
    ...exportChecks(facts),
    ...integrationChecks(facts),
    ...safetyChecks(facts),
  ];
  const risks = riskRegister(facts);
  const reasons = [
    ...risks.filter((r) => r.level === "high").map((r) => `${r.risk}: ${r.because}`),
    ...checklist.filter((c) => c.done !== true).map((c) =>
      `${c.item}: ${c.done === null ? "unknown" : "no"} (${c.evidence})`
    ),
  ];
  return { verdict: reasons.length === 0 ? "recommended" : "not-recommended", reasons, checklist, risks };
}

function metric(facts: PackageFacts, name: string): number | null {
  return facts.metrics?.metrics[name]?.value ?? null;
}

function modelChecks(facts: PackageFacts): Check[] {
  const [accuracy, baseline, ece] = ["accuracy", "majority_accuracy", "ece"].map((name) =>
    metric(facts, name)
  );
  const known = facts.metrics !== null;
  const rule = facts.metrics?.details.rule ?? facts.metrics?.details.split ?? "unknown";
  return [
    {
      group: "model",
      item: "Accuracy on held-out subjects is above the baseline",
      done: accuracy === null || baseline === null ? null : accuracy > baseline,
      evidence: known
        ? `accuracy ${accuracy}, baseline ${baseline}, split ${JSON.stringify(rule)}`
        : "no metrics",
    },
    {
      group: "model",
      item: "Calibration error is at most 0.05",
      done: ece === null ? null : ece <= 0.05,
      evidence: known ? `ece ${ece}` : "no metrics",
    },
    {
      group: "model",
      item: "Trained on real recordings",
      done: facts.dataOrigin === null ? null : facts.dataOrigin === "measured",
      evidence: `origin ${facts.dataOrigin ?? "unknown"}`,
    },
  ];
}

function exportChecks({ parity, status }: PackageFacts): Check[] {
  return [
    {
      group: "export",
      item: "Exported files reproduce the trainer (codes identical, difference at most 1e-5)",
      done: parity === null ? null : parity.codes_identical && parity.max_abs_difference <= 1e-5,
      evidence: parity === null
        ? "no parity.json"
        : `${parity.n} windows, largest difference ${parity.max_abs_difference.toExponential(2)}`,
    },
    {
      group: "export",
      item: "A HEF compiled by the vendor's compiler and fit to publish is in the package",
      done: status.hef === "compiled" && status.reason === null,
      evidence: status.reason ?? status.hef,
    },
  ];
}

function integrationChecks({ benchmark, status }: PackageFacts): Check[] {
  const onDevice = benchmark?.kind === "hailo" && benchmark.origin === "measured";
  const row = benchmark === null ? undefined : headline(benchmark);
  return [
    {
      group: "integration",
      item: "Golden windows reproduced on the target device",
      done: onDevice ? benchmark.selftest?.passed ?? false : false,
      evidence: onDevice
        ? `${benchmark.selftest?.n ?? 0} windows`
        : status.latencyReason ?? "not on a device",
    },
    {
      group: "integration",
      item: "Latency measured on the target device",
      done: onDevice && row !== undefined,
      evidence: row === undefined
        ? status.latencyReason ?? "not measured"
        : `p95 ${row.p95.toFixed(3)} ms on ${benchmark!.device}, ${benchmark!.origin}`,
    },
  ];
}

function safetyChecks(facts: PackageFacts): Check[] {
  const [top, used] = [metric(facts, "top_code_share"), metric(facts, "used_codes")];
  return [
    {
      group: "safety",
      item: "The codebook has not collapsed (more than one code, none on 90 % of the windows)",
      done: top === null || used === null ? null : used > 1 && top < 0.9,
      evidence: top === null
        ? "no codebook statistics"
        : `${used} codes used, most frequent on ${(100 * top).toFixed(1)} %`,
    },
  ];
}

function riskRegister(facts: PackageFacts): Risk[] {
  const { dataOrigin, status, metadata } = facts;
  const risks: Risk[] = [];
  if (dataOrigin === "simulated") {
    risks.push({
      level: "high",
      risk: "Trained on simulated data only",
      because: "accuracy on a simulator says nothing about people, animals or machines",
    });
  } else if (dataOrigin === null) {
    risks.push({
      level: "high",
      risk: "Origin of the training data unknown",
      because: "no artifact names it",
    });
  }
  if (status.hef === "stand-in") {
    risks.push({ level: "high", risk: "The HEF is a stand-in", because: "no device can load it" });
  } else if (status.hef === "not-compiled") {
    risks.push({ level: "medium", risk: "Not compiled", because: status.reason ?? "no reason given" });
  }
  if (status.latency !== "measured") {
    risks.push({ level: "medium", risk: "Latency unknown", because: status.latencyReason ?? "not measured" });
  }
  if ((metadata.levels ?? []).some((level) => level < 5)) {
    risks.push({
      level: "low",
      risk: "Fewer than five levels in a dimension",
      because: "the FSQ paper recommends five or more; watch codebook use",
    });
  }
  risks.push({
    level: "low",
    risk: "Quantised ranges are fixed at compile time",
    because: "sensors with other units, mounting or gain saturate; monitor drift",
  });
  return risks;
}
