/**
 * An array of shards on a real Slurm of two nodes whose driver is killed and of whose nodes one is set down in the middle:
 * every shard must be there at the end, and none may have been made twice.
 *
 * `deno run -A tests/bench/slurm_faults.ts [SHARDS]`, 500 by default; needs Slurm's programs.
 */
import { Words } from "../engine/run/words.ts";
import { SlurmCluster, slurmMissing, until } from "../standins/slurm.ts";

const count = Number(Deno.args[0] ?? 500);
const missing = slurmMissing();
if (missing !== undefined) {
  console.log(`not run: no Slurm: ${missing}`);
  Deno.exit(0);
}
const atOnce = 8;

await using cluster = await SlurmCluster.start({ MinJobAge: 36_000 });
await using words = new Words(Array.from({ length: count }, (_, i) => `w${String(i).padStart(4, "0")}`));
const { project } = words;
const plan = words.plan();
const engine = await project.open();
// Files are hashed and read before, by this process.
await engine.run(plan, { only: ["read"] });

const began = performance.now();
const seconds = () => ((performance.now() - began) / 1000).toFixed(0);
const shards = async () => (await cluster.jobs(project.root)).filter(({ name }) => name === "upper");
const ended = async () => (await shards()).filter(({ state }) => state === "COMPLETED").length;
const reach = async (share: number) =>
  await until("the shards", async () => await ended() >= share * count, 3600);

const driver = project.runner(plan, "slurm", {}, atOnce).spawn();
await reach(0.2);
driver.kill("SIGKILL");
await driver.output();
console.log(`${seconds()} s: the driver was killed, ${await ended()} of ${count} shards had ended`);
const run = engine.run(plan, { executor: "slurm", jobs: atOnce });
await reach(0.5);
const running = async () =>
  (await cluster.ask("squeue", "--noheader", "--nodelist=one", "--states=running")).split("\n").length;
await until("jobs on the node", async () => await running() >= atOnce / 2, 600);
await cluster.ask("scontrol", "update", "nodename=one", "state=down", "reason=test");
console.log(`${seconds()} s: one of two nodes was set down, ${await ended()} had ended`);
await reach(0.75);
await cluster.ask("scontrol", "update", "nodename=one", "state=resume");
const result = await run;
const jobs = await shards();
const states = Map.groupBy(jobs, ({ state }) => state);
const times = Map.groupBy(states.get("COMPLETED") ?? [], ({ id }) => id.replace(/^\d+_/, ""));
const twice = [...times].filter(([, own]) => own.length > 1).length;
const { dir } = result.tasks.find(({ id }) => id === "all")!.outputs.words!;
const made = Deno.readTextFileSync(`${dir}/words.txt`).replace(/ whole$/, "").split("+");
const lost = Array.from({ length: count }, (_, i) => `W${String(i).padStart(4, "0")}`).filter((w, i) =>
  made[i] !== w
);
console.log(
  `${seconds()} s: ${result.status}; ${count} shards (n = 1): ${lost.length} lost, ${twice} made twice; jobs: ` +
    [...states].map(([state, own]) => `${own.length} ${state}`).join(", "),
);
if (result.status !== "succeeded" || lost.length > 0 || twice > 0) Deno.exitCode = 1;
