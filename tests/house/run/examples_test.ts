import assert from "node:assert/strict";
import { readFiles } from "../files.ts";
import { examplesOf } from "./examples.ts";

const text = `/** A module. */
import { other } from "./other.ts";

/**
 * Doubles.
 *
 * @example
 * \`\`\`ts
 * import assert from "node:assert/strict";
 * import { three } from "./three.ts";
 * import {
 *   two,
 * } from "../two.ts";
 * assert.equal(double(three), [...halves(two), x.unused].length);
 * \`\`\`
 */
export async function double(x: number) {}
export const halves = 1, unused = 2;
export { type Shape, two, four as unused } from "./two.ts";

  /**
   * \`\`\`ts
   * unused();
   * \`\`\`
   */
`;

Deno.test("examplesOf() makes each example a test with its imports and the module's own exports", () => {
  assert.deepEqual(examplesOf({ path: "lib/a/m.ts", text }, "/here"), [
    {
      name: "lib/a/m.ts#9-14",
      text: `import assert from "node:assert/strict";
import { three } from "file:///here/lib/a/three.ts";
import {
  two,
} from "file:///here/lib/two.ts";
import { double, halves } from "file:///here/lib/a/m.ts";
Deno.test("lib/a/m.ts#9-14", async () => {
assert.equal(double(three), [...halves(two), x.unused].length);
});
`,
    },
    {
      name: "lib/a/m.ts#23-23",
      text: `import { unused } from "file:///here/lib/a/m.ts";
Deno.test("lib/a/m.ts#23-23", async () => {
unused();
});
`,
    },
  ]);
});

Deno.test("examplesOf() finds every example of the program", () => {
  for (const source of readFiles("lib")) {
    const fences = source.text.match(/^ *\* *```\w/gm)?.length ?? 0;
    assert.equal(examplesOf(source, "/here").length, fences, source.path);
  }
});
