/** What to write instead of a value that does not fit: from the value and its JSON Schema, without knowing the step. */
import type { z } from "zod";
import type { Json } from "../../artifacts/artifact.ts";
import { own } from "../../own.ts";
import { nearest } from "../../text/suggest.ts";
import type { YamlNode } from "../node.ts";
import type { JsonSchema } from "../step_type.ts";

type Hint = { hint?: string };

/** A value that does not fit, and where it stands. */
export interface Misfit {
  issue: z.core.$ZodIssue;
  /** Name of the parameter, or its place in a list. */
  name: string;
  value: Json;
  node: YamlNode;
  /** The value as it was written. */
  source: string;
  /** All schemas that the place may have. */
  shapes: readonly JsonSchema[];
}

/** The first that applies; the description of the place where none does. */
export function hintFor(misfit: Misfit): Hint {
  const { node, value } = misfit;
  const written = node.kind === "scalar" && typeof node.value === "string" ? node.value : "";
  if (written.includes("${{")) return { hint: `${written} is ${show(value)} here` };
  const hint = typeof value === "string" ? ofText(misfit, value) : ofOther(misfit);
  return hint === undefined ? describe(misfit.name, misfit.shapes) : { hint };
}

/** What the schemas say of a place; nothing where alternatives say different things. */
export function describe(name: string, shapes: readonly JsonSchema[]): Hint {
  const [description, ...others] = new Set(shapes.flatMap((s) => s.description ?? []));
  if (description === undefined || (others.length > 0 && shapes.every((s) => s.const !== undefined))) {
    return {};
  }
  return { hint: `${name}: ${description}` };
}

/** Words of cron for whole times, which systemd and other programs know besides. */
const cronWords: Record<string, string> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

const typographic = /^[“”„«‘’‚](.*)[“”„«»‘’‚]$/;

function ofText({ issue, name, shapes }: Misfit, value: string): string | undefined {
  const cron = own(cronWords, value.trim().replace(/^@?/, "@").toLowerCase());
  if (name === "cron" && cron !== undefined) return `write "${cron}"`;
  const plain = typographic.exec(value)?.[1];
  if (plain !== undefined) return `these quotes are part of the text: write "${plain}"`;
  const variable = /^\$\{?([A-Za-z][\w-]*)\}?$/.exec(value)?.[1];
  if (variable !== undefined) return `a param is written "\${{ params.${variable} }}"`;
  const words = choices(issue, shapes);
  const meant = nearest(value, words);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  const types = new Set(shapes.flatMap((s) => s.type ?? []));
  if (types.has("number") || types.has("integer")) {
    const number = value.trim().replace(/^([-+]?\d+),(\d+)$/, "$1.$2");
    if (/^[-+]?\d+(\.\d+)?$/.test(number)) return `write the number without quotes: ${number}`;
  }
  if (types.has("boolean") && /^(yes|on|no|off)$/i.test(value)) {
    return `write ${/^(yes|on)$/i.test(value)} without quotes`;
  }
  return types.has("string") ? undefined : containerHint(name, types, shapes);
}

function ofOther({ issue, name, value, node, source, shapes }: Misfit): string | undefined {
  const types = new Set(shapes.flatMap((s) => s.type ?? []));
  const scalar = node.kind === "scalar" && value !== null;
  if (scalar && issue.code === "invalid_type" && issue.expected === "string") {
    return `put it into quotes: "${source}"`;
  }
  if (types.has("object") && Array.isArray(value)) {
    return `write a map, a name before each colon and no dash: ${name}: { … }`;
  }
  return scalar ? containerHint(name, types, shapes) : undefined;
}

/** A single value where a list or a map is meant. */
function containerHint(
  name: string,
  types: ReadonlySet<string>,
  shapes: readonly JsonSchema[],
): string | undefined {
  if (types.has("array")) {
    const { hint } = describe(name, shapes);
    return `write a list in [ ]${hint === undefined ? "" : `; ${hint}`}`;
  }
  const [object] = shapes.filter((s) => s.type === "object");
  const keys: string[] = object?.required ?? [];
  return keys.length === 0 ? undefined : `write ${name}: { ${keys.map((key) => `${key}: …`).join(", ")} }`;
}

/** The words that a text is chosen from. */
function choices(issue: z.core.$ZodIssue, shapes: readonly JsonSchema[]): string[] {
  const ofIssue = issue.code === "invalid_value" ? issue.values.map(String) : [];
  return [
    ...ofIssue,
    ...shapes.flatMap((s) => [...s.enum ?? [], ...s.const === undefined ? [] : [s.const]]),
  ].filter((word): word is string => typeof word === "string");
}

/** A value in a message. */
export function show(value: Json): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : clip(JSON.stringify(value));
  if (typeof value === "object") return "a map";
  return typeof value === "string" ? `"${clip(value)}"` : String(value);
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
