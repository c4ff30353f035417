import assert from "node:assert/strict";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { Metrics } from "../../lib/artifacts/metrics.ts";
import { openEngine, type RunRecord } from "../../lib/engine/mod.ts";
import { metricCells } from "../../lib/schedule/numbers/metric_cells.ts";
import { registry } from "../../lib/steps/registry.ts";
import { serveDashboard } from "../../lib/ui/server.ts";
import { makeMetrics } from "../report/fixtures.ts";

const artifact = "a".repeat(64);
const evil = "<script>alert(1)</script>";
const measured = makeMetrics();
measured.readiness = { verdict: "NOT READY", reasons: [{ reason: "ece is too high", cure: "" }] };
measured.tables.findings = [{
  id: "calibration",
  severity: "warning",
  finding: "poor calibration",
  evidence: `ece 0.031 ${evil}`,
  advice: "Fit the temperature again.",
}];

const source =
  "name: demo # & <b>\nparams: { k: 3 }\nsteps: { metrics: { uses: load, with: { source: simulate } } }";

function record(id: string, change: Partial<RunRecord> = {}): RunRecord {
  const outputs = { metrics: { type: "Metrics", id: artifact, dir: "" } };
  return {
    id,
    status: "succeeded",
    version: 1,
    motiflow: "0.1.0",
    workflow: `demo ${evil}`,
    file: "workflows/demo.yaml",
    source,
    params: { k: 12 },
    started: "2026-01-02T03:04:05.000Z",
    ended: "2026-01-02T03:05:05.000Z",
    jobs: 2,
    runtime: { deno: "2.9.6", os: "linux", arch: "x86_64", cpus: 2 },
    tasks: [{
      id: "metrics[fold=0]",
      step: "metrics",
      uses: "validate",
      cell: { fold: 0 },
      outcome: "ran",
      seconds: 1.5,
      attempts: 1,
      reason: "new",
      key: null,
      warnings: ["look here"],
      outputs,
      log: `.motiflow/runs/${id}/logs/metrics.log`,
    }],
    seconds: 60,
    storeWarnings: [],
    ...change,
  };
}

/** The cookie that the printed address gives. */
async function signIn(url: string): Promise<string> {
  const { headers, body } = await fetch(url, { redirect: "manual" });
  await body?.cancel();
  return headers.get("set-cookie")!.split(";")[0]!;
}

/** A project with two runs and one artifact, and its dashboard. */
async function withDashboard(
  use: (
    get: (path: string, init?: RequestInit) => Promise<Response>,
    url: string,
    root: string,
  ) => Promise<void>,
) {
  const root = await Deno.makeTempDir();
  const stop = new AbortController();
  const engine = await openEngine({ root });
  try {
    for (const id of ["20260102-030405-aaaa", "20260103-030405-bbbb"]) {
      const folder = join(root, ".motiflow", "runs", id);
      await Deno.mkdir(join(folder, "logs"), { recursive: true });
      await Deno.writeTextFile(join(folder, "run.json"), JSON.stringify(record(id)));
      const event = {
        type: "task-started",
        task: "metrics[fold=0]",
        step: "metrics",
        attempt: 1,
        reason: "new",
        estimateSeconds: null,
      };
      await Deno.writeTextFile(join(folder, "events.jsonl"), JSON.stringify(event) + "\n");
      await Deno.writeTextFile(join(folder, "logs", "metrics.log"), `log ${evil}`);
    }
    const dir = join(root, ".motiflow", "artifacts", artifact);
    await Deno.mkdir(join(dir, "sub"), { recursive: true });
    await Metrics.write(dir, measured);
    await Deno.writeTextFile(join(dir, "sub", "page.html"), evil);
    await Deno.writeTextFile(join(root, ".motiflow", "secret"), "secret");
    const { url, finished } = serveDashboard({ engine, registry, port: 0, signal: stop.signal });
    const cookie = await signIn(url);
    await use((path, init) => fetch(new URL(path, url), { headers: { cookie }, ...init }), url, root);
    stop.abort();
    await finished;
  } finally {
    stop.abort();
    await engine.close();
    await Deno.remove(root, { recursive: true });
  }
}

async function dom(response: Response) {
  assert.equal(response.status, 200);
  const policy = response.headers.get("content-security-policy");
  assert.match(policy ?? "", /default-src 'none'.*script-src 'none'/);
  const text = await response.text();
  assert.doesNotMatch(text, /<script>alert/);
  return parseHTML(text).document;
}

Deno.test("the dashboard lists runs, newest first, and shows one with graph, tasks and warnings", async () => {
  await withDashboard(async (get) => {
    const runs = await dom(await get("/"));
    const links = [...runs.querySelectorAll('tbody a[href^="/runs/"]')].map((a) => a.textContent);
    assert.deepEqual(links, ["20260103-030405-bbbb", "20260102-030405-aaaa"]);
    const run = await dom(await get("/runs/20260102-030405-aaaa"));
    assert.equal(run.querySelector("tr[data-task] .status")!.textContent, "ran");
    assert.equal(
      run.querySelector("g[data-step]")!.getAttribute("class"),
      "is-running",
      "as the events tell",
    );
    assert.equal(run.querySelector(`a[href="/artifacts/${artifact}"]`)!.textContent, "Metrics");
    assert.match(run.querySelector("main")!.textContent!, /look here/);
    assert.equal(run.querySelector("details pre")!.textContent, source);
  });
});

Deno.test("the page of a run shows the numbers, the verdict and the findings that the terminal shows", async () => {
  await withDashboard(async (get) => {
    const run = await dom(await get("/runs/20260102-030405-aaaa"));
    const rows = [...run.querySelectorAll("td[title]")].map((td) => [
      td.getAttribute("title"),
      [...td.parentElement!.children].slice(1).map((cell) => cell.textContent),
    ]);
    const shown = Object.entries(measured.metrics).map(([name, metric]) => [name, metricCells(metric)]);
    assert.deepEqual(rows, shown);
    const text = run.querySelector("main")!.textContent!;
    assert.match(text, /NOT READY: ece is too high/);
    assert.match(text, /warning poor calibration: ece 0\.031 .*Fit the temperature again\./);
  });
});

Deno.test("the dashboard shows logs and artifacts without giving them any rights", async () => {
  await withDashboard(async (get) => {
    const log = await get("/runs/20260102-030405-aaaa/logs/metrics%5Bfold%3D0%5D");
    assert.equal(await log.text(), `log ${evil}`);
    assert.match(log.headers.get("content-type")!, /^text\/plain/);
    const page = await dom(await get(`/artifacts/${artifact}`));
    const files = [...page.querySelectorAll("table.files a")].map((a) => a.textContent);
    assert.ok(files.includes("metrics.json") && files.includes("sub/page.html"));
    assert.match(page.querySelector("main")!.textContent!, /metrics\[fold=0\]/);
    const file = await get(`/artifacts/${artifact}/sub/page.html`);
    assert.match(file.headers.get("content-security-policy")!, /^sandbox; default-src 'none'/);
    assert.equal(file.headers.get("x-content-type-options"), "nosniff");
    assert.equal(await file.text(), evil);
  });
});

Deno.test("the dashboard draws metrics over the runs of a workflow", async () => {
  await withDashboard(async (get) => {
    const index = await dom(await get("/metrics"));
    // The only workflow is chosen already.
    const link = [...index.querySelectorAll("tbody a")].find((a) => a.textContent === "accuracy")!;
    assert.match(
      link.closest("tr")!.querySelector("svg")!.getAttribute("aria-label")!,
      /accuracy over 2 runs/,
    );
    const page = await dom(await get(link.getAttribute("href")!));
    assert.equal(page.querySelector("figure .title")!.textContent, "accuracy");
    assert.equal(page.querySelector("figure")!.querySelectorAll("circle").length, 2);
  });
});

Deno.test("the dashboard gives nothing but what it lists", async () => {
  await withDashboard(async (get, url) => {
    for (
      const path of [
        "/nothing",
        "/runs/none",
        "/artifacts/zz",
        `/artifacts/${"b".repeat(64)}`,
        `/artifacts/${artifact}/..%2f..%2fsecret`,
        `/artifacts/${artifact}/%2e%2e/%2e%2e/secret`,
        `/artifacts/${artifact}/sub`,
        "/runs/20260102-030405-aaaa/logs/other",
        "/%zz",
      ]
    ) {
      const response = await get(path);
      assert.equal(response.status, 404, path);
      await response.body?.cancel();
    }
    const post = await get("/", { method: "POST" });
    assert.equal(post.status, 405);
    await post.body?.cancel();
    // A name that was rebound to this machine is not this machine.
    const { hostname, port } = new URL(url);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    await connection.write(
      new TextEncoder().encode(`GET / HTTP/1.1\r\nHost: evil.example:${port}\r\nConnection: close\r\n\r\n`),
    );
    const answer = await new Response(connection.readable).text();
    assert.match(answer, /^HTTP\/1\.1 403/);
  });
});

Deno.test("the dashboard streams a run that is over as over", async () => {
  await withDashboard(async (get) => {
    const stream = await get("/runs/20260102-030405-aaaa/events");
    assert.equal(stream.headers.get("content-type"), "text/event-stream");
    const messages = (await stream.text()).trim().split("\n\n").map((m) =>
      JSON.parse(m.replace(/^data: /, ""))
    );
    assert.deepEqual(messages, [
      {
        tasks: { "metrics[fold=0]": { status: "running", message: "new", seconds: null } },
        steps: { metrics: "running" },
        log: [],
      },
      { ended: true },
    ]);
  });
});

for (const damaged of ["{}", "null", "[]", '{"id":"x","tasks":[null]}', '{"id":', ""]) {
  Deno.test(`the dashboard shows all other runs beside a record that reads ${JSON.stringify(damaged)}`, async () => {
    await withDashboard(async (get, _, root) => {
      const folder = join(root, ".motiflow", "runs", "20260104-030405-cccc");
      await Deno.mkdir(folder);
      await Deno.writeTextFile(join(folder, "run.json"), damaged);
      assert.equal((await dom(await get("/"))).querySelectorAll("tbody tr").length, 2);
      assert.equal((await get("/metrics")).status, 200);
      assert.equal((await get(`/artifacts/${artifact}`)).status, 200);
      assert.equal((await get("/runs/20260104-030405-cccc")).status, 404);
    });
  });
}

Deno.test("the dashboard shows metrics of all other runs beside a damaged artifact", async () => {
  await withDashboard(async (get, _, root) => {
    const [broken, id] = ["b".repeat(64), "20260104-030405-cccc"];
    const dir = join(root, ".motiflow", "artifacts", broken);
    const folder = join(root, ".motiflow", "runs", id);
    await Deno.mkdir(dir);
    await Deno.mkdir(folder);
    const [task] = record(id).tasks;
    const outputs = { metrics: { type: "Metrics", id: broken, dir: "" } };
    await Deno.writeTextFile(
      join(folder, "run.json"),
      JSON.stringify(record(id, { tasks: [{ ...task, outputs }] })),
    );
    await Deno.writeTextFile(join(dir, "artifact.json"), "{");
    for (const text of ["{", "{}", "null", '{"metrics":{"accuracy":null}}']) {
      await Deno.writeTextFile(join(dir, "metrics.json"), text);
      const page = await get(`/metrics?workflow=${encodeURIComponent(`demo ${evil}`)}`);
      assert.equal(page.status, 200, text);
      assert.match(await page.text(), /<svg/);
    }
    const answer = await get(`/artifacts/${broken}`);
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /artifact\.json is damaged/);
  });
});

Deno.test("the dashboard lists fifty runs on a page, and links to older ones", async () => {
  await withDashboard(async (get, _, root) => {
    const ids = Array.from({ length: 60 }, (_, i) => `20250101-${String(i).padStart(6, "0")}-cccc`);
    for (const id of ids) {
      const folder = join(root, ".motiflow", "runs", id);
      Deno.mkdirSync(folder);
      Deno.writeTextFileSync(join(folder, "run.json"), JSON.stringify(record(id)));
    }
    const first = await dom(await get("/"));
    assert.equal(first.querySelectorAll("tbody tr").length, 50);
    const link = [...first.querySelectorAll("a")].find((a) => a.textContent === "Older ones")!;
    assert.match(link.parentElement!.textContent!, /50 of 62 runs/);
    const second = await dom(await get(link.getAttribute("href")!));
    const shown = [...second.querySelectorAll('tbody a[href^="/runs/"]')].map((a) => a.textContent);
    assert.deepEqual(shown, ids.slice(0, 12).reverse());
    assert.equal([...second.querySelectorAll("a")].some((a) => a.textContent === "Older ones"), false);
  });
});
