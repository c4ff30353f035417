/** The verdict of readiness: gates, and what no gate can excuse. */
import { significant } from "../text/numbers.ts";
import type { Metrics } from "../artifacts/metrics.ts";
import { type GateResult, type HeldOut, type Obstacle, type Readiness } from "../artifacts/readiness.ts";
import { notAboveBaseline } from "./baselines.ts";
import { metricOf } from "./catalogue.ts";
import { leakSuspected } from "./findings/leaks.ts";
import { tooFew } from "./statistics/authority.ts";

/** Every reason against using what was judged, each with its cure. */
export function judgeReadiness(
  gates: readonly GateResult[],
  metrics: Pick<Metrics, "metrics" | "heldOut" | "confusion"> & Partial<Pick<Metrics, "tables">>,
): Readiness {
  const failed = gates.filter((gate) => !gate.passed).map(({ reason }) => ({
    reason,
    cure: "Improve the model or judge it on more people; lower the limit only where the use allows it.",
  }));
  const reasons = [
    ...failed,
    ...(gates.length > 0
      ? []
      : [{ reason: "no gates are set", cure: "Say under `gates` what is good enough." }]),
    ...originObstacles(metrics.metrics),
    ...heldOutObstacles(metrics.heldOut),
    ...suspicions(metrics.tables?.findings ?? []),
    ...classObstacles(metrics),
    ...baselineObstacles(metrics.metrics),
    ...collapseObstacles(metrics.metrics),
  ];
  return { verdict: reasons.length === 0 ? "READY" : "NOT READY", reasons };
}

function originObstacles(metrics: Metrics["metrics"]): Obstacle[] {
  const origins = new Set(Object.values(metrics).map(({ origin }) => origin));
  return (["simulated", "projected", "estimated"] as const).filter((origin) => origins.has(origin))
    .map((origin) => ({
      reason: `numbers are ${origin}, not measured on real recordings`,
      cure: "Judge real recordings.",
    }));
}

/** Whether the judged windows are of people that nothing was fitted on. */
function heldOutObstacles(facts: HeldOut | undefined): Obstacle[] {
  if (facts === undefined) return [];
  const out: Obstacle[] = [];
  if (facts.leaks) {
    out.push({
      reason: "the split leaks: training and test share subjects or samples",
      cure: "Split by: subject.",
    });
  }
  if (facts.trained > 0) {
    out.push({
      reason: `${facts.trained} of the ${facts.judged} judged windows are training or validation windows`,
      cure: "Judge part: test, or a model that was trained on other recordings.",
    });
  }
  if (facts.sharesSubjects && !facts.leaks) {
    out.push({
      reason: "people of the judged windows are in the training part too: nothing is said of new people",
      cure: "Split by: subject.",
    });
  }
  const few = tooFew(facts.subjects.length, "subjects");
  if (few !== undefined) {
    out.push({
      reason: `${few.replace(", an interval needs", " judged, a verdict needs")}`,
      cure: "Judge more people.",
    });
  }
  return out;
}

/** A channel that knows the labels makes every score worthless, held-out people or not. */
function suspicions(findings: Metrics["tables"][string]): Obstacle[] {
  const found = findings.find(({ id }) => id === leakSuspected.id);
  return found === undefined ? [] : [{
    reason: `a leak is suspected: ${found.evidence}`,
    cure:
      "Leave the channel out of `sensors`, or make sure that it is a measurement and judge without it as well.",
  }];
}

/** Classes that no judged window has, and classes that the model cannot name. */
function classObstacles({ metrics, confusion }: Pick<Metrics, "metrics" | "confusion">): Obstacle[] {
  const out: Obstacle[] = [];
  if (confusion !== undefined) {
    const absent = confusion.labels.filter((_, i) => confusion.counts[i].every((count) => count === 0));
    const judged = confusion.labels.length - absent.length;
    if (absent.length > 0) {
      out.push({
        reason: `${absent.map((name) => `"${name}"`).join(", ")} never occur${
          absent.length === 1 ? "s" : ""
        } in the judged windows: the scores are of ${judged} of ${confusion.labels.length} classes`,
        cure:
          "Judge people who show every class, by other folds or other test subjects, or leave the class out.",
      });
    }
    if (judged === 1) {
      out.push({
        reason: "the judged windows have one class only",
        cure: "Judge windows of several classes.",
      });
    }
  }
  const unknown = metricOf(metrics, "unknown_class_share");
  if ((unknown?.value ?? 0) > 0) {
    out.push({
      reason: `the model does not know every class of the judged windows (${
        unknown!.note ?? "see its share"
      })`,
      cure: "Train on people who show every class.",
    });
  }
  return out;
}

function baselineObstacles(metrics: Metrics["metrics"]): Obstacle[] {
  return notAboveBaseline(metrics).map(({ title, value, baseline }) => ({
    reason: `${title} ${significant(value, 4)} is not above its baseline ${significant(baseline, 4)}`,
    cure: "Look at the classes and the training history: the model has learnt nothing of use.",
  }));
}

function collapseObstacles({ perplexity, top_code_share: share, collapsed }: Metrics["metrics"]): Obstacle[] {
  const gone = (perplexity?.value ?? Infinity) < 1.5 || (share?.value ?? 0) > 0.8 ||
    (collapsed?.value ?? 0) > 0;
  return gone
    ? [{
      reason: `the codebook has collapsed (perplexity ${significant(perplexity?.value ?? NaN, 4)})`,
      cure: "See the finding on the collapsed codebook.",
    }]
    : [];
}
