/** A study as a report sees it, of any length, made without training. Test data only. */
import { join } from "node:path";
import { type ArtifactType } from "../../lib/artifacts/artifact.ts";
import { Behaviours } from "../../lib/artifacts/behaviours.ts";
import { Codes } from "../../lib/artifacts/codes.ts";
import { Motifs } from "../../lib/artifacts/motifs.ts";
import { Part, Split } from "../../lib/artifacts/split.ts";
import { Windows } from "../../lib/artifacts/windows.ts";
import { Random } from "../../lib/random.ts";
import { executeNotebook } from "../../lib/report/notebook.ts";
import { renderHtml } from "../../lib/report/html.ts";
import type { Source } from "../../lib/report/sources.ts";
import { simulateRecordings } from "../../lib/signal/simulate/simulate.ts";
import { callStep } from "../../lib/steps/call.ts";
import smooth from "../../lib/steps/smooth.ts";
import window from "../../lib/steps/window.ts";
import { makeCodes, makeMotifs, writeFixtures } from "../report/fixtures.ts";

const notebook = new URL("../../notebooks/report.ipynb", import.meta.url).pathname;

/** Writes artifacts of a study below `root`; motifs follow the labels, each with some of its windows wrong. */
export async function writeStudy(
  root: string,
  { subjects, minutes, motifs: count = 12 }: { subjects: number; minutes: number; motifs?: number },
): Promise<Source[]> {
  const recordings = simulateRecordings({ subjects, minutes, seed: 4 });
  const { windows } = await callStep(window, { recordings }, { length: "2s", hop: "1s" });
  const rng = new Random(12);
  const n = windows.labels.length;
  const labels = windows.labels.map((label) =>
    label < 0 || rng.uniform() < 0.15 ? rng.below(count) : label % count
  );
  const motifs: Motifs = {
    ...makeMotifs({ windows: n }),
    k: count,
    labels,
    posterior: new Float32Array(2 * count),
    centroids: new Float64Array(3 * count),
  };
  const { behaviours } = await callStep(smooth, { motifs, windows }, { hysteresis_rule: "none" });
  const ids = [...new Set(recordings.recordings.map(({ subject }) => subject))];
  const held = ids.slice(0, Math.ceil(subjects / 3));
  const part = windows.recording.map((r) =>
    held.includes(recordings.recordings[r]!.subject) ? Part.test : Part.train
  );
  const split: Split = {
    part: Uint8Array.from(part),
    rule: "by subject, fold 1 of 3",
    leaks: false,
    sharesSubjects: false,
    groups: { train: ids.slice(held.length), validation: [], test: held },
    details: {},
  };
  const sources = (await writeFixtures(root)).filter(({ type }) =>
    !["Windows", "Split", "Codes", "Motifs", "Behaviours"].includes(type)
  );
  const put = async <T>(step: string, type: ArtifactType<T>, value: T) => {
    const dir = join(root, `study-${step}`);
    await Deno.mkdir(dir);
    await type.write(dir, value);
    sources.push({ step, cell: {}, type: type.name, dir });
  };
  await put("windows", Windows, windows);
  await put("split", Split, split);
  await put("codes", Codes, makeCodes({ windows: n }));
  await put("motifs", Motifs, motifs);
  await put("behaviours", Behaviours, behaviours);
  return sources;
}

/** The page of the report that the program makes of the artifacts. */
export async function reportOf(sources: readonly Source[], title = "A study"): Promise<string> {
  const inputs = sources.map(({ step, cell, type, dir }) => ({ step, cell, type, dir }));
  const executed = await executeNotebook(notebook, { parameters: { inputs, title, description: "" } });
  return renderHtml(executed, { title });
}
