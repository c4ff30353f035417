/** Calls an address with a JSON text, for webhooks and signs of life, and says what came of it without the address. */

/** Who does not answer must not hold up the end of a run, nor keep calls piling up. */
const timeout = 10_000;
/** Redirections that keep what is sent. */
const mostHops = 3;

/** The other side answered, and not that all is well. */
export class AnswerError extends Error {
  constructor(readonly status: number, what: string) {
    const moved = status >= 300 && status < 400 ? ": it has moved, so its new address is to be given" : "";
    super(`${what} answered ${status}${moved}`);
  }
}

/**
 * Posts a text. A redirection is followed where it keeps what is sent (307, 308); after another one a client has to ask
 * with GET and without the text, and whatever answers that has not got the message.
 *
 * @param what How messages call the address: it is a secret.
 * @throws {AnswerError} where the answer is not of the 200s; an Error with the reason where there is none.
 */
export async function callAddress(
  url: string,
  body: string,
  what: string,
  headers: Record<string, string> = {},
): Promise<void> {
  const signal = AbortSignal.timeout(timeout);
  let at = url;
  for (let hop = 0;; hop++) {
    let response: Response;
    try {
      response = await fetch(at, {
        method: "POST",
        redirect: "manual",
        headers: { "content-type": "application/json", ...headers },
        body,
        signal,
      });
      // Whatever it says at length is for nobody.
      await response.body?.cancel();
    } catch (error) {
      throw new Error(reasonOf(error as Error, [url, at], what), { cause: error });
    }
    if (response.ok) return;
    const next = [307, 308].includes(response.status) && hop < mostHops
      ? response.headers.get("location")
      : null;
    if (next === null || !URL.canParse(next, at)) throw new AnswerError(response.status, what);
    at = new URL(next, at).href;
  }
}

/** Why there was no answer: `fetch failed` alone tells nobody whether it is the name, the port or the certificate. */
function reasonOf(error: Error, addresses: readonly string[], what: string): string {
  if (error.name === "TimeoutError") return `${what} did not answer within ${timeout / 1000} s`;
  let text = error.cause instanceof Error ? error.cause.message : error.message;
  for (const address of addresses) {
    for (const form of [address, new URL(address).href]) text = text.replaceAll(form, what);
  }
  const told = /^error sending request\b[^]*?: (client error[^]*)$/.exec(text)?.[1] ?? text;
  return withoutAddress(told.replace(/^client error \((\w+)\): /, ""), what);
}

/** Addresses of webhooks are secrets: they stay out of logs and files. */
export function withoutAddress(message: string, what = "the webhook"): string {
  return message.replace(/\(https?:[^)]*\)/g, "").replace(/https?:\/\/[^\s"')]+/g, what);
}
