/**
 * One recording through every host of a package: `deno task bench recording`.
 *
 * An untrained network of two convolutions, its motifs and behaviours; the stand-in device computes in 8 bits at both ends
 * of the chip, and is no Hailo. Windows that a float host decides otherwise than the batch are listed.
 */
import { withoutData } from "../house/skip.ts";
import { gravityRecordings } from "../hailo/behaviour_package.ts";
import { haptRecordings, throughEveryHost } from "../hailo/every_host.ts";

for (const [name, make] of [["simulator", gravityRecordings], ["HAPT", haptRecordings]] as const) {
  if (name === "HAPT" && withoutData("hapt.zip")) {
    console.log("HAPT: its archive is not there");
    continue;
  }
  const dir = await Deno.makeTempDir();
  try {
    for (const row of await throughEveryHost(dir, await make())) {
      const { host, arithmetic, n, codes, behaviours, smoothed, differ } = row;
      const close = differ.filter(({ distance }) => distance <= 1e-5).map(({ window }) => window);
      console.log(
        `${name}, ${host} (${arithmetic}): ${codes} of ${n} codes, ${behaviours} behaviours, ${smoothed} smoothed` +
          `; ${differ.length} windows differ, ${close.length} of them within 1e-5 of a boundary` +
          (close.length > 0 ? ` (${close.join(", ")})` : ""),
      );
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
