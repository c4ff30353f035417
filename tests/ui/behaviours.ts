/** A study whose behaviours come from labels, which takes no training. */
import { join } from "node:path";
import type { RunRecord } from "../../lib/engine/mod.ts";
import { Study } from "./project.ts";

const begin = `name: walks
steps:
  recordings: { uses: load, with: { source: simulate, subjects: 2, minutes: 1 } }
  windows: { uses: window, from: recordings, with: { length: 100, hop: 50 } }
`;

/** Ends of the workflow. @param names Of the step \`smooth\`. */
export const wholeText = (names = "") =>
  `${begin}  motifs: { uses: import, from: windows, with: { type: labels, path: labels.csv } }
  behaviours: { uses: smooth, from: [motifs, windows], with: { min_dwell_ms: 0${names} } }
`;

/** Opens it and runs `workflows/walks.yaml`: walking and "sit <b>" in turns of ten windows. */
export async function openBehaviours(
  options: { edit?: boolean; videos?: string } = {},
): Promise<{ study: Study; run: RunRecord }> {
  const study = await Study.open(options);
  const first = await study.run("workflows/walks.yaml", begin);
  const windows = Object.values(first.tasks.find(({ id }) => id === "windows")!.outputs)[0]!;
  const { meta } = JSON.parse(await Deno.readTextFile(join(windows.dir, "artifact.json")));
  const labels = Array.from(
    { length: meta.windows },
    (_, i) => `${i},${i % 20 < 10 ? "walking" : "sit <b>"}`,
  );
  await Deno.writeTextFile(join(study.root, "labels.csv"), ["window,label", ...labels, ""].join("\n"));
  return { study, run: await study.run("workflows/walks.yaml", wholeText()) };
}
