import assert from "node:assert/strict";
import { eventLine } from "../../../lib/cli/terminal/reporter.ts";
import { RunState } from "../../../lib/cli/terminal/status_line.ts";
import { styleFor } from "../../../lib/cli/terminal/terminal.ts";
import type { EngineEvent } from "../../../lib/engine/event.ts";

const plain = styleFor(false);

function follow(...events: (EngineEvent | number)[]): RunState {
  let now = 0;
  const state = new RunState(() => now);
  for (const event of events) {
    if (typeof event === "number") now += event * 1000;
    else state.apply(event);
  }
  return state;
}

const begin: EngineEvent = { type: "run-started", run: "r", workflow: "w", time: "", tasks: 5, jobs: 2 };
const start = (task: string, estimateSeconds: number | null = null): EngineEvent => ({
  type: "task-started",
  task,
  step: task,
  attempt: 1,
  reason: "",
  estimateSeconds,
});
const done = (task: string, seconds: number): EngineEvent => ({
  type: "task-succeeded",
  task,
  step: task,
  key: "",
  seconds,
});
const restored = (task: string): EngineEvent => ({
  type: "task-restored",
  task,
  step: task,
  key: "",
  seconds: 0,
  reason: "",
});

Deno.test("RunState.line() tells done, restored, left, and each running task with its age and message", () => {
  const state = follow(begin, restored("a"), start("b"), 2, {
    type: "task-progress",
    task: "b",
    message: "epoch 3/12",
  }, 1);
  assert.equal(state.line(200), "1/5 done, 1 restored, 3 left | b 3.0 s epoch 3/12");
});

Deno.test("RunState.line() fits the terminal", () => {
  const state = follow(begin, start("b"), { type: "task-progress", task: "b", message: "x".repeat(300) });
  assert.equal([...state.line(60)].length, 60);
});

Deno.test("RunState.line() begins with the time to go, and each running task has its part of the width", () => {
  const progress = (task: string, message: string): EngineEvent => ({ type: "task-progress", task, message });
  const two = follow(
    { ...begin, tasks: 3 } as EngineEvent,
    start("a", 5),
    5,
    done("a", 5),
    start("model[fold=0]", 65),
    start("model[fold=1]", 65),
    5,
    progress("model[fold=0]", "epoch 3/12 · loss 0.41 · validation 0.93 · perplexity 16.2"),
    progress("model[fold=1]", "epoch 2/12 · loss 0.52 · validation 0.91 · perplexity 14.8"),
  );
  assert.equal(two.line(300).split(" | ")[0], "about 1 min 0 s to go, 1/3 done");
  for (const width of [60, 80, 120]) {
    const line = two.line(width);
    assert.ok([...line].length <= width, line);
    assert.match(line, /^about 1 min 0 s to go, 1\/3 done \| model\[fold=0.* \| model\[fold=1|\| 1 more$/);
  }
  assert.match(two.line(120), /model\[fold=0\] 5\.0 s epoch.* \| model\[fold=1\] 5\.0 s epoch/);
});

Deno.test("RunState.remaining comes from history, from progress, and from what the others took", () => {
  assert.equal(follow(begin, start("b")).remaining, undefined);
  const last = follow(
    { ...begin, tasks: 2 } as EngineEvent,
    start("a"),
    start("b", 30),
    10,
    done("a", 10),
  );
  assert.equal(last.remaining, 20);
  const progressing = follow(
    { ...begin, tasks: 1 } as EngineEvent,
    start("b"),
    10,
    { type: "task-progress", task: "b", fraction: 0.25, message: "" },
  );
  assert.equal(progressing.remaining, 30);
  assert.equal(follow(begin, start("a"), 4, done("a", 4)).remaining, 16);
});

Deno.test("RunState counts failures and what they block", () => {
  const state = follow(
    begin,
    start("a"),
    { type: "task-failed", task: "a", step: "a", seconds: 1, message: "no", log: "l" },
    { type: "task-blocked", task: "b", step: "b", cause: "a", reason: "needs a" },
  );
  assert.deepEqual([state.failed, state.other, state.left], [1, 1, 3]);
  assert.equal(state.line(80), "0/5 done, 1 failed, 3 left");
});

Deno.test("eventLine() keeps lines for what lasts only", () => {
  assert.equal(eventLine(start("a"), plain), undefined);
  assert.equal(eventLine(done("a", 2.04), plain), "done     a 2.0 s");
  assert.equal(
    eventLine(
      { type: "task-failed", task: "a", step: "a", seconds: 1, message: "two\nlines", log: "x.log" },
      plain,
    ),
    "failed   a 1.0 s\n  two\n  lines\n  log: x.log",
  );
  assert.equal(eventLine({ type: "store-warning", message: "disk full" }, plain), "store    disk full");
});
