/**
 * What is wrong with a step definition of the user's: TypeScript tells it in an editor, but the program runs modules
 * without checking their types, and JavaScript has none.
 */
import { nearest } from "../../text/suggest.ts";
import type { StepDefinition } from "../step.ts";

/** Says what is wrong with a value; undefined where nothing is. */
type Rule = (value: unknown) => string | undefined;
type Field = keyof StepDefinition;

const required = {
  type: (value) => value === "" ? "is empty" : text(value),
  inputs: ports(portFault),
  params: schemaFault,
  outputs: ports(typeFault),
  run: needs("a function", isFunction),
} satisfies Partial<Record<Field, Rule>>;

const flag = needs("true or false", (value) => typeof value === "boolean");

const optional: Record<Exclude<Field, keyof typeof required>, Rule> = {
  summary: text,
  outputChosenBy: text,
  random: flag,
  cache: needs('"pure" or "never"', (value) => value === "pure" || value === "never"),
  measures: flag,
  lineage: flag,
  deploys: needs(
    "true, false or a function of the parameters",
    (value) => typeof value === "boolean" || isFunction(value),
  ),
  resources: resourcesFault,
  usualSeconds: needs("a positive number", (value) => typeof value === "number" && value > 0),
  files: needs("a function of the parameters", isFunction),
  permissions: (value) => isFunction(value) ? undefined : permissionsFault(value),
  environment: needs("a function of the parameters", isFunction),
  check: needs("a function of the parameters", isFunction),
  needs: needs("a function of the parameters", isFunction),
  notLive: needs("a function of the parameters", isFunction),
  map: needs('"recording" or a function', (value) => value === "recording" || isFunction(value)),
  merge: needs("a function", isFunction),
};

/**
 * All faults of what a module default-exports, each a clause that begins with the field: "`params` is null, …".
 * None for a definition that can be asked and run.
 */
export function definitionFaults(exported: unknown): string[] {
  if (exported === undefined) return ["the module does not default-export a step"];
  if (!isRecord(exported) || exported instanceof Promise) {
    return [`the default export is ${kindOf(exported)}, and has to be a definition`];
  }
  const faults: string[] = [];
  const test = (field: string, rule: Rule, value: unknown) => {
    const fault = rule(value);
    if (fault !== undefined) faults.push(`\`${field}\` ${fault}`);
  };
  for (const [field, rule] of Object.entries(required)) {
    if (exported[field] === undefined) faults.push(`\`${field}\` is missing`);
    else test(field, rule, exported[field]);
  }
  for (const [field, rule] of Object.entries(optional)) {
    if (exported[field] !== undefined) test(field, rule, exported[field]);
  }
  const loose = notJoined(exported);
  if (loose !== undefined) faults.push(loose);
  const known = [...Object.keys(required), ...Object.keys(optional)];
  for (const field of Object.keys(exported).filter((name) => !known.includes(name))) {
    const meant = nearest(field, known);
    // What a step keeps there for itself is its own affair, a slip of the pen is not.
    if (meant !== undefined) faults.push(`\`${field}\` is no field of a step; did you mean \`${meant}\`?`);
  }
  return faults;
}

/** The fault of a step that maps and leaves an output as a list of shards which no reader joins. */
function notJoined({ map, merge, outputs }: Record<string, unknown>): string | undefined {
  if (map !== "recording" && !isFunction(map) || merge !== undefined || !isRecord(outputs)) return undefined;
  const found = Object.entries(outputs).find(([, type]) => isRecord(type) && type["shards"] !== "joined");
  return found &&
    `\`map\` leaves shards of the port "${found[0]}", whose type cannot be joined from them, and has to ` +
      "come with `merge`, which writes the whole";
}

/** What a definition's functions must give, by field; a fault is a clause like those of {@linkcode definitionFaults}. */
export const answerRules: Record<"files" | "permissions" | "check" | "notLive" | "deploys" | "map", Rule> = {
  files: listOf("{ name, pattern }", (item) => isText(item["name"]) && isText(item["pattern"])),
  permissions: (answer) => {
    const fault = permissionsFault(answer);
    return fault === undefined ? undefined : `gives what ${fault}`;
  },
  check: listOf("{ path, message }", (item) => Array.isArray(item["path"]) && isText(item["message"])),
  notLive: listOf(
    "{ path, message, hint }",
    (item) => Array.isArray(item["path"]) && isText(item["message"]) && isText(item["hint"]),
  ),
  deploys: (answer) =>
    Array.isArray(answer) && answer.every(isText)
      ? undefined
      : `gives ${kindOf(answer)}, and has to give a list of targets such as ["cpu"]`,
  map: (answer) =>
    answer === undefined || isRecord(answer)
      ? undefined
      : `gives ${kindOf(answer)}, and has to give an object { whole, files, mergeFiles } or undefined`,
};

/** What is wrong with the facts that a step gives for its key; undefined where nothing is. */
export function factsFault(facts: unknown): string | undefined {
  if (isRecord(facts) && [Object.prototype, null].includes(Object.getPrototypeOf(facts))) return undefined;
  const given = isRecord(facts) ? `a ${facts.constructor.name}` : kindOf(facts);
  return `\`environment\` gives ${given}, and has to give an object such as { tool: "1.2" }`;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? undefined : `is ${kindOf(value)}, and has to be text`;
}

function needs(what: string, holds: (value: unknown) => boolean): Rule {
  return (value) => holds(value) ? undefined : `is ${kindOf(value)}, and has to be ${what}`;
}

function listOf(what: string, holds: (item: Record<string, unknown>) => boolean): Rule {
  return (value) => {
    const wanted = `and has to give a list of ${what}`;
    if (!Array.isArray(value)) return `gives ${kindOf(value)}, ${wanted}`;
    const wrong = value.find((item) => !isRecord(item) || !holds(item));
    return wrong === undefined && !value.includes(undefined)
      ? undefined
      : `gives a list with ${
        isRecord(wrong) ? JSON.stringify(wrong).slice(0, 80) : kindOf(wrong)
      }, ${wanted}`;
  };
}

function ports(rule: Rule): Rule {
  return (value) => {
    if (!isRecord(value)) return `is ${kindOf(value)}, and has to be an object of ports`;
    for (const [port, what] of Object.entries(value)) {
      // An output is a folder of this name.
      if (!/^[A-Za-z_][\w-]*$/.test(port)) {
        return `has a port ${JSON.stringify(port)}, whose name is not of letters, digits, "_" and "-"`;
      }
      const fault = rule(what);
      if (fault !== undefined) return `has a port "${port}" that ${fault}`;
    }
    return undefined;
  };
}

function portFault(port: unknown): string | undefined {
  if (!isRecord(port) || !Object.hasOwn(port, "arity")) return typeFault(port);
  if (!["one", "optional", "many"].includes(String(port["arity"]))) {
    return `takes ${JSON.stringify(port["arity"])} artifacts, and has to take "one", "optional" or "many"`;
  }
  return port["type"] === null ? undefined : typeFault(port["type"]);
}

function typeFault(type: unknown): string | undefined {
  const isType = isRecord(type) && isText(type["name"]) && Number.isInteger(type["version"]) &&
    isFunction(type["read"]) &&
    isFunction(type["write"]);
  if (isType) return undefined;
  return `is ${kindOf(type)}, and has to be an artifact type such as Metrics`;
}

/** A schema of zod 4, whose instances of another copy are as good. */
function schemaFault(schema: unknown): string | undefined {
  const asked = "and has to be a zod schema, such as z.strictObject({}) for none";
  if (!isRecord(schema)) return `is ${kindOf(schema)}, ${asked}`;
  if (isFunction(schema["safeParse"])) {
    return isRecord(schema["_zod"]) ? undefined : "is a schema of zod 3, and has to be one of zod 4";
  }
  const inner = Object.values(schema);
  return inner.length > 0 && inner.every((part) => isRecord(part) && isFunction(part["safeParse"]))
    ? "is an object of schemas, and has to be one: z.strictObject({ … })"
    : `is ${kindOf(schema)}, ${asked}`;
}

function resourcesFault(value: unknown): string | undefined {
  if (!isRecord(value)) return `is ${kindOf(value)}, and has to be an object { cpu, exclusive }`;
  const { cpu, exclusive, ...others } = value;
  const [other] = Object.keys(others);
  if (other !== undefined) return `has a field "${other}"; what a step may say here is cpu and exclusive`;
  if (cpu !== undefined && !(typeof cpu === "number" && cpu > 0 && Number.isFinite(cpu))) {
    return `has \`cpu\` ${shown(cpu)}, and has to have a positive number`;
  }
  return exclusive === undefined || typeof exclusive === "boolean"
    ? undefined
    : `has \`exclusive\` ${shown(exclusive)}, and has to have true or false`;
}

function permissionsFault(value: unknown): string | undefined {
  const lists = ["net", "run", "read", "env", "sys"];
  if (!isRecord(value)) {
    return `is ${kindOf(value)}, and has to be an object such as { net: ["example.org"] }`;
  }
  for (const [name, granted] of Object.entries(value)) {
    if (granted === undefined) continue;
    if (name === "ffi") {
      if (typeof granted !== "boolean") return `has \`ffi\` ${shown(granted)}, and has to have true or false`;
    } else if (!lists.includes(name)) {
      return `has "${name}", which is no permission; known are ${[...lists, "ffi"].join(", ")}`;
    } else if (!Array.isArray(granted) || !granted.every((item) => typeof item === "string")) {
      return `has \`${name}\` ${shown(granted)}, and has to have a list of texts`;
    }
  }
  return undefined;
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return typeof value === "string"
    ? JSON.stringify(value)
    : typeof value === "number"
    ? `${value}`
    : kindOf(value);
}

/** What somebody wrote, in a word or two. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return "a list";
  if (value instanceof Promise) return "a promise";
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return `the text ${JSON.stringify(value.slice(0, 40))}`;
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
