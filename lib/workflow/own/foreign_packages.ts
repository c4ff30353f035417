/** Whether a user's step names packages that the program does not lock. */

const library = new URL("../../", import.meta.url).href;
const lockFile = new URL("../../../deno.lock", import.meta.url).href;

/** Specifiers of static and literal dynamic imports. Text that only looks like one costs a process and no more. */
const importing = /\b(?:from|import|import\()\s*["']([^"'\n]+)["']/g;

/**
 * Whether the module, or one of the user's that it imports by its path, names a package that the program's lock file
 * does not have. Loading it in this process would fail, and with it every later import of the program's own.
 *
 * @param module File URL.
 */
export function namesForeignPackage(module: string): boolean {
  const urls = new Set([module]);
  for (const url of urls) {
    if (url.startsWith(library)) continue;
    for (const [, specifier = ""] of textOf(url).matchAll(importing)) {
      if (/^\.{0,2}\//.test(specifier)) urls.add(new URL(specifier, url).href);
      else if (/^(?:npm|jsr|https?):/.test(specifier) && !isLocked(specifier)) return true;
    }
  }
  return false;
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
