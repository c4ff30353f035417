/** The network and how it was trained. */
import { type ModelFacts, readModelFacts, type TurnedSensor } from "../../artifacts/model.ts";
import { learningCurves } from "../figures/learning_curves.ts";
import { typesetCount, typesetNumber } from "../../text/typeset.ts";
import { defineSection } from "../section.ts";
import { type Source, sourceName } from "../sources.ts";
import { facts, type Fragment, stack, table } from "../table.ts";

export default defineSection({
  id: "model",
  title: "Model",
  needs: (sources) => {
    const models = sources.list.filter((source) => source.type === "Model");
    return Promise.resolve(models.length === 0 ? undefined : models);
  },
  missing: "No model is connected to this report.",
  draw,
});

/** Which sensors were turned any way round, and why. */
function turnedNote(turned: readonly TurnedSensor[] = []): string {
  return turned.map(({ sensor, people, share }) =>
    `; ${sensor} turned any way round, as only ${Math.round(100 * share)} % of ${people} people wore it alike`
  ).join("");
}

/** How far another sample would move the scaler. */
function scalerNote({ training: { windows, sampledFrom, origin } }: ModelFacts): string {
  const error = sampledFrom?.scalerError;
  return error === undefined
    ? ""
    : `; another sample would move it by about ${typesetNumber(100 * error, 2)} % ` +
      `(two halves of ${typesetCount(windows)} windows, ${origin})`;
}

/** Architecture, quantiser and training of each model; learning curves of the first. */
async function draw(found: Source[]): Promise<Fragment> {
  const models = await Promise.all(found.map(async (source) => {
    return { source, facts: await readModelFacts(source.dir) };
  }));
  const shown = models.find(({ source }) => Object.keys(source.cell).length === 0) ?? models[0];
  const m = shown.facts;
  const a = m.architecture;
  const blocks = a.blocks.map((b) =>
    `${b.channels} @ ${b.kernel.join("×")}${b.pool > 1 ? ` pool ${b.pool}` : ""}`
  );
  return stack(
    facts({
      Model: sourceName(shown.source),
      Input: `${a.input[0]} channels × ${a.input[1]} sensors × ${a.input[2]} samples at ${
        typesetNumber(m.rate)
      } Hz`,
      ...(a.graph === undefined
        ? { Convolutions: blocks.length > 0 ? blocks.join(" → ") : "brought as ONNX" }
        : { Layers: a.graph.slice(1).map(({ name }) => name).join(" → ") }),
      Pooling: a.pooling.join(" + ") || undefined,
      Neck: a.neck?.join(" → "),
      Quantiser: a.levels === null
        ? `none (${a.latent} dimensions)`
        : `${m.quantizer}, levels [${a.levels.join(", ")}]: ${
          typesetCount(a.levels.reduce((p, l) => p * l, 1))
        } codes`,
      Head: a.classes > 0 ? `${[...a.head, a.classes].join(" → ")} classes: ${m.labels.join(", ")}` : "none",
      Objective: m.discovery === undefined
        ? undefined
        : `${
          a.classes > 0 ? "first without labels, then by both" : "without labels"
        }: ${m.discovery.teachers} teachers, centred within each ${m.discovery.centered}; neighbours ` +
          `agree by ${
            m.discovery.persistence.map((r) => r.toFixed(2)).join(", ")
          } in what each dimension was to say` +
          turnedNote(m.discovery.turned),
      Parameters: typesetCount(m.parameters),
      Scaler: `${m.scaler.method}, fitted on the training part${scalerNote(m)}`,
      Temperature: m.temperature,
      Training: m.imported === true
        ? "imported"
        : `${
          typesetCount(m.training.windows)
        } windows of ${m.training.subjects.length} subjects, seed ${m.training.seed}${
          m.training.sampledFrom === undefined
            ? ""
            : `, drawn from ${typesetCount(m.training.sampledFrom.windows)}`
        }`,
    }),
    m.history.length > 0 && learningCurves(m),
    models.length > 1 && table(
      [
        "model",
        "training windows",
        "validation windows",
        "epochs",
        "best epoch",
        "validation accuracy",
        "temperature",
      ],
      models.map(({ source, facts }) => [
        sourceName(source),
        facts.training.windows,
        facts.training.validationWindows,
        facts.history.length,
        facts.bestEpoch,
        facts.history.find((e) => e.epoch === facts.bestEpoch)?.validationAccuracy ?? null,
        facts.temperature,
      ]),
    ),
  );
}
