/**
 * Loads one user's step definition with hardly any permissions and answers questions about it: checking a workflow
 * must not let the files it names do anything.
 */
/// <reference lib="deno.worker" />
import type { Json } from "../../artifacts/artifact.ts";
import { takePost } from "../../take_post.ts";
import type { StepDefinition } from "../step.ts";
import { factsOf, jsonSchemaOf, type Resolution, resolveWith, type StepFacts } from "../step_type.ts";
import { watchAmbient } from "./ambient.ts";
import { answerRules, definitionFaults } from "./definition_faults.ts";
import { droppedKeys, unplain } from "./params_faults.ts";

export type Question = { kind: "load"; module: string } | { kind: "resolve"; written: Json };
/**
 * To questions that came together go answers together, in their order. `lasting`: it follows from the code and the
 * question alone.
 */
export type Answer = { answer: unknown; lasting: boolean } | { problem: string };

const post = takePost<Answer[] | { problem: string }>();
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
  post({ problem: messageOf(event.reason) });
});

self.addEventListener("message", async ({ data }: MessageEvent<Question[]>) => {
  const answers: Answer[] = [];
  for (const question of data) answers.push(await answerTo(question));
  post(answers);
});

async function answerTo(question: Question): Promise<Answer> {
  try {
    const answer = question.kind === "load" ? await load(question.module) : resolve(question.written);
    return { answer, lasting: !asked() };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

async function load(module: string): Promise<{ facts: StepFacts } | { faults: string[] }> {
  const exported: unknown = (await import(module)).default;
  const faults = definitionFaults(exported);
  if (faults.length > 0) return { faults };
  definition = judged(exported as StepDefinition<any, any, any>);
  return { facts: factsOf(definition) };
}

/** The fault is the definition's; the message begins with the field. */
class Fault extends Error {}

function resolve(written: Json): Resolution {
  let resolution: Resolution;
  try {
    resolution = resolveWith(definition!, written);
    if (!resolution.ok) return resolution;
    const issues = droppedKeys(definition!.params, written);
    if (issues.length > 0) return { ok: false, issues, shape: jsonSchemaOf(definition!.params) };
  } catch (error) {
    throw error instanceof Fault ? error : new Fault(`\`params\` fails: ${messageOf(error)}`);
  }
  const found = unplain(resolution.params);
  if (found === undefined) return resolution;
  throw new Fault(
    `\`params\` makes ${found}, which no record can hold: parse to texts, numbers, lists and maps, and make the ` +
      "rest in `run`",
  );
}

/** The definition, with functions that say whose fault it is when they fail or give what is of no use. */
function judged(given: StepDefinition<any, any, any>): StepDefinition<any, any, any> {
  const asked: Record<string, unknown> = { ...given };
  for (const [field, rule] of Object.entries(answerRules)) {
    const ask = asked[field];
    if (typeof ask !== "function") continue;
    asked[field] = (params: unknown) => {
      let answer: unknown;
      try {
        answer = ask.call(given, params);
      } catch (error) {
        throw new Fault(`\`${field}\` fails: ${messageOf(error)}`);
      }
      const fault = rule(answer);
      if (fault !== undefined) throw new Fault(`\`${field}\` ${fault}`);
      return answer;
    };
  }
  return asked as unknown as StepDefinition<any, any, any>;
}

function messageOf(error: unknown): string {
  // deno-lint-ignore no-control-regex
  const whole = (error instanceof Error ? error.message : String(error)).replaceAll(/\x1b\[[\d;]*m/g, "");
  const [first = ""] = whole.split("\n");
  const place = /\n\s+at (file:\S+:\d+:\d+)/.exec(whole)?.[1];
  return place === undefined ? first : `${first} at ${place}`;
}
