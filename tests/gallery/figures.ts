/** Every figure from usual and from odd data. Test data only. */
import type { Behaviours } from "../../lib/artifacts/behaviours.ts";
import { simulateRecordings } from "../../lib/signal/simulate/simulate.ts";
import type { Movements } from "../../lib/report/behaviours/movement_excerpts.ts";
import { Random } from "../../lib/random.ts";
import * as figures from "../../lib/report/figures/mod.ts";
import { makeBehaviours, makeCodes, makeMetrics, makeModel, makeMotifs } from "../report/fixtures.ts";

/** Kinds of data that a drawing has to bear. */
export const conditions = [
  "usual",
  "empty",
  "one class",
  "forty classes",
  "not a number",
  "one subject",
  "long names",
  "thousand recordings",
] as const;
export type Condition = typeof conditions[number];

/** What notebooks show: a figure, a table, or nothing where there is nothing to draw. */
type Shown = { toHtml(): string } | undefined;

const provenance = { n: 1234, of: "windows", origin: "simulated" as const };
const long = "a very long name that somebody copied from the protocol of the study, 2nd revision";

/** How many of what a condition has, and what they are called. */
function shape(condition: Condition) {
  const classes = condition === "one class" ? 1 : condition === "forty classes" ? 40 : 8;
  const subjects = condition === "one subject" ? 1 : condition === "thousand recordings" ? 1000 : 6;
  const rows = condition === "empty" ? 0 : condition === "one class" || condition === "one subject" ? 1 : 7;
  const name = (kind: string) => (i: number) =>
    condition === "long names" ? `${kind} ${i}, ${long}` : `${kind} ${i}`;
  const odd = (i: number, value: number) => condition === "not a number" && i % 2 === 0 ? NaN : value;
  return { classes: condition === "empty" ? 0 : classes, subjects, rows, name, odd };
}

/** Bouts of recordings, with as many names and recordings as the condition has. */
export function oddBehaviours(condition: Condition): Behaviours {
  const { classes, subjects, name } = shape(condition);
  const base = makeBehaviours({
    recordings: condition === "empty" ? 0 : subjects,
    minutes: subjects > 100 ? 1 : 6,
  });
  const rng = new Random(3);
  const names = Array.from({ length: classes }, (_, i) => name("motif")(i));
  const bouts = base.bouts.map((bout) => ({
    ...bout,
    recording: name("recording")(Number(bout.subject)),
    subject: name("person")(Number(bout.subject)),
    label: bout.label < 0 ? -1 : rng.below(Math.max(1, classes)),
  }));
  const dictionary = names.map((name, id) => ({ id, name, label: null, purity: null, windows: 100 }));
  return { ...base, names, bouts, dictionary };
}

/** A drawing of each figure; the names are those of `lib/report/figures/mod.ts`. */
export function drawings(condition: Condition): Record<keyof typeof figures, () => Shown> {
  const { classes, rows, name, odd, subjects } = shape(condition);
  const rng = new Random(11);
  const list = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
  const behaviours = oddBehaviours(condition);
  const model = makeModel({ epochs: condition === "empty" ? 0 : rows });
  const history = model.history.map((epoch, i) => ({
    ...epoch,
    loss: odd(i, epoch.loss),
    perplexity: odd(i, 9),
  }));
  const metrics = makeMetrics({ labels: list(Math.max(classes, 1), name("class")) });
  if (condition === "empty") metrics.metrics = {};
  const interval = (value: number) => ({ value, lower: value - 0.1, upper: value + 0.1 });
  const forestRows = list(
    rows,
    (i) => ({ name: name("metric")(i), ...interval(odd(i, 0.3 + 0.1 * i)), note: "n 31" }),
  );
  const codes = makeCodes({ windows: condition === "empty" ? 0 : 500 });
  const sweep = list(rows, (i) => ({
    name: name("[4, 4, 4]")(i),
    codes: 4 ** (i + 1),
    ...interval(odd(i, 0.5 + 0.05 * i)),
    perplexity: odd(i, 2 ** i),
  }));
  return {
    armCurves: () => figures.armCurves(list(rows, (i) => ({ arm: name("arm")(i), history })), provenance),
    boutDurations: () => figures.boutDurations(behaviours),
    codeUsage: () =>
      figures.codeUsage(condition === "empty" ? { ...codes, counts: [], perplexity: 0 } : codes),
    comparisonForest: () =>
      figures.comparisonForest(
        list(rows, (i) => ({
          metric: name("metric")(i),
          difference: odd(i, 0.1 * (i - 3)),
          lower: 0.1 * (i - 4),
          upper: 0.1 * (i - 2),
          winner: i > 4 ? "A" as const : "inconclusive" as const,
          effect: 0.4,
          n: 9,
        })),
        { a: name("run")(1), b: name("run")(2), provenance },
      ),
    confusionMatrix: () => {
      const labels = list(classes, name("class"));
      const counts = labels.map((_, i) =>
        labels.map((_, j) => condition === "not a number" ? 0 : i === j ? 90 : rng.below(9))
      );
      return figures.confusionMatrix({ labels, counts });
    },
    driftOverTime: () =>
      figures.driftOverTime(
        list(condition === "thousand recordings" ? 1000 : rows, (i) => ({
          when: condition === "long names" ? name("week")(i) : `2026-01-${String(i + 1).padStart(2, "0")}`,
          psi: odd(i, 0.1 + 0.02 * rng.normal()),
          threshold: 0.2,
          drifted: i === 3,
          n: 100,
        })),
        { of: "codes", provenance },
      ),
    driftTests: () =>
      figures.driftTests(
        list(rows, (i) => ({
          of: name("channel")(i),
          psi: odd(i, 0.1 * i),
          expected: 0.05,
          threshold: i === 1 ? null : 0.2,
          drifted: i > 3,
        })),
        { level: 0.95, provenance },
      ),
    ethogram: () => figures.ethogram(behaviours),
    ethogramDetail: () => figures.ethogramDetail(behaviours),
    fewLabelsCurve: () =>
      figures.fewLabelsCurve(
        list(rows, (i) => i).flatMap((i) =>
          ["statistics", "codes", "untrained", "tuned"].map((way, j) => {
            const accuracy = odd(i, 0.9 - 0.5 / (1 + i) + 0.02 * j);
            return {
              way,
              people: 2,
              labeled: 6 * 2 ** i,
              accuracy,
              lower: accuracy - 0.05,
              upper: accuracy + 0.05,
            };
          })
        ),
        provenance,
      ),
    forest: () =>
      figures.forest(forestRows, {
        title: "Forest",
        caption: "Numbers.",
        label: "value",
        provenance,
        reference: 0.5,
      }),
    frontierFigure: () =>
      figures.frontierFigure(
        list(rows, (i) => ({
          levels: list(3, () => 4 + i).join(" "),
          codes: (4 + i) ** 3,
          bits: 3 * Math.log2(4 + i),
          modelled: odd(i, 0.2 / (i + 1)),
          measured: 0.3 / (i + 1),
          perplexity: 20 + i,
          onFrontier: i !== 2,
          recommended: i === 3,
        })),
        { provenance },
      ),
    groupValues: () =>
      figures.groupValues(
        list(condition === "empty" ? 0 : subjects, (s) => s).flatMap((s) =>
          list(classes, (c) => ({
            subject: name("person")(s),
            group: name("group")(s % 2),
            behaviour: name("motif")(c),
            value: odd(s, 0.1 + 0.02 * c + 0.02 * rng.normal()),
          }))
        ),
        { measure: "share of time", unit: "%", different: [name("motif")(0)] },
      ),
    kCurve: () =>
      figures.kCurve(
        {
          ...makeMotifs(),
          reason: "largest silhouette",
          curve: list(rows, (i) => ({
            k: i + 2,
            inertia: odd(i, 100 / (i + 1)),
            bic: odd(i, 1000 - 50 * i),
            silhouette: i === 1 ? null : 0.5,
            silhouetteError: null,
            stability: null,
          })) as never,
        },
        provenance,
      ),
    motifTree: () =>
      figures.motifTree({
        k: classes,
        dimensions: 2,
        centroids: Float64Array.from({ length: 2 * classes }, (_, i) => odd(i, rng.normal())),
        support: list(classes, (c) => odd(c, 10 * (classes - c))),
        names: list(classes, name("motif")),
      }, provenance),
    latencyDistribution: () =>
      figures.latencyDistribution(
        list(condition === "empty" ? 0 : rows * 50, (i) => odd(i, Math.exp(0.3 * rng.normal()))),
        { device: name("device")(1), origin: "measured", budget: 15 },
      ),
    learningCurves: () => figures.learningCurves({ ...model, history }),
    metricForest: () => figures.metricForest(metrics),
    metricTable: () => figures.metricTable(metrics),
    metricTrend: () =>
      figures.metricTrend(
        list(condition === "thousand recordings" ? 1000 : rows, (i) => ({
          when: condition === "long names" ? name("run")(i) : `01-${String(i + 1).padStart(2, "0")} 10:00`,
          ...interval(odd(i, 0.8 + 0.02 * rng.normal())),
        })),
        { metric: name("metric")(1), unit: "%", above: 0.9, below: 0.5, provenance },
      ),
    movementFigure: () => {
      const value = (i: number) => odd(i, rng.normal());
      const set: Movements = {
        shown: ["x", "y", "z"].map((axis, channel) => ({
          sensor: 0,
          channel,
          name: name(axis)(1),
          unit: "m/s^2",
        })),
        sensors: [name("sensor")(1)],
        before: 1,
        after: 3,
        origin: "simulated",
        movements: [],
      };
      const movement = {
        id: 0,
        bouts: rows,
        subjects: Math.min(rows, subjects),
        onset: rows === 0 ? [] : list(3, () =>
          list(40, (i) => {
            const median = value(i);
            return { time: i / 10 - 1, low: median - 1, median, high: median + 1 };
          })),
        examples: list(Math.min(rows, 3), (i) => ({
          recording: name("recording")(i),
          subject: name("person")(i),
          points: list(40, (t) => ({ time: t / 10, values: list(3, value) })),
        })),
      };
      set.movements.push(movement);
      return figures.movementFigure(set, movement, name("motif")(0));
    },
    noiseCurve: () =>
      figures.noiseCurve(
        list(rows, (i) => i).flatMap((i) =>
          (["codes", "decisions"] as const).map((of) => {
            const rate = odd(i, 0.03 * i);
            return { noise: 10 ** (i / 3 - 3), of, rate, lower: rate - 0.01, upper: rate + 0.01 };
          })
        ),
        provenance,
      ),
    reliabilityDiagram: () =>
      figures.reliabilityDiagram(
        list(condition === "empty" ? 0 : 10, (i) => ({
          lower: i / 10,
          upper: (i + 1) / 10,
          count: condition === "one subject" && i !== 9 ? 0 : 10 * i,
          confidence: i === 0 ? null : odd(i, (i + 0.5) / 10),
          accuracy: i === 0 ? null : odd(i, (i + 0.4) / 10),
        })),
        { ece: 0.03, nullEce: 0.01 },
      ),
    signals: () => {
      if (condition === "empty") return undefined;
      const recordings = simulateRecordings({ subjects: 1, minutes: 1, seed: 2 });
      recordings.sensors = recordings.sensors.map((_, i) => name("sensor")(i));
      const { data } = recordings.recordings[0]!;
      for (let i = 0; i < data.length; i += 50) data[i] = odd(0, data[i]!);
      return figures.signals(recordings);
    },
    statesCurve: () =>
      figures.statesCurve({
        states: 3,
        folds: 5,
        hit_boundary: false,
        curve: list(rows, (i) => ({ states: i + 2, log_likelihood: odd(i, -2 + 0.1 * i), error: 0.02 })),
      }, provenance),
    stickinessScan: () =>
      figures.stickinessScan(
        list(
          rows,
          (i) => ({ stickiness: 2 * i, bouts: 400 - 50 * i, median: i === 3 ? null : odd(i, 1 + i) }),
        ),
        4,
        provenance,
      ),
    orientationAngles: () =>
      figures.orientationAngles({
        sensor: name("sensor")(0),
        people: subjects,
        share: 0.8,
        angles: list(condition === "empty" ? 0 : 2 * subjects, (i) => ({
          recording: name("recording")(i),
          subject: name("person")(i >> 1),
          angle: i % 7 === 3 ? 170 : odd(i, 50 * rng.uniform()),
          turned: i % 7 === 3 ? "recording" as const : null,
        })),
        turnedPeople: [],
      }),
    subjectAccuracy: () =>
      figures.subjectAccuracy(
        list(condition === "empty" ? 0 : subjects, (i) => ({
          subject: name("person")(i),
          accuracy: odd(i, 0.9 - 0.4 * rng.uniform()),
          n: 40,
        })),
        { majority: 0.6 },
      ),
    sweepFigure: () => figures.sweepFigure(sweep, { metric: name("score")(1), provenance }),
    sweepPerplexity: () => figures.sweepPerplexity(sweep, provenance),
    timeBudget: () => figures.timeBudget(behaviours),
    transitionMatrix: () => figures.transitionMatrix(behaviours),
  };
}
