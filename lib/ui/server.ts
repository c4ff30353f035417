/**
 * The local dashboard. It listens on the loopback interface only, answers only requests that name this machine as their
 * host, so that no web page elsewhere can read it through a rebound name, and only to who has the token of the printed
 * address. It shows; what it may write is names of behaviours, and only where it was started so.
 */
import { InputError } from "../errors.ts";
import { markup } from "../text/html.ts";
import { htmlPage } from "./answers.ts";
import { Dashboard } from "./dashboard.ts";
import { Project, type ProjectOptions } from "./project.ts";
import { Session } from "./session.ts";

export interface ServeOptions extends ProjectOptions {
  /** 0 takes a free port. @default 4507 */
  port?: number;
  signal?: AbortSignal;
}

/** A running dashboard. */
export interface Served {
  /** The address that opens it, with its token. */
  url: string;
  finished: Promise<void>;
}

// With no referrer at all a browser would also hide the origin of our own forms.
const commonHeaders = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** Starts the dashboard. @throws {InputError} where the port is taken. */
export function serveDashboard({ port = 4507, signal, ...options }: ServeOptions): Served {
  const stopped = signal ?? new AbortController().signal;
  const dashboard = new Dashboard(new Project(options), stopped);
  const session = new Session();
  const server = listen(port, stopped, async (request) => {
    const response = await answer(
      { dashboard, session, edit: options.edit === true },
      request,
      server.addr.port,
    );
    for (const [name, value] of Object.entries(commonHeaders)) response.headers.set(name, value);
    return response;
  });
  return { url: session.address(`http://127.0.0.1:${server.addr.port}`), finished: server.finished };
}

function listen(port: number, signal: AbortSignal, handler: (request: Request) => Promise<Response>) {
  try {
    return Deno.serve({ hostname: "127.0.0.1", port, signal, onListen: () => {} }, handler);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AddrInUse || cause instanceof Deno.errors.PermissionDenied)) {
      throw cause;
    }
    const why = cause instanceof Deno.errors.AddrInUse ? "another program has it" : "it may not be used";
    throw new InputError(`Cannot listen on port ${port}: ${why}`, {
      hint: "Take another one: --port 0 takes any that is free.",
      cause,
    });
  }
}

async function answer(
  { dashboard, session, edit }: { dashboard: Dashboard; session: Session; edit: boolean },
  request: Request,
  port: number,
): Promise<Response> {
  const host = request.headers.get("host");
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return new Response("This dashboard answers to its own machine only.\n", { status: 403 });
  }
  const writes = request.method === "POST" && edit;
  if (request.method !== "GET" && request.method !== "HEAD" && !writes) {
    return new Response("The dashboard only shows.\n", { status: 405, headers: { allow: "GET, HEAD" } });
  }
  // A form of another page must not write, whatever cookie the browser sends along.
  if (writes && request.headers.get("origin") !== `http://${host}`) {
    return new Response("Only the dashboard's own pages may write.\n", { status: 403 });
  }
  try {
    return session.admit(request) ?? await (writes ? dashboard.take(request) : dashboard.respond(request)) ??
      failure(404, "There is no such page");
  } catch (error) {
    if (error instanceof InputError || error instanceof Deno.errors.NotFound) {
      return failure(404, error.message);
    }
    return failure(500, (error as Error).message);
  }
}

function failure(status: number, message: string): Response {
  const [title = "", ...rest] = message.split("\n");
  return htmlPage(title, markup`<h1>${title}</h1><p>${rest.join(" ")}</p>`, { status });
}
