/** A built-in step sees what its key holds, and nothing that needs no permission and differs between machines. */
import assert from "node:assert/strict";
import { readFiles } from "./files.ts";

const rooms = [
  "artifacts",
  "signal",
  "fsq",
  "model",
  "onnx",
  "cluster",
  "temporal",
  "metrics",
  "device",
  "hailo",
];

/** Language, local time, environment, colours, working directory and processor count. */
const ambient =
  /\.(?:localeCompare|toLocale\w*|getTimezoneOffset|get(?:Hours|Minutes|Day|Date|Month|FullYear))\(|\bIntl\.|\b(?:Deno|process)\.(?:env|cwd|noColor|hostname)\b|hardwareConcurrency/;

/** Why a file may. */
const reasons: Record<string, string> = {
  "lib/device/machine_checks.ts": "is asked by `doctor` about the place where one stands; no step imports it",
  "lib/hailo/process.ts":
    "passes on the variables by which the vendor's programs are found; their versions are in the key",
  "lib/report/sources.ts": "finds the project of a notebook that is run by hand; a step hands over folders",
};

Deno.test("no built-in step depends on language, local time, environment or the place where one stands", () => {
  const files = [...rooms, "steps", "report"].flatMap((room) => readFiles(`lib/${room}`));
  const found = files.filter(({ text }) =>
    text.split("\n").some((line) => !/^\s*(?:\*|\/\/)/.test(line) && ambient.test(line))
  ).map(({ path }) => path);
  assert.deepEqual(found, Object.keys(reasons));
});
