/** The one way to leave a test out: with a reason that the run's last line repeats. */

/** File that collects reasons; `deno task test` sets it. */
export const reasonsFile = "MOTIFLOW_TEST_REASONS";

/** Why a test was left out, and the place in its file at which that was decided. */
export interface Reason {
  file: string;
  line: number;
  reason: string;
}

/**
 * For `ignore:` of a test: whether it is left out. Call it at each test, so that each is told with its reason.
 *
 * @param reason What is missing here, in few words; nothing where nothing is.
 */
export function skipReason(reason: string | false | undefined): boolean {
  if (!reason) return false;
  const [, url, line] = new Error().stack!.split("\n")[2].match(/(file:.*?):(\d+):\d+\)?$/)!;
  const path = Deno.env.get(reasonsFile);
  if (path === undefined) console.log(`not run: ${reason}`);
  else {
    const told: Reason = { file: url, line: Number(line), reason };
    Deno.writeTextFileSync(path, JSON.stringify(told) + "\n", { append: true });
  }
  return true;
}

/** Says that a test needs an operating system that this one is not. */
export function only(os: "linux" | "not windows"): string | false {
  if (os === "linux") return Deno.build.os !== "linux" && "not Linux";
  return Deno.build.os === "windows" && "Windows";
}

/** Says that a file of the data sets beside the repository is missing. */
export function withoutData(name: string): string | false {
  try {
    return !Deno.statSync(new URL(`../../../shared/data/${name}`, import.meta.url)).isFile && `no ${name}`;
  } catch {
    return `no ${name}`;
  }
}
