/** Files by URL, from a server on the loopback address that does what servers do. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { download } from "../../../lib/engine/run/download.ts";
import { outcomes, Project, type Spec, stepSource, textOf } from "../project.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

class Server implements AsyncDisposable {
  readonly asked: string[] = [];
  answer: (path: string) => Response | Promise<Response> = () => new Response("a,b\n1,2\n");
  readonly #server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    this.asked.push(pathname);
    return this.answer(pathname);
  });

  url(path: string): string {
    return `http://127.0.0.1:${this.#server.addr.port}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

const reading = stepSource(
  "return { text: files.data[0].split('/').at(-1) + ' ' + Deno.readTextFileSync(files.data[0]) };",
);

function reader(pattern: string, sha256?: string, extra: Partial<Spec> = {}): Record<string, Spec> {
  const files = [{ name: "data", pattern, ...(sha256 === undefined ? {} : { sha256 }) }];
  return { only: { uses: "read", files, ...extra } };
}

async function open(): Promise<Project> {
  const project = new Project();
  project.write("steps/read.ts", reading);
  return project;
}

const downloads = (project: Project) => {
  try {
    return [...Deno.readDirSync(project.path(".motiflow/downloads"))].map(({ name }) => name);
  } catch {
    return [];
  }
};

Deno.test("a file by URL is downloaded once, pinned, and read by a step without network", async () => {
  await using project = await open();
  await using server = new Server();
  const engine = await project.open({ workers: true });
  const url = server.url("/data/walk%20one.csv?version=2");
  const plan = project.plan(reader(url));
  const [planned] = await engine.plan(plan);
  assert.deepEqual([planned.status, planned.key], ["run", null]);
  assert.match(planned.reason, /was never downloaded; the run pins what it finds/);
  assert.deepEqual(server.asked, []);

  const first = await engine.run(plan);
  assert.equal(first.tasks[0].error, undefined);
  const started = project.events.filter((e) => e.type === "task-started");
  assert.deepEqual(started.map((e) => e.reason), ["its files were never downloaded"]);
  assert.equal(textOf(first, "only"), "walk_20one.csv a,b\n1,2\n");
  const hash = sha256("a,b\n1,2\n");
  const pinned = { version: 1, downloads: { [url]: hash } };
  assert.deepEqual(JSON.parse(Deno.readTextFileSync(project.path("motiflow.lock"))), pinned);
  assert.equal(outcomes(await engine.run(plan)).only, "restored");
  assert.equal(server.asked.length, 1);

  // Elsewhere, with the lock file alone: the key is the same before anything is downloaded.
  project.write("kept", "");
  Deno.removeSync(project.path(".motiflow"), { recursive: true });
  assert.equal((await engine.plan(plan))[0].key, first.tasks[0].key);
  assert.equal(server.asked.length, 1);
  assert.equal((await engine.run(plan)).tasks[0].key, first.tasks[0].key);
  assert.equal(server.asked.length, 2);
  assert.deepEqual(downloads(project), [hash]);
});

Deno.test("a download that is not what is pinned fails and names both hashes", async () => {
  await using project = await open();
  await using server = new Server();
  const engine = await project.open();
  const url = server.url("/x.csv");
  await engine.run(project.plan(reader(url)));
  server.answer = () => new Response("other");
  Deno.removeSync(project.path(".motiflow"), { recursive: true });
  const changed = (await engine.run(project.plan(reader(url)))).tasks[0];
  const [was, is] = [sha256("a,b\n1,2\n"), sha256("other")];
  assert.equal(changed.errorKind, "input");
  assert.match(
    changed.error!,
    new RegExp(`its SHA-256 is ${is}, and motiflow.lock says ${was}\n.*remove its line`),
  );
  assert.deepEqual(downloads(project), []);
  // What the workflow says counts before what was found once.
  const told = await engine.run(project.plan(reader(url, is)));
  assert.equal(textOf(told, "only"), "x.csv other");
  const wrong = (await engine.run(project.plan(reader(url, "0".repeat(64))))).tasks[0];
  assert.match(wrong.error!, new RegExp(`is ${is}, and the workflow says 0{64}\n.*change \`sha256\``));
  project.write("motiflow.lock", "[]");
  const broken = (await engine.run(project.plan(reader(server.url("/y.csv"))))).tasks[0];
  assert.match(broken.error!, /motiflow\.lock.*does not hold version 1/);
});

Deno.test("a damaged download is noticed and fetched again", async () => {
  await using project = await open();
  await using server = new Server();
  const engine = await project.open();
  const plan = project.plan(reader(server.url("/x.csv")));
  await engine.run(plan);
  const path = project.path(".motiflow/downloads", sha256("a,b\n1,2\n"), "x.csv");
  Deno.chmodSync(path, 0o644);
  Deno.writeTextFileSync(path, "a,b\n1,3\n");
  const again = await engine.run(plan, { force: true });
  assert.equal(textOf(again, "only"), "x.csv a,b\n1,2\n");
  assert.ok(
    project.events.some((e) => e.type === "task-warning" && /damaged and downloaded again/.test(e.message)),
  );
});

Deno.test("a failed download is told with its reason, and tried again where that may help", async () => {
  await using project = await open();
  await using server = new Server();
  const engine = await project.open();
  server.answer = (path) => {
    if (path === "/missing.csv") return new Response("no", { status: 404 });
    if (path === "/moved.csv") return Response.redirect(server.url("/here.csv"), 302);
    if (path === "/away.csv") return Response.redirect("http://localhost:1/x.csv", 302);
    if (path === "/round.csv") return Response.redirect(server.url("/round.csv"), 302);
    if (path === "/busy.csv" && server.asked.length < 3) return new Response("", { status: 503 });
    return new Response("fine");
  };
  const failure = async (path: string, extra: Partial<Spec> = {}) => {
    server.asked.length = 0;
    return (await engine.run(project.plan(reader(path, undefined, extra)))).tasks[0];
  };
  const missing = await failure(server.url("/missing.csv"), { retries: 2 });
  assert.match(missing.error!, /^Cannot download http:\S+missing\.csv: the server says 404 Not Found$/);
  assert.deepEqual([missing.errorKind, missing.attempts], ["input", 1]);
  assert.equal((await failure(server.url("/moved.csv"))).outcome, "ran");
  assert.match(
    (await failure(server.url("/away.csv"))).error!,
    /redirected to http:\/\/localhost:1\/x\.csv\n.*No other host/,
  );
  assert.match((await failure(server.url("/round.csv"))).error!, /redirected again and again/);
  assert.equal(server.asked.length, 6);
  const busy = await failure(server.url("/busy.csv"), { retries: 3 });
  assert.equal(busy.error, undefined);
  assert.equal(server.asked.length, 3);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const down = await failure(`http://127.0.0.1:${port}/x.csv`, { retries: 1 });
  assert.match(down.error!, /^Cannot download http:\S+x\.csv: .*[Cc]onnection refused/);
  assert.equal(down.attempts, 2);
  assert.ok(!downloads(project).some((name) => name.endsWith(".part")));
});

/** Sends a head, some bytes and then whatever the test wants. */
async function half(
  rest: (connection: Deno.TcpConn) => Promise<void>,
  options: { limit?: number; silence?: number },
) {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    using connection = await listener.accept();
    await connection.read(new Uint8Array(4096));
    await connection.write(
      new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of it"),
    );
    await rest(connection).catch(() => {});
  })();
  const folder = Deno.makeTempDirSync({ prefix: "motiflow-download-" });
  const stop = new AbortController();
  try {
    const url = `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/x`;
    const error = await download(url, `${folder}/x`, { signal: stop.signal, ...options }).then(
      () => assert.fail("it must fail"),
      (error) => error,
    );
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    return error;
  } finally {
    await serving;
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("download() never takes a part for the whole", async () => {
  const cut = await half(async () => {}, {});
  assert.match(cut.message, /^Cannot download/);
  assert.equal(cut.transient, true);
  const silent = await half((connection) => connection.read(new Uint8Array(1)).then(() => {}), {
    silence: 200,
  });
  assert.match(silent.message, /the server said nothing for 0\.2 s/);
  const large = await half(async () => {}, { limit: 999 });
  assert.match(large.message, /larger than 999 bytes/);
  await using server = new Server();
  server.answer = () => new Response(new Blob(["x".repeat(5000)]).stream());
  const folder = Deno.makeTempDirSync({ prefix: "motiflow-download-" });
  const { signal } = new AbortController();
  await assert.rejects(
    download(server.url("/x"), `${folder}/x`, { signal, limit: 4999 }),
    /larger than 4999 bytes/,
  );
  assert.deepEqual(await download(server.url("/x"), `${folder}/x`, { signal, limit: 5000 }), {
    sha256: sha256("x".repeat(5000)),
    bytes: 5000,
  });
  Deno.removeSync(folder, { recursive: true });
});
