/** A project with real runs of cheap steps, and its dashboard with the door open. */
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { type Engine, openEngine, type RunRecord } from "../../lib/engine/mod.ts";
import { registry } from "../../lib/steps/registry.ts";
import { serveDashboard } from "../../lib/ui/server.ts";
import { loadWorkflow } from "../../lib/workflow/load.ts";

/** The cookie that the printed address gives. */
export async function signIn(url: string): Promise<string> {
  const { headers, body } = await fetch(url, { redirect: "manual" });
  await body?.cancel();
  return headers.get("set-cookie")!.split(";")[0]!;
}

/** The page of an answer. */
export async function dom(response: Response) {
  return parseHTML(await response.text()).document;
}

export class Study implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #finished: Promise<void>;
  readonly #cookie: string;

  private constructor(
    readonly root: string,
    readonly engine: Engine,
    readonly url: string,
    finished: Promise<void>,
    cookie: string,
    stop: AbortController,
  ) {
    this.#finished = finished;
    this.#cookie = cookie;
    this.#stop = stop;
  }

  static async open(options: { edit?: boolean; videos?: string } = {}): Promise<Study> {
    const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "motiflow-ui-" }));
    await Deno.writeTextFile(join(root, "motiflow.json"), "{}");
    const engine = await openEngine({ root });
    const stop = new AbortController();
    const served = serveDashboard({ engine, registry, port: 0, signal: stop.signal, ...options });
    return new Study(root, engine, served.url, served.finished, await signIn(served.url), stop);
  }

  /** Writes a workflow and runs it. */
  async run(file: string, text: string, labels: { tags?: string[]; note?: string } = {}): Promise<RunRecord> {
    const path = join(this.root, file);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, text);
    const result = await loadWorkflow(path, { registry, root: this.root });
    if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join("\n"));
    const { id, status, tasks } = await this.engine.run(result.plan, { jobs: 2, ...labels });
    if (status !== "succeeded") throw new Error(tasks.map(({ error }) => error ?? "").join("\n"));
    return await this.engine.readRun(id);
  }

  get(path: string, init: RequestInit = {}): Promise<Response> {
    const { headers, ...others } = init;
    const all = { cookie: this.#cookie, ...headers as Record<string, string> };
    return fetch(new URL(path, this.url), { headers: all, redirect: "manual", ...others });
  }

  /** A page that must be there. */
  async page(path: string) {
    const response = await this.get(path);
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await dom(response);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#finished;
    await this.engine.close();
    await Deno.remove(this.root, { recursive: true });
  }
}
