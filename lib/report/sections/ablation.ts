/** Variants of one pipeline over the same seeds and folds. */
import { kindOf, titleOf } from "../../metrics/catalogue.ts";
import type { Json } from "../../artifacts/artifact.ts";
import { type Interval, Metrics } from "../../artifacts/metrics.ts";
import { type ModelFacts, readModelFacts } from "../../artifacts/model.ts";
import type { MetricKind } from "../../metrics/kinds/kind.ts";
import { cutInterval } from "../../metrics/range.ts";
import { claimOverFolds } from "../../metrics/statistics/authority.ts";
import { mean } from "../../metrics/statistics/summary.ts";
import { type ArmCurve, armCurves } from "../figures/arm_curves.ts";
import { forest } from "../figures/forest.ts";
import { typesetNumber } from "../../text/typeset.ts";
import { percent } from "../../text/numbers.ts";
import { defineSection } from "../section.ts";
import { type Loaded, type Source, type Sources } from "../sources.ts";
import { absent, type Fragment, note, stack, table, type TableCell } from "../table.ts";

export default defineSection({
  id: "ablation",
  title: "Variants",
  needs: (sources) => sources.all(Metrics),
  draw,
});

/** What a notebook may say of the variants. */
export interface AblationOptions {
  /** Matrix axis whose values are the variants. @default the first axis that is neither a seed nor a fold */
  axis?: string;
  /** Name of the metric by which variants are judged. @default "accuracy" */
  metric?: string;
}

/** A perplexity below this is a collapsed codebook. */
const collapsedBelow = 1.5;

/** Axes that repeat a variant instead of making another. */
const repeating = /^(fold|seed|repeat|split)$/;

/** An axis with a section of its own, the sweep. */
const swept = "levels";

const textOf = (value: Json) => typeof value === "string" ? value : JSON.stringify(value);

/** The axis whose values are the variants: the first that neither merely repeats nor is a sweep of levels. */
function armAxis(sources: readonly Source[]): string | undefined {
  return sources.flatMap(({ cell }) => Object.keys(cell)).find((axis) =>
    axis !== swept && !repeating.test(axis)
  );
}

/**
 * One row for each variant, `mean [interval]` over its cells: score, perplexity, share of collapsed cells, parameters,
 * epochs to the best. `axis` is the matrix axis of the variants; by default the first that is no seed or fold.
 */
async function draw(
  found: Loaded<Metrics>[],
  sources: Sources,
  { axis, metric = "accuracy" }: AblationOptions,
): Promise<Fragment> {
  const all = found.filter(({ value }) => Object.hasOwn(value.metrics, metric));
  const chosen = axis ?? armAxis(all);
  const judged = all.filter(({ cell }) => chosen !== undefined && Object.hasOwn(cell, chosen));
  const arms = Map.groupBy(judged, ({ cell }) => textOf(cell[chosen!]));
  if (arms.size < 2) return absent("No matrix over variants is connected to this report.");
  const models = await readModels(sources, chosen!);
  const rows = [...arms].map(([name, cells]) => {
    const values = (key: string) => cells.flatMap(({ value }) => value.metrics[key]?.value ?? []);
    const scores = values(metric);
    const perplexities = values("perplexity");
    const own = models.filter((m) => m.arm === name).map((m) => m.facts);
    const eight = values("accuracy_int8");
    return {
      int8: eight.length === 0 ? undefined : { score: mean(eight), interval: intervalOf(eight, [0, 1]) },
      change: mean(values("accuracy_int8_change")),
      name,
      n: scores.length,
      score: mean(scores),
      interval: intervalOf(scores, kindOf(metric, cells[0].value.metrics[metric]).range),
      perplexity: perplexities.length === 0 ? null : mean(perplexities),
      collapsed: perplexities.length === 0
        ? null
        : perplexities.filter((p) => p < collapsedBelow).length / perplexities.length,
      parameters: own[0]?.parameters ?? null,
      epochs: own.length === 0 ? null : mean(own.map((m) => m.bestEpoch)),
    };
  });
  const { origin } = judged[0].value.metrics[metric];
  const estimated = rows.some(({ int8 }) => int8 !== undefined);
  const curves: ArmCurve[] = models.flatMap(({ arm, facts }) =>
    facts.history.length === 0 ? [] : [{ arm, history: facts.history }]
  );
  return stack(
    forest(
      rows.map((r) => ({
        name: r.name,
        value: r.score,
        lower: r.interval?.lower,
        upper: r.interval?.upper,
        note: `n ${r.n}`,
      })),
      {
        title: `Variants by ${titleOf(metric)}`,
        caption: rows.every((r) => r.n === 1)
          ? "Each variant was trained once: there is no spread over seeds or folds to judge a difference by."
          : `Mean over seeds and folds with the 95 % t interval of the mean. Folds share training data, so the intervals are ` +
            `too narrow to decide between close variants: let a compare step decide.`,
        label: titleOf(metric),
        provenance: { n: judged.length, of: `trained models, ${arms.size} variants`, origin },
      },
    ),
    table(
      [
        chosen!,
        "n",
        titleOf(metric),
        "95 % interval",
        ...(estimated ? ["accuracy in 8 bits", "95 % interval", "8 bits less float"] : []),
        "perplexity",
        "collapsed",
        "parameters",
        "epochs to the best",
      ],
      rows.map((r): TableCell[] => [
        r.name,
        r.n,
        r.score,
        ends(r.interval),
        ...(!estimated
          ? []
          : r.int8 === undefined
          ? ["–", "–", "–"]
          : [typesetNumber(r.int8.score), ends(r.int8.interval), typesetNumber(r.change)]),
        r.perplexity,
        r.collapsed === null ? "–" : percent(r.collapsed, 0),
        r.parameters,
        r.epochs,
      ]),
    ),
    estimated &&
      note("In 8 bits: estimated on CPU by the export on the same windows, not measured on a device."),
    note(`Collapsed: share of the trained models whose codes have a perplexity below ${collapsedBelow}.`),
    curves.length > 0 && armCurves(curves, { n: curves.length, of: "trained models", origin }),
  );
}

function ends(interval: Interval | undefined): string {
  return interval === undefined
    ? "–"
    : `[${typesetNumber(interval.lower)}, ${typesetNumber(interval.upper)}]`;
}

/** The interval of the mean over seeds and folds, within what the metric can be; none of few or equal values. */
function intervalOf(scores: number[], range: MetricKind["range"]): Interval | undefined {
  const { interval } = claimOverFolds(scores, { level: 0.95, ratio: null, subjects: null });
  return interval && cutInterval(interval, range, mean(scores));
}

async function readModels(sources: Sources, axis: string): Promise<{ arm: string; facts: ModelFacts }[]> {
  const found = sources.list.filter(({ type, cell }) => type === "Model" && Object.hasOwn(cell, axis));
  return await Promise.all(found.map(async ({ dir, cell }) => ({
    arm: textOf(cell[axis]),
    facts: await readModelFacts(dir),
  })));
}
