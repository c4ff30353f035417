/**
 * A newcomer's path: folders of recordings in many layouts, each `init`, then `run` up to the report without editing, in an
 * empty folder outside this repository. `deno task bench newcomer [PLACES]`, e.g. `0 3 7`; without places all of them.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { folders } from "../layouts/newcomer.ts";

const program = fileURLToPath(new URL("../../lib/cli/main.ts", import.meta.url));

async function verb(root: string, ...args: string[]): Promise<{ seconds: number; said: string }> {
  const started = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", program, ...args],
    cwd: root,
    env: { NO_COLOR: "1", INIT_CWD: "" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}:\n${text(stderr)}${text(stdout)}`);
  return { seconds: (performance.now() - started) / 1000, said: text(stdout) };
}

const chosen = Deno.args.length === 0 ? folders : Deno.args.map((place) => folders[Number(place)]);
console.log("init s   run s   accuracy  layout (wall time, one run each)");
for (const { name, files, args = [], judged } of chosen) {
  const root = await Deno.makeTempDir({ prefix: "motiflow-newcomer-" });
  try {
    for (const [file, content] of Object.entries(files)) {
      await Deno.mkdir(dirname(join(root, file)), { recursive: true });
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(join(root, file), bytes);
    }
    const init = await verb(root, "init", ".", ...args);
    const run = await verb(root, "run", "workflows/first.yaml");
    await Deno.stat(join(root, "out/first/report/report.html"));
    const accuracy = /accuracy +([\d.]+)/.exec(run.said)?.[1] ?? (judged ? "?" : "–");
    console.log(
      `${init.seconds.toFixed(1).padStart(6)}  ${run.seconds.toFixed(1).padStart(6)}  ${
        accuracy.padStart(8)
      }  ${name}`,
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
