/**
 * Size of the report of a six-hour study, and how soon Chromium shows it and answers a click on it: simulated data.
 *
 * deno task bench report_page [SUBJECTS] [MINUTES] [REPEATS]
 */
import { join } from "node:path";
import { chromium } from "playwright-core";
import { reportOf, writeStudy } from "../browser/study.ts";

const [subjects = 12, minutes = 30, repeats = 5] = Deno.args.map(Number);
const folder = await Deno.makeTempDir({ prefix: "motiflow-bench-" });
try {
  const file = join(folder, "report.html");
  await Deno.writeTextFile(file, await reportOf(await writeStudy(folder, { subjects, minutes })));
  const { size } = await Deno.stat(file);
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  console.log(`${subjects} people, ${minutes} min each: ${(size / 1e6).toFixed(2)} MB, n = ${repeats}`);
  for (const width of [390, 1400]) {
    const seen: Record<string, number[]> = {};
    for (let i = 0; i < repeats; i++) {
      const context = await browser.newContext({ viewport: { width, height: 900 } });
      const page = await context.newPage();
      page.setDefaultTimeout(240_000);
      // From the start of the page: when it is painted, when it is all there, and when a click as early as that is answered.
      await page.addInitScript(() => {
        addEventListener("DOMContentLoaded", () => {
          const fold = document.querySelector("details")!;
          fold.addEventListener("toggle", () => {
            requestAnimationFrame(() =>
              setTimeout(() => Object.assign(globalThis, { answered: performance.now() }))
            );
          });
          fold.querySelector("summary")!.click();
        });
      });
      await page.goto(`file://${file}`);
      await page.waitForFunction(() => "answered" in globalThis);
      const times = await page.evaluate(() => ({
        paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
        content: (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming)
          .domContentLoadedEventEnd,
        answered: (globalThis as unknown as { answered: number }).answered,
        elements: document.querySelectorAll("*").length,
      }));
      for (const [key, value] of Object.entries(times)) (seen[key] ??= []).push(value);
      await context.close();
    }
    const told = Object.entries(seen).map(([key, values]) => {
      const sorted = values.toSorted((a, b) => a - b);
      return `${key} ${sorted[sorted.length >> 1]!.toFixed(0)} (${sorted.at(-1)!.toFixed(0)})`;
    });
    console.log(`${width} px: ${told.join(", ")}; medians and largest, in ms`);
  }
  await browser.close();
} finally {
  await Deno.remove(folder, { recursive: true });
}
