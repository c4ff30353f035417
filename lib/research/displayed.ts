/** Makes a value show itself in a notebook, as the report shows it. */
import { drawSection, type SectionId } from "../report/sections/mod.ts";
import { type Source, Sources } from "../report/sources.ts";

/** The section of a report that is about each type; what has none is displayed as its files say. */
const sections: Record<string, SectionId> = {
  Recordings: "data",
  Windows: "data",
  Split: "split",
  Model: "model",
  Codes: "codes",
  Motifs: "motifs",
  Behaviours: "ethogram",
  Metrics: "scores",
  Benchmark: "latency",
  Hef: "hailo",
  OnnxBundle: "export",
  Package: "package",
};

/**
 * The same value, displayed by the section that is about its type. The property does not show when the value is copied
 * or written.
 */
export function displayed<T>(source: Source, value: T): T {
  const section = sections[source.type];
  if (section === undefined || typeof value !== "object" || value === null) return value;
  const display = async () =>
    (await drawSection(section, new Sources([source])) as any)[Symbol.for("Jupyter.display")]();
  return Object.defineProperty(value, Symbol.for("Jupyter.display"), { value: display, enumerable: false });
}
