/** Pages in a real Chromium, for tests: looked at, audited and measured. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";

/** Where a Chromium may be. */
const places = [
  Deno.env.get("CHROMIUM") ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
const executable = places.find((path) => path !== "" && existsSync(path));

/** Says that there is no Chromium here, for `skipReason`. */
export const withoutChromium: string | false = executable === undefined && "no Chromium";

/** Folder of the pictures that tests take. */
const pictures = Deno.env.get("MOTIFLOW_SCREENSHOTS") ??
  new URL("../../out/screenshots", import.meta.url).pathname;

/** How a page is looked at. */
export interface View {
  width: number;
  scheme: "light" | "dark";
}

/** A phone, a tablet and a desk, light and dark. */
export const views: readonly View[] = [390, 900, 1400].flatMap((width) => [
  { width, scheme: "light" as const },
  { width, scheme: "dark" as const },
]);

/** Runs `use` with a browser that ends with it. */
export async function withBrowser(use: (browser: Browser) => Promise<void>): Promise<void> {
  // Sandboxes need rights that containers do not give; the pages are ours.
  const browser = await chromium.launch({ executablePath: executable!, args: ["--no-sandbox"] });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

/** Opens a page and runs `use` on it; `url` may be that of a file. */
export async function withPage<T>(
  browser: Browser,
  url: string,
  { width, scheme }: View,
  use: (page: Page) => Promise<T>,
): Promise<T> {
  // The audit is a script, which a report's own policy would not let in.
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    bypassCSP: true,
  });
  // A loaded machine is no fault of a page.
  context.setDefaultTimeout(240_000);
  try {
    const page = await context.newPage();
    await page.goto(url);
    return await use(page);
  } finally {
    await context.close();
  }
}

/** Keeps a picture of the whole page for people to look at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  await Deno.mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.jpeg`), type: "jpeg", quality: 60, fullPage: true });
}

/** What axe-core finds above minor, one line each: rule, number of places, the first of them. */
export async function audit(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: { id: string; impact: string | null; nodes: { html: string; failureSummary?: string }[] }[] =
    await page.evaluate(
      // A drawing is one image to whoever hears the page; `draw` sees to its inside.
      "axe.run({ exclude: ['svg > *'] }, { resultTypes: ['violations'] }).then((r) => r.violations)",
    );
  return found.filter(({ impact }) => impact !== "minor").map(({ id, impact, nodes }) =>
    `${id} (${impact}) in ${nodes.length}: ${nodes[0]!.html.slice(0, 160)} ${
      nodes[0]!.failureSummary?.replaceAll(/\s+/g, " ").slice(0, 200)
    }`
  );
}

/** Faults that only a laid-out page shows: wider than its window, too small text, words over one another. */
export async function layoutFaults(page: Page): Promise<string[]> {
  return await page.evaluate(measured);
}

/** Runs in the page. */
function measured(): string[] {
  const faults: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    faults.push(`the page is ${root.scrollWidth} px wide in ${root.clientWidth}`);
  }
  const texts: { text: string; box: DOMRect; svg: Element }[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement!;
    const text = node.textContent!.trim();
    if (text === "" || element.closest("title, script, style") !== null || !element.checkVisibility()) {
      continue;
    }
    const svg = element.closest("svg");
    // A drawing that is shrunk shrinks its text as well.
    const scale = svg === null ? 1 : svg.getBoundingClientRect().width / Number(svg.getAttribute("width"));
    const size = Number.parseFloat(getComputedStyle(element).fontSize) * scale;
    if (size < 8.95) faults.push(`text of ${size.toFixed(1)} px: ${text.slice(0, 40)}`);
    if (svg === null) continue;
    // The frame around slanted words holds more than them.
    const turn = (element as unknown as SVGGraphicsElement).getScreenCTM()!;
    if (turn.b !== 0) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    texts.push({ text, box: range.getBoundingClientRect(), svg });
  }
  for (const group of Map.groupBy(texts, ({ svg }) => svg).values()) {
    for (const [i, a] of group.entries()) {
      for (const b of group.slice(i + 1)) {
        const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        // Boxes of letters have air above and below.
        if (wide > 2 && high > 4) faults.push(`"${a.text.slice(0, 30)}" lies over "${b.text.slice(0, 30)}"`);
      }
    }
  }
  return [...new Set(faults)];
}
