import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { readAlerts, readHistory, recordRun } from "../../lib/schedule/history.ts";
import { drawnMetrics, historyPage } from "../../lib/schedule/history_page.ts";
import type { MeasuredValue } from "../../lib/schedule/report.ts";
import { report, utilization, withProject } from "./fixtures.ts";

const value = (metric: string, v: number): MeasuredValue => ({
  task: "drift",
  metric,
  value: v,
  n: 900,
  of: "windows",
  origin: "simulated",
});

Deno.test("T222 historyPage() draws drift against its threshold, metrics with the limits they broke, and the alerts", async () => {
  await withProject(async (db) => {
    for (let week = 1; week <= 4; week++) {
      const drifted = week >= 3;
      const raised = {
        ...utilization,
        task: "drift",
        metric: "drifted",
        direction: "above" as const,
        threshold: 0,
      };
      const values = [
        value("code_psi", drifted ? 0.9 : 0.2),
        value("code_psi_threshold", 0.5),
        value("code_drift", Number(drifted)),
        value("drifted", Number(drifted)),
        value("cluster_stability", 0.95 - 0.1 * Number(drifted)),
        value("accuracy", 0.9),
        value("a number of no rank", week),
      ];
      const alerts = drifted ? [{ ...raised, value: 1, confirm: 2, coolDown: 0 }] : [];
      recordRun(db, report(`r${week}`, `2026-01-0${week}T04:00:00.000Z`, { values, alerts }), {
        exit: 0,
        notify: false,
      });
    }
    const { document } = parseHTML(historyPage(readHistory(db), readAlerts(db)));
    const titles = [...document.querySelectorAll("figure > .title")].map((e) => e.textContent);
    assert.deepEqual(titles, ["Drift of codes", "accuracy", "cluster stability", "drifted"]);
    const [drift, , , limit] = [...document.querySelectorAll("figcaption")].map((e) => e.textContent!);
    assert.match(drift, /2 of 4 looks lie above their threshold, the first: 2026-01-03/);
    assert.match(limit, /the limit of the alert, broken 2 of 4 times/);
    const rows = [...document.querySelectorAll("tbody tr")].map((r) =>
      [...r.querySelectorAll("td")].map((c) => c.textContent)
    );
    assert.deepEqual(rows.map((r) => [r[0], r.at(-1)]), [
      ["2026-01-04 04:00", "yes"],
      ["2026-01-03 04:00", "no: told before, or not confirmed"],
    ]);
    assert.equal(document.querySelectorAll("script, link, [src]").length, 0);
    // What is not drawn need not be read.
    const few = readHistory(db, { drawn: drawnMetrics(readAlerts(db)) });
    assert.equal(historyPage(few, readAlerts(db)), historyPage(readHistory(db), readAlerts(db)));
    const first = readHistory(db, { runs: ["r1", "none"] });
    assert.deepEqual([...new Set(first.map(({ run }) => run))], ["r1"]);
    const one = parseHTML(historyPage(readHistory(db), [], { metric: "drifted" })).document;
    assert.deepEqual([...one.querySelectorAll("figure > .title")].map((e) => e.textContent), ["drifted"]);
  });
});

Deno.test("historyPage() says that there is nothing yet, and escapes names", async () => {
  await withProject(async (db) => {
    assert.match(historyPage([], []), /No run has left metrics yet/);
    recordRun(db, report("r1", "2026-01-01T00:00:00.000Z", { workflow: "<b>" }), { exit: 0, notify: false });
    const html = historyPage(readHistory(db), readAlerts(db));
    assert.match(html, /&lt;b&gt;: validation/);
    assert.doesNotMatch(html, /<b>/);
  });
});
