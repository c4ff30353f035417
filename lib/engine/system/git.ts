/** What Git says of the project's folder. */
import type { Lineage } from "../../artifacts/lineage.ts";

/** Milliseconds after which a very large working tree is left untold. */
const patience = 10_000;

/**
 * The commit of the repository that the folder lies in, and what of the folder differs from it; `undefined` where there
 * is no repository, no commit or no Git. Nothing is written, and nothing that the repository configures is started.
 */
export async function commitOf(root: string): Promise<Lineage["commit"]> {
  const git = async (...args: string[]) => {
    const { success, stdout } = await new Deno.Command("git", {
      args: ["--no-optional-locks", "-c", "core.fsmonitor=false", "-C", root, ...args],
      stdin: "null",
      signal: AbortSignal.timeout(patience),
    }).output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  };
  try {
    const id = (await git("rev-parse", "HEAD"))?.trim();
    if (id === undefined) return undefined;
    const status = await git("status", "--porcelain", "-z", "--no-renames", "--", ".", ":(exclude).motiflow");
    if (status === undefined) return undefined;
    const files = status.split("\0").filter((line) => line !== "");
    const untracked = files.filter((line) => line.startsWith("??")).length;
    return { id, changed: files.length - untracked, untracked };
  } catch {
    return undefined;
  }
}
