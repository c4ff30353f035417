/** Why a user's step cannot be loaded, in words that say what to do. */
import { fileURLToPath } from "node:url";
import { basename } from "node:path";
import { ownFiles } from "./named_packages.ts";

/** What is wrong with a module, and its cure. */
export interface LoadProblem {
  problem: string;
  hint: string;
}

const alone = "a step's module may only define the step; work belongs into `run`";

/** Signs in what the runtime says, and what they mean. Each match begins with the whole of it. */
const meanings: [sign: RegExp, meaning: (match: string[], here: string) => LoadProblem][] = [
  [/^SyntaxError: (.*?)\.? at (file:\S+):(\d+):(\d+)$/s, ([, what = "", file = "", line, column], here) => {
    const name = basename(fileURLToPath(file));
    return {
      problem: `cannot be read at line ${line}, column ${column}${
        name === here ? "" : ` of ${name}`
      }: ${what}`,
      hint: "mend it there; `deno check` on the file tells more",
    };
  }],
  [/Module not found "([^"]+)"/, ([, url = ""]) => ({
    problem: `imports ${pathOf(url)}, which is not there`,
    hint:
      "paths of imports start at the folder of the module that imports, and end with the file's extension",
  })],
  [/Import "([^"]+)" not a dependency/, ([, name = ""]) => ({
    problem: `imports "${name}", a name that the program does not have`,
    hint: `name the package with its version, "npm:${name}@1.2.3"; \`motiflow\` and zod are there by name`,
  })],
  [/matching package for 'npm:([^']+)' in the node_modules/, ([, name = ""]) => ({
    problem: `imports the package ${name}, which is not installed`,
    hint: `install it in the project: npm install ${name}`,
  })],
  [/module '([^']+)' does not provide an export named '([^']+)'/, ([, from = "", name = ""]) => ({
    problem: `imports ${name} from "${from}", which does not export it`,
    hint: "check the name",
  })],
  [/without specifying "type": "json"/, () => ({
    problem: "imports JSON without saying so",
    hint: 'write import data from "./data.json" with { type: "json" }',
  })],
  [/^Expected a (?:Json|JavaScript or TypeScript) module.*? at file:\S+?:(\d+):\d+$/, ([, line]) => ({
    problem: `imports at line ${line} a file that is neither code nor JSON`,
    hint: 'read it in `run`, by `files` of the definition, or as text: with { type: "text" }',
  })],
  [/No such built-in module: (\S+)/, ([, name = ""]) => ({
    problem: `imports ${name}, which is no module of Deno's`,
    hint: "check the name",
  })],
  [/npm package '([^']+)' does not exist/, ([, name = ""]) => ({
    problem: `imports the package ${name}, which npm does not have`,
    hint: "check the name",
  })],
  [/Requires read access to "?([^",]+)/, ([, path = ""]) => ({
    problem: `needs ${path}, which is not in the project`,
    hint:
      "copy code into the project; data is read in `run`, by `files` of the definition or `permissions: { read: […] }`",
  })],
  [/Requires import access to "?([^",]+)/, ([, host = ""]) => ({
    problem: `imports a module of ${host}`,
    hint: "copy it into the project, or import a package by npm: or jsr: with its version",
  })],
  [/Requires (\w+) access to "?([^",]+)/, ([, kind = "", what = ""]) => ({
    problem: `asks for ${kind} ${what} while it is loaded`,
    hint: alone,
  })],
];

/**
 * What it means that a module could not be loaded.
 *
 * @param module File URL.
 * @param said First line of the runtime's message, with the place at its end where there is one.
 */
export function loadProblem(module: string, said: string): LoadProblem {
  const here = basename(fileURLToPath(module));
  for (const [sign, meaning] of meanings) {
    const match = sign.exec(said);
    if (match !== null) return meaning(match, here);
  }
  const broken = /\b(?:JSON|Wasm)\b/.test(said) ? brokenData(module) : undefined;
  return broken ?? { problem: `cannot be loaded: ${said}`, hint: alone };
}

/** The first file of data among the imports that cannot be read: the runtime does not name it. */
function brokenData(module: string): LoadProblem | undefined {
  for (const { url, text } of ownFiles(module)) {
    if (/\.json$/.test(url)) {
      try {
        JSON.parse(text);
      } catch (error) {
        const what = (error as Error).message.replace(/ in JSON at position \d+/, "");
        return { problem: `imports ${pathOf(url)}, which is no JSON: ${what}`, hint: "mend it there" };
      }
    } else if (/\.wasm$/.test(url) && !text.startsWith("\0asm")) {
      return { problem: `imports ${pathOf(url)}, which is no WebAssembly`, hint: "build it again" };
    }
  }
  return undefined;
}

/** What `uses` names that is no module at all; undefined for a module. */
export function noModule(module: string): LoadProblem | undefined {
  const ending = /\.[^./]*$/.exec(module)?.[0] ?? "";
  if (/^\.[cm]?[jt]sx?$/.test(ending)) return undefined;
  return {
    problem: "is no TypeScript or JavaScript",
    hint: /^\.ya?ml$/.test(ending)
      ? "a workflow is no step of another; write its steps into this file"
      : "`uses` takes a step type or the module of a step, e.g. ./my-step.ts",
  };
}

function pathOf(url: string): string {
  return url.startsWith("file:") ? fileURLToPath(url) : url;
}
