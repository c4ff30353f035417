/** Every parameter reaches what it is for: two values of it give different outputs, whatever is merely told back. */
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { InputError } from "../../../lib/errors.ts";
import type { StepDefinition } from "../../../lib/workflow/step.ts";
import { missingTest, type Place } from "../../house/places.ts";
import { runStep } from "../run_step.ts";

/** Two values of a parameter, what stands beside them, and inputs or files instead of the step's usual ones. */
export interface Trial {
  values: readonly [unknown, unknown];
  with?: Record<string, unknown>;
  inputs?: Record<string, unknown>;
  /** Text of files by name; they are what `path` names, and what any other file request of the step finds by name. */
  files?: Record<string, string | Uint8Array>;
}

/** A step with its inputs, and for each parameter a trial, the test that shows its effect, or the reason for none. */
export interface Tried {
  step: StepDefinition<any, any, any>;
  inputs: () => Record<string, unknown> | Promise<Record<string, unknown>>;
  /** How the step runs where it is not by `runStep`; writes into the folder. */
  run?: (params: Record<string, unknown>, out: string) => Promise<unknown>;
  trials: Record<string, Trial | Place | string>;
  /** What is compared; by default all outputs, and the files that the step writes. */
  outcome?: (outputs: Record<string, any>) => unknown;
}

/** A trial of two values. */
export function pair(
  a: unknown,
  b: unknown,
  beside?: Record<string, unknown>,
  inputs?: Record<string, unknown>,
): Trial {
  return { values: [a, b], with: beside, inputs };
}

/** A trial of two values with files. */
export function onFiles(
  files: Record<string, string | Uint8Array>,
  a: unknown,
  b: unknown,
  beside?: Record<string, unknown>,
): Trial {
  return { values: [a, b], with: beside, files };
}

/** Paths of the leaves of a step's parameters; `csv/rate` where one parameter chooses among sets of them. */
export function leavesOf(step: StepDefinition<any, any, any>): string[] {
  const schema: any = z.toJSONSchema(step.params, { io: "input", unrepresentable: "any" });
  if (schema.oneOf === undefined) return leaves(schema, []);
  return schema.oneOf.flatMap((variant: any) => {
    const [chooser, { const: chosen }] = chooserOf(variant);
    return leaves(variant, []).filter((leaf) => leaf !== chooser).map((leaf) => `${chosen}/${leaf}`);
  });
}

function leaves(schema: any, path: string[]): string[] {
  if (schema.properties === undefined) return [path.join(".")];
  return Object.entries(schema.properties).flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

function chooserOf(variant: any): [string, any] {
  return Object.entries<any>(variant.properties).find(([, property]) => property.const !== undefined)!;
}

/** Parameters with one of them set, at a path such as `hsmm.n_states` or `csv/rate`. */
function withValue(
  step: StepDefinition<any, any, any>,
  params: Record<string, any>,
  path: string,
  value: unknown,
) {
  const [chosen, leaf] = path.includes("/") ? path.split("/") : [undefined, path];
  if (chosen === undefined) return setAt(params, leaf.split("."), value);
  const schema: any = z.toJSONSchema(step.params, { io: "input", unrepresentable: "any" });
  const variant = schema.oneOf.find((one: any) => chooserOf(one)[1].const === chosen);
  return { [chooserOf(variant)[0]]: chosen, ...setAt(params, leaf.split("."), value) };
}

function setAt(
  params: Record<string, any>,
  [name, ...rest]: string[],
  value: unknown,
): Record<string, unknown> {
  return { ...params, [name]: rest.length === 0 ? value : setAt(params[name] ?? {}, rest, value) };
}

/** Outputs without details that repeat the parameter: a value that is told back does not show that it was used. */
function withoutEcho(outputs: Record<string, any>, value: unknown): unknown {
  return Object.entries(outputs).map(([port, output]) => {
    if (output?.details === undefined) return [port, output];
    const details = Object.entries(output.details).filter(([, told]) => !isDeepStrictEqual(told, value));
    return [port, { ...output, details }];
  });
}

/** Contents of all files below a folder, by path. */
async function contents(dir: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(dir)) {
    const path = join(dir, name);
    if (isDirectory) {
      for (const [inner, text] of Object.entries(await contents(path))) found[`${name}/${inner}`] = text;
    } else found[name] = (await Deno.readFile(path)).toBase64();
  }
  return found;
}

/** Defines the tests of some steps. */
export function tryParameters(tried: readonly Tried[]): void {
  for (const { step, inputs, trials, run: runOwn, outcome } of tried) {
    /** What came of a value; a mistake that is refused is an outcome as well. */
    const run = async (trial: Trial, path: string, value: unknown): Promise<unknown> => {
      const dir = await Deno.makeTempDir();
      const out = join(dir, "out");
      try {
        await Deno.mkdir(out);
        const paths: string[] = [];
        for (const [name, content] of Object.entries(trial.files ?? {})) {
          paths.push(join(dir, name));
          await Deno.mkdir(join(dir, name, ".."), { recursive: true });
          await (typeof content === "string"
            ? Deno.writeTextFile(paths.at(-1)!, content)
            : Deno.writeFile(paths.at(-1)!, content));
        }
        const params = withValue(step, trial.with ?? {}, path, value);
        const parsed = step.params.parse(params);
        const files: Record<string, string[]> = { path: paths };
        for (const { name, pattern } of step.files?.(parsed) ?? []) {
          const own = paths.filter((file) => basename(file) === basename(pattern));
          if (own.length > 0) files[name] = own;
        }
        if (runOwn !== undefined) {
          await runOwn(params, out);
          return await contents(out);
        }
        const { outputs } = await runStep(step, { ...await inputs(), ...trial.inputs }, params, {
          files,
          out,
        });
        if (outcome !== undefined) return outcome(outputs);
        // Folders have other names each time; what counts is their content.
        const values = Object.entries(outputs).map((
          [port, value],
        ) => [port, value?.dir === out ? "folder" : value]);
        return [withoutEcho(Object.fromEntries(values), value), await contents(out)];
      } catch (error) {
        if (error instanceof InputError) return { refused: error.message.replaceAll(dir, "") };
        throw error;
      } finally {
        await Deno.remove(dir, { recursive: true });
      }
    };
    Deno.test(`every parameter of ${step.type} has a trial or a reason for none`, () => {
      assert.deepEqual(Object.keys(trials).sort(), leavesOf(step).sort());
      const places = Object.values(trials).filter((trial) =>
        typeof trial === "object" && "name" in trial
      ) as Place[];
      assert.deepEqual(places.map(missingTest).filter((problem) => problem !== undefined), []);
    });
    for (const [path, trial] of Object.entries(trials)) {
      if (typeof trial === "string" || "name" in trial) continue;
      Deno.test(`two values of ${path} give ${step.type} different outputs`, async () => {
        const [a, b] = [await run(trial, path, trial.values[0]), await run(trial, path, trial.values[1])];
        const same = `${path}: ${JSON.stringify(trial.values)} make no difference: ${
          JSON.stringify(a)?.slice(0, 300)
        }`;
        assert.ok(!isDeepStrictEqual(a, b), same);
        assert.ok(
          ![a, b].every((one: any) => one?.refused !== undefined),
          `both are refused: ${JSON.stringify([a, b])}`,
        );
      });
    }
  }
}
