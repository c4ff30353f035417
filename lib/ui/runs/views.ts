/** Pages of runs, from the address to the answer. */
import { join } from "node:path";
import { InputError } from "../../errors.ts";
import type { RunRecord } from "../../engine/mod.ts";
import { readableHeadlines } from "../../schedule/numbers/measured_values.ts";
import { markup } from "../../text/html.ts";
import { htmlPage, textAnswer } from "../answers.ts";
import { liveScript } from "../live/script.ts";
import type { Project } from "../project.ts";
import { comparePage, MOST } from "./compare_page.ts";
import { drawing, graphLink } from "./graph.ts";
import type { RunNumbers } from "./numbers.ts";
import { findRuns, PAGE, readQuery } from "./query.ts";
import { runPage } from "./run_page.ts";
import { runsPage } from "./runs_page.ts";
import { readStates } from "./states.ts";
import { inputsOf, taskPage } from "./task_page.ts";
import { whyPage } from "./why_page.ts";

/** Newest runs whose workflows are offered to choose from. */
const LOOKED = 200;
/** Characters of a log that stand on a task's page. */
const LOG_END = 8000;

export class RunViews {
  readonly #project: Project;
  readonly #numbers: RunNumbers;

  constructor(project: Project, numbers: RunNumbers) {
    this.#project = project;
    this.#numbers = numbers;
  }

  async list(params: URLSearchParams): Promise<Response> {
    const { engine } = this.#project;
    const query = readQuery(params);
    const found = await findRuns(engine, query, PAGE + 1);
    const runs = await this.#numbered(found.slice(0, PAGE));
    const newest = await engine.listWorkflows(LOOKED);
    const workflows = [...new Set(newest.map(({ workflow }) => workflow))].sort();
    const total = await engine.countRuns();
    return htmlPage("Runs", runsPage({ query, runs, total, older: found.length > PAGE, workflows }));
  }

  async #numbered(runs: readonly RunRecord[]) {
    return await Promise.all(runs.map(async (run) => ({ run, numbers: await this.#numbers.of(run) })));
  }

  async compare(params: URLSearchParams): Promise<Response> {
    const { engine } = this.#project;
    const ids = [...new Set(params.getAll("run"))];
    if (ids.length < 2 || ids.length > MOST) {
      return htmlPage(
        "Compare",
        markup`
          <h1>Compare runs</h1>
          <p>Select 2 to ${MOST} runs in the <a href="/">list</a>; ${ids.length} ${
          ids.length === 1 ? "is" : "are"
        } selected.</p>
        `,
      );
    }
    const runs = await Promise.all(ids.map((id) => engine.readRun(id)));
    runs.sort((a, b) => a.id < b.id ? -1 : 1);
    const [before, after] = runs as [RunRecord, RunRecord];
    let told;
    if (runs.length === 2) {
      const { difference } = await import("./difference.ts");
      const located = (run: RunRecord) => ({ ...run, tasks: run.tasks.map((t) => this.#project.located(t)) });
      told = await difference(located(before), located(after), await engine.diffRuns(before.id, after.id));
    }
    return htmlPage("Compare", comparePage(await this.#numbered(runs), told));
  }

  async one(run: RunRecord): Promise<Response> {
    // To check a workflow of a thousand steps takes longer than all the rest of the page.
    const link = graphLink(run);
    const running = run.status === "running";
    const plan = link === undefined || running ? await this.#project.planOf(run) : undefined;
    const states = await readStates(this.#project, run, plan);
    const headlines = await readableHeadlines(run.tasks.map((task) => this.#project.located(task)));
    const [previous] = await findRuns(this.#project.engine, {
      ...readQuery(new URLSearchParams({ workflow: run.workflow, status: "succeeded" })),
      before: run.id,
    }, 1);
    const graph = link ?? (plan === undefined ? undefined : drawing(plan, states));
    const script = running ? liveScript : undefined;
    return htmlPage(run.workflow, runPage({ run, states, graph, headlines, previous }), { script });
  }

  async graph(run: RunRecord): Promise<Response> {
    const plan = await this.#project.planOf(run);
    const shown = plan === undefined
      ? markup`<p>The workflow of this run does not pass today's checks, so it cannot be drawn.</p>`
      : drawing(plan, await readStates(this.#project, run, plan));
    return htmlPage(
      `Graph of ${run.workflow}`,
      markup`<h1><a href="/runs/${run.id}">${run.workflow}</a></h1>${shown}`,
    );
  }

  async task(run: RunRecord, id: string): Promise<Response | undefined> {
    const { engine } = this.#project;
    const task = run.tasks.find((one) => one.id === id);
    if (task === undefined) return undefined;
    const action = task.key === null ? undefined : await engine.readAction(task.key);
    const own = new Set(Object.values(task.outputs).map((output) => output.id));
    const usedBy: string[] = [];
    for (const other of run.tasks) {
      const theirs = other.key === null || own.size === 0 ? undefined : await engine.readAction(other.key);
      if (theirs !== undefined && inputsOf(theirs).some((input) => own.has(input.id))) usedBy.push(other.id);
    }
    const log = (await this.#log(run, id))?.slice(-LOG_END) ?? "";
    return htmlPage(`${id} of ${run.workflow}`, taskPage({ run, task, action, usedBy, log }));
  }

  async log(run: RunRecord, task: string): Promise<Response | undefined> {
    const text = await this.#log(run, task);
    return text === undefined ? undefined : textAnswer(text);
  }

  async #log(run: RunRecord, task: string): Promise<string | undefined> {
    const log = run.tasks.find((t) => t.id === task)?.log;
    if (log === undefined) return undefined;
    try {
      return await Deno.readTextFile(join(this.#project.root, log));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  async why(params: URLSearchParams): Promise<Response> {
    const { engine } = this.#project;
    const runs = await engine.listWorkflows(LOOKED);
    const files = [...new Set(runs.map(({ file }) => file).filter((file) => file !== ""))].sort();
    const file = params.get("file");
    // Only files that runs name: no path of a request is ever opened.
    if (file === null || !files.includes(file)) return htmlPage("Why", whyPage(files, undefined));
    try {
      const plan = await this.#project.currentPlan(file);
      return htmlPage(`Why ${file}`, whyPage(files, { file, answers: await engine.why(plan) }));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return htmlPage(
        "Why",
        markup`${whyPage(files, undefined)}<pre class="error">${error.message}</pre>`,
      );
    }
  }
}
