/** `load`, `window`, `encode` and `quantize` by shards: the same as on everything at once. */
import assert from "node:assert/strict";
import type { ArtifactType } from "../../lib/artifacts/artifact.ts";
import { Recordings } from "../../lib/artifacts/recordings.ts";
import { readShardList } from "../../lib/artifacts/shards.ts";
import { Windows } from "../../lib/artifacts/windows.ts";
import { planFrom } from "../engine/from_yaml.ts";
import { Project } from "../engine/project.ts";
import { loadArrays, writeArray } from "./map_files.ts";

const workflow = (path: string) => `
version: 1
name: w
steps:
  recordings: ${loadArrays(path)}
  windows: { uses: window, from: recordings, with: { length: 100, hop: 100 } }
`;

type Result = { tasks: { id: string; outputs: Record<string, { dir: string }>; warnings: string[] }[] };
const dirOf = (result: Result, id: string) =>
  Object.values(result.tasks.find((t) => t.id === id)!.outputs)[0]!.dir;

/** A value with samples that are read now. */
const plain = <T extends { recordings: object[] }>(set: T) => ({
  ...set,
  recordings: set.recordings.map((r) => ({ ...r })),
});

async function same<T>(
  a: string,
  b: string,
  type: ArtifactType<T>,
  look: (value: T) => unknown,
): Promise<void> {
  assert.deepEqual(look(await type.read(a)), look(await type.read(b)));
}

Deno.test("recordings and windows that were made by shards are those made at once, with all that is said of them", async () => {
  await using project = new Project();
  for (let subject = 0; subject < 4; subject++) writeArray(project, subject);
  const engine = await project.open({ workers: true });
  const mapped = await engine.run(await planFrom(project, workflow("data")));
  assert.equal(mapped.status, "succeeded", mapped.tasks.map((t) => t.error).join());
  assert.equal(readShardList(dirOf(mapped, "recordings"), "Recordings")!.shards.length, 4);
  await Deno.rename(project.path("data"), project.path("other"));
  const plan = await planFrom(project, workflow("other"));
  for (const task of plan.tasks) delete task.map;
  const whole = await engine.run(plan);
  assert.equal(readShardList(dirOf(whole, "recordings"), "Recordings"), undefined);
  await same(dirOf(mapped, "recordings"), dirOf(whole, "recordings"), Recordings, plain);
  await same(
    dirOf(mapped, "windows"),
    dirOf(whole, "windows"),
    Windows,
    ({ recordings, ...rest }) => ({ ...rest, ...plain(recordings) }),
  );
  assert.deepEqual(mapped.tasks.map((t) => t.warnings), whole.tasks.map((t) => t.warnings));
});

Deno.test("the same samples under two subjects are refused, in whatever shards they lie", async () => {
  await using project = new Project();
  for (const [subject, content] of [0, 1, 0].entries()) writeArray(project, subject, content);
  const engine = await project.open({ workers: true });
  const plan = await planFrom(project, workflow("data"));
  const { tasks } = await engine.run(plan, { only: ["recordings"] });
  assert.match(tasks[0].error!, /p0 of subject p0 and p2 of subject p2 hold the same samples/);
});
