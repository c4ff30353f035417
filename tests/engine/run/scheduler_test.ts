import assert from "node:assert/strict";
import { longestPaths, schedule, type SchedulerOptions } from "../../../lib/engine/run/scheduler.ts";
import { Project, type Spec } from "../project.ts";

/** Runs specs with a fake work function and returns what was seen. */
async function watch(
  specs: Record<string, Spec>,
  options: Partial<SchedulerOptions> = {},
  seconds: Record<string, number> = {},
) {
  await using project = new Project();
  const { tasks } = project.plan(specs);
  const log: string[] = [];
  const running = new Set<string>();
  let most = 0;
  await schedule(tasks, {
    jobs: 2,
    keepGoing: false,
    seconds: (task) => seconds[task.id] ?? 1,
    settle: async () => false,
    async run(task) {
      log.push(task.id);
      running.add(task.id);
      most = Math.max(most, running.size);
      for (const other of running) {
        const both = tasks.filter((t) => t.id === other || t.id === task.id);
        if (other !== task.id) {
          assert.ok(!both.some((t) => t.resources.exclusive), `${task.id} beside ${other}`);
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
      running.delete(task.id);
      return "ok";
    },
    blocked: (task, cause) => log.push(`${task.id} blocked by ${cause}`),
    skipped: (task, reason) => log.push(`${task.id} skipped: ${reason}`),
    ...options,
  });
  return { log, most };
}

const resources = (cpu = 1, exclusive = false, named: Record<string, number> = {}) => ({
  resources: { cpu, exclusive, named },
});

Deno.test("schedule() never gives out more of a resource than there is (test 16)", async () => {
  const many = (extra: object) =>
    Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`s${i}`, { uses: "x", ...extra }]));
  assert.equal((await watch(many({}), { jobs: 4 })).most, 4);
  assert.equal((await watch(many(resources(2)), { jobs: 4 })).most, 2);
  assert.equal((await watch(many(resources(9)), { jobs: 4 })).most, 1, "more than there is takes all");
  assert.equal((await watch(many(resources(1, false, { hailo: 1 })), { jobs: 4 })).most, 1);
});

Deno.test("schedule() keeps declared memory within what there is", async () => {
  const most = async (sizes: number[], memory: number) => {
    let [held, most] = [0, 0];
    const specs = Object.fromEntries(sizes.map((size, i) => [`s${i}`, {
      uses: "x",
      resources: { cpu: 1, exclusive: false, named: {}, ...(size === 0 ? {} : { memory: size }) },
    }]));
    const { log } = await watch(specs, {
      jobs: 8,
      memory,
      async run({ id, resources }) {
        held += resources.memory ?? 0;
        most = Math.max(most, held);
        await new Promise((resolve) => setTimeout(resolve, 2));
        held -= resources.memory ?? 0;
        return id === "s1" ? "failed" : "ok";
      },
      keepGoing: true,
    });
    assert.deepEqual(log, []);
    return most;
  };
  assert.equal(await most([3, 3, 3, 3, 2, 1, 0, 0], 4), 4);
  assert.equal(await most([3, 3, 3, 3, 2, 1, 0, 0], 3), 3);
  assert.equal(await most([5, 5, 5], 100), 15);
});

Deno.test("run() refuses a task that wants more memory than there is, before anything starts", async () => {
  await using project = new Project();
  const engine = await project.open();
  const greedy = (memory: number) =>
    project.plan({
      first: { uses: "join" },
      greedy: { uses: "join", resources: { cpu: 1, memory, exclusive: false, named: {} } },
    });
  await assert.rejects(
    engine.run(greedy(3 * 2 ** 30), { memory: 2 * 2 ** 30 }),
    /Cannot run greedy: it needs 3 GiB of memory, and there are 2 GiB/,
  );
  await assert.rejects(engine.run(greedy(2 ** 60)), /Cannot run greedy/);
  assert.deepEqual(project.events, []);
  assert.equal((await engine.run(greedy(2 ** 30), { memory: 2 ** 30 })).status, "succeeded");
});

Deno.test("schedule() runs an exclusive task alone", async () => {
  const { log } = await watch({
    a: { uses: "x" },
    alone: { uses: "x", ...resources(1, true) },
    b: { uses: "x" },
    c: { uses: "x" },
  }, { jobs: 4 });
  assert.deepEqual(log.toSorted(), ["a", "alone", "b", "c"]);
});

Deno.test("schedule() starts the longest path first, and is deterministic with one job", async () => {
  const specs = {
    short: { uses: "x" },
    long: { uses: "x" },
    after: { uses: "x", from: ["long"] },
    last: { uses: "x", from: ["after", "short"] },
  };
  for (let i = 0; i < 3; i++) {
    assert.deepEqual((await watch(specs, { jobs: 1 }, { after: 10 })).log, [
      "long",
      "after",
      "short",
      "last",
    ]);
  }
});

Deno.test("schedule() blocks what depends on a failure and stops starting, or keeps going", async () => {
  const specs = {
    bad: { uses: "x" },
    next: { uses: "x", from: ["bad"] },
    last: { uses: "x", from: ["next"] },
    other: { uses: "x" },
  };
  const run: SchedulerOptions["run"] = async (task) => task.id === "bad" ? "failed" : "ok";
  const stopped = await watch(specs, { jobs: 1, run });
  assert.deepEqual(stopped.log, ["next blocked by bad", "last blocked by next", "other skipped: bad failed"]);
  const going = await watch(specs, { jobs: 1, run, keepGoing: true });
  assert.deepEqual(going.log, ["next blocked by bad", "last blocked by next"]);
});

Deno.test("schedule() starts nothing more when cancelled, and lets what runs finish", async () => {
  const stop = new AbortController();
  const done: string[] = [];
  const { log } = await watch({ a: { uses: "x" }, b: { uses: "x", from: ["a"] }, c: { uses: "x" } }, {
    jobs: 1,
    signal: stop.signal,
    run: async (task) => {
      stop.abort();
      await new Promise((resolve) => setTimeout(resolve, 5));
      done.push(task.id);
      return "ok";
    },
  });
  assert.deepEqual(done, ["a"]);
  assert.deepEqual(log, ["b skipped: the run was cancelled", "c skipped: the run was cancelled"]);
});

Deno.test("schedule() ends for no tasks, and for a long chain", async () => {
  await watch({});
  const chain = Object.fromEntries(
    Array.from(
      { length: 3000 },
      (_, i): [string, Spec] => [`s${i}`, { uses: "x", from: i === 0 ? [] : [`s${i - 1}`] }],
    ),
  );
  const { log } = await watch(chain, { settle: async () => true });
  assert.deepEqual(log, []);
  const failed = await watch(chain, { run: async () => "failed" });
  assert.equal(failed.log.length, 2999);
});

Deno.test("longestPaths() adds up seconds to the end of the run", async () => {
  await using project = new Project();
  const { tasks } = project.plan({
    a: { uses: "x" },
    b: { uses: "x", from: ["a"] },
    c: { uses: "x", from: ["a"] },
    d: { uses: "x", from: ["b", "c"] },
  });
  const lengths = longestPaths(tasks, (task) => ({ a: 1, b: 5, c: 2, d: 3 })[task.id]!);
  assert.deepEqual(Object.fromEntries(lengths), { a: 9, b: 8, c: 5, d: 3 });
});
