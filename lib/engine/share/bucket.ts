/**
 * A shared cache in a bucket of S3 or of a server that speaks its protocol. Keys, region and address come from the
 * environment under the names that AWS's own tools use; nothing secret stands in a file or a message.
 */
import { sha256 } from "../../artifacts/sha256.ts";
import { AwsClient } from "aws4fetch";
import type { SharedPlace } from "./place.ts";

/** Milliseconds for an answer, and bytes in a millisecond that are worth waiting for. */
const [patience, slowest] = [15_000, 100];

type Environment = (name: string) => string | undefined;

export class Bucket implements SharedPlace {
  readonly name: string;
  readonly #base: string;
  readonly #client: AwsClient;
  readonly #signal: AbortSignal;
  /** Whether the server knows conditional writes. */
  #conditional = true;

  /**
   * @param address `s3://bucket/prefix`.
   * @param signal Aborted to end what is under way.
   * @throws where the environment has no keys.
   */
  constructor(address: string, signal: AbortSignal, env: Environment = (name) => Deno.env.get(name)) {
    const [accessKeyId, secretAccessKey] = [env("AWS_ACCESS_KEY_ID"), env("AWS_SECRET_ACCESS_KEY")];
    if (!accessKeyId || !secretAccessKey) {
      throw new Error("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set");
    }
    const region = env("AWS_REGION") || env("AWS_DEFAULT_REGION") || "us-east-1";
    const sessionToken = env("AWS_SESSION_TOKEN");
    this.name = address.replace(/\/+$/, "");
    const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(this.name) ?? [];
    const endpoint = env("AWS_ENDPOINT_URL_S3") || env("AWS_ENDPOINT_URL") ||
      `https://s3.${region}.amazonaws.com`;
    const parts = [bucket, ...prefix.split("/")].filter((part) => part !== "").map(encodePart);
    this.#base = [endpoint.replace(/\/+$/, ""), ...parts].join("/");
    this.#signal = signal;
    this.#client = new AwsClient({
      ...{ accessKeyId, secretAccessKey, region, service: "s3", retries: 2 },
      ...(sessionToken ? { sessionToken } : {}),
    });
  }

  async read(file: string, size = 0): Promise<ReadableStream<Uint8Array> | undefined> {
    const answer = await this.#ask("GET", file, {}, size);
    if (answer.status === 404) return void await answer.body?.cancel();
    if (!answer.ok || answer.body === null) await refuse("read", answer);
    return answer.body!;
  }

  async has(file: string): Promise<boolean> {
    const answer = await this.#ask("HEAD", file);
    await answer.body?.cancel();
    if (answer.status !== 404 && !answer.ok) await refuse("read", answer);
    return answer.ok;
  }

  async write(file: string, bytes: Uint8Array<ArrayBuffer>, replace: boolean): Promise<void> {
    const headers = {
      "x-amz-content-sha256": await sha256(bytes),
      "content-type": "application/octet-stream",
    };
    const conditional = !replace && this.#conditional;
    const when: Record<string, string> = conditional ? { "if-none-match": "*" } : {};
    const answer = await this.#ask(
      "PUT",
      file,
      { headers: { ...headers, ...when }, body: bytes },
      bytes.length,
    );
    // 412: it is there. 409: another is just writing the same.
    if (answer.ok || answer.status === 412 || answer.status === 409) return void await answer.body?.cancel();
    if (answer.status !== 501 || !conditional) await refuse("write", answer);
    await answer.body?.cancel();
    this.#conditional = false;
    if (!await this.has(file)) await this.write(file, bytes, true);
  }

  async remove(file: string): Promise<void> {
    const answer = await this.#ask("DELETE", file);
    if (!answer.ok && answer.status !== 404) await refuse("write", answer);
    await answer.body?.cancel();
  }

  #ask(method: string, file: string, init: RequestInit = {}, size = 0): Promise<Response> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(patience + size / slowest)]);
    // A redirection is followed as GET and without the signature, so that a PUT would seem to have been heard.
    return this.#client.fetch(`${this.#base}/${file}`, { ...init, method, signal, redirect: "manual" });
  }
}

/** Encoded as it is signed: `encodeURIComponent` leaves five signs that Signature Version 4 does not. */
function encodePart(part: string): string {
  return encodeURIComponent(part).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Throws what a server said; the body of its answer may repeat what was signed, so of it only the code is told. */
async function refuse(what: string, answer: Response): Promise<never> {
  const [, code] = /<Code>(\w+)<\/Code>/.exec(await answer.text()) ?? [];
  throw new Error(
    `it cannot be ${what === "read" ? "read" : "written"}: ${answer.status}${code ? ` ${code}` : ""}`,
  );
}
