import assert from "node:assert/strict";
import { commandLine, program, programWords } from "../../lib/text/program.ts";

Deno.test("the program is named the way it was called", () => {
  const called = (env: Record<string, string>) => program((name) => env[name]);
  assert.match(called({}), /^deno run -A .*lib\/cli\/main\.ts$/);
  assert.match(called({ INIT_CWD: "" }), /^deno run -A /);
  assert.equal(called({ INIT_CWD: "/home/u" }), "deno task");
  const npx = { INIT_CWD: "/home/u", npm_command: "exec" };
  assert.equal(called({ ...npx, MOTIFLOW_PROGRAM: "npx motiflow" }), "npx motiflow");
  assert.equal(
    called({ ...npx, npm_lifecycle_script: '"deno" task run' }),
    `npx -y deno@${Deno.version.deno} task`,
  );
  assert.equal(called({ ...npx, npm_lifecycle_script: "something" }), "deno task");
});

Deno.test("a program that npm's launcher started is started again by it", () => {
  const words = ["/usr/bin/node", "/opt/n/node_modules/motiflow/npm/motiflow.mjs"];
  const env: Record<string, string> = { MOTIFLOW_LAUNCHER: JSON.stringify(words) };
  assert.deepEqual(programWords((name) => env[name]), words);
  const [deno, ...rest] = programWords(() => undefined);
  assert.equal(deno, Deno.execPath());
  assert.match(rest.join(" "), /^run .* --config \S*deno\.json \S*lib\/cli\/main\.ts$/);
});

Deno.test("commandLine() quotes what a shell would take apart", () => {
  const shellWord = (word: string) => commandLine("run", [word]).split(" run ").at(-1);
  assert.deepEqual(["w.yaml", "levels=[8,6,5]", "a b", "it's", "$(rm)", "", "x=1"].map(shellWord), [
    "w.yaml",
    "'levels=[8,6,5]'",
    "'a b'",
    "'it'\\''s'",
    "'$(rm)'",
    "''",
    "x=1",
  ]);
});
