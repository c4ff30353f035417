/** Reads what Deno writes with `--junit-path`. */

/** One test, or one step of a test, of a run. */
export interface TestCase {
  /** Path from the repository's root. */
  file: string;
  /** Name of the test; a step has the names of those around it before its own, `outer > inner`. */
  name: string;
  /** Line at which the test stands. */
  line: number;
  outcome: "passed" | "failed" | "skipped";
}

const entities: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

function unescape(text: string): string {
  return text.replaceAll(/&(#x?[0-9a-fA-F]+|\w+);/g, (whole, entity: string) => {
    if (entity.startsWith("#x")) return String.fromCodePoint(parseInt(entity.slice(2), 16));
    if (entity.startsWith("#")) return String.fromCodePoint(Number(entity.slice(1)));
    return entities.get(entity) ?? whole;
  });
}

/** All tests and steps of a report, in its order. */
export function readJunit(xml: string): TestCase[] {
  const cases = xml.matchAll(/<testcase\s([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g);
  return [...cases].map(([, attributes, body = ""]) => {
    const of = (name: string) =>
      unescape(attributes.match(new RegExp(`(?:^|\\s)${name}="([^"]*)"`))?.[1] ?? "");
    const outcome = /<(failure|error)\b/.test(body)
      ? "failed"
      : body.includes("<skipped")
      ? "skipped"
      : "passed";
    return {
      file: of("classname").replace(/^\.\//, ""),
      name: of("name"),
      line: Number(of("line")),
      outcome,
    };
  });
}
