import assert from "node:assert/strict";
import { liveMessages } from "../../../lib/ui/live/messages.ts";
import { applyEvent, parseEvents, stepStatus, type TaskState } from "../../../lib/ui/live/task_state.ts";

Deno.test("applyEvent() follows a task from start to end", () => {
  const states = new Map<string, TaskState>();
  const common = { task: "model[fold=1]", step: "model" };
  applyEvent(states, {
    type: "task-started",
    ...common,
    attempt: 1,
    reason: "params.k changed",
    estimateSeconds: 2,
  });
  assert.deepEqual(states.get("model[fold=1]"), {
    status: "running",
    message: "params.k changed",
    seconds: null,
  });
  applyEvent(states, { type: "task-progress", task: common.task, fraction: 0.259, message: "epoch 3" });
  assert.equal(states.get("model[fold=1]")!.message, "25 % · epoch 3");
  applyEvent(states, { type: "task-retry", task: common.task, attempt: 1, delaySeconds: 2, message: "busy" });
  assert.equal(states.get("model[fold=1]")!.status, "running");
  applyEvent(states, { type: "task-failed", ...common, seconds: 4, message: "no", log: "x" });
  assert.deepEqual(states.get("model[fold=1]"), { status: "failed", message: "no", seconds: 4 });
  assert.equal(applyEvent(states, { type: "store-warning", message: "full" }), undefined);
});

Deno.test("stepStatus() tells what most needs a look", () => {
  assert.equal(stepStatus(["restored", "ran", "failed"]), "failed");
  assert.equal(stepStatus(["ran", "running", "waiting"]), "running");
  assert.equal(stepStatus(["restored", "restored"]), "restored");
  assert.equal(stepStatus([]), "waiting");
});

Deno.test("parseEvents() leaves out a line that is still being written", () => {
  assert.deepEqual(parseEvents('{"type":"published","task":"a"}\n{"type":"publ').length, 1);
});

Deno.test("liveMessages() tells what is added to a run's events, line by line, until the run ends", async () => {
  const file = await Deno.makeTempFile();
  try {
    const event = (task: string, type: string) =>
      JSON.stringify({ type, task, step: "model", seconds: 1, key: "", reason: "größer" });
    const lines = [
      `${event("model[fold=0]", "task-started")}\n`,
      `${event("model[fold=0]", "task-succeeded")}\n`,
    ];
    const bytes = new TextEncoder().encode(lines.join(""));
    const cut = lines[0].indexOf("ö") + 1; // in the middle of a letter of two bytes
    await Deno.writeFile(file, bytes.subarray(0, cut));
    const messages = liveMessages(file, () => false, { signal: new AbortController().signal, pause: 1 });
    const first = messages.next();
    await Deno.writeFile(file, bytes.subarray(cut), { append: true });
    const seen = [];
    for (let next = await first; !next.done; next = await messages.next()) {
      seen.push(next.value);
      if (seen.length === 1) {
        await Deno.writeTextFile(file, '{"type":"run-ended","run":"r"}\n', { append: true });
      }
    }
    assert.deepEqual(seen.at(-1), { ended: true });
    const last = seen.findLast((m) => "tasks" in m)!;
    assert.deepEqual(last, {
      tasks: { "model[fold=0]": { status: "ran", message: "", seconds: 1 } },
      steps: { model: "ran" },
      log: [],
    });
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("liveMessages() ends when nobody listens or the run's process is gone", async () => {
  const stop = new AbortController();
  stop.abort();
  const silent = liveMessages("/nonexistent/events.jsonl", () => false, { signal: stop.signal });
  assert.equal((await silent.next()).done, true);
  const gone = liveMessages("/nonexistent/events.jsonl", () => true, {
    signal: new AbortController().signal,
  });
  assert.deepEqual((await gone.next()).value, { ended: true });
});
