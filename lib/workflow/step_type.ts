/** What checking needs of a step type, wherever its definition lives. */
import { z } from "zod";
import type { Json } from "../artifacts/artifact.ts";
import type { OutputTypes, PortTypes } from "./ports.ts";
import {
  type FileRequest,
  type LiveLimit,
  type Mapping,
  type NeededInput,
  type ParamProblem,
  portOf,
  type StepDefinition,
  type StepPermissions,
} from "./step.ts";

/** JSON Schema as far as it is looked into. */
export type JsonSchema = { [key: string]: any };

/** Everything of a definition that is plain data. */
export interface StepFacts {
  ports: PortTypes;
  outputs: OutputTypes;
  /** Parameter that names the one output that is made. */
  outputChosenBy?: string;
  random: boolean;
  /** Undefined where the definition does not say. */
  cache?: "pure" | "never";
  measures?: true;
  lineage?: true;
  deploys?: true;
  resources: { cpu?: number; exclusive?: boolean };
  usualSeconds?: number;
}

/** Parameters after defaults and what they decide, or what is wrong with them. */
export type Resolution =
  | {
    ok: true;
    params: Json;
    files: FileRequest[];
    permissions: StepPermissions;
    map?: Mapping;
    problems: ParamProblem[];
    /** Optional inputs that the parameters make necessary. */
    needs?: NeededInput[];
    /** What no stream or device computes, see `StepDefinition.notLive`. */
    notLive?: LiveLimit[];
    /** What a step that deploys is made for, where it says so. */
    targets?: readonly string[];
  }
  | { ok: false; issues: readonly z.core.$ZodIssue[]; shape: JsonSchema }
  /** The fault is the definition's: a clause that begins with the field. */
  | { ok: false; fault: string };

/** A step type to check against. */
export interface StepType extends StepFacts {
  resolve(written: Json): Resolution | Promise<Resolution>;
}

/** A definition that is loaded in this process. */
export function stepType(definition: StepDefinition<any, any, any>): StepType {
  return { ...factsOf(definition), resolve: (written) => resolveWith(definition, written) };
}

/** The plain data of a definition. */
export function factsOf(definition: StepDefinition<any, any, any>): StepFacts {
  return {
    ports: portTypes(definition),
    outputs: Object.fromEntries(
      Object.entries(definition.outputs).map(([port, type]) => [port, (type as { name: string }).name]),
    ),
    ...(definition.outputChosenBy === undefined ? {} : { outputChosenBy: definition.outputChosenBy }),
    random: definition.random === true,
    ...(definition.cache === undefined ? {} : { cache: definition.cache }),
    ...(definition.measures === true ? { measures: true } : {}),
    ...(definition.lineage === true ? { lineage: true } : {}),
    ...(definition.deploys ? { deploys: true } : {}),
    resources: definition.resources ?? {},
    ...(definition.usualSeconds === undefined ? {} : { usualSeconds: definition.usualSeconds }),
  };
}

/** The type with those outputs only that it makes for parameters as they stand in the file. */
export function withChosenOutput(type: StepType, written: Json): StepType {
  const { outputChosenBy, outputs } = type;
  if (outputChosenBy === undefined) return type;
  const choice = written !== null && typeof written === "object" && !Array.isArray(written)
    ? written[outputChosenBy]
    : undefined;
  return {
    ...type,
    outputs: Object.fromEntries(Object.entries(outputs).filter(([port]) => port === choice)),
  };
}

/** Ports of a definition as plain data. */
export function portTypes(definition: StepDefinition<any, any, any>): PortTypes {
  return Object.fromEntries(
    Object.entries(definition.inputs).map(([name, spec]) => {
      const { type, arity } = portOf(spec as Parameters<typeof portOf>[0]);
      return [name, { type: type?.name ?? null, arity }];
    }),
  );
}

/** Parses parameters and asks the definition what they decide. */
export function resolveWith(definition: StepDefinition<any, any, any>, written: Json): Resolution {
  const result = (definition.params as z.ZodType).safeParse(written);
  if (!result.success) {
    return { ok: false, issues: result.error.issues, shape: jsonSchemaOf(definition.params) };
  }
  const { permissions, deploys } = definition;
  const map = mappingOf(definition, result.data);
  return {
    ok: true,
    params: result.data as Json,
    files: definition.files?.(result.data) ?? [],
    permissions: typeof permissions === "function" ? permissions(result.data) : permissions ?? {},
    ...(map === undefined ? {} : { map }),
    problems: definition.check?.(result.data) ?? [],
    ...(definition.needs === undefined ? {} : { needs: definition.needs(result.data) }),
    ...(definition.notLive === undefined ? {} : { notLive: definition.notLive(result.data) }),
    ...(typeof deploys === "function" ? { targets: deploys(result.data) } : {}),
  };
}

/** How the step maps with these parameters; undefined where it does not. */
function mappingOf(definition: StepDefinition<any, any, any>, params: unknown): Mapping | undefined {
  const rule = definition.map === "recording" ? {} : definition.map?.(params);
  if (rule === undefined) return undefined;
  const { whole = [], mergeFiles, files } = rule;
  const ports = Object.entries(definition.inputs).flatMap(([name, spec]) => {
    const { type, arity } = portOf(spec as Parameters<typeof portOf>[0]);
    return arity !== "many" && type?.shards !== undefined && !whole.includes(name) ? [name] : [];
  });
  return {
    ports,
    ...(mergeFiles === undefined ? {} : { mergeFiles }),
    ...(files === undefined ? {} : { files }),
    ...(definition.merge === undefined ? {} : { merges: true }),
  };
}

/** The JSON Schema of what may be written; best effort where zod cannot express a part. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
}
