import assert from "node:assert/strict";
import { failureOf } from "../../../lib/engine/executors/failure.ts";
import { Project, stepSource } from "../project.ts";

/** A port where nobody listens. */
function closedPort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

async function thrown(work: () => Promise<unknown>): Promise<Error> {
  try {
    await work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

Deno.test("a fetch that nobody answers may pass, and its cause is told", async () => {
  const failure = failureOf(await thrown(() => fetch(`http://127.0.0.1:${closedPort()}/`)));
  assert.equal(failure.transient, true);
  assert.match(failure.message, /^fetch failed: .*[Cc]onnection refused/);
});

Deno.test("a connection that breaks off in the middle may pass", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    const connection = await listener.accept();
    await connection.read(new Uint8Array(1000));
    await connection.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"));
    connection.close();
  })();
  const error = await thrown(async () => (await fetch(`http://127.0.0.1:${listener.addr.port}/`)).text());
  assert.equal(failureOf(error).transient, true, error.message);
  await serving;
  listener.close();
});

Deno.test("whoever wraps a passing error wraps no hope away, at any depth", () => {
  const refused = new Deno.errors.ConnectionRefused("no one is there");
  const twice = new Error("cannot load the labels", { cause: new Error("cannot ask", { cause: refused }) });
  assert.equal(failureOf(twice).transient, true);
  assert.equal(failureOf(twice).message, "cannot load the labels: cannot ask: no one is there");
  assert.match(failureOf(twice).stack, /Caused by: Error: cannot ask[\s\S]*Caused by: ConnectionRefused/);
});

Deno.test("errors of Node's modules and of several addresses are judged by their codes", () => {
  const withCode = (code: string) => Object.assign(new Error("connect"), { code });
  for (const code of ["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "UND_ERR_SOCKET"]) {
    assert.equal(failureOf(withCode(code)).transient, true, code);
  }
  assert.equal(failureOf(withCode("ENOENT")).transient, false);
  assert.equal(failureOf(new AggregateError([withCode("EPIPE"), withCode("EBUSY")])).transient, true);
  assert.equal(failureOf(new AggregateError([withCode("EPIPE"), withCode("ENOENT")])).transient, false);
  assert.equal(failureOf(new DOMException("too slow", "TimeoutError")).transient, true);
});

Deno.test("what no second try cures is not tried again", () => {
  const untrusted = new TypeError("fetch failed", {
    cause: new Error("invalid peer certificate: UnknownIssuer"),
  });
  assert.equal(failureOf(untrusted).transient, false);
  assert.equal(failureOf(new TypeError("x is not a function")).transient, false);
  // What the author says comes before what it looks like, either way.
  assert.equal(failureOf(Object.assign(new Error("503"), { transient: true })).transient, true);
  const final = Object.assign(new Deno.errors.TimedOut("given up"), { transient: false });
  assert.equal(failureOf(final).transient, false);
  assert.equal(failureOf(new Error("gone", { cause: final })).transient, false);
});

Deno.test("an error that causes itself ends the story", () => {
  const error = new Error("round");
  error.cause = new Error("and", { cause: error });
  assert.equal(failureOf(error).message, "round: and");
});

Deno.test("retries of a step see through a failed fetch, and the failure names what refused", async () => {
  await using project = new Project();
  const engine = await project.open({ workers: true });
  const port = closedPort();
  project.write(
    "steps/ask.ts",
    stepSource(`await fetch("http://127.0.0.1:${port}/x"); return { text: "" };`),
  );
  const permissions = { net: [`127.0.0.1:${port}`] };
  const result = await engine.run(project.plan({ ask: { uses: "ask", retries: 1, permissions } }));
  assert.equal(result.tasks[0].attempts, 2);
  assert.match(result.tasks[0].error!, /TypeError: fetch failed: .*refused/);
});

Deno.test("whatever is thrown is told in words: objects, several errors at once, no whole page", () => {
  assert.equal(
    failureOf({ status: 503, why: "busy" }).message,
    'The step threw { status: 503, why: "busy" }',
  );
  assert.equal(failureOf("text").message, "The step threw text");
  const both = new AggregateError([new Error("one"), { code: 2 }], "both failed");
  assert.equal(failureOf(both).message, "both failed: one; { code: 2 }");
  assert.equal(
    failureOf(new Error("outer", { cause: both })).message,
    "outer: both failed: one; { code: 2 }",
  );
  const page = failureOf(new Error("<p>".repeat(1e6)));
  assert.match(page.message, /^(<p>)+<? … \(2996000 characters more\)$/);
  assert.ok(page.stack.length < 101_000);
});
