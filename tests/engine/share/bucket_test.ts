import assert from "node:assert/strict";
import { Bucket } from "../../../lib/engine/share/bucket.ts";
import { BucketServer } from "./bucket_server.ts";

const text = async (stream: ReadableStream<Uint8Array> | undefined) =>
  stream === undefined
    ? undefined
    : await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).text();
const bytes = (value: string) => new TextEncoder().encode(value);

function open(server: BucketServer, more: Record<string, string> = {}, address = "s3://team/a prefix/") {
  const env: Record<string, string> = { ...server.environment, ...more };
  return new Bucket(address, new AbortController().signal, (name) => env[name]);
}

Deno.test("a bucket takes signed requests, keeps what is there, and replaces it only when told to", async () => {
  await using server = new BucketServer();
  const bucket = open(server);
  assert.equal(await bucket.read("v1/a.json"), undefined);
  assert.equal(await bucket.has("v1/a.json"), false);
  await bucket.write("v1/a.json", bytes("first"), false);
  await bucket.write("v1/a.json", bytes("second"), false);
  assert.equal(await text(await bucket.read("v1/a.json")), "first");
  await bucket.write("v1/a.json", bytes("third"), true);
  assert.equal(await text(await bucket.read("v1/a.json")), "third");
  assert.equal(await bucket.has("v1/a.json"), true);
  assert.deepEqual([...server.objects.keys()], ["/team/a prefix/v1/a.json"]);
});

Deno.test("wrong keys are refused by the server, and the message holds no secret", async () => {
  await using server = new BucketServer();
  const bucket = open(server, { AWS_SECRET_ACCESS_KEY: "another secret" });
  const refused = /^it cannot be (read|written): 403 SignatureDoesNotMatch$/;
  await assert.rejects(bucket.read("a"), { message: refused });
  await assert.rejects(bucket.write("a", bytes("x"), false), { message: refused });
  assert.throws(() => open(server, { AWS_ACCESS_KEY_ID: "" }), {
    message: /^AWS_ACCESS_KEY_ID and .* are not set$/,
  });
});

Deno.test("a server without conditional writes is asked first, and keeps what is there as well", async () => {
  await using server = new BucketServer();
  const bucket = open(server);
  await bucket.write("a", bytes("first"), false);
  // aws4fetch tries a server error again by itself, so the fault has to last as long as the conditional attempts.
  let left = 3;
  server.fault = (method) => {
    if (method !== "PUT" || left-- <= 0) return undefined;
    return new Response("<Error><Code>NotImplemented</Code></Error>", { status: 501 });
  };
  await bucket.write("a", bytes("second"), false);
  assert.equal(await text(await bucket.read("a")), "first");
  await bucket.write("b", bytes("new"), false);
  assert.equal(await text(await bucket.read("b")), "new");
});

Deno.test("a bucket signs every sign that a prefix may have, and removes what is to be forgotten", async () => {
  await using server = new BucketServer();
  const bucket = open(server, {}, "s3://team/a+b (old)/it's ü!*/~x");
  await bucket.write("v1/a.json", bytes("first"), false);
  assert.equal(await text(await bucket.read("v1/a.json")), "first");
  assert.deepEqual([...server.objects.keys()], ["/team/a+b (old)/it's ü!*/~x/v1/a.json"]);
  await bucket.remove("v1/a.json");
  await bucket.remove("v1/a.json");
  assert.equal(server.objects.size, 0);
});

Deno.test("a redirection is told and never followed: as GET it would answer a PUT that nobody heard", async () => {
  await using server = new BucketServer();
  const bucket = open(server);
  server.fault = (_, path) =>
    path.startsWith("/elsewhere")
      ? new Response()
      : new Response("<Error><Code>PermanentRedirect</Code></Error>", {
        status: 301,
        headers: { location: `/elsewhere${encodeURI(path)}` },
      });
  await assert.rejects(bucket.write("a", bytes("x"), false), {
    message: "it cannot be written: 301 PermanentRedirect",
  });
  await assert.rejects(bucket.read("a"), { message: "it cannot be read: 301 PermanentRedirect" });
  assert.equal(server.seen.some((line) => line.includes("elsewhere")), false);
});
