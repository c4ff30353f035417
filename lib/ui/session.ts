/**
 * Who may look. What recordings tell of people is not for everybody who has an account on the machine: a page is shown
 * only to who has the token of the printed address, which a cookie then stands for.
 */
import { timingSafeEqual } from "node:crypto";
import { program } from "../text/program.ts";
import { markup } from "../text/html.ts";
import { htmlPage } from "./answers.ts";

/** Query parameter that holds the token. */
const parameter = "token";

/** One start of the dashboard: what was printed at an earlier one opens nothing. */
export class Session {
  readonly token = secret();
  readonly #cookie = secret();

  /** Address under which a browser gets in. */
  address(origin: string): string {
    return `${origin}/?${parameter}=${this.token}`;
  }

  /** The answer to a request that may not go on to a page; undefined for one that may. */
  admit(request: Request): Response | undefined {
    const url = new URL(request.url);
    // Cookies know no ports: each dashboard of this machine has a name of its own.
    const name = `motiflow-${url.port}`;
    const given = url.searchParams.get(parameter);
    if (given !== null && same(given, this.token)) {
      url.searchParams.delete(parameter);
      const cookie = `${name}=${this.#cookie}; HttpOnly; SameSite=Strict; Path=/`;
      return new Response(null, {
        status: 303,
        headers: { location: `${url.pathname}${url.search}`, "set-cookie": cookie },
      });
    }
    return same(cookieOf(request, name), this.#cookie) ? undefined : refusal(given !== null);
  }
}

function secret(): string {
  return crypto.getRandomValues(new Uint8Array(24)).toHex();
}

function same(given: string, known: string): boolean {
  const [a, b] = [given, known].map((text) => new TextEncoder().encode(text));
  return a!.length === b!.length && timingSafeEqual(a!, b!);
}

function cookieOf(request: Request, name: string): string {
  const cookies = (request.headers.get("cookie") ?? "").split(/; */).map((part) => part.split("="));
  return cookies.find(([key]) => key === name)?.[1] ?? "";
}

function refusal(wrong: boolean): Response {
  const why = wrong
    ? "The token in this address is not that of the dashboard that runs now."
    : "This dashboard shows recordings of people, so it opens only by its address with a token.";
  return htmlPage(
    "Not signed in",
    markup`
      <h1>Not signed in</h1>
      <p>${why}</p>
      <p>Open the whole address that <code>${program()} ui</code> printed in the terminal when it started; start it
        again if that is gone.</p>
    `,
    { status: 401 },
  );
}
