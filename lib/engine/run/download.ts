/** One file from a web server: whole or not at all. */
import { StepError } from "../step_error.ts";

/** Most bytes of a download. */
const MAX_DOWNLOAD = 16 * 2 ** 30;
/** Milliseconds for which a server may stay silent. */
const patience = 60_000;
const mostRedirects = 5;
/** The file as it is: a server that packs it for the way would make it another. */
const requestHeaders = { accept: "*/*", "accept-encoding": "identity" };
/** Answers after which asking again may help. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

/** What is known of a file that came. */
export interface Downloaded {
  sha256: string;
  bytes: number;
}

/**
 * Writes the file at `url` to `path` and syncs it. Redirects are followed on the same host only: no other host is ever
 * asked.
 *
 * @throws StepError with the reason; what was written until then is removed.
 */
export async function download(
  url: string,
  path: string,
  options: { signal: AbortSignal; limit?: number; silence?: number; progress?: (fraction?: number) => void },
): Promise<Downloaded> {
  const { limit = MAX_DOWNLOAD, silence = patience, progress } = options;
  const quiet = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    clearTimeout(timer);
    timer = setTimeout(() => quiet.abort(), silence);
  };
  listen();
  try {
    const response = await request(url, AbortSignal.any([options.signal, quiet.signal]));
    const announced = Number(response.headers.get("content-length") ?? NaN);
    if (announced > limit) throw tooLarge(url, limit);
    // deno-lint-ignore no-process-global
    const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
    using file = await Deno.open(path, { write: true, createNew: true });
    let bytes = 0;
    for await (const part of response.body ?? []) {
      listen();
      bytes += part.length;
      if (bytes > limit) throw tooLarge(url, limit);
      hash.update(part);
      for (let at = 0; at < part.length;) at += await file.write(part.subarray(at));
      progress?.(announced > 0 ? Math.min(1, bytes / announced) : undefined);
    }
    await file.syncData();
    return { sha256: hash.digest("hex"), bytes };
  } catch (error) {
    await Deno.remove(path).catch(() => {});
    if (options.signal.aborted) throw options.signal.reason;
    if (error instanceof StepError) throw error;
    const why = quiet.signal.aborted ? `the server said nothing for ${silence / 1000} s` : reason(error);
    throw new StepError(`Cannot download ${url}: ${why}`, "step", String(error), true);
  } finally {
    clearTimeout(timer);
  }
}

/** A good answer, after redirects. */
async function request(first: string, signal: AbortSignal): Promise<Response> {
  let url = new URL(first);
  for (let redirects = 0;; redirects++) {
    const response = await fetch(url, { signal, redirect: "manual", headers: requestHeaders });
    if (response.status === 200) return response;
    await response.body?.cancel();
    const target = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || target === null) {
      const said = `the server says ${`${response.status} ${response.statusText}`.trim()}`;
      const transient = passing.has(response.status);
      const kind = response.status < 500 && !transient ? "input" : "step";
      throw new StepError(`Cannot download ${first}: ${said}`, kind, undefined, transient);
    }
    const next = new URL(target, url);
    if (next.host !== url.host || (url.protocol === "https:" && next.protocol !== "https:")) {
      const hint = "No other host is asked: write that address, if it is the right one.";
      throw new StepError(`Cannot download ${first}: it is redirected to ${next.href}\n  ${hint}`, "input");
    }
    if (redirects === mostRedirects) {
      throw new StepError(`Cannot download ${first}: it is redirected again and again`, "input");
    }
    url = next;
  }
}

function tooLarge(url: string, limit: number): StepError {
  return new StepError(`Cannot download ${url}: it is larger than ${limit} bytes`, "input");
}

/** The last cause says it best: `Connection refused`, `failed to lookup address`. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error
    ? reason(error.cause)
    : error.message.replace(/^error sending request.*?: /, "");
}
