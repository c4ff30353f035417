import assert from "node:assert/strict";
import { readJunit } from "./junit.ts";
import { notRunLine, reasonOf, rowsLine, shown } from "./shown.ts";

const cases = readJunit(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="7" failures="1" errors="0" time="0.011">
    <testsuite name="./tests/a_test.ts" tests="6" disabled="2" errors="0" failures="1">
        <testcase name="outer" classname="./tests/a_test.ts" time="0.001" line="1" col="6">
        </testcase>
        <testcase name="5 &lt; 6 &amp; &quot;x&quot;" classname="./tests/a_test.ts" time="0" line="2" col="6">
        </testcase>
        <testcase name="outer &gt; inner" classname="./tests/a_test.ts" time="0.000" line="3" col="6">
            <skipped/>
        </testcase>
        <testcase name="left out" classname="./tests/a_test.ts" time="0.000" line="10" col="6">
            <skipped/>
        </testcase>
        <testcase name="wrong" classname="./tests/a_test.ts" time="0.000" line="20" col="6">
            <failure message="no">at x</failure>
        </testcase>
        <testcase name="killed (3 kills)" classname="./tests/a_test.ts" time="0" line="30" col="6"/>
    </testsuite>
    <testsuite name="./tests/b_test.ts" tests="1" disabled="0" errors="0" failures="0">
        <testcase name="left out" classname="./tests/b_test.ts" time="0.000" line="10" col="6">
        </testcase>
    </testsuite>
</testsuites>`);
const at = (name: string, file = "tests/a_test.ts") => [{ file, name }];

Deno.test("readJunit() reads names, places and outcomes of tests and steps", () => {
  assert.deepEqual(cases.map(({ name, line, outcome }) => [name, line, outcome]), [
    ["outer", 1, "passed"],
    ['5 < 6 & "x"', 2, "passed"],
    ["outer > inner", 3, "skipped"],
    ["left out", 10, "skipped"],
    ["wrong", 20, "failed"],
    ["killed (3 kills)", 30, "passed"],
    ["left out", 10, "passed"],
  ]);
  assert.equal(cases[6].file, "tests/b_test.ts");
});

Deno.test("shown() takes a test for shown only if it passed in the run", () => {
  assert.equal(shown(at("outer"), cases), "passed");
  assert.equal(shown(at("inner"), cases), "skipped");
  assert.equal(shown(at("left out"), cases), "skipped");
  assert.equal(shown(at("left out", "tests/b_test.ts"), cases), "passed");
  assert.equal(shown(at("wrong"), cases), "failed");
  assert.equal(shown(at("gone"), cases), "not run");
  assert.equal(shown(at("out"), cases), "not run");
  assert.equal(shown(at("killed (${kills} kills)"), cases), "passed");
  assert.equal(shown([...at("outer"), ...at("gone")], cases), "not run");
  assert.equal(shown([...at("left out"), ...at("wrong")], cases), "failed");
});

Deno.test("rowsLine() lets a row count only if its tests passed in this run, and names the others", () => {
  const rows = {
    T1: { test: at("outer")[0] },
    T2: { tests: [...at("outer"), ...at("wrong")] },
    T3: { test: at("left out") },
    T4: { test: at("emptied or renamed")[0] },
    T5: {},
  };
  assert.deepEqual(rowsLine(rows, cases), {
    line: "1 of 4 rows shown by passed tests; T2 failed, T3 skipped, T4 not run",
    unshown: 2,
  });
});

Deno.test("notRunLine() counts what was left out by its reason, and says where none was given", () => {
  const told = (line: number, reason: string) => ({ file: "tests/a_test.ts", line, reason });
  const reasons = [told(12, "no disk"), told(4, "no Slurm")];
  assert.equal(reasonOf(cases[3], reasons), "no disk");
  assert.equal(notRunLine(cases, reasons), "2 not run: no Slurm (1), no disk (1)");
  assert.equal(notRunLine(cases, [told(4, "no Slurm")]), "2 not run: no Slurm (1), no reason given (1)");
  assert.equal(notRunLine([cases[0]], []), "0 not run");
});

Deno.test("every test that may be left out says why", async () => {
  const unsaid: string[] = [];
  const visit = async (folder: URL) => {
    for await (const entry of Deno.readDir(folder)) {
      const url = new URL(entry.name + (entry.isDirectory ? "/" : ""), folder);
      if (entry.isDirectory) await visit(url);
      else if (entry.name.endsWith("_test.ts")) {
        const text = (await Deno.readTextFile(url)).replaceAll(/(["'`])(?:(?!\1)[^\\\n]|\\.)*\1/g, '""');
        for (const [use] of text.matchAll(/\bignore(:[^\n]*|,|\s*\})|\.ignore\(/g)) {
          if (!use.startsWith("ignore: skipReason(")) unsaid.push(`${entry.name}: ${use}`);
        }
      }
    }
  };
  await visit(new URL("../", import.meta.url));
  assert.deepEqual(unsaid, []);
});
