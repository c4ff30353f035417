import assert from "node:assert/strict";
import { readers } from "../../../../lib/signal/read/readers.ts";

const bad = "sub_(";
const cases: [source: string, path: string, params: Record<string, unknown>][] = [
  ["csv", "files", { files: bad }],
  ["csv", "label.files", { label: { from: "intervals", files: bad } }],
  ["csv", "label.pattern", { label: { from: "filename", pattern: bad } }],
  ["csv", "subject.pattern", { subject: { from: "filename", pattern: bad } }],
  ["csv", "metadata.files", { metadata: { files: bad } }],
  ["csv", "units_by_file.0.files", { units_by_file: [{ files: bad, units: { acc: "g" } }] }],
  ["csv", "confidence.columns", { confidence: { columns: bad, below: 0.6 } }],
  ["csv", "sensors.a.files", { sensors: { a: { files: bad, columns: ["x"] } } }],
  ["csv", "lines", { lines: bad }],
  ["sleap", "label.files", { rate: 30, label: { from: "intervals", files: bad } }],
  ["deeplabcut", "subject.pattern", { rate: 30, subject: { from: "filename", pattern: bad } }],
  ["device", "sensors.a.files", { sensors: { a: { files: bad } } }],
  ["device", "align.files", { sensors: { a: { files: "a" } }, align: { by: "events", files: bad } }],
];

interface Issue {
  path: PropertyKey[];
  message: string;
  /** Those of every branch of a union. */
  errors?: Issue[][];
}

function messages(issues: Issue[], before: PropertyKey[] = []): string[] {
  return issues.flatMap(({ path, message, errors = [] }) => [
    `${[...before, ...path].map(String).join(".")}: ${message}`,
    ...messages(errors.flat(), [...before, ...path]),
  ]);
}

for (const [source, path, params] of cases) {
  Deno.test(`a pattern that is none is told with the file's other mistakes: ${source}, ${path}`, () => {
    const reader = readers.find((one) => one.source === source)!;
    const result = reader.params.safeParse({ source, path: "data", ...params });
    const told = messages((result.error?.issues ?? []) as Issue[]);
    assert.ok(told.some((line) => line.startsWith(`${path}: no regular expression`)), told.join("\n"));
  });
}
