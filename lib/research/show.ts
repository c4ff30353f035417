/** Sections of a report on values of a notebook, which need not lie in a store. */
import { join } from "node:path";
import type { ArtifactType, Json } from "../artifacts/artifact.ts";
import { drawSection, type SectionId, sections } from "../report/sections/mod.ts";
import { type Source, Sources } from "../report/sources.ts";
import type { Fragment } from "../report/table.ts";

/** A value with what a section has to know of it. */
export interface ShownValue<T = any> {
  /** What it is, e.g. `Metrics`. */
  type: ArtifactType<T>;
  value: T;
  /** Name of the step that would have made it. @default the type's name */
  step?: string;
  /** Which of several it is, e.g. `{ levels: [4, 4] }`: what a workflow's `matrix` would say. */
  cell?: Record<string, Json>;
}

/**
 * Draws a section of the report from values.
 *
 * ```ts
 * import { show } from "./show.ts";
 * import { Codes } from "../artifacts/codes.ts";
 * import assert from "node:assert/strict";
 * const shown = await show("codes", []);
 * assert.match(shown.toHtml(), /No codes are connected/);
 * ```
 */
export async function show(id: SectionId, values: readonly ShownValue[]): Promise<Fragment> {
  const folder = await Deno.makeTempDir({ prefix: "motiflow-show-" });
  try {
    const sources = await Promise.all(
      values.map(async ({ type, value, step = type.name, cell = {} }, i): Promise<Source> => {
        const dir = join(folder, String(i));
        await Deno.mkdir(dir);
        await type.write(dir, value);
        return { step, cell, type: type.name, dir };
      }),
    );
    return await drawSection(id, new Sources(sources));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Sections that are about one kind of Metrics each, told by the tables that they claim. */
const special: readonly SectionId[] = ["levels", "drift", "groups", "comparison", "noise"];

/** The section that is about a value; what has none is displayed as Jupyter does. */
export function sectionOf(type: string, value: unknown): SectionId | undefined {
  if (type !== "Metrics") return byType[type];
  const { tables = {} } = value as { tables?: Record<string, unknown[]> };
  return sections.find(({ id, claims }) =>
    special.includes(id) && claims.some((name) => tables[name]?.length)
  )
    ?.id ?? "scores";
}

const byType: Record<string, SectionId> = {
  Recordings: "data",
  Windows: "data",
  Split: "split",
  Model: "model",
  Codes: "codes",
  Motifs: "motifs",
  Behaviours: "ethogram",
  Benchmark: "latency",
  Hef: "hailo",
  OnnxBundle: "export",
  Package: "package",
};
