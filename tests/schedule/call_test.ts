import assert from "node:assert/strict";
import { AnswerError, callAddress } from "../../lib/schedule/call.ts";

/** A server that notes what it takes. */
function serve(answer: (path: string) => Response, hostname = "127.0.0.1") {
  const taken: string[] = [];
  const server = Deno.serve({ port: 0, hostname, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    taken.push(`${request.method} ${pathname} ${await request.text()}`);
    return answer(pathname);
  });
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const close = () => server.shutdown();
  return { at: `http://${host}:${server.addr.port}`, taken, [Symbol.asyncDispose]: close };
}

const failure = async (url: string): Promise<Error> =>
  await callAddress(url, "{}", "the webhook").then(
    () => assert.fail("it was taken"),
    (error) => error,
  );

Deno.test("a redirection that would lose the message is no delivery, and one that keeps it is followed", async () => {
  await using server = serve((path) => {
    const status = Number(path.slice(1));
    return status > 0
      ? new Response(null, { status, headers: { location: "/secret-place" } })
      : new Response("fine");
  });
  for (const status of [301, 302, 303]) {
    const error = await failure(`${server.at}/${status}`);
    assert.ok(error instanceof AnswerError);
    assert.equal(
      error.message,
      `the webhook answered ${status}: it has moved, so its new address is to be given`,
    );
  }
  assert.deepEqual(
    server.taken.splice(0),
    ["POST /301 {}", "POST /302 {}", "POST /303 {}"],
    "nobody asked with GET",
  );
  for (const status of [307, 308]) await callAddress(`${server.at}/${status}`, "{}", "the webhook");
  assert.deepEqual(server.taken.filter((line) => line.endsWith("secret-place {}")).length, 2);
});

Deno.test("redirections in a circle, to nowhere, or without a place end", async () => {
  await using server = serve((path) => {
    const location = path === "/circle" ? "/circle" : path === "/odd" ? "http://:0:0:" : undefined;
    return new Response(null, { status: 308, ...(location === undefined ? {} : { headers: { location } }) });
  });
  for (const path of ["/circle", "/odd", "/none"]) {
    assert.match((await failure(server.at + path)).message, /^the webhook answered 308: it has moved/);
  }
  assert.equal(server.taken.length, 4 + 1 + 1);
});

Deno.test("who answers at length, without end or not in UTF-8 has taken the message", async () => {
  let pulled = 0;
  await using server = serve((path) =>
    path === "/odd" ? new Response(new Uint8Array([0xff, 0xfe, 0])) : new Response(
      new ReadableStream({
        pull(to) {
          pulled++;
          to.enqueue(new Uint8Array(1 << 16));
        },
      }),
    )
  );
  await callAddress(`${server.at}/odd`, "{}", "the webhook");
  await callAddress(`${server.at}/endless`, "{}", "the webhook");
  assert.ok(pulled < 1000, "it is not read to the end");
});

Deno.test("a user and password in the address are sent as such, and IPv6 is an address as any other", async (t) => {
  let heard: string | null = null;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    heard = request.headers.get("authorization");
    return new Response();
  });
  await callAddress(`http://ann:p%24s@127.0.0.1:${server.addr.port}/`, "{}", "the webhook");
  assert.equal(heard, `Basic ${btoa("ann:p$s")}`);
  await server.shutdown();
  await t.step("IPv6", async () => {
    let six: ReturnType<typeof serve>;
    try {
      six = serve(() => new Response(), "::1");
    } catch {
      return; // A machine without it.
    }
    await using open = six;
    await callAddress(`${open.at}/six`, "{}", "the webhook");
    assert.deepEqual(open.taken, ["POST /six {}"]);
  });
});

Deno.test("no failure repeats the address or a part of it, and each says what is wrong", async () => {
  const gone = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = gone.addr;
  gone.close();
  const garbage = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  void (async () => {
    for await (const connection of garbage) {
      await connection.read(new Uint8Array(1000));
      await connection.write(new TextEncoder().encode("what?\r\n\r\n"));
      connection.close();
    }
  })();
  const members: [url: string, reason: RegExp][] = [
    [`http://127.0.0.1:${port}/TOKEN`, /refused/i],
    [`http://ann:TOKEN@127.0.0.1:${port}/TOKEN`, /refused/i],
    [`http://127.0.0.1:${port}/a)b/TOKEN?c=(TOKEN)&d='TOKEN'`, /refused/i],
    [`http://127.0.0.1:${port}/ü"TOKEN"/<TOKEN>`, /refused/i],
    ["http://TOKEN.invalid/TOKEN", /dns|lookup|resolve/i],
    [`https://127.0.0.1:${garbage.addr.port}/TOKEN`, /./],
    [`http://127.0.0.1:${garbage.addr.port}/TOKEN`, /./],
  ];
  try {
    for (const [url, reason] of members) {
      const { message } = await failure(url);
      assert.doesNotMatch(message, /TOKEN/i, url);
      assert.doesNotMatch(message, /^fetch failed$/, url);
      assert.match(message, reason, url);
    }
  } finally {
    garbage.close();
  }
});
