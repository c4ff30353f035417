/** What runs in the kernel before a notebook, to make up for two faults of the kernel. */
import type { Json } from "../../artifacts/artifact.ts";
import type { JupyterMessage } from "./jupyter_message.ts";

/** What a kernel may publish while a cell runs. */
export interface KernelOutput {
  type: string;
  content: Record<string, Json>;
}

/** Marks reports of {@linkcode prelude} on stderr. */
const lateErrorMark = "\u0001late-error\u0001";

/**
 * Runs in the kernel before the notebook. Two faults of the kernel are made up for: errors that no cell awaits would go
 * unnoticed, and a kernel whose client died would live for ever (so it ends with its standard input).
 *
 * @param reports Whether errors that no cell awaits are told to this program, which executes the notebook.
 */
export const prelude = (cwd: string, reports = true) =>
  `{
  Deno.chdir(${JSON.stringify(cwd)});
${reports ? reporting : ""}
  (async () => {
    for await (const _ of Deno.stdin.readable);
    Deno.exit(1);
  })();
}
undefined`;

const reporting = `
  const print = console.log.bind(console), complain = console.error.bind(console);
  globalThis[Symbol.for("motiflow.print")] = print;
  const report = (what, error) => {
    const text = error?.stack ?? String(error);
    complain(${JSON.stringify(lateErrorMark)} + what + ": " + text);
  };
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    report("Unhandled rejection", event.reason);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    report("Uncaught error", event.error ?? event.message);
  });
`;

/** Turns a late error reported by the prelude into an error of the cell during which it was reported. */
export function toOutput({ type, content }: JupyterMessage): KernelOutput {
  const text = type === "stream" && typeof content.text === "string" ? content.text : "";
  if (!text.startsWith(lateErrorMark)) return { type, content };
  const lines = text.slice(lateErrorMark.length).trimEnd().split("\n");
  const [ename, evalue] = lines[0].split(/: (.*)/s);
  return { type: "error", content: { ename, evalue: evalue ?? "", traceback: lines } };
}

/** A line that no cell prints by itself. */
export function endMark(id: string): string {
  return `\u0001end ${id}\u0001`;
}

/** Code that sends the mark through the queue of outputs; the cell may have replaced `console.log`. */
export function printMark(mark: string): string {
  return `(globalThis[Symbol.for("motiflow.print")] ?? console.log)(${JSON.stringify(mark)})`;
}

/** Takes the mark out of an output and tells whether it was there. */
export function takeMark(output: KernelOutput, mark: string): boolean {
  const { text } = output.content;
  if (output.type !== "stream" || typeof text !== "string" || !text.includes(mark)) return false;
  output.content.text = text.replace(mark + "\n", "").replace(mark, "");
  return true;
}
