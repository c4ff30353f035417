/** Answers of the dashboard, each with the rights that its content gets in a browser. */
import type { Html } from "../text/html.ts";
import { page } from "./page.ts";

/** What a page needs beyond its text. */
export interface PageNeeds {
  /** The one inline script that it may run. */
  script?: string | undefined;
  status?: number;
}

/** A page runs no script but the one with its nonce, and loads nothing from elsewhere. */
function pagePolicy(nonce: string | undefined): string {
  const script = nonce === undefined ? "'none'" : `'nonce-${nonce}'`;
  return "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; " +
    `connect-src 'self'; script-src ${script}; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`;
}

/** Files that steps wrote are shown without any rights: what is in them is data. */
const filePolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

/** A page in the dashboard's frame. */
export function htmlPage(title: string, body: Html, { script, status = 200 }: PageNeeds = {}): Response {
  const nonce = script === undefined ? undefined : crypto.randomUUID();
  const live = script === undefined ? undefined : { script, nonce: nonce! };
  return new Response(page(title, body, live), {
    status,
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": pagePolicy(nonce) },
  });
}

/** A text as it is, e.g. a log. */
export function textAnswer(text: string): Response {
  return fileAnswer(text, "text/plain; charset=utf-8");
}

/** A text under a name to be saved as. */
export function download(text: string, name: string): Response {
  const safe = name.replaceAll(/[^\w.-]/g, "_");
  return fileAnswer(text, "text/plain; charset=utf-8", {
    "content-disposition": `attachment; filename="${safe}"`,
  });
}

/** Content that steps or users made. @param headers Further ones. */
export function fileAnswer(
  body: BodyInit,
  contentType: string,
  headers: Record<string, string> = {},
  status = 200,
): Response {
  return new Response(body, {
    status,
    headers: { "content-type": contentType, "content-security-policy": filePolicy, ...headers },
  });
}
