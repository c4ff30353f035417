/** What a user's step names beyond files, as its text says it before it is loaded. */

const library = new URL("../../", import.meta.url);
const lockFile = new URL("../deno.lock", library).href;

/** Specifiers of static and literal dynamic imports. Text that only looks like one costs a process and no more. */
const importing = /\b(?:from|import|import\()\s*["']([^"'\n]+)["']/g;
/** Lists of names that are imported from the program. */
const taking = /\b(?:import|export)\s*(type\s)?\s*\{([^{}]*)\}\s*from\s*["']motiflow["']/g;

/** Names that `lib/basics.ts` exports, types among them. */
export function basicNames(): Set<string> {
  const lists = textOf(new URL("basics.ts", library).href).matchAll(/^export (?:type )?\{([^}]*)\}/gm);
  return new Set([...lists].flatMap(([, names = ""]) => namesIn(names)));
}

/**
 * What the module, and what it imports of the user's by paths, names of packages.
 *
 * @param module File URL.
 * @returns `foreign`: a package that the program's lock file does not have. Loading it in this process would fail, and
 * with it every later import of the program's own. `basics`: of `motiflow` nothing but names of its basics.
 */
export function namedPackages(module: string): { foreign: boolean; basics: boolean } {
  let [foreign, taken, more] = [false, false, false];
  for (const { text, specifiers } of ownFiles(module)) {
    foreign ||= specifiers.some((name) => /^(?:npm|jsr|https?):/.test(name) && !isLocked(name));
    const names = takenNames(text);
    taken ||= names !== undefined;
    more ||= names === null || names?.every(isBasic) === false;
  }
  return { foreign, basics: taken && !more };
}

/** The module and all that it imports of the user's by paths, with the text and the specifiers of each. */
export function* ownFiles(module: string): Generator<{ url: string; text: string; specifiers: string[] }> {
  const urls = new Set([module]);
  for (const url of urls) {
    if (url.startsWith(library.href)) continue;
    const text = textOf(url);
    const specifiers = /\.json$/.test(url)
      ? []
      : Array.from(text.matchAll(importing), ([, name = ""]) => name);
    for (const name of specifiers) if (/^\.{0,2}\//.test(name)) urls.add(new URL(name, url).href);
    yield { url, text, specifiers };
  }
}

/**
 * Names of what a text imports of `motiflow`, those of lists of types left out; `null` where it does not say them, or is
 * about it otherwise, and undefined where it does not name it.
 */
export function takenNames(text: string): string[] | null | undefined {
  const lists = [...text.matchAll(taking)];
  const mentioned = text.match(/["'`]motiflow["'`]/g)?.length ?? 0;
  if (mentioned === 0) return undefined;
  if (mentioned !== lists.length) return null;
  return lists.flatMap(([, type, names = ""]) => type === undefined ? namesIn(names) : []);
}

let known: Set<string> | undefined;
function isBasic(name: string): boolean {
  return (known ??= basicNames()).has(name);
}

/** `a, type b, c as d` as names. */
function namesIn(list: string): string[] {
  return list.split(",").map((one) => one.trim().replace(/^type\s+/, "").split(/\s/)[0]!).filter((name) =>
    name !== ""
  );
}

function textOf(url: string): string {
  try {
    return Deno.readTextFileSync(new URL(url));
  } catch {
    // Loading it says what is wrong.
    return "";
  }
}

function isLocked(specifier: string): boolean {
  const [, kind, name] = /^(npm|jsr):\/?((?:@[^/]+\/)?[^/]+)/.exec(specifier) ?? [];
  const { specifiers = {} } = JSON.parse(textOf(lockFile) || "{}");
  return Object.hasOwn(specifiers, `${kind}:${name}`);
}
