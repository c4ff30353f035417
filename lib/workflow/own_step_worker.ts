/**
 * Loads one user's step definition with hardly any permissions and answers questions about it: checking a workflow
 * must not let the files it names do anything.
 */
/// <reference lib="deno.worker" />
import type { Json } from "../artifacts/artifact.ts";
import type { StepDefinition } from "./step.ts";
import { factsOf, resolveWith } from "./step_type.ts";

/** Questions in, answers out; one at a time. */
export type Question = { kind: "load"; module: string } | { kind: "resolve"; written: Json };

let definition: StepDefinition<any, any, any> | undefined;

// Ending the worker would leave the question without an answer.
const stop = (): never => {
  throw new Error("the module ends the program");
};
Object.defineProperty(Deno, "exit", { value: stop });
Object.defineProperty(globalThis, "close", { value: stop });

self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  self.postMessage({ problem: messageOf(event.reason) });
});

self.addEventListener("message", async ({ data }: MessageEvent<Question>) => {
  try {
    self.postMessage({
      answer: data.kind === "load" ? await load(data.module) : resolveWith(definition!, data.written),
    });
  } catch (error) {
    self.postMessage({ problem: messageOf(error) });
  }
});

async function load(module: string) {
  const exported: unknown = (await import(module)).default;
  const missing = ["type", "inputs", "params", "outputs", "run"].filter((key) =>
    exported === null || typeof exported !== "object" || !(key in exported)
  );
  if (missing.length > 0) return { missing };
  definition = exported as StepDefinition<any, any, any>;
  return { facts: factsOf(definition) };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
