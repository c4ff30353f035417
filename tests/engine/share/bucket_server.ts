/**
 * A strict stand-in for an S3-compatible server: it computes every signature itself after AWS's description of
 * Signature Version 4, checks the hash of what it is sent, and knows conditional writes.
 */
import { createHash, createHmac } from "node:crypto";

export const keys = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

export class BucketServer implements AsyncDisposable {
  readonly objects = new Map<string, Uint8Array>();
  /** Method, path and status of each request. */
  readonly seen: string[] = [];
  /** Answers in place of the server; undefined lets it answer. */
  fault: (method: string, path: string) => Response | Promise<Response> | undefined = () => undefined;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, async (request) => {
      const path = decodeURIComponent(new URL(request.url).pathname);
      const answer = await this.fault(request.method, path) ?? await this.#answer(request, path);
      this.seen.push(`${request.method} ${path} ${answer.status}`);
      return answer;
    });
  }

  get environment(): Record<string, string> {
    return {
      ...keys,
      AWS_REGION: "eu-north-1",
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${this.#server.addr.port}`,
    };
  }

  async #answer(request: Request, path: string): Promise<Response> {
    const body = new Uint8Array(await request.arrayBuffer());
    const why = refusal(request, body);
    if (why !== undefined) return new Response(`<Error><Code>${why}</Code></Error>`, { status: 403 });
    const held = this.objects.get(path);
    if (request.method === "PUT") {
      if (held !== undefined && request.headers.get("if-none-match") === "*") {
        return new Response("<Error><Code>PreconditionFailed</Code></Error>", { status: 412 });
      }
      this.objects.set(path, body);
      return new Response();
    }
    if (request.method === "DELETE") {
      this.objects.delete(path);
      return new Response(null, { status: 204 });
    }
    if (held === undefined) return new Response("<Error><Code>NoSuchKey</Code></Error>", { status: 404 });
    return new Response(request.method === "HEAD" ? null : new Uint8Array(held));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** Why a request is refused, as S3 names it; undefined where its signature is right. */
function refusal(request: Request, body: Uint8Array): string | undefined {
  const { headers, method } = request;
  const url = new URL(request.url);
  const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
  const [, credential = "", names = "", signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/
      .exec(headers.get("authorization") ?? "") ?? [];
  const [key, day = "", region = "", service = "", end = ""] = credential.split("/");
  if (key !== keys.AWS_ACCESS_KEY_ID || service !== "s3" || region !== "eu-north-1") {
    return "InvalidAccessKeyId";
  }
  const content = headers.get("x-amz-content-sha256") ?? "";
  if (content !== "UNSIGNED-PAYLOAD" && content !== sha256(body)) return "XAmzContentSHA256Mismatch";
  if (method === "PUT" && content === "UNSIGNED-PAYLOAD") return "UnsignedContent";
  const date = headers.get("x-amz-date") ?? "";
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!(Math.abs(Date.now() - at) < 15 * 60_000)) return "RequestTimeTooSkewed";
  const signed = names.split(";");
  if (!["host", "x-amz-content-sha256", "x-amz-date"].every((name) => signed.includes(name))) {
    return "AccessDenied";
  }
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    ...signed.map((name) => `${name}:${(headers.get(name) ?? "").trim()}`),
    "",
    names,
    content,
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", date, `${day}/${region}/${service}/${end}`, sha256(canonical)].join("\n");
  const hmac = (secret: string | Uint8Array, data: string) =>
    createHmac("sha256", secret).update(data).digest();
  const signing = [day, region, service, end].reduce<string | Uint8Array>(
    hmac,
    `AWS4${keys.AWS_SECRET_ACCESS_KEY}`,
  );
  return hmac(signing, text).toString("hex") === signature ? undefined : "SignatureDoesNotMatch";
}
