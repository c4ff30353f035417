/** What `--help` shows is true: each example is a command that the verb takes. */
import assert from "node:assert/strict";
import type { Command } from "@commander-js/extra-typings";
import { addExamples } from "../../lib/cli/examples.ts";
import { verbs } from "../../lib/cli/verbs.ts";

type Any = Command<any, any, any>;

/** Words as a shell would part them. */
const words = (line: string) =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);

/** Lets a command take its words and do nothing. */
function withoutDeeds(command: Any): Any {
  command.exitOverride().configureOutput({ writeErr: () => {} });
  if (command.commands.length === 0) command.action(() => {});
  for (const below of command.commands) withoutDeeds(below as Any);
  return command;
}

Deno.test("each verb and each of its own verbs has an example that it takes, and shows it in its help", async () => {
  for (const [name, { load }] of Object.entries(verbs)) {
    const { command, examples } = await load();
    assert.ok(examples.length > 0, name);
    let shown = "";
    addExamples(command, "motiflow", examples);
    command.configureOutput({ writeOut: (text) => shown += text });
    command.outputHelp();
    for (const [line] of examples) {
      const [verb, ...rest] = words(line);
      assert.equal(verb, name);
      assert.ok(shown.includes(`  motiflow ${line}`), line);
      await withoutDeeds(command).parseAsync(rest, { from: "user" });
    }
    for (const below of command.commands as Any[]) {
      if (below.name() === "help") continue;
      assert.ok(examples.some(([line]) => words(line)[1] === below.name()), `${name} ${below.name()}`);
    }
  }
});

Deno.test("a line of examples that is wrong would be noticed", async () => {
  const { command } = await verbs.compare!.load();
  await assert.rejects(
    withoutDeeds(command).parseAsync(words("a b --alfa 0.1"), { from: "user" }),
    /unknown option/,
  );
});
