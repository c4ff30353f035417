/** Paths of the dashboard to pages. */
import { join } from "node:path";
import { type ArtifactHeader, headerFile, headerOf } from "../artifacts/artifact.ts";
import { InputError } from "../errors.ts";
import type { Engine, RunRecord, TaskResult } from "../engine/mod.ts";
import { readableHeadlines } from "../schedule/numbers/measured_values.ts";
import { artifactPage, contentType, listFiles } from "./artifact_page.ts";
import { eventStream, liveMessages, liveScript } from "./live.ts";
import { metricsPage, readMetrics } from "./metrics_page.ts";
import { page } from "./page.ts";
import { type Html } from "../text/html.ts";
import { runPage } from "./run_page.ts";
import { runsPage } from "./runs_page.ts";
import { applyEvent, parseEvents, type TaskState } from "./task_state.ts";

/** Draws the workflow of a run. */
export type GraphOf = (run: RunRecord) => Promise<string | undefined>;

/** A page runs no script but the one with its nonce, and loads nothing. */
function pagePolicy(nonce?: string): string {
  const script = nonce === undefined ? "'none'" : `'nonce-${nonce}'`;
  return `default-src 'none'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; script-src ${script}; ` +
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
}

/** Files that steps wrote are shown without any rights: what is in them is data. */
const filePolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

/** Runs on one page. */
const PAGE = 50;
/** Newest runs that are looked through for what was made by whom, and for metrics: a record may be large. */
const LOOKED = 100;

/** Read-only views of one project. */
export class Dashboard {
  readonly #engine: Engine;
  readonly #base: string;
  readonly #graph: GraphOf;
  /** Ends live views, which would keep a server that stops waiting for ever. */
  readonly #stopped: AbortSignal;

  /** @param base The project's `.motiflow` folder. */
  constructor(engine: Engine, base: string, graph: GraphOf, stopped = new AbortController().signal) {
    this.#stopped = stopped;
    this.#engine = engine;
    this.#base = base;
    this.#graph = graph;
  }

  /** The answer to a GET; `undefined` where there is no such page. */
  async respond(url: URL): Promise<Response | undefined> {
    const parts = url.pathname.split("/").filter((part) => part !== "").map(decodePart);
    if (parts.includes(undefined)) return undefined;
    const [room, id, ...rest] = parts as string[];
    if (room === undefined) return await this.#runs(url.searchParams.get("before"));
    if (room === "metrics" && id === undefined) return await this.#metrics(url.searchParams);
    if (room === "runs" && /^[\w-]+$/.test(id ?? "")) return await this.#run(id, rest);
    if (room === "artifacts" && /^[0-9a-f]{64}$/.test(id ?? "")) {
      return await this.#artifact(id, rest.join("/"));
    }
    return undefined;
  }

  async #runs(before: string | null): Promise<Response> {
    const runs = await this.#engine.listRuns({ limit: PAGE + 1, ...(before === null ? {} : { before }) });
    const total = await this.#engine.countRuns();
    return this.#page("Runs", runsPage(runs.slice(0, PAGE), total, runs.length > PAGE));
  }

  #page(title: string, body: Html, script?: string): Response {
    const nonce = script === undefined ? undefined : crypto.randomUUID();
    const live = script === undefined ? undefined : { script, nonce: nonce! };
    return new Response(page(title, body, live), {
      headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": pagePolicy(nonce) },
    });
  }

  async #run(id: string, [what, task]: string[]): Promise<Response | undefined> {
    const run = await this.#engine.readRun(id);
    const folder = join(this.#base, "runs", run.id);
    const events = join(folder, "events.jsonl");
    if (what === undefined) {
      const states = new Map<string, TaskState>();
      for (const event of parseEvents(await readText(events))) applyEvent(states, event);
      // A workflow that cannot be drawn any more, e.g. since its own step is gone, hides nothing else of the run.
      const svg = await this.#graph(run).catch(() => undefined);
      const headlines = await readableHeadlines(run.tasks.map((task) => this.#located(task)));
      return this.#page(
        run.workflow,
        runPage(run, states, svg, headlines),
        run.status === "running" ? liveScript : undefined,
      );
    }
    if (what === "events") {
      const stop = new AbortController();
      const isOver = async () => (await this.#engine.readRun(run.id)).status !== "running";
      const messages = liveMessages(events, isOver, {
        signal: AbortSignal.any([stop.signal, this.#stopped]),
      });
      return new Response(eventStream(messages, () => stop.abort()), {
        headers: { "content-type": "text/event-stream" },
      });
    }
    if (what === "logs" && task !== undefined) {
      const log = run.tasks.find((t) => t.id === task)?.log;
      if (log === undefined) return undefined;
      return textResponse(await Deno.readTextFile(join(this.#engine.root, log)));
    }
    return undefined;
  }

  /** A task whose outputs lie where this project's store has them, wherever it was when the run was recorded. */
  #located(task: TaskResult): TaskResult {
    const outputs = Object.entries(task.outputs).map(([port, output]) => [
      port,
      { ...output, dir: join(this.#base, "artifacts", output.id) },
    ]);
    return { ...task, outputs: Object.fromEntries(outputs) };
  }

  async #artifact(id: string, path: string): Promise<Response | undefined> {
    const folder = join(this.#base, "artifacts", id);
    const files = await listFiles(folder);
    if (path === "") {
      const header = await readHeader(folder);
      const runs = await this.#engine.listRuns({ limit: LOOKED });
      const makers = runs.flatMap((run) =>
        run.tasks.filter((t) => Object.values(t.outputs).some((o) => o.id === id)).map((t) => ({
          run,
          task: t.id,
        }))
      );
      return this.#page(header.type, artifactPage(id, header, files, makers, LOOKED));
    }
    // Only what the listing holds: no path of a request is ever opened as it is.
    const file = files.find((f) => f.path === path);
    if (file === undefined) return undefined;
    const opened = await Deno.open(join(folder, file.path));
    return new Response(opened.readable, {
      headers: {
        "content-type": contentType(file.path),
        "content-length": `${file.bytes}`,
        "content-security-policy": filePolicy,
      },
    });
  }

  async #metrics(query: URLSearchParams): Promise<Response> {
    const runs = await this.#engine.listRuns({ limit: LOOKED });
    const workflows = [...new Set(runs.map((run) => run.workflow))].sort();
    const workflow = query.get("workflow");
    if (workflow === null || !workflows.includes(workflow)) {
      return this.#page("Metrics", metricsPage(workflows, undefined, LOOKED));
    }
    const all = await readMetrics(runs, workflow, (id) => join(this.#base, "artifacts", id));
    const tasks = [...new Set(all.map((m) => m.task))];
    const task =
      [query.get("task"), tasks.find((id) => !id.includes("[")), tasks[0]].find((id) =>
        tasks.includes(id ?? "")
      ) ?? "";
    return this.#page(`Metrics of ${workflow}`, metricsPage(workflows, { workflow, task, all }, LOOKED));
  }
}

/** @throws {InputError} where it is damaged. */
async function readHeader(folder: string): Promise<ArtifactHeader> {
  const file = join(folder, headerFile);
  const text = await Deno.readTextFile(file);
  try {
    return headerOf(text, file);
  } catch (cause) {
    throw new InputError("Cannot show artifact: its artifact.json is damaged", {
      hint: "The verb `cache check` removes what is damaged.",
      cause,
    });
  }
}

function decodePart(part: string): string | undefined {
  try {
    const text = decodeURIComponent(part);
    return text === "." || text === ".." || /[/\\\0]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function textResponse(text: string): Response {
  return new Response(text, {
    headers: { "content-type": "text/plain; charset=utf-8", "content-security-policy": filePolicy },
  });
}
