/**
 * Results of empty shards a second that the driver takes from Slurm, where Slurm is a program that makes them at once: what
 * is left is the driver's own work, from the attempt's folder to the stored result.
 *
 * `deno run -A tests/bench/slurm.ts [SHARDS]`, 500 by default.
 */
import { join } from "node:path";
import { Words } from "../engine/run/words.ts";

const count = Number(Deno.args[0] ?? 500);

/** Takes arrays, makes all results, and has no jobs any more when asked. */
const sbatch = `#!/usr/bin/env -S deno run -A --quiet
const [elements] = Deno.args.flatMap((arg) => arg.startsWith("--array=") ? [arg.slice(8)] : []);
const own = Deno.args.at(elements === undefined ? -1 : -2);
const folders = elements === undefined
  ? [own]
  : elements.replace(/%.*/, "").split(",").flatMap((part) => {
    const [from, to = from] = part.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => own + "/" + (from + i));
  });
console.log(1);
for (const folder of folders) {
  const out = folder + "/out/words";
  Deno.mkdirSync(out, { recursive: true });
  Deno.writeTextFileSync(out + "/words.txt", "");
  Deno.writeTextFileSync(out + "/artifact.json", '{"type":"Words","version":1,"meta":{}}');
  Deno.writeTextFileSync(folder + "/status.tmp", '{"end":{"kind":"done","out":"out"},"node":"none","seconds":0}');
  Deno.renameSync(folder + "/status.tmp", folder + "/status.json");
}
`;

await using words = new Words(Array.from({ length: count }, (_, i) => `w${i}`));
const programs = words.project.path("programs");
Deno.mkdirSync(programs);
Deno.writeTextFileSync(join(programs, "sbatch"), sbatch, { mode: 0o755 });
for (const name of ["squeue", "scancel", "sacct"]) {
  Deno.writeTextFileSync(join(programs, name), "#!/bin/sh\n", { mode: 0o755 });
}
// deno-lint-ignore house/shared-process
Deno.env.set("PATH", `${programs}:${Deno.env.get("PATH")}`);

/** Processor seconds of this process. */
function cpu(): number {
  const [, rest] = Deno.readTextFileSync("/proc/self/stat").split(") ");
  const fields = rest!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const engine = await words.project.open();
const plan = words.plan();
// Files are hashed and read before, by this process.
await engine.run(plan, { only: ["read"] });
const [began, before] = [performance.now(), cpu()];
const result = await engine.run(plan, { executor: "slurm", jobs: count, only: ["upper"] });
const [seconds, used] = [(performance.now() - began) / 1000, cpu() - before];
const { outcome, error } = result.tasks.find(({ id }) => id === "upper")!;
if (outcome !== "ran") throw new Error(`The run failed: ${error}`);
console.log(
  `${count} empty shards in ${seconds.toFixed(1)} s, ${used.toFixed(1)} s of the driver's processor time: ` +
    `${(count / seconds).toFixed(0)} and ${(count / used).toFixed(0)} results/s (n = 1)`,
);
