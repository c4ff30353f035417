/** Windows of people who wore a sensor in many ways. */
import type { Windows } from "../../../lib/artifacts/windows.ts";
import { Random } from "../../../lib/random.ts";
import { cutWindows } from "../../../lib/signal/window/windows.ts";

/** Directions of gravity that no 60° hold more than a third of. */
const ways = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]];

/** Six people of 96 s with a phone, which they wore each in another way where `pocket`, and a watch that all wore alike. */
export function worn(pocket: boolean, sensors = ["phone", "watch"]): Windows {
  const rng = new Random(4);
  const channels = ["acc_x", "acc_y", "acc_z"];
  const samples = 960;
  return cutWindows(
    {
      rate: 10,
      sensors,
      channels,
      units: ["g", "g", "g"],
      triads: [[0, 1, 2]],
      labelNames: [],
      origin: "simulated",
      source: { name: "worn" },
      recordings: ways.map((way, i) => ({
        id: `r${i}`,
        subject: `s${i}`,
        samples,
        data: Float32Array.from({ length: samples * sensors.length * 3 }, (_, at) => {
          const phone = at % (sensors.length * 3) < 3;
          return (phone && pocket ? way : [0, 0, 1])[at % 3] + 0.1 * rng.normal();
        }),
        labels: new Int32Array(samples).fill(-1),
        gaps: [] as [number, number][],
      })),
    },
    { length: 20, hop: 10, within: "recording", context: 0 },
  );
}
