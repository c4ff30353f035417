/** The public data set SP+SW HAR. */
import { z } from "zod";
import { spSwHar } from "../published/data_sets.ts";
import { defineReader } from "../reader.ts";
import { gravity, maxGap, part, path, sha256, worn } from "./common.ts";

export default defineReader({
  source: "sp-sw-har",
  published: spSwHar,
  params: z.strictObject({
    source: z.literal("sp-sw-har").describe(
      "SP+SW HAR, phone in the pocket and watch on the wrist, as published.",
    ),
    path,
    sha256,
    rate: z.number().positive().max(1000).default(100).describe(
      "Samples per second of the devices' common clock.",
    ),
    max_gap: maxGap,
    gravity,
    align_gravity: worn.align_gravity,
    ...part,
  }),
  async read(params, { paths, progress }) {
    const { readSpSwHar } = await import("../published/sp_sw_har.ts");
    return await readSpSwHar(paths, { rate: params.rate, maxGap: params.max_gap }, progress);
  },
});
