/** `ui`: the local dashboard. */
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { rootOption } from "../flags.ts";
import { dirname, resolve } from "node:path";
import type { RunRecord } from "../../engine/mod.ts";
import { out } from "../terminal/terminal.ts";
import { openProjectEngine } from "../project_engine.ts";

export const command = new Command()
  .description(
    "Show runs, graphs, logs, artifacts and metrics over time in a browser. Read-only, this machine only.",
  )
  .option("--port <n>", "port on 127.0.0.1; 0 takes a free one", portNumber, 4507)
  .addOption(rootOption)
  .action(async (options) => {
    const { serveDashboard } = await import("../../ui/server.ts");
    const engine = await openProjectEngine(options.root);
    const stop = new AbortController();
    const end = () => stop.abort();
    Deno.addSignalListener("SIGINT", end);
    Deno.addSignalListener("SIGTERM", end);
    try {
      const graph = (run: RunRecord) => drawRun(run, engine.root);
      const { url, finished } = serveDashboard({ engine, graph, port: options.port, signal: stop.signal });
      out(`${url}\nEnd with Ctrl+C.`);
      await finished;
    } finally {
      Deno.removeSignalListener("SIGINT", end);
      Deno.removeSignalListener("SIGTERM", end);
      await engine.close();
    }
  });

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) {
    throw new InvalidArgumentError("It must be a number from 0 to 65535.");
  }
  return port;
}

/** The workflow as it was when the run started; nothing where its text does not pass today's checks. */
async function drawRun(run: RunRecord, root: string): Promise<string | undefined> {
  const { checkWorkflow } = await import("../../workflow/check.ts");
  const { graphOf } = await import("../../workflow/graph.ts");
  const { svg } = await import("../../workflow/graph_svg.ts");
  const { registry } = await import("../../steps/registry.ts");
  const file = resolve(root, run.file);
  const texts = new Map(run.fragments?.map(({ path, source }) => [path, new TextEncoder().encode(source)]));
  const result = await checkWorkflow(run.source, run.file, {
    registry,
    root,
    folder: dirname(file),
    read: (path) => Promise.resolve(texts.get(path)),
    profiles: { names: run.profiles ?? [] },
  });
  return result.ok ? svg(graphOf(result.plan)) : undefined;
}
