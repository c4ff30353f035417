/**
 * Times pages of the dashboard in Chromium on ten thousand runs and a graph of a thousand steps: server, first paint, content.
 *
 * deno task bench dashboard [RUNS] [STEPS] [REPEATS]
 */
import { join } from "node:path";
import { chromium } from "playwright-core";
import { openEngine } from "../../lib/engine/mod.ts";
import { registry } from "../../lib/steps/registry.ts";
import { serveDashboard } from "../../lib/ui/server.ts";

const [runs = 10_000, steps = 1000, repeats = 5] = Deno.args.map(Number);

/** A workflow of as many steps: studies of ten steps that begin with one set of recordings. */
function workflow(count: number): string {
  const lines = ["  step-0: { uses: load, with: { source: simulate, subjects: 2, minutes: 1 } }"];
  for (let i = 1; i < count; i++) {
    const first = `step-${i - (i - 1) % 10}`;
    lines.push(
      i % 10 === 1
        ? `  step-${i}: { uses: window, from: step-0, with: { length: 100, hop: 50 } }`
        : i % 10 === 2
        ? `  step-${i}: { uses: split, from: ${first}, with: { by: subject } }`
        : `  step-${i}: { uses: train, from: [${first}, step-${i - (i - 2) % 10}], with: { epochs: ${i} } }`,
    );
  }
  return `version: 1\nname: big\nparams: { k: 1, seed: 7 }\nsteps:\n${lines.join("\n")}\n`;
}

/** Writes a record as a run leaves it. */
function writeRun(root: string, i: number, name: string, source: string, count: number): string {
  const id = `20260101-${String(i).padStart(9, "0")}-abcd`;
  const folder = join(root, ".motiflow", "runs", id);
  Deno.mkdirSync(folder, { recursive: true });
  const started = new Date(Date.UTC(2026, 0, 1) + 60_000 * i).toISOString();
  const tasks = Array.from({ length: count }, (_, t) => ({
    id: `step-${t}`,
    step: `step-${t}`,
    uses: "train",
    cell: {},
    outcome: i % 7 === 0 && t > count / 2 ? "restored" : "ran",
    seconds: 1.5,
    attempts: 1,
    reason: "first time",
    key: "ab".repeat(32),
    warnings: [],
    outputs: { out: { type: "Model", id: "cd".repeat(32), dir: `/nowhere/${"cd".repeat(32)}` } },
  }));
  const record = {
    version: 1,
    id,
    status: "succeeded",
    motiflow: "0.2.0",
    workflow: name,
    file: `${name}.yaml`,
    source,
    params: { k: i % 12, seed: 7 },
    started,
    ended: started,
    jobs: 2,
    runtime: { deno: "2.9.6", os: "linux", arch: "x86_64", cpus: 2 },
    tasks,
    seconds: 60,
    storeWarnings: [],
  };
  Deno.writeTextFileSync(join(folder, "run.json"), JSON.stringify(record, null, 1));
  const events = tasks.map(({ id, outcome, seconds }) =>
    JSON.stringify({ type: "task-ended", task: id, outcome, seconds, reason: "" })
  );
  Deno.writeTextFileSync(join(folder, "events.jsonl"), events.join("\n") + "\n");
  return id;
}

const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "motiflow-bench-" }));
try {
  await Deno.writeTextFile(join(root, "motiflow.json"), '{ "version": 1, "name": "bench" }');
  const small = workflow(12);
  for (let i = 0; i < runs; i++) writeRun(root, i, `study-${i % 5}`, small, 12);
  const big = workflow(steps);
  // As many of the large workflow as one page lists: whoever has one runs it often.
  let id = "";
  for (let i = runs; i < runs + 60; i++) id = writeRun(root, i, "big", big, steps);
  const engine = await openEngine({ root });
  const stop = new AbortController();
  const served = serveDashboard({ engine, registry, port: 0, signal: stop.signal });
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  const pages = {
    runs: "/",
    "older runs": `/?before=20260101-${String(runs >> 1).padStart(9, "0")}-abcd`,
    filtered: "/?workflow=study-3",
    run: `/runs/${id}`,
    graph: `/runs/${id}/graph`,
    metrics: "/metrics",
  };
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  console.log(`${runs + 60} runs, a graph of ${steps} steps, n = ${repeats}, medians and largest in ms`);
  for (const [name, path] of Object.entries(pages)) {
    const seen: Record<string, number[]> = {};
    for (let i = 0; i < repeats; i++) {
      const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
      const page = await context.newPage();
      page.setDefaultTimeout(240_000);
      await page.goto(served.url);
      await page.goto(new URL(path, served.url).href);
      const times = await page.evaluate(async () => {
        const paint = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
        while (paint() === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
        const [{ requestStart, responseStart, responseEnd, domContentLoadedEventEnd, transferSize }] =
          performance
            .getEntriesByType("navigation") as PerformanceNavigationTiming[];
        return {
          server: responseStart - requestStart,
          response: responseEnd - requestStart,
          paint: paint()!,
          content: domContentLoadedEventEnd,
          KB: transferSize / 1024,
          elements: document.querySelectorAll("*").length,
        };
      });
      for (const [key, value] of Object.entries(times)) (seen[key] ??= []).push(value);
      await context.close();
    }
    const told = Object.entries(seen).map(([key, values]) =>
      `${key} ${median(values).toFixed(0)} (${Math.max(...values).toFixed(0)})`
    );
    console.log(`${name.padEnd(10)} ${told.join(", ")}`);
  }
  await browser.close();
  stop.abort();
  await served.finished;
  await engine.close();
} finally {
  await Deno.remove(root, { recursive: true });
}
