/** Runs a step on artifact directories, as the engine does, without the engine. */
import { join } from "node:path";
import type { StepDefinition } from "../../lib/workflow/step.ts";

export interface DirectoryRun {
  /** Directory of the only output. */
  dir: string;
  meta: Record<string, unknown>;
  warnings: string[];
  messages: string[];
}

/** Runs `step` with input directories by port; `values` are ports that are read as values. */
export async function runOnDirectories(
  step: StepDefinition<any, any, any>,
  inputDirs: Record<string, string>,
  params: Record<string, unknown>,
  dir: string,
  values: Record<string, unknown> = {},
): Promise<DirectoryRun> {
  await Deno.mkdir(dir, { recursive: true });
  const parsed = step.params.parse(params);
  const warnings: string[] = [];
  const messages: string[] = [];
  const files: Record<string, string[]> = {};
  for (const request of step.files?.(parsed) ?? []) files[request.name] = await filesBelow(request.pattern);
  const scratch = await Deno.makeTempDir();
  try {
    const outputs = await step.run({
      inputs: values,
      inputDirs,
      params: parsed,
      files,
      out: () => dir,
      scratch,
      progress: () => {},
      log: (line: string) => void messages.push(line),
      warn: (line: string) => void warnings.push(line),
      signal: new AbortController().signal,
      threads: 1,
    } as any);
    const [value] = Object.values(outputs) as { header: { meta: Record<string, unknown> } }[];
    return { dir, meta: value.header.meta, warnings, messages };
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

async function filesBelow(dir: string): Promise<string[]> {
  if ((await Deno.stat(dir)).isFile) return [dir];
  const found: string[] = [];
  for await (const entry of Deno.readDir(dir)) {
    const path = join(dir, entry.name);
    if (entry.isDirectory) found.push(...await filesBelow(path));
    else found.push(path);
  }
  return found.sort();
}
