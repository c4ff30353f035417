/** The sections of a report that are about one type of artifact, for whoever shows a single one. */
import type { SectionId } from "./sections/mod.ts";

/** The first shows most of what the type is about. */
const sections: Record<string, readonly SectionId[]> = {
  Recordings: ["data"],
  Windows: ["data"],
  Split: ["split"],
  Model: ["model"],
  Codes: ["codes"],
  Motifs: ["motifs"],
  Behaviours: ["ethogram", "transitions", "bouts"],
  Metrics: ["scores", "confusion"],
  Benchmark: ["latency"],
  Hef: ["hailo"],
  OnnxBundle: ["export"],
  Package: ["package"],
};

/** None for a type that is displayed as its files say. */
export function sectionsOf(type: string): readonly SectionId[] {
  return Object.hasOwn(sections, type) ? sections[type]! : [];
}
