/** What a step threw, as plain data: its words with those of what caused it, and whether trying again may help. */
import type { StepFailure } from "./protocol.ts";

/** Errors of the network and of busy resources, by class name. */
const passingNames = new Set([
  "AddrInUse",
  "BrokenPipe",
  "Busy",
  "ConnectionAborted",
  "ConnectionRefused",
  "ConnectionReset",
  "Http",
  "Interrupted",
  "NetworkUnreachable",
  "TimedOut",
  "TimeoutError",
  "WouldBlock",
]);

/** The same by the code that Node's modules, and packages made for Node, put on their errors. */
const passingCodes = new Set([
  "EADDRINUSE",
  "EAGAIN",
  "EAI_AGAIN",
  "EBUSY",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "EINTR",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/** A `fetch` that came to nothing is a TypeError or an Error: only its words tell. What no second try cures is not in them. */
const passingWords = /^(fetch failed$|error sending request|error reading a body|client error \(Connect\))/;
const lastingWords = /certificate|unknown scheme|invalid url/i;

/** Most causes that are looked at; a chain may be a circle. */
const deepest = 8;

/** Most characters of a message and of a stack: an error may hold a whole page that a server sent. */
const longest = { message: 4000, stack: 100_000 };

/** Turns anything thrown into plain data. */
export function failureOf(error: unknown): StepFailure {
  if (!(error instanceof Error)) {
    const message = cut(`The step threw ${wordsOf(error)}`, longest.message);
    return { name: "Error", message, stack: "", transient: false };
  }
  const causes = causesOf(error);
  const said = causes.filter((cause, i) => i > 0 && !causes[i - 1]!.message.includes(cause.message));
  const words = [error.message, ...said.map((cause) => cause.message), ...causes.flatMap(partsOf)];
  return {
    name: error.name,
    message: cut(words.filter((text) => text !== "").join(": "), longest.message),
    stack: cut(causes.map((cause) => cause.stack ?? cause.message).join("\nCaused by: "), longest.stack),
    transient: isTransient(causes),
  };
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)} … (${text.length - most} characters more)`;
}

/** Something thrown that is no error, in words. */
function wordsOf(thrown: unknown): string {
  if (thrown === null || typeof thrown !== "object") return String(thrown);
  return Deno.inspect(thrown, { breakLength: Infinity, colors: false, depth: 3 });
}

/** What several failures at once say, where the error that gathers them does not. */
function partsOf(error: Error): string[] {
  const { errors } = error as { errors?: unknown };
  if (!Array.isArray(errors)) return [];
  const said = errors.map((one) => one instanceof Error ? one.message : wordsOf(one))
    .filter((text) => text !== "" && !error.message.includes(text));
  return said.length === 0 ? [] : [said.join("; ")];
}

/** The error, what caused it, and so on. */
function causesOf(error: Error): Error[] {
  const chain: Error[] = [];
  for (let at: unknown = error; at instanceof Error && chain.length < deepest && !chain.includes(at);) {
    chain.push(at);
    at = at.cause;
  }
  return chain;
}

/** Whether a chain of causes may pass. What an error says of itself by `transient` comes before what it looks like. */
function isTransient(chain: readonly Error[]): boolean {
  const said = chain.map((error) => (error as { transient?: unknown }).transient)
    .find((value) => typeof value === "boolean");
  if (said !== undefined) return said as boolean;
  if (chain.some(({ message }) => lastingWords.test(message))) return false;
  return chain.some((error) =>
    passingNames.has(error.name) || passingCodes.has(String((error as { code?: unknown }).code)) ||
    passingWords.test(error.message) || allPassing(error)
  );
}

/** Several failures at once, of several addresses perhaps. */
function allPassing(error: Error): boolean {
  const { errors } = error as { errors?: unknown };
  return Array.isArray(errors) && errors.length > 0 &&
    errors.every((one) => one instanceof Error && isTransient(causesOf(one)));
}
