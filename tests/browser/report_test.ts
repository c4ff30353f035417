import assert from "node:assert/strict";
import { join } from "node:path";
import { skipReason } from "../house/skip.ts";
import {
  audit,
  keepPicture,
  layoutFaults,
  views,
  withBrowser,
  withoutChromium,
  withPage,
} from "./browser.ts";
import { reportOf, writeStudy } from "./study.ts";

Deno.test({
  name: "a report is readable on a phone, a tablet and a desk, light and dark, and passes axe",
  ignore: skipReason(withoutChromium),
  async fn(t) {
    const folder = await Deno.makeTempDir({ prefix: "motiflow-browser-" });
    try {
      const file = join(folder, "report.html");
      await Deno.writeTextFile(
        file,
        await reportOf(await writeStudy(folder, { subjects: 3, minutes: 3, motifs: 9 })),
      );
      await withBrowser(async (browser) => {
        for (const width of [390, 1400]) {
          await t.step(
            `what is cut off at ${width} px can be reached by keys, and nothing else`,
            async () => {
              // With the page's own policy, which the audit below goes around.
              const context = await browser.newContext({ viewport: { width, height: 900 } });
              const page = await context.newPage();
              const refused: string[] = [];
              page.on("console", (message) => message.type() === "error" && refused.push(message.text()));
              await page.goto(`file://${file}`);
              // What is folded away cannot be reached anyway.
              const parts = page.locator(":is(.table, .drawing):not(details:not([open]) *)");
              const found = await parts.evaluateAll(async (all) => {
                for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
                const stops = all.filter((part) => part.hasAttribute("tabindex"));
                const cut = all.filter((part) => part.scrollWidth > part.clientWidth + 1);
                return {
                  stops: stops.length,
                  same: stops.every((part, i) => part === cut[i]),
                  cut: cut.length,
                };
              });
              assert.deepEqual([found.same, found.stops], [true, found.cut]);
              if (width === 1400) assert.ok(found.stops < 10, `${found.stops} stops`);
              else assert.ok(found.stops > 10, `${found.stops} are cut off on a phone`);
              assert.deepEqual(refused, []);
              await context.close();
            },
          );
        }
        for (const view of views) {
          await t.step(
            `${view.width} px, ${view.scheme}`,
            () =>
              withPage(browser, `file://${file}`, view, async (page) => {
                await keepPicture(page, `report-${view.width}-${view.scheme}`);
                assert.deepEqual(await layoutFaults(page), []);
                assert.deepEqual(await audit(page), []);
              }),
          );
        }
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
