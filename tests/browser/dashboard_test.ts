import assert from "node:assert/strict";
import { join } from "node:path";
import { skipReason } from "../house/skip.ts";
import { openBehaviours } from "../ui/behaviours.ts";
import {
  audit,
  keepPicture,
  layoutFaults,
  views,
  withBrowser,
  withoutChromium,
  withPage,
} from "./browser.ts";

Deno.test({
  name: "the dashboard is readable on a phone, a tablet and a desk, light or dark, and passes axe",
  ignore: skipReason(withoutChromium),
  async fn(t) {
    const { study, run } = await openBehaviours({ edit: true });
    await using _ = study;
    const outputs = run.tasks.flatMap((task) => Object.values(task.outputs));
    const artifact = (type: string) => `/artifacts/${outputs.find((output) => output.type === type)!.id}`;
    const pages = {
      runs: "/",
      run: `/runs/${run.id}`,
      review: `/runs/${run.id}/review/behaviours?bout=2`,
      names: `/runs/${run.id}/names/behaviours`,
      why: `/why?file=${encodeURIComponent(run.file)}`,
      behaviours: artifact("Behaviours"),
    };
    await withBrowser(async (browser) => {
      for (const view of views.filter(({ width, scheme }) => (width === 900) === (scheme === "dark"))) {
        await t.step(
          `${view.width} px, ${view.scheme}`,
          () =>
            withPage(browser, study.url, view, async (page) => {
              const origin = new URL(study.url).origin;
              assert.equal(page.url(), `${origin}/`, "the token is gone from the address");
              for (const [name, path] of Object.entries(pages)) {
                await page.goto(origin + path);
                await keepPicture(page, `dashboard-${name}-${view.width}-${view.scheme}`);
                assert.deepEqual(await layoutFaults(page), [], name);
                assert.deepEqual(await audit(page), [], name);
              }
            }),
        );
      }
    });
  },
});

Deno.test({
  name:
    "a browser without the token sees words, and with it names behaviours and goes from bout to bout by keys",
  ignore: skipReason(withoutChromium),
  async fn() {
    const { study, run } = await openBehaviours({ edit: true });
    await using _ = study;
    const origin = new URL(study.url).origin;
    await withBrowser(async (browser) => {
      // With the pages' own policy, which the audit above goes around.
      const context = await browser.newContext();
      const page = await context.newPage();
      const refused: string[] = [];
      page.on("console", (message) => message.type() === "error" && refused.push(message.text()));
      const stranger = await page.goto(`${origin}/runs/${run.id}`);
      assert.equal(stranger!.status(), 401);
      assert.match(await page.textContent("main") ?? "", /Open the whole address/);
      refused.length = 0;
      await page.goto(study.url);
      await page.click(`a[href="/runs/${run.id}"]`);
      await page.click("text=Look through behaviours");
      // A key that is pressed before the page is there is lost.
      await page.waitForURL(/review/);
      await page.keyboard.press("n");
      await page.waitForURL(/bout=2/);
      await page.keyboard.press("p");
      await page.waitForURL(/bout=1/);
      await page.click("text=name the behaviours");
      await page.fill("input[name=name-0]", "<img src=x onerror=alert(1)>");
      await page.click("text=Save");
      await page.waitForSelector("p.note:has-text('Saved')");
      assert.equal(await page.inputValue("input[name=name-0]"), "<img src=x onerror=alert(1)>");
      assert.equal(await page.locator("main img").count(), 0);
      assert.match(
        await Deno.readTextFile(join(study.root, "workflows/walks.names.yaml")),
        /name: <img src=x onerror=alert\(1\)>/,
      );
      assert.deepEqual(refused, [], "the browser refused nothing of our own pages");
      await context.close();
    });
  },
});
