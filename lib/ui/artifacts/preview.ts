/** A look into an artifact: what a report says of its type, and what is inside files that only programs read. */
import { join } from "node:path";
import { InputError } from "../../errors.ts";
import { type Html, markup } from "../../text/html.ts";
import { onnxSummary } from "./onnx_summary.ts";
import { recordingPreview } from "./recording_preview.ts";

/** Where the samples of an artifact with recordings lie below it. */
const recordingsAt: Record<string, string> = { Recordings: ".", Windows: "recordings" };

/**
 * The look, as HTML; a part that cannot be drawn says why, and hides nothing beside it.
 *
 * @param query The page's own, by which a recording is chosen.
 */
export async function preview(
  { type, id, dir, files }: { type: string; id: string; dir: string; files: readonly string[] },
  query: URLSearchParams,
): Promise<Html> {
  const parts: (Html | string)[] = [];
  if (files.includes("report.html")) {
    parts.push(markup`<p><a href="/artifacts/${id}/report.html"><b>Open the report</b></a></p>`);
  }
  parts.push(await tried(() => section(type, dir)));
  if (Object.hasOwn(recordingsAt, type)) {
    parts.push(await tried(() => recordingPreview(id, join(dir, recordingsAt[type]!), query)));
  }
  for (const file of files.filter((path) => path.endsWith(".onnx"))) {
    parts.push(await tried(() => onnxSummary(file, join(dir, file))));
  }
  return markup`${parts}`;
}

async function tried(draw: () => Promise<Html | string>): Promise<Html | string> {
  try {
    return await draw();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return markup`<p class="note warning">${error.message.split("\n")[0]}</p>`;
  }
}

/** What the report's section on this type shows; nothing for a type without one. */
async function section(type: string, dir: string): Promise<Html | string> {
  const { sectionsOf } = await import("../../report/sections_of.ts");
  const { drawSection } = await import("../../report/sections/mod.ts");
  const { Sources } = await import("../../report/sources.ts");
  const drawn = [];
  for (const id of sectionsOf(type)) {
    drawn.push(await drawSection(id, new Sources([{ step: "artifact", cell: {}, type, dir }])));
  }
  return drawn.length === 0
    ? ""
    : markup`<div class="table" tabindex="0" role="region" aria-label="${type}">${drawn}</div>`;
}
