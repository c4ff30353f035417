/** What a user may know of a step, from its definition: ports, parameters with types and defaults, what it gives. */
import type { Json } from "../artifacts/artifact.ts";
import { portOf, type StepDefinition } from "./step.ts";
import { type JsonSchema, jsonSchemaOf } from "./step_type.ts";

/** One key that may stand below `with:`. */
export interface ParameterRow {
  /** `length`, or `gates.below` and `files[].label` for keys further down. */
  path: string;
  /** In words, e.g. `whole number from 2, or text`. */
  type: string;
  required: boolean;
  /** What stands in for it, as in YAML; undefined where nothing does. */
  fallback?: string;
  about: string;
}

/** A set of parameters; a step has several where one of them decides which others there are. */
export interface ParameterSet {
  /** The deciding parameter, e.g. `source: csv`; undefined where there is one set only. */
  choice?: string;
  about?: string;
  parameters: ParameterRow[];
}

/** An input or output of a step. */
export interface PortRow {
  port: string;
  /** Artifact type; undefined for any. */
  type?: string;
  arity: "one" | "optional" | "many";
  about: string;
}

/** Everything that {@linkcode stepReference} tells. */
export interface StepReference {
  name: string;
  summary: string;
  inputs: PortRow[];
  outputs: PortRow[];
  /** Parameter that chooses the one output that is made. */
  outputChosenBy?: string;
  sets: ParameterSet[];
  random: boolean;
}

/**
 * The reference of one step.
 *
 * ```ts
 * import { registry } from "../steps/registry.ts";
 * import { stepReference } from "./reference.ts";
 * import assert from "node:assert/strict";
 *
 * const { inputs, sets } = stepReference("window", await registry.load("window"));
 * assert.equal(inputs[0]?.type, "Recordings");
 * assert.equal(sets[0]?.parameters[0]?.type, "whole number from 2, or text");
 * ```
 */
export function stepReference(name: string, definition: StepDefinition<any, any, any>): StepReference {
  const schema = jsonSchemaOf(definition.params);
  const variants: JsonSchema[] = schema.oneOf ?? schema.anyOf ?? [schema];
  const { outputChosenBy } = definition;
  return {
    name,
    summary: definition.summary,
    inputs: Object.entries(definition.inputs).map(([port, spec]) => {
      const { type, arity } = portOf(spec as Parameters<typeof portOf>[0]);
      return { port, arity, about: type?.summary ?? "", ...(type === null ? {} : { type: type.name }) };
    }),
    outputs: Object.entries(definition.outputs).map(([port, type]) => {
      const { name, summary } = type as { name: string; summary?: string };
      return { port, type: name, arity: "one", about: summary ?? "" };
    }),
    ...(outputChosenBy === undefined ? {} : { outputChosenBy }),
    sets: variants.map((variant) => setOf(variant, schema.$defs ?? {}, variants.length > 1)),
    random: definition.random === true,
  };
}

/** A step's ports in one line, e.g. `Recordings → Windows`. */
export function signature({ inputs, outputs, outputChosenBy }: StepReference): string {
  const marks = { one: "", optional: "?", many: "…" };
  const left = inputs.map(({ type = "anything", arity }) => type + marks[arity]).join(", ");
  const right = outputs.map(({ type }) => type).join(outputChosenBy === undefined ? ", " : " or ");
  return `${left === "" ? "" : `${left} `}→ ${right}`;
}

function setOf(variant: JsonSchema, definitions: JsonSchema, chosen: boolean): ParameterSet {
  const properties = Object.entries<JsonSchema>(variant.properties ?? {});
  const [deciding] = chosen ? properties.filter(([, p]) => p.const !== undefined) : [];
  const parameters = properties.filter(([name]) => name !== deciding?.[0]).flatMap(([name, property]) =>
    rowsOf(name, property, (variant.required ?? []).includes(name), definitions, 0)
  );
  if (deciding === undefined) return { parameters };
  const [name, { const: value, description: about = "" }] = deciding;
  return { choice: `${name}: ${value}`, about, parameters };
}

/** A key and the keys below it. */
function rowsOf(
  path: string,
  property: JsonSchema,
  required: boolean,
  definitions: JsonSchema,
  depth: number,
): ParameterRow[] {
  const schema = resolved(property, definitions);
  const fallback = property.default ?? schema.default;
  const row: ParameterRow = {
    path,
    type: typeWords(schema, definitions),
    required: required && fallback === undefined,
    ...(fallback === undefined ? {} : { fallback: inYaml(fallback) }),
    about: property.description ?? schema.description ?? "",
  };
  if (depth === 2) return [row];
  const options: JsonSchema[] = schema.anyOf ?? schema.oneOf ?? [schema];
  // What one of several forms requires, the value as a whole does not.
  const needs = (schema: JsonSchema, name: string) =>
    options.length === 1 && (schema.required ?? []).includes(name);
  const below = (schema: JsonSchema, prefix: string): ParameterRow[] =>
    Object.entries<JsonSchema>(schema.properties ?? {}).flatMap(([name, inner]) =>
      rowsOf(`${prefix}.${name}`, inner, needs(schema, name), definitions, depth + 1)
    );
  const inner = options.map((option) => resolved(option, definitions)).flatMap((option) => [
    ...below(option, path),
    ...(isSchema(option.items) ? below(resolved(option.items, definitions), `${path}[]`) : []),
    ...(isSchema(option.additionalProperties)
      ? below(resolved(option.additionalProperties, definitions), `${path}.NAME`)
      : []),
  ]);
  return [row, ...joined(inner)];
}

/** Rows of the same key in several forms become one. */
function joined(rows: ParameterRow[]): ParameterRow[] {
  return [...Map.groupBy(rows, ({ path }) => path).values()].map((same) => {
    const texts = (of: (row: ParameterRow) => string) => [...new Set(same.map(of))].filter((t) => t !== "");
    return {
      ...same[0]!,
      type: texts((row) => row.type).join(", or "),
      about: texts((row) => row.about).join(" "),
    };
  });
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === "object" && value !== null;

function resolved(schema: JsonSchema, definitions: JsonSchema): JsonSchema {
  const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? "")?.[1];
  return name === undefined ? schema : definitions[name] ?? {};
}

/** A type in words: `whole number from 1 to 64`, `` `mean` or `max` ``, `list of text`. */
function typeWords(schema: JsonSchema, definitions: JsonSchema, depth = 0): string {
  const inner = (s: JsonSchema) => typeWords(resolved(s, definitions), definitions, depth + 1);
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return orList(schema.enum.map((value: Json) => `\`${value}\``));
  const options: JsonSchema[] | undefined = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) {
    return depth > 2 ? "any value" : [...new Set(options.map(inner))].join(", or ");
  }
  switch (schema.type) {
    case "integer":
      return `whole number${range(schema)}`;
    case "number":
      return `number${range(schema)}`;
    case "string":
      return "text";
    case "boolean":
      return "`true` or `false`";
    case "null":
      return "`null`";
    case "array":
      if (schema.prefixItems !== undefined) {
        return `list of ${schema.prefixItems.map((item: JsonSchema) => grouped(inner(item))).join(" and ")}`;
      }
      return depth > 2 || !isSchema(schema.items) ? "list" : `list of ${grouped(inner(schema.items))}`;
    case "object":
      return depth <= 2 && isSchema(schema.additionalProperties)
        ? `map of names to ${grouped(inner(schema.additionalProperties))}`
        : "map";
    default:
      return "any value";
  }
}

const grouped = (words: string) => words.includes(", or ") ? `(${words})` : words;

function range({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonSchema): string {
  const words = [
    ...(minimum !== undefined && minimum > -Number.MAX_SAFE_INTEGER ? [`from ${minimum}`] : []),
    ...(exclusiveMinimum !== undefined ? [`above ${exclusiveMinimum}`] : []),
    ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? [`to ${maximum}`] : []),
    ...(exclusiveMaximum !== undefined ? [`below ${exclusiveMaximum}`] : []),
  ];
  return words.length === 0 ? "" : ` ${words.join(" ")}`;
}

function orList(words: string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** A value as it would stand in a workflow. */
function inYaml(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(inYaml).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    return Object.keys(value).length === 0
      ? "{}"
      : `{ ${Object.entries(value).map(([k, v]) => `${k}: ${inYaml(v as Json)}`).join(", ")} }`;
  }
  return typeof value === "string" && !/^[\w./%][\w ./%-]*$/.test(value)
    ? JSON.stringify(value)
    : String(value);
}
