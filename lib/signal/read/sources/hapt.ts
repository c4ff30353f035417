/** The public data set HAPT. */
import { z } from "zod";
import { hapt } from "../published/data_sets.ts";
import { defineReader } from "../reader.ts";
import { gravity, part, path, sha256, worn } from "./common.ts";

export default defineReader({
  source: "hapt",
  published: hapt,
  params: z.strictObject({
    source: z.literal("hapt").describe("HAPT, the raw recordings behind UCI HAR, as published."),
    path,
    sha256,
    gravity,
    align_gravity: worn.align_gravity,
    ...part,
    keep_labels: z.union([z.literal("basic"), z.array(z.string()).min(1)]).optional()
      .describe("Classes to keep, in this order, or basic for the six that are no transitions."),
  }),
  async read(params, { paths, progress }) {
    const { haptBasicLabels, readHapt } = await import("../published/hapt.ts");
    const { keepLabels } = await import("../../select.ts");
    const recordings = await readHapt(paths, progress);
    return params.keep_labels === "basic" ? keepLabels(recordings, haptBasicLabels) : recordings;
  },
});
