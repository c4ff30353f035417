/**
 * The local dashboard: read-only views of a project's runs and results. It listens on the loopback interface only,
 * answers GET and HEAD only, and only to requests that name this machine as their host, so that no web page elsewhere
 * can read it through a rebound name.
 */
import { join } from "node:path";
import { InputError } from "../errors.ts";
import type { Engine } from "../engine/mod.ts";
import { Dashboard, type GraphOf } from "./dashboard.ts";

export interface ServeOptions {
  engine: Engine;
  /** Draws the workflow of a run as SVG; `undefined` where it cannot be drawn any more. */
  graph: GraphOf;
  /** 0 takes a free port. @default 4507 */
  port?: number;
  signal?: AbortSignal;
}

/** A running dashboard. */
export interface Served {
  url: string;
  finished: Promise<void>;
}

const commonHeaders = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** Starts the dashboard. */
export function serveDashboard({ engine, graph, port = 4507, signal }: ServeOptions): Served {
  const dashboard = new Dashboard(engine, join(engine.root, ".motiflow"), graph, signal);
  const server = Deno.serve({ hostname: "127.0.0.1", port, signal, onListen: () => {} }, async (request) => {
    const response = await answer(dashboard, request, server.addr.port);
    for (const [name, value] of Object.entries(commonHeaders)) response.headers.set(name, value);
    return response;
  });
  return { url: `http://127.0.0.1:${server.addr.port}/`, finished: server.finished };
}

async function answer(dashboard: Dashboard, request: Request, port: number): Promise<Response> {
  const host = request.headers.get("host");
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return new Response("This dashboard answers to its own machine only.\n", { status: 403 });
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response("The dashboard only shows.\n", { status: 405, headers: { allow: "GET, HEAD" } });
  }
  try {
    return await dashboard.respond(new URL(request.url)) ??
      new Response("There is no such page.\n", { status: 404 });
  } catch (error) {
    if (error instanceof InputError || error instanceof Deno.errors.NotFound) {
      return new Response(`${error.message}\n`, { status: 404 });
    }
    return new Response(`${(error as Error).message}\n`, { status: 500 });
  }
}
