/** `ui`: the local dashboard. */
import type { Examples } from "../examples.ts";
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { rootOption } from "../flags.ts";
import { userPath } from "../paths.ts";
import { out } from "../terminal/terminal.ts";
import { openProjectEngine } from "../project_engine.ts";

export const examples: Examples = [
  ["ui"],
  ["ui --port 0 --edit", "a free port; behaviours may be named"],
];

export const command = new Command()
  .description(
    "Show runs, graphs, logs, artifacts and metrics over time in a browser, on this machine only. " +
      "The printed address opens it; its token keeps others out.",
  )
  .option("--port <n>", "port on 127.0.0.1; 0 takes a free one", portNumber, 4507)
  .option("--edit", "let behaviours be named there: writes a names file beside the workflow")
  .option(
    "--videos <dir>",
    "folder with videos to see beside bouts, named after recordings; videos.csv may tell clocks",
  )
  .addOption(rootOption)
  .action(async (options) => {
    const { serveDashboard } = await import("../../ui/server.ts");
    const { registry } = await import("../../steps/registry.ts");
    const engine = await openProjectEngine(options.root);
    const stop = new AbortController();
    const end = () => stop.abort();
    Deno.addSignalListener("SIGINT", end);
    Deno.addSignalListener("SIGTERM", end);
    try {
      const { url, finished } = serveDashboard({
        engine,
        registry,
        port: options.port,
        edit: options.edit === true,
        videos: options.videos === undefined ? undefined : userPath(options.videos),
        signal: stop.signal,
      });
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
