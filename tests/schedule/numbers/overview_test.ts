import assert from "node:assert/strict";
import type { HistoryPoint } from "../../../lib/schedule/history.ts";
import { overview } from "../../../lib/schedule/numbers/overview.ts";

const point = (run: string, metric: string, value: number | null, task = "metrics"): HistoryPoint => ({
  run,
  workflow: "walks",
  started: `2026-11-30T0${run}:00:00.000Z`,
  task,
  metric,
  value,
  n: 9,
  of: "windows",
  unit: null,
  origin: "measured",
  lower: null,
  upper: null,
  level: null,
});

Deno.test("overview() has a line for each run and step, with the headlines first and gaps where a run has none", () => {
  const points = [
    point("1", "zeta", 3),
    point("1", "accuracy", 0.90142),
    point("2", "zeta", 4),
    point("2", "accuracy", null),
    point("2", "ece", 0.05),
    point("3", "size", 4, "count"),
  ];
  const { head, rows, example } = overview(points, 50);
  assert.deepEqual(head, ["run", "workflow", "step", "accuracy", "ECE", "size", "zeta"]);
  assert.deepEqual(rows.map((row) => row.slice(2)), [
    ["metrics", "0.901", "", "", "3"],
    ["metrics", "–", "0.05", "", "4"],
    ["count", "", "", "4", ""],
  ]);
  assert.equal(example, "accuracy");
  assert.deepEqual(
    overview(points, 1).head,
    ["run", "workflow", "step", "size"],
    "of the lines that are shown",
  );
});
