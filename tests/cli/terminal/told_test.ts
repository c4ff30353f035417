import assert from "node:assert/strict";
import { lstatSync, mkdirSync, readFileSync } from "node:fs";
import { told } from "../../../lib/cli/terminal/told.ts";

/** What a call throws. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("it does not throw");
}

Deno.test("told() says what the system refuses without a stack, whichever library was asked", () => {
  const file = Deno.makeTempFileSync();
  const long = `/tmp/${"x".repeat(300)}`;
  try {
    const cases: [call: () => unknown, hint: RegExp | undefined][] = [
      [() => Deno.readTextFileSync(`${file}.none`), /a folder on the way/],
      [() => readFileSync(`${file}.none`), /a folder on the way/],
      [() => Deno.lstatSync(`${file}/x`), /a file stands where/],
      [() => lstatSync(`${file}/x`), /a file stands where/],
      [() => Deno.mkdirSync(file), /already/],
      [() => mkdirSync(file), /already/],
      [() => readFileSync("/tmp"), /a folder stands where/],
      [() => Deno.mkdirSync(long), undefined],
      [() => mkdirSync(long), undefined],
    ];
    for (const [call, hint] of cases) {
      const { code, text } = told(thrown(call), []);
      assert.equal(code, 2, text);
      assert.match(text, /^error: [^\n]+(\n {2}hint: [^\n]+)?$/);
      if (hint !== undefined) assert.match(text, hint);
    }
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test("told() shows a stack where the program is at fault", () => {
  const { code, text } = told(new TypeError("x is not a function"), []);
  assert.equal(code, 1);
  assert.match(text, /\n {4}at /);
});
