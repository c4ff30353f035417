/** Tables of tests name places in files; this tells whether they are there. */
import { fileURLToPath } from "node:url";

/** Something with a name in a file of the repository. */
export interface Place {
  file: string;
  name: string;
}

const root = new URL("../../", import.meta.url);
const texts = new Map<string, string>();

/** Text of a file of the repository; empty where there is none. */
export function textOf(file: string): string {
  let text = texts.get(file);
  if (text === undefined) {
    try {
      text = Deno.readTextFileSync(fileURLToPath(new URL(file, root)));
    } catch {
      text = "";
    }
    texts.set(file, text);
  }
  return text;
}

/** What is wrong with the name of a test; undefined where there is such a test. */
export function missingTest({ file, name }: Place): string | undefined {
  if (!file.endsWith("_test.ts")) return `${file} is no test file`;
  // A name is a whole string or template of a test file, not a part of a longer one.
  const there = [`"${name}"`, `\`${name}\``].some((quoted) => textOf(file).includes(quoted));
  return there ? undefined : `${file} has no test "${name}"`;
}
