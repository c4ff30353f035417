import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { buildSite } from "../docs/site.ts";
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

/** The documentation as files in a folder. */
async function withSite(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "motiflow-browser-" });
  try {
    const { site } = await buildSite(new URL("../../", import.meta.url));
    for (const [path, content] of site) {
      await Deno.mkdir(join(folder, dirname(path)), { recursive: true });
      if (typeof content === "string") await Deno.writeTextFile(join(folder, path), content);
      else await Deno.writeFile(join(folder, path), content);
    }
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A page of each kind: the start, a guide with code, generated reference. */
const pages = ["index.html", "guides/first-study.html", "steps/train.html"];

Deno.test({
  name: "pages of the documentation are readable on a phone and a desk, light and dark, and pass axe",
  ignore: skipReason(withoutChromium),
  async fn(t) {
    await withSite(async (folder) => {
      await withBrowser(async (browser) => {
        for (const path of pages) {
          const name = path.replace(/.*\//, "").replace(".html", "");
          const least = [views[0]!, views.at(-1)!];
          for (const view of path === pages[0] ? views : least) {
            await t.step(
              `${path}, ${view.width} px, ${view.scheme}`,
              () =>
                withPage(browser, `file://${join(folder, path)}`, view, async (page) => {
                  await keepPicture(page, `docs-${name}-${view.width}-${view.scheme}`);
                  assert.deepEqual(await layoutFaults(page), []);
                  assert.deepEqual(await audit(page), []);
                }),
            );
          }
        }
      });
    });
  },
});

Deno.test({
  name: "the search of the documentation works by keys, without network",
  ignore: skipReason(withoutChromium),
  async fn() {
    await withSite(async (folder) => {
      await withBrowser((browser) =>
        withPage(browser, `file://${folder}/index.html`, views[4]!, async (page) => {
          const remote: string[] = [];
          page.on("request", (request) => {
            if (!request.url().startsWith("file:")) remote.push(request.url());
          });
          // Skip link, home, search: three stops from the start of the page.
          for (let i = 0; i < 3; i++) await page.keyboard.press("Tab");
          await page.keyboard.type("hysteresis_high");
          await page.keyboard.press("Tab");
          await page.keyboard.press("Enter");
          await page.waitForURL(/steps\/smooth\.html|workflows|glossary/);
          assert.deepEqual(remote, []);
        })
      );
    });
  },
});
