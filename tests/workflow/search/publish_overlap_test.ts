import assert from "node:assert/strict";
import { check, printed } from "../fake_steps.ts";

const workflow = (path: string, publish: string) =>
  `steps:
  a: { uses: collect, with: { path: "${path}" } }
  b: { uses: felt, from: a, publish: "${publish}" }
`;

Deno.test("checkWorkflow() refuses a publication that the workflow's own search would find", async () => {
  assert.equal(
    await printed(workflow("data/**/*.csv", "data/derived")),
    `wool.yaml:3:38: step "a" reads data/**/*.csv, which takes what is published to data/derived
  3 |   b: { uses: felt, from: a, publish: "data/derived" }
    |                                      ^^^^^^^^^^^^^^
  hint: publish outside of the inputs, e.g. to out/, or make the pattern narrower`,
  );
  const overlapping: [string, string][] = [
    ["data/**", "data/a/b"],
    ["data/*/*.csv", "data/derived"],
    ["data/*/*/*.csv", "data/derived"],
    ["data/d*/*.csv", "data/derived"],
    ["data", "data/derived"],
    ["./data/", "data/derived"],
    ["data", "data"],
    ["data/derived/a.csv", "data/derived"],
    ["data/derived/x/*.csv", "data/derived"],
    ["**/*.csv", "out"],
    [".", "out"],
    ["*/x/../*.csv", "out"],
  ];
  for (const [path, publish] of overlapping) {
    assert.equal((await check(workflow(path, publish))).ok, false, `${path} ${publish}`);
  }
});

Deno.test("checkWorkflow() lets a publication lie beside what is searched", async () => {
  const apart: [string, string][] = [
    ["data/**/*.csv", "out"],
    ["data/**/*.csv", "data2"],
    ["data/*.csv", "data/derived"],
    ["data/raw_*/*.csv", "data/derived"],
    ["data/a.csv", "data/derived"],
    ["data/**/*.csv", "data/.derived"],
    ["/elsewhere/**", "out"],
    ["../other/**", "out"],
    ["https://example.org/out/a.csv", "out"],
  ];
  for (const [path, publish] of apart) {
    assert.equal((await check(workflow(path, publish))).ok, true, `${path} ${publish}`);
  }
});
