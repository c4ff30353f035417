/** Files that become a shard each, for tests of steps that map over recordings. */
import { encodeNpy } from "../../lib/artifacts/npy.ts";
import { Random } from "../../lib/random.ts";
import type { Project } from "../engine/project.ts";

/** Samples of a file of a shard's size, of three channels in double precision. */
const samples = 44_000;

/** Writes samples and labels of a recording. @param content What tells them from those of others. */
export function writeArray(project: Project, subject: number, content = subject): void {
  const rng = new Random(content);
  const data = Float64Array.from(
    { length: samples * 3 },
    (_, i) => rng.uniform() - 0.5 + (i % 3 === 2 ? 1 : 0),
  );
  project.write("data/.keep", "");
  Deno.writeFileSync(project.path(`data/p${subject}.npy`), encodeNpy(data, [samples, 3]));
  const classes = [0, 2, 5, 7].slice(0, 2 + content % 3);
  const labels = Int32Array.from(
    { length: samples },
    (_, t) => classes[Math.floor(t / 500) % classes.length]!,
  );
  Deno.writeFileSync(project.path(`data/p${subject}.labels.npy`), encodeNpy(labels));
}

/** The step that loads them. */
export const loadArrays = (path: string) =>
  `{ uses: load, with: { source: npy, path: "${path}", rate: 50, scale: 1.0, units: [g, g, g],
    channels: [acc_x, acc_y, acc_z], subject: { from: filename, pattern: "(p[0-9]+)" } } }`;
