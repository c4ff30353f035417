/** Channels that know more of the labels than a sensor can. */
import { type FindingRule, show } from "./rule.ts";

/** What a channel's mean alone must reach, and by how much the second best falls behind it. */
const KNOWS = 0.98, AHEAD = 0.1;

export const leakSuspected: FindingRule = {
  id: "leak_suspected",
  needs: ["channels"],
  severity: "warning",
  finding: "A single channel alone tells the label of new people, as no other channel does",
  advice:
    "Make sure that it is a measurement: a counter, a label in other words or a value computed from the label must " +
    "not be among the channels. Leave it out of `sensors` and compare.",
  evidence({ tables, classes }) {
    const rows = [...tables.channels ?? []].sort((a, b) => Number(b.accuracy) - Number(a.accuracy));
    const [best, second] = rows;
    if (best === undefined || classes < 2) return undefined;
    const behind = Number(second?.accuracy ?? 0);
    if (!(Number(best.accuracy) >= KNOWS && Number(best.accuracy) - behind >= AHEAD)) return undefined;
    return `${best.channel} of ${best.sensor}: accuracy ${
      show(Number(best.accuracy))
    } from its mean over the window, ` +
      `${best.windows} windows of ${classes} classes` +
      (second === undefined ? "" : `; the next, ${second.channel} of ${second.sensor}, ${show(behind)}`);
  },
};
