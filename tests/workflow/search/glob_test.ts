import assert from "node:assert/strict";
import { cutPattern, matcher } from "../../../lib/workflow/search/glob.ts";

Deno.test("cutPattern() cuts before the first part with a wildcard", () => {
  assert.deepEqual(cutPattern("/a/*/b"), { fixed: "/a", wild: ["*", "b"] });
  assert.deepEqual(cutPattern("/*.csv"), { fixed: "/", wild: ["*.csv"] });
  assert.deepEqual(cutPattern("*.csv"), { fixed: "", wild: ["*.csv"] });
  assert.deepEqual(cutPattern("../a"), { fixed: "../a", wild: [] });
});

Deno.test("matcher() matches as shells do", async () => {
  const yes: [string, string][] = [
    ["*.csv", "a.csv"],
    ["?.csv", "a.csv"],
    ["**/a", "a"],
    ["**/a", "x/y/a"],
    ["{a,b}*", "bc"],
    ["{a,{b,c}}*", "cx"],
    ["[!x]a", "ba"],
    ["[^x]a", "ba"],
    ["[[:digit:]]a", "1a"],
    ["[]a]*", "]b"],
    ["a(b)+*.c", "a(b)+x.c"],
    ["sub_* (copy).csv", "sub_1 (copy).csv"],
    ["!*", "!a"],
    ["@(a|b)*", "@(a|b)c"],
    ['"*"', '"a"'],
    ["$*^", "$a^"],
    ["\\**", "*a"],
    ["sub_{9..11}.csv", "sub_10.csv"],
    ["M\u00fcller?.csv", "Mu\u0308ller1.csv"],
    ["Mu\u0308ller*", "M\u00fcller1.csv"],
    ["?.csv", "u\u0308.csv"],
    ["sub_{08..11}.csv", "sub_09.csv"],
    ["{c..a}*", "bx"],
  ];
  const no: [string, string][] = [
    ["*.csv", "x/a.csv"],
    ["*.csv", "a.CSV"],
    ["?.csv", "ab.csv"],
    ["[!x]a", "xa"],
    ["a*.c", "abc"],
    ["a/**", "b/c"],
    ["@(a|b)*", "a"],
    ["sub_{9..11}.csv", "sub_12.csv"],
    ["sub_{08..11}.csv", "sub_9.csv"],
    ["sub_{1..12}.csv", "sub_.csv"],
  ];
  for (const [glob, path] of yes) assert.ok((await matcher(glob.split("/"), glob))(path), `${glob} ${path}`);
  for (const [glob, path] of no) assert.ok(!(await matcher(glob.split("/"), glob))(path), `${glob} ${path}`);
});
