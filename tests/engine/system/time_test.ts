/** Clocks and time stamps that lie: they may cost a rerun, never a wrong result. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { outcomes, Project, snapshot, stepSource, textOf } from "../project.ts";

/** `Date.now` and `new Date()` run `ahead` milliseconds before the clock until this is disposed of. */
class Clock implements Disposable {
  readonly #real = Date;

  constructor(public ahead: number) {
    const real = this.#real;
    // deno-lint-ignore no-this-alias
    const clock = this;
    globalThis.Date = class extends real {
      constructor(...args: [] | [number]) {
        super(...(args.length === 0 ? [real.now() + clock.ahead] : args) as [number]);
      }
      static override now = () => real.now() + clock.ahead;
    } as DateConstructor;
  }

  [Symbol.dispose](): void {
    globalThis.Date = this.#real;
  }
}

const year = 365 * 86_400_000;
const reading = (pattern = "data/*.txt") => ({
  only: { uses: "read", files: [{ name: "data", pattern }] },
  next: { uses: "join", from: ["only"] },
});

function withReader(): Project {
  const project = new Project();
  project.write(
    "steps/read.ts",
    stepSource('return { text: files.data.map((f) => Deno.readTextFileSync(f)).join("+") };'),
  );
  project.write("data/a.txt", "one");
  return project;
}

Deno.test("a clock set back or forward by a year changes no result (test 33)", async () => {
  for (const jump of [-year, year]) {
    await using project = withReader();
    const engine = await project.open();
    const plan = project.plan(reading());
    await engine.run(plan);
    using clock = new Clock(jump);
    assert.deepEqual(Object.values(outcomes(await engine.run(plan))), ["restored", "restored"]);
    project.write("data/a.txt", "two");
    assert.equal(textOf(await engine.run(plan), "next"), "(two)");
    clock.ahead = 0;
    project.write("data/a.txt", "six");
    assert.equal(textOf(await engine.run(plan), "next"), "(six)");
    assert.equal((await engine.cacheGc({ maxAgeDays: 400 })).removedActions, 0);
  }
});

Deno.test("modification times of 1970 or of the future hide no edit (test 33)", async () => {
  for (const stamp of [0, 4_000_000_000]) {
    await using project = withReader();
    const engine = await project.open();
    const plan = project.plan(reading());
    using _ = new Clock(600_000);
    for (const text of ["one", "two", "six"]) {
      // Of another size each time or not, with the same time each time.
      for (const long of ["", "!"]) {
        project.write("data/a.txt", text + long);
        Deno.utimeSync(project.path("data/a.txt"), stamp, stamp);
        // The change time is all that is left to tell; it counts seconds.
        await new Promise((resolve) => setTimeout(resolve, 1100));
        assert.equal(textOf(await engine.run(plan), "next"), `(${text}${long})`);
      }
    }
  }
});

Deno.test("a new time stamp reruns nothing, and a copy of the project restores everything (test 36)", async () => {
  await using project = withReader();
  const engine = await project.open();
  await engine.run(project.plan(reading()));
  Deno.utimeSync(project.path("data/a.txt"), 1_000_000_000, 1_000_000_000);
  assert.deepEqual(Object.values(outcomes(await engine.run(project.plan(reading())))), [
    "restored",
    "restored",
  ]);

  await using copy = new Project();
  const copyAll = (from: string, to: string) => {
    Deno.mkdirSync(to, { recursive: true });
    for (const { name, isDirectory } of Deno.readDirSync(from)) {
      if (isDirectory) copyAll(join(from, name), join(to, name));
      else Deno.copyFileSync(join(from, name), join(to, name));
    }
  };
  copyAll(project.root, copy.root);
  const moved = await (await copy.open()).run(copy.plan(reading()));
  assert.deepEqual(Object.values(outcomes(moved)), ["restored", "restored"]);
  assert.equal(textOf(moved, "next"), "(one)");
});

Deno.test("files that come, go and are exchanged are seen although their folder was known (test 34)", async () => {
  await using project = withReader();
  const engine = await project.open();
  const plan = project.plan(reading("data/**/*.txt"));
  // Everything counts as old, so that what is known of files and folders is believed.
  using _ = new Clock(600_000);
  const sees = async (text: string) => {
    // What is believed at once must not change again in the same tick.
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(textOf(await engine.run(plan), "only"), text);
    const before = snapshot(project.path(".motiflow"));
    assert.equal(outcomes(await engine.run(plan)).only, "restored");
    assert.deepEqual(snapshot(project.path(".motiflow")), before, "the second time, all is known");
  };
  await sees("one");
  project.write("data/b.txt", "two");
  await sees("one+two");
  project.write("data/deep/er/c.txt", "three");
  await sees("one+two+three");
  Deno.renameSync(project.path("data/b.txt"), project.path("data/z.csv"));
  await sees("one+three");
  project.write("other/c.txt", "other");
  Deno.removeSync(project.path("data/deep/er"), { recursive: true });
  Deno.renameSync(project.path("other"), project.path("data/deep/er"));
  await sees("one+other");
  project.write("data/__proto__/__proto__.txt", "proto");
  project.write("data/0.txt", "zero");
  await sees("zero+proto+one+other");
  Deno.symlinkSync(project.path("data/deep"), project.path("data/link.txt"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(textOf(await engine.run(plan), "only"), "zero+proto+one+other+other", "links are followed");
  Deno.renameSync(project.path("data/deep"), project.path("deep"));
  project.write("data/deep", "now a file");
  assert.equal(textOf(await engine.run(plan), "only"), "zero+proto+one+now a file");
});

Deno.test("durations go by a clock that cannot be set (test 38)", async () => {
  await using project = new Project();
  using clock = new Clock(0);
  project.write("steps/jump.ts", stepSource('params.jump(); return { text: "" };'));
  const plan = project.plan({ only: { uses: "jump" } });
  plan.tasks[0].params = {};
  (globalThis as any).motiflowJump = () => clock.ahead = -year;
  project.write(
    "steps/jump.ts",
    stepSource('(globalThis as any).motiflowJump(); return { text: "" };'),
  );
  const result = await (await project.open()).run(plan);
  assert.equal(result.status, "succeeded");
  assert.ok(result.seconds >= 0 && result.seconds < 60, `${result.seconds} s`);
  assert.ok(result.tasks[0].seconds >= 0 && result.tasks[0].seconds < 60);
});
