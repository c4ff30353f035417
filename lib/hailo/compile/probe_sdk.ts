/** Finds the Hailo Dataflow Compiler. A program called `hailo` proves nothing: the runtime installs one as well. */
import { type Finding, finding } from "../error.ts";
import { type Outcome, runProcess } from "../process.ts";

/** What the probe found. */
export type Sdk =
  | { found: true; version: string; runtime: string | null }
  | { found: false; finding: Finding };

/** Where and which SDK. */
export interface SdkOptions {
  /** Program name or path. */
  program: string;
  /** Oldest version accepted, e.g. `3.30.0`. */
  minVersion: string;
  /** Newest major version accepted; 3 for Hailo-8. */
  maxMajor: number;
}

/**
 * Asks `hailo --version` and requires the line of the Dataflow Compiler.
 *
 * @param env The program's environment; inherited when left out.
 */
export async function probeSdk(options: SdkOptions, env?: Record<string, string>): Promise<Sdk> {
  const { program } = options;
  const missing = (why: string): Sdk => ({
    found: false,
    finding: finding("SDK_MISSING", why, { program }, "warning"),
  });
  let outcome: Outcome;
  try {
    outcome = await runProcess({ program, args: ["--version"], timeout: 60_000, env, limit: 1 << 16 });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return missing(`there is no program \`${program}\` here`);
    return missing(`\`${program}\` cannot be started: ${(error as Error).message}`);
  }
  if (outcome.ended === "timeout") return missing(`\`${program} --version\` did not answer within 60 s`);
  const runtime = /^HailoRT v(\S+)/m.exec(outcome.text)?.[1] ?? null;
  const version = /Dataflow Compiler v(\d+\.\d+\.\d+\S*)/.exec(outcome.text)?.[1];
  if (version === undefined) {
    return missing(
      runtime === null
        ? `\`${program} --version\` names no Dataflow Compiler`
        : `\`${program}\` is the one of HailoRT ${runtime}, without the Dataflow Compiler`,
    );
  }
  return judgeVersion(version, runtime, options);
}

function judgeVersion(version: string, runtime: string | null, options: SdkOptions): Sdk {
  const details = { version, minVersion: options.minVersion, maxMajor: options.maxMajor };
  const numbers = (v: string) => v.split(/[.-]/, 3).map(Number);
  const [have, need] = [numbers(version), numbers(options.minVersion)];
  if (have[0] > options.maxMajor) {
    const message = `Dataflow Compiler ${version} is of the ${have[0]}.x line`;
    return { found: false, finding: finding("SDK_WRONG_LINE", message, details) };
  }
  const differs = have.findIndex((n, i) => n !== need[i]);
  if (differs >= 0 && have[differs] < need[differs]) {
    const message = `Dataflow Compiler ${version} is older than ${options.minVersion}`;
    return { found: false, finding: finding("SDK_TOO_OLD", message, details) };
  }
  return { found: true, version, runtime };
}
