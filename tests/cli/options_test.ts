/** An option that is taken has an effect: something reads it. */
import assert from "node:assert/strict";
import type { Command } from "@commander-js/extra-typings";
import { verbs } from "../../lib/cli/verbs.ts";
import { readFiles } from "../house/files.ts";

function all(command: Command<any, any, any>): Command<any, any, any>[] {
  return [command, ...command.commands.flatMap((below) => all(below as Command<any, any, any>))];
}

/** Whether a text reads a field: as a property, or by taking an object apart; types and their comments do not count. */
function reads(text: string, name: string): boolean {
  const code = text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
  return new RegExp(`\\.${name}\\b(?!\\s*=[^=])`).test(code) ||
    new RegExp(`\\{[^{}]*\\b${name}\\b[^{}]*\\}\\s*(?::[^=]*)?(?:=|\\)|,)`).test(code);
}

Deno.test("every option of every verb is read by the command line", async () => {
  const sources = readFiles("lib/cli");
  for (const [verb, { load }] of Object.entries(verbs)) {
    for (const command of all((await load()).command)) {
      for (const option of command.options) {
        const name = option.attributeName();
        assert.ok(sources.some(({ text }) => reads(text, name)), `${verb}: ${option.flags}`);
      }
    }
  }
});

Deno.test("every option of the engine is read by the engine, not only passed on to it", () => {
  const types = readFiles("lib/engine").find(({ path }) => path === "lib/engine/types.ts")!.text;
  const rest = readFiles("lib/engine").filter(({ path }) => path !== "lib/engine/types.ts");
  for (const name of ["Selection", "RunOptions"]) {
    const body = new RegExp(`export interface ${name}\\b[^{]*\\{([^}]*)\\}`).exec(types)![1];
    const fields = [...body.matchAll(/^ {2}(\w+)\?:/gm)].map(([, field]) => field);
    assert.ok(fields.length > 3, name);
    for (const field of fields) {
      assert.ok(rest.some(({ text }) => reads(text, field)), `${name}.${field}`);
    }
  }
});

Deno.test("reads() tells reading from passing on and from mere mention", () => {
  assert.ok(reads("if (options.keep === true) stay();", "keep"));
  assert.ok(reads("const { jobs, keep } = options;", "keep"));
  assert.ok(reads("function run({ keep }: Options) {}", "keep"));
  assert.ok(!reads("interface Options { keep?: boolean }", "keep"));
  assert.ok(!reads("/** options.keep stays */", "keep"));
  assert.ok(!reads("options.keep = true;", "keep"));
});
