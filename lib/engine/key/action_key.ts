/**
 * The action key: a hash over everything that can change what a task writes, and over nothing else.
 * Absolute paths, times, step names, run ids and the number of jobs are left out on purpose: moving a project,
 * renaming a step or using more cores must not run anything again.
 */
import type { Json } from "../../artifacts/artifact.ts";
import type { StepPermissions } from "../../workflow/step.ts";
import { canonicalJson, orderedJson, sha256 } from "../system/canonical_json.ts";
import { filesDigest } from "./stat_cache.ts";

/** Raised when a field below changes its meaning, so that old results are no longer taken for new ones. */
export const keySchema = 2;

/** One artifact on an input port. */
export interface InputIngredient {
  /** Artifact type name: equal bytes read as another type are another input. */
  type: string;
  /** Content id. */
  id: string;
}

/** One artifact on a `many` port, where the step sees who made it. */
export interface GatheredIngredient extends InputIngredient {
  /** The only step names in a key: a report prints them. */
  step: string;
  /** With its axes in the order of the file. */
  cell: Record<string, Json>;
}

/** What a key is made of, kept readable beside each result so that `why` can say what changed. */
export interface Ingredients {
  /** See {@linkcode keySchema}. */
  schema: number;
  /** The word after `uses:`: two step types may share a module. */
  uses: string;
  /** Code id: the step's modules without comments and the locked packages they reach. */
  code: string;
  /**
   * Parameters after defaults, so that spelling out a default changes nothing. The schema gives fixed fields its own
   * order; maps keep the user's, which decides what comes first, as with sensors.
   */
  params: Json;
  /** Only for steps with randomness: the others must not run again for another seed. */
  seed?: number;
  /** Only for steps that are never restored: their results must not replace those of a twin that is. */
  cache?: "never";
  /** For one shard of a task that maps: its step may leave to all of them together what it says of a whole. */
  part?: true;
  /** Names of files by request, without which the task went on because it failed on them; it may tell of them. */
  missing?: Record<string, string[]>;
  /** Of a user's own step, but for the names in `env` below: what is refused, it does without. */
  permissions?: StepPermissions;
  /** Values of the declared environment variables, as keyed hashes: a record must not give away a secret. */
  env: Record<string, string | null>;
  /** Content of the inputs by port, not who made it or when: this is what stops a cosmetic change early. */
  inputs: Record<string, InputIngredient | GatheredIngredient[]>;
  /** Content of files outside the store, by request name and by path relative to the request's pattern. */
  files: Record<string, Record<string, string>>;
  /** Artifact type and layout by output port: a result of another shape is no answer. */
  outputs: Record<string, string>;
  /** The machine's part: floating point and libraries differ between them. */
  runtime: { deno: string; os: string; arch: string };
  /** Facts the step definition adds, such as the version of an external tool. */
  environment: Record<string, Json>;
  /**
   * Only of steps that are told their lineage: by task that led to the inputs, a hash over its key and the tasks it takes
   * from. Equal inputs made in another way are told otherwise.
   */
  lineage?: Record<string, string>;
}

/** {@linkcode Ingredients} with one digest in place of the hashes of each request's files. */
export interface KeyParts extends Omit<Ingredients, "files"> {
  files: Record<string, string>;
}

/**
 * The action key: SHA-256 over the canonical JSON of the ingredients, in hex. What a step sees in an order of the
 * user's stands in it as a text of its own, in that order.
 */
export function actionKey(ingredients: Ingredients | KeyParts): string {
  const files = mapValues<string | Record<string, string>, string>(
    ingredients.files,
    (hashes) => typeof hashes === "string" ? hashes : filesDigest(hashes),
  );
  const inputs = mapValues(
    ingredients.inputs,
    (input) => Array.isArray(input) ? input.map((g) => ({ ...g, cell: orderedJson(g.cell, "cell") })) : input,
  );
  const params = orderedJson(ingredients.params, "step.params");
  return sha256(canonicalJson({ ...ingredients, params, inputs, files }, "step"));
}

/** A record with each value mapped, its fields in their order. */
export function mapValues<A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

/** The runtime of this process. */
export function currentRuntime(): Ingredients["runtime"] {
  return { deno: Deno.version.deno, os: Deno.build.os, arch: Deno.build.arch };
}
