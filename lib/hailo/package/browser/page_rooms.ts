/** Where the modules of a package's page come from. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const lib = fileURLToPath(new URL("../../../", import.meta.url));

/** Folders of `lib/` that the page's modules come from; whoever packs a page has all of their files in its key. */
export const pageRooms: readonly string[] = [
  "cluster",
  "fsq",
  "hailo/package/browser",
  "metrics/calibration",
  "model",
  "signal",
  "stream",
  "temporal",
  "text",
].map((room) => join(lib, room));
