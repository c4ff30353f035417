/** Pinned runs: `gc` keeps everything that they need. */
import type { StoreFs } from "../system/fs.ts";
import type { Layout } from "../system/layout.ts";
import { KnownRuns } from "./read_runs.ts";

function pathOf(layout: Layout): string {
  return `${layout.base}/pins.json`;
}

/** Ids of the pinned runs. */
export function readPins(layout: Layout): string[] {
  try {
    const pins = JSON.parse(Deno.readTextFileSync(pathOf(layout)));
    return Array.isArray(pins) ? pins : [];
  } catch {
    return [];
  }
}

/** Pins or releases a run by its whole id. */
export function setPin(fs: StoreFs, layout: Layout, id: string, pinned: boolean): void {
  const others = readPins(layout).filter((other) => other !== id);
  fs.writeWhole(pathOf(layout), JSON.stringify(pinned ? [...others, id] : others));
}

/** Action keys that pinned runs need. */
export function pinnedKeys(layout: Layout): Set<string> {
  const keys = new Set<string>();
  const known = new KnownRuns();
  for (const id of readPins(layout)) {
    try {
      for (const { key } of known.read(layout, id).tasks) if (key !== null) keys.add(key);
    } catch {
      // The run's record is gone, and with it what it pinned.
    }
  }
  return keys;
}
