/** A package's page: files for it, and the lines that it gives. */
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";

export type Line = Record<string, any>;

/** Chooses a file of samples. */
export const choose = (page: Page, name: string, text: string) =>
  page.setInputFiles("#file", { name, mimeType: "text/csv", buffer: Buffer.from(text) });

/** All lines, once the page offers to save them. */
export async function linesOf(page: Page): Promise<Line[]> {
  await page.waitForFunction(`document.getElementById("save").hidden === false`);
  const text: string = await page.evaluate(
    `fetch(document.getElementById("save").href).then((r) => r.text())`,
  );
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}
