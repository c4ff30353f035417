/** `notebook FILE`: execute on the Deno kernel; write the executed notebook and a one-file page. */
import type { Examples } from "../examples.ts";
import { Command } from "@commander-js/extra-typings";
import { collectParam, jsonOption, wholePositive } from "../flags.ts";
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Json } from "../../artifacts/artifact.ts";
import { InputError } from "../../errors.ts";
import { parseYaml } from "../../workflow/document.ts";
import { formatDiagnostics, Source } from "../../workflow/diagnostic.ts";
import { toJson } from "../../workflow/node.ts";
import type { RunRecord } from "../../engine/mod.ts";
import { Exit, exitCodes } from "../terminal/exit.ts";
import { err, errRaw, isTerminal, json, out } from "../terminal/terminal.ts";
import { commandLine } from "../../text/program.ts";
import { projectRoot, shownPath, userPath } from "../paths.ts";
import { runOf } from "../run_word.ts";
import { openProjectEngine } from "../project_engine.ts";

export const examples: Examples = [
  ["notebook notebooks/report.ipynb --run latest"],
  ["notebook my-study.ipynb --param subject=04 --out out/notebooks"],
];

export const command = new Command()
  .description(
    "Execute a notebook on the Deno kernel with parameters. Write it executed, and as one HTML file.",
  )
  .argument("<file>", "notebook, .ipynb")
  .option(
    "--run <run>",
    "show a run: its results go into the variable inputs, else its id into run; an id, its beginning, latest, or a workflow",
  )
  .option("--param <name=value>", "value of a variable of the cell tagged parameters", collectParam)
  .option("--out <dir>", "folder for the results; by default out/notebooks of the project")
  .option("--timeout <seconds>", "time limit of a cell", wholePositive, 600)
  .addOption(jsonOption)
  .action(async (file, options) => {
    const { runNotebook } = await import("../../report/run_notebook.ts");
    const { path, cwd } = await findNotebook(file);
    const folder = options.out === undefined
      ? join(await projectRoot(undefined), "out/notebooks")
      : userPath(options.out);
    const quiet = options.json === true;
    const parameters = typedParams(options.param ?? {});
    const shown = options.run === undefined ? undefined : await showsRun(path, options.run);
    const { notebook, html, kept, failure } = await runNotebook(path, folder, {
      ...(cwd === undefined ? {} : { cwd }),
      parameters: { ...parameters, ...shown?.given },
      shownParameters: { ...parameters, ...shown?.written },
      timeoutSeconds: options.timeout,
      onProgress: (done, total, cell) => progress(`cell ${done + 1}/${total} ${cell}`, quiet),
    });
    progress("", quiet);
    for (const path of kept) err(`kept: the file that was changed by hand is ${shownPath(path)} now`);
    const written = { notebook: shownPath(notebook), html: shownPath(html) };
    if (quiet) json({ ...written, ...(failure === undefined ? {} : { failure }) });
    else out(`${written.notebook}\n${written.html}`);
    if (failure === undefined) return;
    err(`${file}: cell ${failure.cell} failed: ${failure.reason}`);
    throw new Exit(exitCodes.failed);
  });

/**
 * The notebook that the user means: their own; else, below `notebooks/`, the program's, as the report step takes it. The
 * program's is about the user's project all the same, so it runs in its root.
 */
async function findNotebook(file: string): Promise<{ path: string; cwd?: string }> {
  const path = userPath(file);
  if (existsSync(path) || isAbsolute(file)) return { path };
  const root = await projectRoot(undefined);
  if (existsSync(join(root, file))) return { path: join(root, file) };
  const { programNotebook } = await import("../../report/program_notebooks.ts");
  const ours = programNotebook(file);
  return ours === undefined ? { path } : { path: ours, cwd: root };
}

/**
 * By which parameters a notebook shows a run: a cell that declares `inputs` takes the results, one that declares `run` the
 * id for `open()`. What is written names results by their content, so that it runs again elsewhere in the project.
 */
async function showsRun(
  path: string,
  word: string,
): Promise<Record<"given" | "written", { [name: string]: Json }>> {
  const { readNotebook } = await import("../../report/nbformat.ts");
  const { parameterNames } = await import("../../report/parameters.ts");
  const names = parameterNames(await readNotebook(path));
  const engine = await openProjectEngine(undefined);
  const run = await runOf(engine, word);
  await engine.close();
  if (names.includes("inputs")) {
    const given = resultsOf(run);
    return { given: { inputs: given }, written: { inputs: given.map(({ dir: _, ...result }) => result) } };
  }
  if (names.includes("run")) return { given: { run: run.id }, written: { run: run.id } };
  throw new InputError("Cannot show a run: no cell tagged `parameters` declares inputs or run", {
    file: shownPath(path),
    hint: 'Declare `let run = "latest";` there and open it: `await motiflow.open(run)`.',
  });
}

/** The results of a run, as a notebook's `inputs` takes them. */
function resultsOf(run: RunRecord) {
  const results = run.tasks.flatMap(({ step, cell, outputs }) =>
    Object.values(outputs).map(({ type, id, dir }) => ({ step, cell, type, id, dir }))
  );
  if (results.length > 0) return results;
  throw new InputError(`Cannot run notebook: run ${run.id} has no results`, {
    hint: `It ${run.status}. Name another run; ${commandLine("runs")} lists them.`,
  });
}

/** Values as in YAML, e.g. `k=12` is a number. */
function typedParams(written: Record<string, string>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(written).map(([name, text]) => {
      const { root, diagnostics } = parseYaml(new Source(`--param ${name}`, text));
      if (diagnostics.failed && text.trim() !== "") throw new InputError(formatDiagnostics(diagnostics.list));
      return [name, root === undefined ? "" : toJson(root)];
    }),
  );
}

function progress(text: string, quiet: boolean): void {
  if (quiet) return;
  if (isTerminal()) errRaw(`\r\x1b[2K${text.slice(0, 100)}`);
  else if (text !== "") err(text);
}
