import assert from "node:assert/strict";
import { verbs } from "../../lib/cli/verbs.ts";
import { verbTask } from "../docs/verb_tasks.ts";
import project from "../../deno.json" with { type: "json" };

const tasks: Record<string, unknown> = project.tasks;
const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));

/** What the README's table of commands names. */
function documented(): string[] {
  const table = readme.slice(readme.indexOf("| `deno task …`")).split("\n\n")[0];
  return table.split("\n").slice(2).flatMap((row) =>
    [...row.split(/(?<!\\)\|/)[1].matchAll(/`(\w+)[^`]*`/g)].map((m) => m[1])
  );
}

Deno.test("every verb has a task that runs it and says the same of it, and a row in the README", () => {
  for (const [name, { summary, usage }] of Object.entries(verbs)) {
    assert.deepEqual(tasks[name], verbTask(name, summary), `${name}: deno task docs`);
    assert.equal(usage.split(" ")[0], name);
  }
  const own = ["help", "motiflow", "bench"];
  assert.deepEqual(documented().sort(), [...Object.keys(verbs), ...own].sort());
});

Deno.test("every task has a description, and none runs a verb that is not there", () => {
  for (
    const [name, task] of Object.entries(tasks as Record<string, { description: string; command: string }>)
  ) {
    assert.match(task.description, /^[A-Z].{7,}/, name);
    const verb = /lib\/cli\/main\.ts (\w+)$/.exec(task.command)?.[1];
    if (verb !== undefined && verb !== "help") assert.ok(Object.hasOwn(verbs, verb), name);
  }
});

Deno.test("each verb's module holds a command", async () => {
  for (const [name, { load }] of Object.entries(verbs)) {
    assert.match((await load()).command.description(), /^[A-Z].*\.$/, name);
  }
});
