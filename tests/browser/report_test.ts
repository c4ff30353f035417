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
