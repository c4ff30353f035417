/** Paths of the dashboard to pages. */
import type { RunRecord } from "../engine/mod.ts";
import { artifactView } from "./artifacts/views.ts";
import { eventStream, liveMessages } from "./live/messages.ts";
import { metricsView } from "./metrics/views.ts";
import type { Project } from "./project.ts";
import { reviewView } from "./review/views.ts";
import { videoAnswer } from "./review/videos.ts";
import { namesView } from "./names/views.ts";
import { RunNumbers } from "./runs/numbers.ts";
import { RunViews } from "./runs/views.ts";

/** Views of one project. */
export class Dashboard {
  readonly #project: Project;
  readonly #numbers: RunNumbers;
  readonly #runs: RunViews;
  /** Ends live views, which would keep a server that stops waiting for ever. */
  readonly #stopped: AbortSignal;

  constructor(project: Project, stopped: AbortSignal) {
    this.#project = project;
    this.#numbers = new RunNumbers(project);
    this.#runs = new RunViews(project, this.#numbers);
    this.#stopped = stopped;
  }

  /** The answer to a GET; `undefined` where there is no such page. */
  async respond(request: Request): Promise<Response | undefined> {
    const url = new URL(request.url);
    const parts = pathOf(url);
    if (parts === undefined) return undefined;
    const [room, id, ...rest] = parts;
    const query = url.searchParams;
    if (room === undefined) return await this.#runs.list(query);
    if (id === undefined) {
      if (room === "metrics") return await metricsView(this.#project, this.#numbers, query);
      if (room === "compare") return await this.#runs.compare(query);
      if (room === "why") return await this.#runs.why(query);
      return undefined;
    }
    if (room === "runs" && /^[\w-]+$/.test(id)) {
      return await this.#run(await this.#project.engine.readRun(id), rest, query);
    }
    if (room === "videos" && rest.length === 0) {
      return await videoAnswer(this.#project.videos, id, request.headers.get("range"));
    }
    if (room === "artifacts" && /^[0-9a-f]{64}$/.test(id)) {
      return await artifactView(this.#project, id, rest.join("/"), query);
    }
    return undefined;
  }

  /** The answer to a form; `undefined` for all but names, and where they may not be written. */
  async take(request: Request): Promise<Response | undefined> {
    const [room, id = "", what, task, ...rest] = pathOf(new URL(request.url)) ?? [];
    if (room !== "runs" || what !== "names" || task === undefined || rest.length > 0) return undefined;
    return await namesView(
      this.#project,
      await this.#project.engine.readRun(id),
      task,
      await request.formData(),
    );
  }

  async #run(
    run: RunRecord,
    [what, task, ...rest]: string[],
    query: URLSearchParams,
  ): Promise<Response | undefined> {
    if (what === undefined) return await this.#runs.one(run);
    if (what === "graph") return await this.#runs.graph(run);
    if (what === "review") return await reviewView(this.#project, run, [task ?? "", ...rest], query);
    if (what === "names" && task !== undefined) return await namesView(this.#project, run, task);
    if (what === "events") return this.#events(run);
    if (task === undefined || rest.length > 0) return undefined;
    if (what === "tasks") return await this.#runs.task(run, task);
    if (what === "logs") return await this.#runs.log(run, task);
    return undefined;
  }

  #events(run: RunRecord): Response {
    const stop = new AbortController();
    const isOver = async () => (await this.#project.engine.readRun(run.id)).status !== "running";
    const messages = liveMessages(this.#project.runFile(run, "events.jsonl"), isOver, {
      signal: AbortSignal.any([stop.signal, this.#stopped]),
    });
    return new Response(eventStream(messages, () => stop.abort()), {
      headers: { "content-type": "text/event-stream" },
    });
  }
}

/** Parts of a path; undefined for one that no page has. */
function pathOf(url: URL): string[] | undefined {
  const parts = url.pathname.split("/").filter((part) => part !== "").map(decodePart);
  return parts.includes(undefined) ? undefined : parts as string[];
}

function decodePart(part: string): string | undefined {
  try {
    const text = decodeURIComponent(part);
    return text === "." || text === ".." || /[/\\\0]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
