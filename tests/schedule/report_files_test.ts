import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { junit, prometheus, reportTexts } from "../../lib/schedule/report_files.ts";
import { report } from "./fixtures.ts";

const run = report("20260101-000000-abcd", "2026-01-01T00:00:00.000Z", {
  workflow: 'a "quoted" <name>\n',
  failures: [{ task: "model", message: "broken & gone\u0000" }],
});

Deno.test("junit() is XML with a case for each limit: failed, skipped or an error", () => {
  const text = junit(run);
  const { document } = parseHTML(text.replace(/^<\?xml.*\?>\n/, ""));
  const suite = document.querySelector("testsuite")!;
  const count = (name: string) => suite.getAttribute(name);
  assert.deepEqual(["tests", "failures", "errors", "skipped"].map(count), ["4", "1", "1", "1"]);
  assert.equal(document.querySelectorAll("testcase").length, 4);
  assert.ok(text.includes('message="broken &amp; gone"'));
  assert.ok(text.includes('name="a &quot;quoted&quot; &lt;name&gt;&#10;"'));
  assert.ok(!text.includes("\u0000"));
});

Deno.test("prometheus() follows the text format, with origin and n, without values that are undefined", () => {
  const lines = prometheus(run).trim().split("\n");
  const sample = /^[a-z_]+\{([a-z]+="([^"\\\n]|\\["\\n])*",?)+\} (NaN|[+-]Inf|-?[\d.e+-]+)$/;
  for (const line of lines) assert.match(line, line.startsWith("#") ? /^# (HELP|TYPE) motiflow_/ : sample);
  assert.ok(lines.some((l) => /^motiflow_metric\{.*metric="accuracy",origin="simulated"\} 0\.9$/.test(l)));
  assert.ok(lines.some((l) => /^motiflow_metric_n\{.*metric="accuracy".*\} 900$/.test(l)));
  assert.ok(!lines.some((l) => l.includes("silhouette")));
  assert.equal(new Set(lines.filter((l) => l.startsWith("# TYPE"))).size, 6);
});

Deno.test("reportTexts() gives the report as JSON as well", () => {
  assert.deepEqual(JSON.parse(reportTexts(run).json), run);
});
