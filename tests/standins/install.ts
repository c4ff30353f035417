/**
 * Puts stand-ins of the vendor's tools on a temporary PATH as real executables. Whatever they make names itself a
 * stand-in in its own content, so that no caller can take it for the real thing.
 */
import { fromFileUrl } from "./paths.ts";
import { join } from "node:path";

export interface StandIns {
  /** Folder with the executables. */
  bin: string;
  /** An environment in which only the stand-ins and the system's own programs are found. */
  env: Record<string, string>;
  /** Switches a fault on, or off with an empty text. */
  fault(name: string): Promise<void>;
}

/** Installs the named stand-ins below `dir`; each `<name>` runs `tests/standins/<name>.sh` or `.ts`. */
export async function installStandIns(dir: string, names: readonly string[]): Promise<StandIns> {
  const bin = join(dir, "bin");
  await Deno.mkdir(bin, { recursive: true });
  const faultFile = join(bin, "fault");
  await Deno.writeTextFile(faultFile, "");
  const home = Deno.env.get("HOME") ?? dir;
  const cache = Deno.env.get("DENO_DIR");
  for (const name of names) {
    const source = fromFileUrl(`./${name.replaceAll("-", "_")}`);
    const shell = exists(`${source}.sh`);
    const lines = [
      "#!/bin/sh",
      `STANDIN_FAULT=$(cat '${faultFile}')`,
      `export STANDIN_FAULT STANDIN_BIN='${bin}' STANDIN_DENO='${Deno.execPath()}'`,
      `export STANDIN_SOURCE='${fromFileUrl(".")}' HOME="\${HOME:-${home}}" NO_COLOR=1`,
      ...(cache === undefined ? [] : [`export DENO_DIR='${cache}'`]),
      shell
        ? `. '${source}.sh'`
        : `exec "$STANDIN_DENO" run --quiet --no-config --no-lock -A '${source}.ts' "$@"`,
      "",
    ];
    await Deno.writeTextFile(join(bin, name), lines.join("\n"), { mode: 0o755 });
  }
  return {
    bin,
    env: { PATH: `${bin}:${systemPath()}`, HOME: home },
    fault: (name) => Deno.writeTextFile(faultFile, name),
  };
}

/** System folders only: a real tool of the same name elsewhere must not be found. */
function systemPath(): string {
  return "/usr/local/bin:/usr/bin:/bin";
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
