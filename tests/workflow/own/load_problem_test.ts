import assert from "node:assert/strict";
import { loadProblem, noModule } from "../../../lib/workflow/own/load_problem.ts";

const module = "file:///p/own%20step.ts";

Deno.test("loadProblem() says what the runtime's message means, and what to do", () => {
  // What Deno 2.9.6 says, and what the user is told.
  const cases: [said: string, problem: string, hint: RegExp][] = [
    [
      "SyntaxError: Unexpected token `,`. Expected identifier at file:///p/own%20step.ts:2:13",
      "cannot be read at line 2, column 13: Unexpected token `,`. Expected identifier",
      /deno check/,
    ],
    [
      "SyntaxError: Expression expected at file:///p/lib/deep.ts:1:19",
      "cannot be read at line 1, column 19 of deep.ts: Expression expected",
      /mend it there/,
    ],
    [
      'Module not found "file:///p/none.ts". at file:///p/own%20step.ts:1:19',
      "imports /p/none.ts, which is not there",
      /extension/,
    ],
    [
      "The requested module './ok.ts' does not provide an export named 'a' at file:///p/own%20step.ts:1:10",
      'imports a from "./ok.ts", which does not export it',
      /name/,
    ],
    [
      'Import "nanoid" not a dependency and not in import map from "file:///p/own%20step.ts"',
      'imports "nanoid", a name that the program does not have',
      /npm:nanoid@/,
    ],
    [
      "Could not find a matching package for 'npm:ms@2.1.3' in the node_modules directory. Ensure you have all",
      "imports the package ms@2.1.3, which is not installed",
      /npm install ms@2\.1\.3/,
    ],
    [
      'Requires read access to "/elsewhere/mod.ts", run again with the --allow-read flag',
      "needs /elsewhere/mod.ts, which is not in the project",
      /permissions: \{ read: \[…\] \}/,
    ],
    [
      'Requires import access to "example.org:443", run again with the --allow-import flag',
      "imports a module of example.org:443",
      /npm:/,
    ],
    [
      'Requires env access to "HOME", run again with the --allow-env flag',
      "asks for env HOME while it is loaded",
      /work belongs into `run`/,
    ],
    ["own words", "cannot be loaded: own words", /work belongs into `run`/],
  ];
  for (const [said, problem, hint] of cases) {
    const told = loadProblem(module, said);
    assert.equal(told.problem, problem);
    assert.match(told.hint, hint, said);
  }
});

Deno.test("noModule() knows workflows and data from modules", () => {
  for (const name of ["a.ts", "a.mts", "a.js", "a.cjs", "a.tsx", "a.b.ts"]) {
    assert.equal(noModule(`file:///p/${name}`), undefined);
  }
  assert.match(noModule("file:///p/other.yaml")!.hint, /a workflow is no step of another/);
  for (const name of ["data.json", "a.py", "none"]) {
    assert.match(noModule(`file:///p/${name}`)!.hint, /my-step\.ts/);
  }
});

Deno.test("loadProblem() names the file of data that cannot be read, wherever it is imported", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const files: Record<string, string> = {
      "step.ts": 'import { rates } from "./lib.ts"; export default { rates };',
      "lib.ts":
        'import good from "./good.json" with { type: "json" };\nexport { rates } from "./rates.ts"; good;',
      "rates.ts": 'export const rates = (await import("./rates.json", { with: { type: "json" } })).default;',
      "good.json": "{}",
      "rates.json": '{\n  "a": 1,\n}',
    };
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${name}`, text);
    const module = new URL(`file://${folder}/step.ts`).href;
    const said = await import(module).then(() => "", (error) => (error as Error).message);
    const { problem } = loadProblem(module, said);
    assert.equal(
      problem,
      `imports ${folder}/rates.json, which is no JSON: Expected double-quoted property name (line 3 column 1)`,
    );
    for (
      const [text, told] of [["", "Unexpected end of JSON input"], [
        "\xff",
        "Unexpected token 'ÿ', \"ÿ\" is not valid JSON",
      ]]
    ) {
      await Deno.writeTextFile(`${folder}/rates.json`, text!);
      assert.equal(
        loadProblem(module, "Unexpected end of JSON input").problem,
        `imports ${folder}/rates.json, which is no JSON: ${told}`,
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
