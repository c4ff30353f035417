/** A project is any folder of the user's: nothing in it but what `init` writes, nothing written into the program. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../", import.meta.url));

async function motiflow(program: string, cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-q",
      "-A",
      "--config",
      join(program, "deno.json"),
      join(program, "lib/cli/main.ts"),
      ...args,
    ],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, said: text(stdout) + text(stderr) };
}

/** A copy of the program, as an installation has it; every file that is written into it later shows in its listing. */
async function install(to: string): Promise<string[]> {
  for (const part of ["lib", "notebooks", "package.json", "deno.json", "deno.lock"]) {
    await new Deno.Command("cp", { args: ["-R", join(repository, part), to] }).output();
  }
  await new Deno.Command("chmod", { args: ["-R", "a-w", to] }).output();
  return await listing(to);
}

async function listing(folder: string): Promise<string[]> {
  const { stdout } = await new Deno.Command("find", { args: [folder, "-printf", "%p %s %T@\n"] }).output();
  return new TextDecoder().decode(stdout).trim().split("\n").sort();
}

const step = `import { z } from "zod";
import { defineStep, Metrics } from "motiflow";
export default defineStep({
  type: "louder", summary: "Multiply every metric", inputs: { metrics: Metrics },
  params: z.strictObject({ factor: z.number().default(2) }), outputs: { metrics: Metrics },
  async run({ inputs: { metrics }, params }) {
    const louder = Object.entries(metrics.metrics).map(([name, m]) =>
      [name, { ...m, value: m.value === null ? null : m.value * params.factor }]);
    return { metrics: { ...metrics, metrics: Object.fromEntries(louder) } };
  },
});
`;

Deno.test("an empty folder becomes a project with a report and a step of its own, by a read-only installation", async () => {
  const top = await Deno.realPath(await Deno.makeTempDir({ prefix: "motiflow-project-" }));
  const program = join(top, "program");
  const project = join(top, "mine");
  await Deno.mkdir(program);
  await Deno.mkdir(project);
  try {
    const before = await install(program);
    const made = await motiflow(program, project, "init");
    assert.equal(made.code, 0, made.said);
    assert.equal(JSON.parse(await Deno.readTextFile(join(project, "motiflow.json"))).name, "mine");
    assert.match(await Deno.readTextFile(join(project, ".gitignore")), /\.motiflow\/\n\/out\//);
    const workflow = join(project, "workflows/first.yaml");
    await Deno.writeTextFile(join(project, "workflows/louder.ts"), step);
    await Deno.writeTextFile(workflow, "  louder: { uses: ./louder.ts, from: metrics }\n", { append: true });
    // From elsewhere: the marker alone tells the project.
    const ran = await motiflow(program, top, "run", workflow);
    assert.equal(ran.code, 0, ran.said);
    const page = await Deno.readTextFile(join(project, "out/first/report/report.html"));
    assert.match(page, /<svg/);
    // A notebook of the project's own takes the place of the program's, and imports by name and relatively.
    await Deno.mkdir(join(project, "notebooks"));
    await Deno.writeTextFile(join(project, "notebooks/words.ts"), "export const words = 'my own words';\n");
    const cell = (source: string, tags: string[] = []) => ({
      cell_type: "code",
      id: crypto.randomUUID().slice(0, 8),
      metadata: { tags },
      source,
      execution_count: null,
      outputs: [],
    });
    await Deno.writeTextFile(
      join(project, "notebooks/report.ipynb"),
      JSON.stringify({
        nbformat: 4,
        nbformat_minor: 5,
        metadata: {},
        cells: [
          cell('let inputs = [];\nlet title = "";\nlet description = "";', ["parameters"]),
          cell(
            'import * as report from "motiflow/report"; import { Quantizer } from "motiflow"; import { words } from "./words.ts";\n' +
              "console.log(words, typeof Quantizer, typeof report.Sources, Deno.cwd());",
          ),
        ],
      }),
    );
    const again = await motiflow(program, top, "run", workflow);
    assert.equal(again.code, 0, again.said);
    const own = await Deno.readTextFile(join(project, "out/first/report/report.html"));
    assert.ok(own.includes(`my own words function function ${join(project, "notebooks")}`), again.said);
    assert.deepEqual(await listing(program), before);
  } finally {
    await new Deno.Command("chmod", { args: ["-R", "u+w", top] }).output();
    await Deno.remove(top, { recursive: true });
  }
});
