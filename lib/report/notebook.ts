/** Executes notebooks on Deno's Jupyter kernel. */
import { dirname, resolve } from "node:path";
import type { Json } from "../artifacts/artifact.ts";
import { InputError } from "../errors.ts";
import { Kernel, KernelError } from "./kernel/kernel.ts";
import type { KernelOutput } from "./kernel/kernel_prelude.ts";
import { linesOf, type Notebook, type Output, readNotebook, textOf } from "./nbformat.ts";
import { injectParameters } from "./parameters.ts";

export { type Notebook, readNotebook, writeNotebook } from "./nbformat.ts";

export interface ExecuteOptions {
  /** Values for variables of the cell tagged `parameters`. */
  parameters?: Record<string, Json>;
  /** Parameters as the executed notebook shows them, where that should differ (paths of this machine). */
  shownParameters?: Record<string, Json>;
  /** Base of relative imports. @default the notebook's folder, as in Jupyter */
  cwd?: string;
  /** Time limit for each cell. @default 600 */
  timeoutSeconds?: number;
  /** Private folder for the connection file. @default a temporary folder */
  scratch?: string;
  signal?: AbortSignal;
  /** Told before each code cell: cells done, code cells in all, first line of the cell. */
  onProgress?: (done: number, total: number, cell: string) => void;
}

/** A cell failed, or the kernel ended in it. The notebook up to and including that cell is kept for the reader. */
export class NotebookError extends Error {
  /** One-based number of the cell in the executed notebook. */
  readonly cell: number;
  /** What the cell threw, in one line. */
  readonly reason: string;
  readonly notebook: Notebook;

  constructor(message: string, cell: number, reason: string, notebook: Notebook) {
    super(message);
    this.name = "NotebookError";
    this.cell = cell;
    this.reason = reason;
    this.notebook = notebook;
  }
}

/** What an executed notebook that failed says above everything else. */
export function failureBanner({ cell, reason }: Pick<NotebookError, "cell" | "reason">): string {
  return `This notebook did not finish: cell ${cell} failed (${reason}). What follows it was not run.`;
}

/**
 * Runs all code cells of a notebook in order on a fresh kernel and returns the notebook with its outputs. The kernel
 * has all permissions of the user: run only notebooks that you would run as programs. Equal inputs give equal bytes:
 * times, random ids and the kernel's facts are left out.
 *
 * @throws {InputError} for an unreadable notebook or an unknown parameter.
 * @throws {NotebookError} when a cell throws, also late (a rejected promise that nobody awaits), takes too long or ends
 *   the kernel.
 * @throws {KernelError} when the kernel does not start or the run is cancelled.
 *
 * ```ts
 * import { executeNotebook } from "./notebook.ts";
 * import { writeNotebook } from "./nbformat.ts";
 * import assert from "node:assert/strict";
 * const cell = { cell_type: "code", metadata: {}, source: "6 * 7", outputs: [], execution_count: null } as const;
 * const path = await Deno.makeTempFile({ suffix: ".ipynb" });
 * await writeNotebook(path, { cells: [{ ...cell, outputs: [] }], metadata: {}, nbformat: 4, nbformat_minor: 5 });
 * const { cells } = await executeNotebook(path);
 * assert.match(JSON.stringify(cells[0].outputs), /42/);
 * await Deno.remove(path);
 * ```
 */
export async function executeNotebook(path: string, options: ExecuteOptions = {}): Promise<Notebook> {
  const { parameters = {}, shownParameters = parameters, timeoutSeconds = 600, signal } = options;
  const source = await readNotebook(path);
  checkLanguage(source, path);
  const running = injectParameters(source, parameters, path);
  const shown = injectParameters(source, shownParameters, path);
  const scratch = options.scratch ?? await Deno.makeTempDir({ prefix: "motiflow-kernel-" });
  const cwd = resolve(options.cwd ?? dirname(path));
  try {
    const kernel = await Kernel.start({ cwd, scratch, signal });
    try {
      await runCells(kernel, running, shown, { timeoutSeconds, onProgress: options.onProgress, signal });
    } finally {
      await kernel.shutdown();
    }
    return shown;
  } finally {
    if (options.scratch === undefined) await Deno.remove(scratch, { recursive: true });
  }
}

/** Cells of another language would only fail to parse. */
function checkLanguage({ metadata }: Notebook, file: string): void {
  const { kernelspec, language_info: info } = metadata as Record<string, Record<string, Json> | undefined>;
  const language = String(kernelspec?.language ?? info?.name ?? "typescript").toLowerCase();
  const known = kernelspec?.name === "deno" || /^(java|type)script$/.test(language);
  if (known && kernelspec?.name !== "python3") return;
  const { name = language } = kernelspec ?? {};
  throw new InputError(`Cannot execute notebook: it asks for the kernel ${name}, and there is Deno's`, {
    file,
    hint: "Write its cells in TypeScript for the kernel deno, or execute it with Jupyter.",
  });
}

async function runCells(
  kernel: Kernel,
  running: Notebook,
  shown: Notebook,
  { timeoutSeconds, onProgress, signal }: Pick<ExecuteOptions, "timeoutSeconds" | "onProgress" | "signal">,
): Promise<void> {
  shown.cells = shown.cells.map((cell) =>
    cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell
  );
  const total = running.cells.filter((cell) => cell.cell_type === "code").length;
  let count = 0;
  for (const [i, cell] of running.cells.entries()) {
    const code = textOf(cell.source);
    if (cell.cell_type !== "code" || code.trim() === "") continue;
    onProgress?.(count, total, code.trim().split("\n")[0]);
    count++;
    const collected = collectOutputs(await outputsOf(kernel, code, timeoutSeconds, signal), count);
    // An assignment has a value, which nobody wants to see.
    const injected = cell.metadata.tags?.includes("injected-parameters") ?? false;
    const outputs = injected ? collected.filter((o) => o.output_type !== "execute_result") : collected;
    shown.cells[i].execution_count = count;
    shown.cells[i].outputs = outputs;
    const error = outputs.find((output) => output.output_type === "error");
    if (error !== undefined) {
      const firstLine = code.trim().split("\n")[0];
      const message = `${error.ename}: ${error.evalue}`.split("\n")[0];
      // What to do about a mistake stands below its message, indented less than a stack.
      const hint = /^ {2}(?! )(.+)$/m.exec(error.traceback.join("\n"))?.[1];
      const reason = hint === undefined ? message : `${message}; ${hint}`;
      throw new NotebookError(
        `Cannot finish notebook: cell ${i + 1} failed (${firstLine})\n${error.traceback.join("\n")}`,
        i + 1,
        reason,
        shown,
      );
    }
  }
}

/** What a cell puts out; the end of the kernel is the cell's last output, and its error. */
async function outputsOf(
  kernel: Kernel,
  code: string,
  timeoutSeconds: number | undefined,
  signal: AbortSignal | undefined,
): Promise<KernelOutput[]> {
  try {
    return await kernel.execute(code, { timeoutSeconds });
  } catch (error) {
    if (!(error instanceof KernelError) || signal?.aborted) throw error;
    const evalue = error.message.replace(/^Cannot go on with notebook: /, "");
    return [...error.outputs, {
      type: "error",
      content: { ename: "KernelError", evalue, traceback: [`KernelError: ${evalue}`] },
    }];
  }
}

/** Most characters of one stream of a cell that are kept: a page of tens of megabytes is no page. */
const longestStream = 1_000_000;

/** Turns published messages into nbformat outputs: texts of one stream are joined, cleared ones dropped. */
export function collectOutputs(messages: readonly KernelOutput[], executionCount: number): Output[] {
  const outputs: Output[] = [];
  const displays = new Map<string, Extract<Output, { output_type: "display_data" }>>();
  let clearNext = false;
  for (const { type, content } of messages) {
    const known = content as Record<string, any>;
    if (type === "clear_output") {
      if (known.wait) clearNext = true;
      else outputs.length = 0;
      continue;
    }
    if (type === "update_display_data") {
      const display = displays.get(known.transient?.display_id);
      if (display !== undefined) {
        Object.assign(display, { data: sorted(known.data), metadata: known.metadata });
      }
      continue;
    }
    if (clearNext) {
      outputs.length = 0;
      clearNext = false;
    }
    if (type === "stream") {
      const last = outputs.at(-1);
      if (last?.output_type === "stream" && last.name === known.name) last.text += known.text;
      else outputs.push({ output_type: "stream", name: known.name, text: known.text });
    } else if (type === "display_data") {
      const display = {
        output_type: "display_data" as const,
        data: sorted(known.data),
        metadata: known.metadata ?? {},
      };
      outputs.push(display);
      if (known.transient?.display_id !== undefined) displays.set(known.transient.display_id, display);
    } else if (type === "execute_result") {
      outputs.push({
        output_type: "execute_result",
        data: sorted(known.data),
        metadata: known.metadata ?? {},
        execution_count: executionCount,
      });
    } else if (type === "error") {
      outputs.push({
        output_type: "error",
        ename: known.ename,
        evalue: known.evalue,
        // deno-lint-ignore no-control-regex
        traceback: (known.traceback as string[]).map((line) => line.replace(/\x1b\[[0-9;]*m/g, "")),
      });
    }
  }
  for (const output of outputs) {
    if (output.output_type === "stream") output.text = linesOf(shortened(textOf(output.text)));
  }
  return outputs;
}

function shortened(text: string): string {
  if (text.length <= longestStream) return text;
  return `${
    text.slice(0, longestStream)
  }\n[cut: ${text.length} characters, of which ${longestStream} are kept]\n`;
}

/** Texts as lines, keys in order: the form in which Jupyter stores a bundle of representations. */
function sorted(bundle: Record<string, Json> = {}): Record<string, Json> {
  const keys = Object.keys(bundle).sort();
  return Object.fromEntries(keys.map((key) => {
    const value = bundle[key];
    const text = typeof value === "string" && /^text\/|\+xml$/.test(key);
    return [key, text ? linesOf(value) : value];
  }));
}
