/** What speaks for and against using a package. Every box is computed from an artifact; none can be ticked by hand. */
import { bundleFiles } from "../../artifacts/onnx_bundle.ts";
import { COLLAPSE_RULE, collapsed } from "../../fsq/collapse.ts";
import { significant } from "../../text/numbers.ts";
import { headline } from "../../artifacts/benchmark.ts";
import type { PackageFacts } from "./facts.ts";

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
    ...(facts.targets.includes("hailo8") ? hailoChecks(facts) : []),
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
  const baseline = metric(facts, "majority_accuracy");
  // The unfavourable end of an interval counts; a number without one proves nothing of the next subject.
  const accuracy = facts.metrics?.metrics.accuracy?.interval?.lower ?? null;
  const ece = facts.metrics?.metrics.ece?.interval?.upper ?? null;
  const { judgedOn, readiness: gates, heldOut } = facts.metrics ?? {};
  const rule = judgedOn?.rule ?? "unknown";
  const trained = heldOut?.trained ?? 0;
  const none = "no metrics with an interval";
  return [
    {
      group: "model",
      item: "Accuracy on held-out subjects is above the baseline",
      done: accuracy === null || baseline === null || heldOut === undefined
        ? null
        : accuracy > baseline && trained === 0 && !heldOut.leaks && !heldOut.sharesSubjects,
      evidence: accuracy === null
        ? none
        : heldOut === undefined
        ? "the metrics do not say what was held out"
        : trained > 0
        ? `${trained} of ${heldOut.judged} judged windows were fitted on`
        : heldOut.leaks || heldOut.sharesSubjects
        ? `split ${rule}, in which ${
          heldOut.leaks ? "windows of both parts overlap" : "people are in several parts"
        }`
        : `accuracy ${show(metric(facts, "accuracy"))}, at least ${show(accuracy)}, baseline ${
          show(baseline)
        }, split ${rule}`,
    },
    {
      group: "model",
      item: "Calibration error is at most 0.05",
      done: ece === null ? null : ece <= 0.05,
      evidence: ece === null ? none : `ece ${show(metric(facts, "ece"))}, at most ${show(ece)}`,
    },
    {
      group: "model",
      item: "Trained on real recordings",
      done: facts.dataOrigin === null ? null : facts.dataOrigin === "measured",
      evidence: `origin ${facts.dataOrigin ?? "unknown"}`,
    },
    {
      group: "model",
      item: "The workflow's own gates passed",
      done: gates === undefined ? null : gates.verdict === "READY",
      evidence: gates === undefined ? "no gates are set" : gates.reasons[0]?.reason ?? "all gates",
    },
  ];
}

function exportChecks({ parity, golden }: PackageFacts): Check[] {
  return [
    {
      group: "export",
      item: "Exported files reproduce the trainer (codes identical, difference at most 1e-5)",
      done: parity === null ? null : parity.codes_identical && parity.max_abs_difference <= 1e-5,
      evidence: parity === null
        ? `no ${bundleFiles.parity}`
        : `${parity.n} windows, largest difference ${parity.max_abs_difference.toExponential(2)}`,
    },
    {
      group: "export",
      item: "At least 16 golden windows are packed and their codes follow from the host part",
      done: golden.n >= 16 && golden.wrongCodes === 0,
      evidence:
        `${golden.n} ${
          golden.recorded ? "recorded" : "simulated"
        } windows, ${golden.wrongCodes} wrong codes, ` +
        "computed while packing",
    },
  ];
}

/** What 8 bits do to the codes, and whether somebody compiled them. */
function hailoChecks({ status, int8 }: PackageFacts): Check[] {
  const agreements = (int8 ?? []).flatMap(({ weights, n, code_agreement: share }) =>
    share === null ? [] : [{ weights, n, share }]
  );
  return [
    {
      group: "export",
      item: "The int8 estimate agrees with float on at least 90 % of the codes",
      done: agreements.length === 0 ? null : agreements.every((v) => v.share >= 0.9),
      evidence: int8 === null
        ? `no ${bundleFiles.int8}`
        : agreements.length === 0
        ? "there is no quantiser"
        : agreements.map((v) => `${v.weights} ${show(100 * v.share)} % of ${v.n}`).join(", ") + ", estimated",
    },
    {
      group: "export",
      item: "A HEF compiled by the vendor's compiler and fit to publish is in the package",
      done: status.hef === "compiled" && status.reason === null,
      evidence: status.reason ?? status.hef,
    },
  ];
}

function integrationChecks({ benchmark, measuredOn, status, examples, targets }: PackageFacts): Check[] {
  // Where nothing else than CPUs is meant, a measured CPU is the target, and its name stands beside the time.
  const meant = measuredOn?.deployment === true || targets.every((name) => name === "cpu");
  const onDevice = benchmark !== null && benchmark.origin === "measured" && meant;
  const row = benchmark === null ? undefined : headline(benchmark);
  const budget = benchmark?.budget;
  const elsewhere = status.latencyReason ?? "not on a device";
  return [
    {
      group: "integration",
      item: "Golden windows reproduced on the target device",
      done: onDevice && benchmark.selftest?.passed === true,
      evidence: onDevice ? `${benchmark.selftest?.n ?? 0} windows` : elsewhere,
    },
    {
      group: "integration",
      item: "Latency measured on the target device",
      done: onDevice && row !== undefined,
      evidence: row === undefined || !onDevice
        ? elsewhere
        : `p95 ${row.p95.toFixed(3)} ms on ${benchmark.device}, n = ${row.n}`,
    },
    {
      group: "integration",
      item: "p95 latency on the target device is within its budget",
      done: onDevice && budget !== undefined ? budget.met : null,
      evidence: budget === undefined
        ? "no budget is set"
        : `budget ${budget.p95Ms} ms${onDevice ? "" : `, ${elsewhere}`}`,
    },
    {
      group: "integration",
      item: "Examples in Python and C++ are in the package",
      done: examples.some((p) => p.endsWith(".py")) && examples.some((p) => p.endsWith(".cpp")),
      evidence: examples.join(", ") || "none",
    },
  ];
}

function safetyChecks(facts: PackageFacts): Check[] {
  const [top, perplexity] = [metric(facts, "top_code_share"), metric(facts, "perplexity")];
  const heldOut = facts.metrics?.heldOut;
  const throttled = facts.benchmark?.thermal?.throttled;
  const { calibration } = facts.metadata;
  return [
    {
      group: "safety",
      item:
        "The codebook has not collapsed (perplexity of at least 1.5, no code on more than 80 % of the windows)",
      done: top === null || perplexity === null ? null : !collapsed([{ perplexity, topShare: top }], {
        ...COLLAPSE_RULE,
        epochs: 1,
      }),
      evidence: top === null
        ? "no codebook statistics"
        : `perplexity ${show(perplexity)}, most frequent code on ${(100 * top).toFixed(1)} %`,
    },
    {
      group: "safety",
      item: "Training and test share neither subjects nor samples",
      done: heldOut === undefined ? null : !heldOut.leaks && !heldOut.sharesSubjects,
      evidence: heldOut === undefined
        ? "the metrics do not say"
        : heldOut.leaks
        ? "split leaks"
        : heldOut.sharesSubjects
        ? "people are in several parts"
        : "split does not leak",
    },
    {
      group: "safety",
      item: "Calibrated on training windows",
      done: calibration === undefined ? null : /training/.test(calibration.source),
      evidence: calibration === undefined ? "no source" : `${calibration.n} windows, ${calibration.source}`,
    },
    {
      group: "safety",
      item: "The device was not throttled while it was measured",
      done: typeof throttled === "boolean" && facts.benchmark?.origin === "measured" ? !throttled : null,
      evidence: typeof throttled === "boolean" ? `throttled: ${throttled}` : "not recorded",
    },
  ];
}

const show = (value: number | null) => value === null ? "unknown" : significant(value, 4);

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
  const hailo = facts.targets.includes("hailo8");
  if (status.hef === "stand-in") {
    risks.push({ level: "high", risk: "The HEF is a stand-in", because: "no device can load it" });
  } else if (hailo && status.hef === "not-compiled") {
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
  if (hailo) {
    risks.push({
      level: "low",
      risk: "Quantised ranges are fixed at compile time",
      because: "sensors with other units, mounting or gain saturate; monitor drift",
    });
  }
  return risks;
}
