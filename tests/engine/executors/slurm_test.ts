/** Steps as jobs of a real Slurm. One cluster for all tests of this file, since starting one takes seconds. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { SlurmExecutor } from "../../../lib/engine/executors/slurm.ts";
import { StepError } from "../../../lib/engine/step_error.ts";
import { lives } from "../../standins/lives.ts";
import { SlurmCluster, slurmMissing, until } from "../../standins/slurm.ts";
import { follow, Rig } from "../../e2e/rig.ts";
import { outcomes, Project, type Spec, stepSource, textOf, textType } from "../project.ts";
import { step as mappedStep, Words } from "../run/words.ts";
import { skipReason } from "../../house/skip.ts";

const missing = slurmMissing();

const slurm = { executor: "slurm" } as const;

async function open(steps: Record<string, string>): Promise<Project> {
  const project = new Project();
  for (const [name, body] of Object.entries(steps)) project.write(`steps/${name}.ts`, stepSource(body));
  return project;
}

function logs(project: Project, task?: string): string[] {
  return project.events.flatMap((e) =>
    e.type === "task-log" && (task === undefined || e.task === task) ? e.message : []
  );
}

/** A server of this machine that lets a step wait: it answers nobody until it is opened. */
class Gate implements AsyncDisposable {
  readonly #opened = Promise.withResolvers<void>();
  readonly #server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async () => {
    await this.#opened.promise;
    return new Response("go");
  });
  readonly address = `127.0.0.1:${this.#server.addr.port}`;

  open(): void {
    this.#opened.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}

Deno.test("SlurmExecutor", { ignore: skipReason(missing && `no Slurm: ${missing}`) }, async (t) => {
  await using cluster = await SlurmCluster.start();

  // They wait most of their time for Slurm, so they wait together.
  const beside: Promise<boolean>[] = [];
  const step = (name: string, fn: () => Promise<void>) =>
    beside.push(t.step({ name, fn, sanitizeOps: false, sanitizeResources: false, sanitizeExit: false }));

  step("runs steps as jobs with their inputs, threads and words", async () => {
    await using project = await open({
      talk: `
        log("a line"); warn("look here"); progress({ fraction: 0.5, message: "half" });
        return { text: texts.join("+") + threads + " in job " + Deno.env.get("SLURM_JOB_ID") };`,
    });
    const engine = await project.open();
    const specs: Record<string, Spec> = {
      a: { uses: "join", params: { text: "a" } },
      talk: {
        uses: "talk",
        from: ["a"],
        permissions: { env: ["SLURM_JOB_ID"] },
        resources: { cpu: 2, memory: 100 * 2 ** 20, exclusive: false, named: {} },
      },
    };
    const result = await engine.run(project.plan(specs), { ...slurm, jobs: 4 });
    assert.deepEqual(outcomes(result), { a: "ran", talk: "ran" }, result.tasks.map((t) => t.error).join());
    const jobs = await cluster.endedJobs(project.root);
    assert.deepEqual(jobs.map((j) => j.state), ["COMPLETED", "COMPLETED"]);
    assert.equal(textOf(result, "talk"), `a()2 in job ${jobs[1].id}`);
    assert.deepEqual(jobs.map((j) => j.name), ["a", "talk"]);
    assert.deepEqual(result.tasks[1].warnings, ["look here"]);
    assert.ok(logs(project).includes("a line"));
    assert.ok(project.events.some((e) => e.type === "task-progress" && e.message === "half"));
    assert.deepEqual([...Deno.readDirSync(project.path(".motiflow/jobs"))], []);
    // The same key, wherever it was made.
    assert.deepEqual(outcomes(await engine.run(project.plan(specs))), { a: "restored", talk: "restored" });
    const forced = await engine.run(project.plan(specs), { ...slurm, force: ["talk"] });
    assert.deepEqual(outcomes(forced), { a: "restored", talk: "ran" });
  });

  step("names job, node and log of a failure, and what the step said", async () => {
    await using project = await open({
      wrong: 'console.log("so far"); throw new Error("asked to fail");',
      denied: 'return { text: Deno.readTextFileSync("/etc/hostname") };',
      native: `
        const c = Deno.dlopen("libc.so.6", { abort: { parameters: [], result: "void" } });
        c.symbols.abort();
        await new Promise(() => {});`,
      late: "await new Promise(() => {});",
    });
    const engine = await project.open();
    const run = engine.run(
      project.plan({
        wrong: { uses: "wrong" },
        denied: { uses: "denied" },
        native: { uses: "native", permissions: { ffi: true }, retries: 1 },
        late: { uses: "late", timeout: 1 },
        other: { uses: "join" },
      }),
      { ...slurm, keepGoing: true, jobs: 8 },
    );
    const { tasks } = await run;
    const [wrong, denied, native, late, other] = tasks;
    assert.match(
      wrong.error!,
      /^asked to fail\n {2}Slurm job \d+ on \S+, its log: \.motiflow\/jobs\/\S+\/job\.log$/,
    );
    assert.ok(Deno.statSync(project.path(/its log: (.*)$/.exec(wrong.error!)![1])).isFile);
    assert.match(Deno.readTextFileSync(project.path(wrong.log!)), /so far/);
    assert.equal(denied.errorKind, "permission");
    assert.match(native.error!, /killed by SIGABRT/);
    assert.equal(native.attempts, 2);
    assert.equal(late.errorKind, "timeout");
    assert.equal(other.outcome, "ran");
  });

  step("says how a job ended that left no word", async () => {
    await using project = await open({
      hang: 'log("pids " + Deno.ppid + " " + Deno.pid); await new Promise(() => {});',
    });
    const engine = await project.open();
    const said: Record<string, RegExp> = {
      job: /^Slurm job (\d+) ended as FAILED \(signal 9\)/,
      step: /^The step's process was killed by SIGKILL before the step returned\n {2}Slurm job (\d+) on /,
      cancel: /^The job was ended from outside\n {2}Slurm job (\d+) on /,
      // Whoever ends a job signals all its processes; the step's end may be seen before the job's own signal.
      both: /^The job was ended from outside\n {2}Slurm job (\d+) on /,
    };
    const specs = Object.fromEntries(
      Object.keys(said).map((how) => [how, { uses: "hang", params: { how } }]),
    );
    const run = engine.run(project.plan(specs), { ...slurm, keepGoing: true, jobs: 4 });
    const told = (how: string, pattern: RegExp) =>
      logs(project, how).flatMap((line) => pattern.exec(line)?.slice(1).map(Number) ?? []);
    const ids: Record<string, string> = {};
    for (const how of Object.keys(said)) {
      await until("the step", () => told(how, /^pids (\d+) (\d+)$/).length > 0);
      const [job, step] = told(how, /^pids (\d+) (\d+)$/);
      ids[how] = String(told(how, /^Slurm job (\d+)$/)[0]);
      if (how === "job") Deno.kill(job, "SIGKILL");
      else if (how === "step") Deno.kill(step, "SIGKILL");
      else if (how === "cancel") await cluster.ask("scancel", ids[how]);
      else {
        Deno.kill(step, "SIGTERM");
        await until("its end", () => !lives(step));
        await new Promise((resolve) => setTimeout(resolve, 50));
        Deno.kill(job, "SIGTERM");
      }
    }
    for (const { id, error } of (await run).tasks) {
      assert.equal(said[id].exec(error!)?.[1], ids[id], error);
      assert.match(error!, /its log: \.motiflow\/jobs\//);
    }
  });

  step("cancels its jobs with the run", async () => {
    await using project = await open({ hang: 'log("runs"); await new Promise(() => {});' });
    const kill = new AbortController();
    const engine = await project.open();
    const run = engine.run(project.plan({ hang: { uses: "hang" } }), { ...slurm, kill: kill.signal });
    await until("the step", () => logs(project).includes("runs"));
    kill.abort();
    assert.equal((await run).status, "cancelled");
    await until(
      "the end of the job",
      async () => (await cluster.jobs(project.root)).at(-1)!.state === "CANCELLED",
    );
  });

  step("takes up the jobs of a driver that was killed instead of submitting twice", async () => {
    await Promise.all(["while it runs", "after its end", "after an edit"].map(async (when) => {
      // The step ends when the test lets it.
      await using gate = new Gate();
      const { address } = gate;
      await using project = await open({
        slow: `
          const said = await fetch(params.door);
          return { text: await said.text() + " in " + Deno.env.get("SLURM_JOB_ID") };`,
      });
      const permissions = { env: ["SLURM_JOB_ID"], net: [address] };
      const plan = project.plan({
        slow: { uses: "slow", params: { door: `http://${address}` }, permissions },
      });
      const made = () => cluster.jobs(project.root);
      const driver = project.runner(plan, "slurm").spawn();
      await until("the job", async () => (await made()).some((j) => j.state === "RUNNING"));
      driver.kill("SIGKILL");
      await driver.output();
      const [job] = await made();
      if (when === "after its end") {
        gate.open();
        await until("its end", async () => (await made())[0].state === "COMPLETED");
      } else if (when === "after an edit") {
        // The same text again: the key is the same, but the job may have read what stood there in between.
        const text = Deno.readTextFileSync(project.path("steps/text.ts"));
        project.write("steps/text.ts", `${text}\n`);
        project.write("steps/text.ts", text);
      }
      const engine = await project.open();
      const run = engine.run(plan, slurm);
      const follows = () => logs(project).some((line) => /Slurm job \d+/.test(line));
      await until("the second driver", follows);
      gate.open();
      const result = await run;
      assert.equal(result.tasks[0].error, undefined);
      const jobs = await made();
      if (when === "after an edit") {
        assert.equal(jobs.length, 2);
        // A cancelled job completes for a moment, while its processes end.
        await until("the first job's end", async () => (await made())[0].state !== "COMPLETING");
        assert.equal((await made())[0].state, "CANCELLED");
      } else assert.deepEqual(jobs.map((j) => j.id), [job.id], when);
      assert.equal(textOf(result, "slow"), `go in ${jobs.at(-1)!.id}`);
      // A cancelled job may still write while its folder is removed.
      const cancelled = when === "after an edit" ? 1 : 0;
      const left = [...Deno.readDirSync(project.path(".motiflow/jobs"))];
      assert.ok(left.length <= cancelled, `${left.length} folders are left`);
    }));
  });

  step("finds a job's result where a driver died before it had stored it", async () => {
    await using project = await open({ once: 'return { text: "by job " + Deno.env.get("SLURM_JOB_ID") };' });
    const plan = project.plan({ once: { uses: "once", permissions: { env: ["SLURM_JOB_ID"] } } });
    // It has taken the result out of the job's folder, and comes no further.
    const dying = await project.open({
      executor: (folder) => {
        const { root } = project;
        const jobs = new SlurmExecutor({ jobs: join(root, ".motiflow/jobs"), folder, root });
        return {
          execute: async (spec) => {
            const { out } = await jobs.execute(spec);
            Deno.renameSync(out, `${out}.taken`);
            throw new StepError("The driver dies", "crash");
          },
          close: () => jobs.close(),
        };
      },
    });
    assert.equal((await dying.run(plan)).tasks[0].error, "The driver dies");
    const result = await (await project.open()).run(plan, slurm);
    const [job, ...others] = await cluster.jobs(project.root);
    assert.deepEqual(others, []);
    assert.equal(textOf(result, "once"), `by job ${job.id}`);
    assert.deepEqual([...Deno.readDirSync(project.path(".motiflow/jobs"))], []);
  });

  step("makes shards elements of one array, which another driver takes up again", async () => {
    await using gate = new Gate();
    await using words = new Words(["a", "b", "c"]);
    const { project } = words;
    const { address } = gate;
    project.write(
      "steps/read.ts",
      mappedStep(
        "",
        `await (await fetch("http://${address}")).text();
         return { words: [(await Deno.readTextFile(files.path[0])).split("\\0")[0]] };`,
      ),
    );
    const specs = words.specs();
    specs.read!.permissions = { net: [address] };
    const plan = words.plan(specs);
    const driver = project.runner(plan, "slurm").spawn();
    const running = async () => (await cluster.jobs(project.root)).filter((j) => j.state === "RUNNING");
    // The runner has two jobs, so the third element waits.
    await until("two of the shards", async () => (await running()).length === 2);
    driver.kill("SIGKILL");
    await driver.output();
    const engine = await project.open();
    const run = engine.run(plan, { ...slurm, jobs: 8 });
    await until(
      "the second driver",
      () => logs(project).filter((line) => /takes up/.test(line)).length === 3,
    );
    gate.open();
    const result = await run;
    assert.equal(result.status, "succeeded", result.tasks.map((t) => t.error).join());
    const { dir } = result.tasks[2].outputs.words!;
    assert.equal(Deno.readTextFileSync(`${dir}/words.txt`), "A+B+C whole");
    const made = (await cluster.jobs(project.root)).map(({ id, name }) =>
      `${name} ${id.replace(/^\d+/, "")}`
    );
    const elements = ["_1", "_2", "_3"];
    assert.deepEqual(made.sort(), [
      "all ",
      ...["read", "upper"].flatMap((s) => elements.map((e) => `${s} ${e}`)),
    ]);
    assert.deepEqual([...Deno.readDirSync(project.path(".motiflow/jobs"))], []);
  });

  step("gives an attempt twice the memory that the one before ran out of", async () => {
    await using project = await open({
      grow: `
        const held = new Uint8Array(150 * 2 ** 20).fill(1);
        await new Promise((resolve) => setTimeout(resolve, 500));
        return { text: String(held.length) };`,
    });
    const engine = await project.open();
    const resources = { cpu: 1, memory: 100 * 2 ** 20, exclusive: false, named: {} };
    const plan = project.plan({ grow: { uses: "grow", resources, retries: 1 } });
    const { tasks } = await engine.run(plan, slurm);
    assert.deepEqual([tasks[0].error, tasks[0].attempts], [undefined, 2]);
    const asked = await cluster.ask("squeue", "--noheader", "--states=all", "--sort=i", "--format=%m %Z");
    const own = asked.split("\n").filter((line) => line.endsWith(` ${project.root}`));
    assert.deepEqual(own.map((line) => line.trim().split(" ")[0]), ["100M", "200M"]);
  });

  step("gives an attempt twice the time that the one before ran out of", async () => {
    await using gate = new Gate();
    const { address } = gate;
    await using project = await open({
      long: `log("runs"); return { text: await (await fetch("http://${address}")).text() };`,
    });
    const engine = await project.open();
    const resources = { cpu: 1, exclusive: false, named: {}, cluster: { time: 120 } };
    const plan = project.plan({
      long: { uses: "long", resources, permissions: { net: [address] }, retries: 1 },
    });
    const run = engine.run(plan, slurm);
    const begun = () => logs(project).filter((line) => line === "runs").length;
    await until("the step", () => begun() === 1);
    // Slurm's shortest limit is a minute, so the test brings the end nearer; it is looked for every half a minute.
    const [{ id }] = await cluster.jobs(project.root);
    await cluster.ask("scontrol", "update", `jobid=${id}`, "EndTime=now+2seconds");
    await until("the second attempt", () => begun() === 2);
    gate.open();
    const { tasks } = await run;
    assert.deepEqual([tasks[0].error, tasks[0].attempts], [undefined, 2]);
    await cluster.endedJobs(project.root);
    const asked = await cluster.ask("squeue", "--noheader", "--states=all", "--sort=i", "--format=%T %l %Z");
    const own = asked.split("\n").filter((line) => line.endsWith(` ${project.root}`)).map((line) =>
      line.split(" ")
    );
    assert.deepEqual([own[0][0], own[1][1]], ["TIMEOUT", "4:00"]);
  });

  step(
    "is a flag of the command line, which ends its jobs when it is interrupted twice",
    async () => {
      const step = stepSource('log("runs"); await new Promise(() => {});').replace(
        "params: null",
        "params: z.any()",
      );
      await using rig = await Rig.open({
        "text.ts": textType,
        "hang.ts": `import { z } from "zod";\n${step}`,
        "load.yaml": "steps: { r: { uses: load, with: { source: simulate, subjects: 2, minutes: 1 } } }\n",
        "hang.yaml": "steps: { hang: { uses: ./hang.ts } }\n",
      });
      const ran = await rig.run("run", "load.yaml", "--executor", "slurm", "--jobs", "20");
      assert.equal(ran.code, 0, ran.stderr);
      assert.match(ran.stdout, /1 ran/);
      const driver = rig.start("run", "hang.yaml", "--executor", "slurm", "--json");
      const said = follow(driver.stdout);
      const told = follow(driver.stderr);
      await said.until('"runs"');
      driver.kill("SIGINT");
      await told.until("interrupt again");
      driver.kill("SIGINT");
      assert.equal((await driver.status).code, 130);
      await Promise.all([said.end, told.end]);
      assert.match(told.text(), /^resume: .*run hang\.yaml --executor slurm$/m);
      await until(
        "the end of the job",
        async () => (await cluster.jobs(rig.root)).at(-1)!.state === "CANCELLED",
      );
    },
  );

  await Promise.all(beside);

  /** A step is taken its node away at work, ends in `state`, and is done by another job in the same attempt. */
  const losesItsPlace = async (state: string, take: (node: string) => Promise<unknown>) => {
    await using gate = new Gate();
    const { address } = gate;
    await using project = await open({
      slow: `
        log("on " + Deno.env.get("SLURMD_NODENAME"));
        return { text: await (await fetch("http://${address}")).text() };`,
    });
    const engine = await project.open();
    const permissions = { env: ["SLURMD_NODENAME"], net: [address] };
    const run = engine.run(project.plan({ slow: { uses: "slow", permissions } }), slurm);
    const places = () => logs(project).flatMap((line) => /^on (\w+)$/.exec(line)?.[1] ?? []);
    await until("the step", () => places().length === 1);
    await take(places()[0]);
    await until("the step once more", () => places().length === 2);
    gate.open();
    const { tasks } = await run;
    assert.deepEqual([tasks[0].error, tasks[0].attempts], [undefined, 1]);
    assert.deepEqual((await cluster.endedJobs(project.root)).map((j) => j.state), [state, "COMPLETED"]);
  };

  await t.step("submits a job again that had to make room for a more urgent one", async () => {
    await losesItsPlace("PREEMPTED", (node) => {
      const urgent = ["--partition=urgent", `--nodelist=${node}`, "--exclusive", "--output=/dev/null"];
      return cluster.ask("sbatch", ...urgent, "--wrap=sleep 1");
    });
  });

  await t.step("submits a job again whose node was lost, which is no attempt of the step", async () => {
    await losesItsPlace(
      "NODE_FAIL",
      (node) => cluster.ask("scontrol", "update", `nodename=${node}`, "state=down", "reason=test"),
    );
  });

  await t.step("waits for a controller that does not answer", async () => {
    await using project = await open({
      slow: 'log("runs"); await new Promise((r) => setTimeout(r, 3000)); return { text: "done" };',
    });
    const engine = await project.open();
    const run = engine.run(project.plan({ slow: { uses: "slow" } }), slurm);
    await until("the step", () => logs(project).includes("runs"));
    await cluster.stopController();
    const other = engine.run(project.plan({ other: { uses: "join" } }), slurm);
    const [result, refused] = await Promise.all([run, other]);
    assert.equal(textOf(result, "slow"), "done");
    assert.match(refused.tasks[0].error!, /Slurm did not take the job/);
  });
});

Deno.test("SlurmExecutor says where there is no Slurm", async () => {
  await using project = await open({});
  const plan = project.plan({ a: { uses: "join" } });
  const { stdout, stderr } = await project.runner(plan, "slurm", { PATH: "/nowhere" }).output();
  const text = new TextDecoder().decode(stdout);
  assert.notEqual(text, "", new TextDecoder().decode(stderr));
  assert.match(JSON.parse(text).tasks[0].error, /^Cannot use Slurm: there is no sbatch on PATH/);
});
