/**
 * Loads one user's step definition with hardly any permissions and answers questions about it: checking a workflow
 * must not let the files it names do anything.
 */
/// <reference lib="deno.worker" />
import type { Json } from "../../artifacts/artifact.ts";
import type { StepDefinition } from "../step.ts";
import { factsOf, resolveWith } from "../step_type.ts";
import { watchAmbient } from "./ambient.ts";

export type Question = { kind: "load"; module: string } | { kind: "resolve"; written: Json };
/**
 * To questions that came together go answers together, in their order. `lasting`: it follows from the code and the
 * question alone.
 */
export type Answer = { answer: unknown; lasting: boolean } | { problem: string };

let definition: StepDefinition<any, any, any> | undefined;
const asked = watchAmbient();

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

self.addEventListener("message", async ({ data }: MessageEvent<Question[]>) => {
  const answers: Answer[] = [];
  for (const question of data) answers.push(await answerTo(question));
  self.postMessage(answers);
});

async function answerTo(question: Question): Promise<Answer> {
  try {
    const answer = question.kind === "load"
      ? await load(question.module)
      : resolveWith(definition!, question.written);
    return { answer, lasting: !asked() };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

async function load(module: string) {
  const exported: unknown = (await import(module)).default;
  const missing = ["type", "inputs", "params", "outputs", "run"].filter((key) =>
    exported === null || typeof exported !== "object" ||
    (exported as Record<string, unknown>)[key] === undefined
  );
  if (missing.length > 0) return { missing };
  definition = exported as StepDefinition<any, any, any>;
  return { facts: factsOf(definition) };
}

function messageOf(error: unknown): string {
  // deno-lint-ignore no-control-regex
  const whole = (error instanceof Error ? error.message : String(error)).replaceAll(/\x1b\[[\d;]*m/g, "");
  const [first = ""] = whole.split("\n");
  const place = /\n\s+at (file:\S+:\d+:\d+)/.exec(whole)?.[1];
  return place === undefined ? first : `${first} at ${place}`;
}
