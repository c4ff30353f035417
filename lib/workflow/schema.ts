/**
 * JSON Schema (draft 2020-12) of workflow files, from the same zod definitions that the checker uses. Editors get the
 * keys and types of each step's `with`; what needs the whole file (edges, cycles, expressions) stays with the checker.
 */
import { z } from "zod";
import { NAME, stepSchema, workflowSchema } from "./grammar.ts";
import { jsonSchemaOf, portTypes } from "./step_type.ts";
import { signature, type StepReference, stepReference } from "./reference.ts";
import type { StepRegistry } from "./step.ts";

type Schema = { [key: string]: any };

const TITLE = "Motiflow workflow";

/** What may stand in place of any value. */
const EXPRESSION: Schema = { type: "string", pattern: "\\$\\{\\{.*\\}\\}" };
const EXPRESSION_REF: Schema = { $ref: "#/$defs/expression" };

/** The schema of workflows with the steps of a registry. */
export async function workflowJsonSchema(registry: StepRegistry): Promise<Schema> {
  const schema = jsonSchemaOf(workflowSchema);
  const step = jsonSchemaOf(stepSchema);
  delete step.$schema;
  const names = [...registry.names].sort();
  const definitions = await Promise.all(names.map((name) => registry.load(name)));
  const references = definitions.map((definition, i) => stepReference(names[i]!, definition));
  step.defaultSnippets = references.map(snippet);
  step.properties.uses = {
    description: step.properties.uses.description,
    anyOf: [
      ...references.map((step) => ({ const: step.name, description: hover(step) })),
      { type: "string", pattern: "^\\.{0,2}/.*\\.[cm]?[jt]s$", description: "Your own step." },
    ],
  };
  step.properties.from.anyOf[2].propertyNames = { type: "string" };
  const shared: Schema = {};
  step.allOf = definitions.map((definition, i) => ({
    if: { properties: { uses: { const: names[i] } }, required: ["uses"] },
    then: {
      properties: {
        with: parametersOf(names[i]!, definition.params, shared),
        from: fromOf(step.properties.from, portTypes(definition)),
        permissions: false,
      },
      ...(needsWith(definition.params) ? { required: ["with"] } : {}),
      ...(Object.values(portTypes(definition)).some((p) => p.arity === "one")
        ? { required: requiredOf(definition) }
        : {}),
    },
  }));
  schema.properties.steps = {
    description: schema.properties.steps.description,
    type: "object",
    minProperties: 1,
    propertyNames: { type: "string", pattern: NAME.source },
    additionalProperties: { $ref: "#/$defs/step" },
  };
  const limits = schema.properties.alerts.items;
  limits.anyOf = [{ required: ["below"] }, { required: ["above"] }];
  return { ...schema, title: TITLE, $defs: { step, expression: EXPRESSION, ...shared } };
}

/** Whether a text is a schema that this file made, of any version. */
export function isWorkflowSchema(text: string): boolean {
  try {
    return JSON.parse(text)?.title === TITLE;
  } catch {
    return false;
  }
}

/** What an editor shows on a step's name: what it does, takes and gives, and its parameters. */
function hover(step: StepReference): string {
  const keys = [...new Set(step.sets.flatMap(({ parameters }) => parameters.map(({ path }) => path)))]
    .filter((path) => !/[.[]/.test(path));
  const choices = step.sets.flatMap(({ choice }) => choice ?? []);
  return [
    `${step.summary}.`,
    signature(step),
    ...(choices.length === 0 ? [] : [`One of: ${choices.join("; ")}.`]),
    ...(keys.length === 0 ? [] : [`Parameters: ${keys.join(", ")}.`]),
  ].join("\n\n");
}

/** A step to fill in: what it must be given, with the usual names. */
function snippet({ name, summary, inputs, sets }: StepReference): Schema {
  let stop = 0;
  const place = (text: string) => `\${${++stop}:${text}}`;
  const sources = inputs.filter(({ arity }) => arity !== "optional")
    .map(({ port, type }) => place(type === undefined ? "results" : port));
  const [first] = sets;
  const [deciding, value] = first?.choice?.split(": ") ?? [];
  const needed = (first?.parameters ?? []).filter(({ required, path }) => required && !/[.[]/.test(path));
  const params = {
    ...(deciding === undefined ? {} : { [deciding]: place(value!) }),
    ...Object.fromEntries(needed.map(({ path }) => [path, place(path)])),
  };
  return {
    label: name,
    description: summary,
    body: {
      uses: name,
      ...(sources.length === 0 ? {} : { from: sources.length === 1 ? sources[0] : sources }),
      ...(Object.keys(params).length === 0 ? {} : { with: params }),
    },
  };
}

function requiredOf(definition: { params: z.ZodType }): string[] {
  return needsWith(definition.params) ? ["with", "from"] : ["from"];
}

/** Whether `with` has a key without default. */
function needsWith(params: z.ZodType): boolean {
  return !params.safeParse({}).success;
}

/** Schema of a step's parameters; its own definitions move to the file's, under a name of the step. */
function parametersOf(uses: string, params: z.ZodType, shared: Schema): Schema {
  const { $schema: _, $defs, ...schema } = JSON.parse(
    JSON.stringify(jsonSchemaOf(params)).replaceAll('"#/$defs/', `"#/$defs/${uses}.`),
  );
  for (const [name, definition] of Object.entries($defs ?? {})) {
    shared[`${uses}.${name}`] = withExpressions(definition as Schema);
  }
  return byChoice(schema) ?? withExpressions(schema);
}

/**
 * Sets of keys of which one key decides, as conditions: an editor then tells which key is missing from the set that was
 * chosen, where alternatives would only say that none of them fits.
 */
function byChoice({ oneOf: variants, ...schema }: Schema): Schema | undefined {
  if (variants === undefined) return undefined;
  const chosenBy = (key: string) => variants.map(({ properties }: Schema) => properties?.[key]);
  const key = Object.keys(variants[0].properties ?? {}).find((key) =>
    chosenBy(key).every((property: Schema | undefined) => property?.const !== undefined)
  );
  if (key === undefined) return undefined;
  const choices = chosenBy(key).map(({ const: value, description }: Schema) => ({
    const: value,
    description,
  }));
  return {
    ...schema,
    type: "object",
    required: [key],
    properties: { [key]: { anyOf: [...choices, EXPRESSION_REF] } },
    allOf: variants.map((variant: Schema, i: number) => ({
      if: { properties: { [key]: { const: choices[i].const } }, required: [key] },
      then: withExpressions(variant),
    })),
  };
}

function fromOf(from: Schema, ports: Record<string, { arity: string }>): Schema {
  const [one, list] = from.anyOf;
  const names = Object.keys(ports);
  if (names.length === 0) return { not: {} };
  const port = { anyOf: [one, list] };
  return {
    anyOf: [one, list, {
      type: "object",
      properties: Object.fromEntries(names.map((n) => [n, port])),
      additionalProperties: false,
    }],
  };
}

/** Lets every value also be an expression; object keys stay as they are. */
function withExpressions(schema: Schema, top = true): Schema {
  const inner: Schema = { ...schema };
  for (const key of ["anyOf", "oneOf", "allOf"]) {
    if (Array.isArray(inner[key])) inner[key] = inner[key].map((s: Schema) => withExpressions(s, true));
  }
  for (const key of ["properties", "$defs"]) {
    if (inner[key] === undefined) continue;
    inner[key] = Object.fromEntries(
      Object.entries(inner[key]).map(([k, s]) => [k, withExpressions(s as Schema, false)]),
    );
  }
  for (const key of ["items", "additionalProperties"]) {
    if (typeof inner[key] === "object" && !Array.isArray(inner[key])) {
      inner[key] = withExpressions(inner[key], false);
    }
  }
  if (Array.isArray(inner.prefixItems)) {
    inner.prefixItems = inner.prefixItems.map((s: Schema) => withExpressions(s, false));
  }
  // A default fills what is missing, so such a key is not required in a file.
  if (Array.isArray(inner.required)) {
    inner.required = inner.required.filter((key: string) => inner.properties?.[key]?.default === undefined);
  }
  if (
    top ||
    (inner.type === "string" && inner.enum === undefined && inner.pattern === undefined &&
      inner.minLength === undefined)
  ) {
    return inner;
  }
  const { description, default: fallback, $ref, ...rest } = inner;
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    anyOf: [$ref === undefined ? rest : { $ref, ...rest }, EXPRESSION_REF],
  };
}
