import assert from "node:assert/strict";
import { verbs } from "../../lib/cli/verbs.ts";
import { verbTask, withVerbTasks } from "./verb_tasks.ts";

const text = await Deno.readTextFile(new URL("../../deno.json", import.meta.url));

Deno.test("withVerbTasks() adds a verb behind the one before it, says a summary anew, and leaves the rest", () => {
  assert.equal(withVerbTasks(text, verbs), text);
  const { plan, run, ...others } = verbs;
  const more = { run, plan: { ...plan!, summary: "What it would cost, $& or not" }, price: plan!, ...others };
  const made = withVerbTasks(text, more);
  const { tasks } = JSON.parse(made);
  assert.deepEqual(tasks.plan, verbTask("plan", "What it would cost, $& or not"));
  assert.deepEqual(tasks.price, verbTask("price", plan!.summary));
  assert.equal(Object.keys(tasks)[Object.keys(tasks).indexOf("price") - 1], "plan");
  assert.equal(withVerbTasks(made, verbs).split("\n").length, text.split("\n").length + 4);
});
