/** Tables on accelerometers that people wear: calibration, time without a wearer, days, clocks. */
import type { Quality } from "../artifacts/recording/quality.ts";
import { Fragment, stack, table } from "./table.ts";
import { markup } from "../text/html.ts";
import { count } from "../text/numbers.ts";

/** More days than this are told as means of each subject. */
const mostDays = 60;

const round = (x: number, digits: number) => Number(x.toFixed(digits));

/** The tables of what `load` was asked for; undefined where it was asked for nothing. */
export function wornTables(
  { calibration = [], notWorn = [], days = [], clocks = [] }: Quality,
): Fragment | undefined {
  if (calibration.length + notWorn.length + days.length + clocks.length === 0) return undefined;
  return stack(
    calibration.length > 0 && titled(
      "Calibration by still moments of 10 s: (value + offset) × gain, in g by axis; error is their mean distance from 1 g",
      table(
        [
          "sensor",
          "device",
          "offset x, y, z (g)",
          "gain x, y, z",
          "error before (mg)",
          "after (mg)",
          "moments",
          "applied",
        ],
        calibration.map((c) => [
          c.sensor,
          c.device,
          c.offset.map((v) => v.toFixed(4)).join(", "),
          c.gain.map((v) => v.toFixed(4)).join(", "),
          round(1000 * c.before, 2),
          round(1000 * c.after, 2),
          c.moments,
          c.applied ? "yes" : `no: ${c.refused}`,
        ]),
      ),
    ),
    notWorn.length > 0 && titled(
      "Not worn: windows of an hour in which two of three axes vary by less than 13 mg (SD) and 50 mg (range)",
      table(
        ["recording", "hours", "share (%)"],
        notWorn.map((n) => [
          n.recording,
          round(n.hours, 2),
          round(100 * n.share, 1),
        ]),
      ),
    ),
    days.length > 0 && dayTable(days),
    clocks.length > 0 && titled(
      "Clocks of loggers by the movement that both feel, or by listed events: seconds ahead at the begin, drift, and windows of a " +
        "minute that agree, or events",
      table(
        ["recording", "sensor", "against", "offset (s)", "drift (ppm)", "spread (ms)", "by", "applied"],
        clocks.map((c) => [
          c.recording,
          c.sensor,
          c.against,
          // As texts, since milliseconds count however large the offset is.
          c.offset.toFixed(3),
          c.ppm.toFixed(1),
          (1000 * c.spread).toFixed(1),
          c.by === "events" ? count(c.windows, "event") : `${c.windows} of ${c.looked} windows`,
          c.applied ? "yes" : `no: ${c.refused}`,
        ]),
      ),
    ),
  );
}

function titled(title: string, content: Fragment): Fragment {
  return stack(new Fragment(markup`<p>${title}.</p>`), content);
}

/** Each day, or where there are many the days of each subject. */
function dayTable(days: NonNullable<Quality["days"]>): Fragment {
  const looked = days.some((d) => d.notWornHours !== undefined);
  const what = `on the device's clock: hours outside gaps${
    looked ? " with a wearer and without" : ""
  }, and mean acceleration above 1 g (ENMO)`;
  const head = (first: string[]) => [...first, ...(looked ? ["not worn (h)"] : []), "ENMO (mg)"];
  if (days.length <= mostDays) {
    return titled(
      `Days ${what}`,
      table(
        head(["subject", "day", "hours"]),
        days.map((d) => [
          d.subject,
          d.day,
          round(d.hours, 2),
          ...(looked ? [round(d.notWornHours ?? 0, 2)] : []),
          round(d.enmo, 1),
        ]),
      ),
    );
  }
  const rows = [...Map.groupBy(days, (d) => d.subject)].map(([subject, own]) => {
    const hours = own.reduce((sum, d) => sum + d.hours, 0);
    const off = own.reduce((sum, d) => sum + (d.notWornHours ?? 0), 0);
    const enmo = hours === 0 ? 0 : own.reduce((sum, d) => sum + d.hours * d.enmo, 0) / hours;
    return [
      subject,
      own.length,
      round(hours / own.length, 2),
      ...(looked ? [round(off / own.length, 2)] : []),
      round(enmo, 1),
    ];
  });
  return titled(`Days of each subject ${what}, a day`, table(head(["subject", "days", "hours"]), rows));
}
