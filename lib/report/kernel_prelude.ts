/** What runs in the kernel before a notebook, to make up for two faults of the kernel. */
import type { Json } from "../artifacts/artifact.ts";
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
 */
export const prelude = `{
  const report = (what, error) => {
    const text = error?.stack ?? String(error);
    console.error(${JSON.stringify(lateErrorMark)} + what + ": " + text);
  };
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    report("Unhandled rejection", event.reason);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    report("Uncaught error", event.error ?? event.message);
  });
  (async () => {
    for await (const _ of Deno.stdin.readable);
    Deno.exit(1);
  })();
}
undefined`;

/** Turns a late error reported by the prelude into an error of the cell during which it was reported. */
export function toOutput({ type, content }: JupyterMessage): KernelOutput {
  const text = type === "stream" && typeof content.text === "string" ? content.text : "";
  if (!text.startsWith(lateErrorMark)) return { type, content };
  const lines = text.slice(lateErrorMark.length).trimEnd().split("\n");
  const [ename, evalue] = lines[0].split(/: (.*)/s);
  return { type: "error", content: { ename, evalue: evalue ?? "", traceback: lines } };
}
