/** Every section of a report from usual and odd artifacts. Test data only. */
import type { ArtifactType } from "../../lib/artifacts/artifact.ts";
import type { Lineage } from "../../lib/artifacts/lineage.ts";
import { Behaviours } from "../../lib/artifacts/behaviours.ts";
import { Metrics } from "../../lib/artifacts/metrics.ts";
import { Model } from "../../lib/artifacts/model.ts";
import { Windows } from "../../lib/artifacts/windows.ts";
import { drawSection, sections } from "../../lib/report/sections/mod.ts";
import { type Source, Sources } from "../../lib/report/sources.ts";
import { makeMetrics, makeModel, makeWindows, writeFixtures } from "../report/fixtures.ts";
import { makeLineage } from "../report/lineage_fixture.ts";
import { type Condition, oddBehaviours } from "./figures.ts";

/** Sections as HTML, by name; those of artifacts that the condition does not change are drawn from usual ones. */
export async function drawnSections(condition: Condition): Promise<[string, string][]> {
  const root = await Deno.makeTempDir({ prefix: "motiflow-gallery-" });
  try {
    const sources = new Sources(await writeOdd(root, condition), oddLineage(condition));
    const drawn: [string, string][] = [];
    for (const { id } of sections) {
      drawn.push([`sections.${id}`, (await drawSection(id, sources)).toHtml()]);
    }
    return drawn;
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function oddLineage(condition: Condition): Lineage {
  return makeLineage({
    empty: condition === "empty",
    folds: condition === "forty classes" ? 40 : condition === "thousand recordings" ? 200 : 3,
    ...(condition === "long names"
      ? { suffix: "-of-a-study-that-somebody-named-after-its-protocol-2nd-revision" }
      : {}),
  });
}

async function writeOdd(root: string, condition: Condition): Promise<Source[]> {
  const usual = await writeFixtures(root);
  if (condition === "usual") return usual;
  const odd: Source[] = [];
  const put = async <T>(type: ArtifactType<T>, value: T) => {
    const dir = `${root}/odd-${type.name}`;
    await Deno.mkdir(dir);
    await type.write(dir, value);
    odd.push({ step: type.name.toLowerCase(), cell: {}, type: type.name, dir });
  };
  const behaviours = oddBehaviours(condition);
  await put(Behaviours, behaviours);
  await put(Metrics, oddMetrics(condition, behaviours.names));
  await put(Model, { ...makeModel({ epochs: condition === "one class" ? 1 : 7 }), labels: behaviours.names });
  const windows = makeWindows({ subjects: condition === "one subject" ? 1 : 40 });
  windows.recordings.labelNames = behaviours.names;
  windows.labels = windows.labels.map((label) =>
    behaviours.names.length === 0 ? -1 : label % behaviours.names.length
  );
  await put(Windows, windows);
  return [...usual.filter(({ type }) => !odd.some((source) => source.type === type)), ...odd];
}

/** Metrics with a matrix of these classes; the numbers and tables that `condition` says. */
function oddMetrics(condition: Condition, labels: readonly string[]): Metrics {
  const metrics = makeMetrics({ labels: [...labels] });
  if (condition === "empty") return { metrics: {}, tables: {}, details: {} };
  if (condition === "not a number") {
    for (const metric of Object.values(metrics.metrics)) metric.value = NaN;
    for (const rows of Object.values(metrics.tables)) {
      for (const row of rows) {
        for (const [name, v] of Object.entries(row)) if (typeof v === "number") row[name] = null;
      }
    }
  }
  if (condition === "long names" || condition === "thousand recordings") {
    const many = condition === "long names" ? 9 : 1000;
    metrics.tables.per_subject = Array.from({ length: many }, (_, i) => ({
      subject: condition === "long names" ? `person ${i}, ${labels[0]}` : `${i}`,
      accuracy: 0.5 + (i % 50) / 100,
      windows: 40,
    }));
  }
  if (condition === "one subject") metrics.tables.per_subject = metrics.tables.per_subject.slice(0, 1);
  return metrics;
}
