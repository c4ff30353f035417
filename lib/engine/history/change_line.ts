/** One changed ingredient of a key as a line. */
import type { Json } from "../../artifacts/artifact.ts";
import { clip } from "../../text/clip.ts";
import type { Change } from "../types.ts";

/** `params.k: 12 → 8`; content ids are shortened. */
export function changeLine({ what, before, after }: Change): string {
  const show = (value: Json) => {
    if (value === null) return "nothing";
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return clip(text.replace(/\b([0-9a-f]{12})[0-9a-f]{20,}\b/g, "$1"), 60);
  };
  return `${what}: ${show(before)} → ${show(after)}`;
}
