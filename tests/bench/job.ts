/**
 * The whole job beside a Python script: HAPT from its zip file to a validated report, same network and epochs.
 *
 * `deno task bench job [--epochs N] [--rounds N]`, 40 epochs and 3 rounds by default. Motiflow runs workflows/hapt.yaml
 * in a new folder with an empty store each time; the script is job_torch.py, by Debian's python3-torch, python3-sklearn
 * and python3-nbconvert. It draws no figures and exports nothing for a device, so that it does less. In turn; wall time.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { asTheyAre } from "./others.ts";

const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(line + "\n"));
const valueOf = (flag: string) => Deno.args[Deno.args.indexOf(flag) + 1 || Deno.args.length];
const epochs = Number(valueOf("--epochs") ?? 40);
const rounds = Number(valueOf("--rounds") ?? 3);
const root = fileURLToPath(new URL("../../", import.meta.url));
const data = join(root, "../shared/data/hapt.zip");

const gateFailed = 3;

/** Seconds of a program that must succeed, or miss a limit of `gates:` after few epochs, and what it printed last. */
async function timed(
  program: string,
  args: string[],
  cwd: string,
  added: Record<string, string> = {},
): Promise<{ seconds: number; last: string }> {
  const started = performance.now();
  // Paths are those of the folder, not of where `deno task` was called.
  const { INIT_CWD: _, ...env } = Deno.env.toObject();
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    env: { ...env, ...added },
    clearEnv: true,
  }).output();
  const [out, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  if (code !== 0 && code !== gateFailed) {
    throw new Error(`${program} ended with ${code}: ${errors.split("\n").at(-1)}`);
  }
  return { seconds: (performance.now() - started) / 1000, last: out.split("\n").at(-1)! };
}

/** The workflow in a project of its own. */
async function motiflow(): Promise<{ seconds: number; last: string }> {
  const folder = await Deno.makeTempDir({ prefix: "motiflow-job-" });
  try {
    const main = join(root, "lib/cli/main.ts");
    const run = (
      ...args: string[]
    ) => ["run", "--quiet", "-A", "--config", join(root, "deno.json"), main, ...args];
    await timed(Deno.execPath(), run("init", "."), folder);
    await Deno.mkdir(join(folder, "notebooks"));
    await Deno.copyFile(join(root, "notebooks/report.ipynb"), join(folder, "notebooks/report.ipynb"));
    const text = await Deno.readTextFile(join(root, "workflows/hapt.yaml"));
    const own = text.replace("../shared/data/hapt.zip", data).replace("epochs: 40", `epochs: ${epochs}`);
    await Deno.writeTextFile(join(folder, "workflows/hapt.yaml"), own);
    return await timed(Deno.execPath(), run("run", "workflows/hapt.yaml", "--keep-going"), folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function python(): Promise<{ seconds: number; last: string }> {
  const folder = await Deno.makeTempDir({ prefix: "motiflow-job-" });
  try {
    const script = fileURLToPath(new URL("job_torch.py", import.meta.url));
    return await timed(
      "/usr/bin/python3",
      [script, data, String(epochs), join(folder, "report.html")],
      folder,
      asTheyAre,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];
const [own, theirs]: number[][] = [[], []];
for (let i = 0; i < rounds; i++) {
  own.push((await motiflow()).seconds);
  const { seconds, last } = await python();
  theirs.push(seconds);
  print(`round ${i + 1}: Motiflow ${own[i].toFixed(1)} s, Python ${seconds.toFixed(1)} s (accuracy ${last})`);
}
print(
  `${epochs} epochs, median of ${rounds}: Motiflow ${median(own).toFixed(1)} s, Python ${
    median(theirs).toFixed(1)
  } s`,
);
print(`ratio ${(median(theirs) / median(own)).toFixed(2)}`);
