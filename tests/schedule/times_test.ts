import assert from "node:assert/strict";
import fc from "fast-check";
import { InputError } from "../../lib/errors.ts";
import { dueTimes, nextTime, scheduleProblems } from "../../lib/schedule/times.ts";

const local = (timeZone: string, date: Date) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(date);

Deno.test("dueTimes() has one time for each local day of three years, in zones with and without summer time", () => {
  for (
    const timezone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
  ) {
    for (const cron of ["30 2 * * *", "0 3 * * *", "15 1 * * *", "45 23 * * *"]) {
      const days = dueTimes({ cron, timezone }, new Date("2025-12-31T23:59Z"), new Date("2028-06-30T12:00Z"))
        .map((time) => local(timezone, time).slice(0, 10));
      assert.equal(new Set(days).size, days.length, `${timezone} ${cron} has a day twice`);
      const span = (Date.parse(days.at(-1)!) - Date.parse(days[0])) / 86_400_000 + 1;
      assert.equal(days.length, span, `${timezone} ${cron} leaves out a day`);
    }
  }
});

Deno.test("dueTimes() gives the same times wherever it is cut", () => {
  const schedule = { cron: "30 2 * * *", timezone: "Europe/Berlin" };
  const [from, to] = [new Date("2026-10-20T00:00Z"), new Date("2026-10-30T00:00Z")];
  const whole = dueTimes(schedule, from, to);
  fc.assert(fc.property(fc.integer({ min: from.getTime(), max: to.getTime() }), (cut) => {
    const before = dueTimes(schedule, from, new Date(cut));
    const after = dueTimes(schedule, before.at(-1) ?? from, to);
    assert.deepEqual([...before, ...after], whole);
  }));
});

Deno.test("dueTimes() of a very long gap lists the last times only", () => {
  const times = dueTimes(
    { cron: "* * * * *", timezone: "UTC" },
    new Date(0),
    new Date("2026-01-01T00:00:30Z"),
  );
  assert.equal(times.length, 1000);
  assert.equal(times.at(-1)!.toISOString(), "2026-01-01T00:00:00.000Z");
});

Deno.test("nextTime() names a wrong expression and a wrong zone", () => {
  assert.throws(
    () => nextTime({ cron: "99 3 * * 1", timezone: "UTC" }, new Date()),
    /schedule: cron "99 3 \* \* 1"/,
  );
  assert.throws(
    () => nextTime({ cron: "0 3 * * 1", timezone: "Mars/X" }, new Date()),
    /timezone "Mars\/X" is no time zone/,
  );
});

for (
  const [cron, timezone, expected] of [
    ["0 3 * * 1", "Europe/Berlin", []],
    ["0 25 * * 1", "UTC", ["cron cannot be read: invalid value for hour: 25"]],
    ["0 3 * * MOO", "UTC", ["cron cannot be read: configuration entry 5 (MOO) contains illegal characters"]],
    ["*/0 * * * *", "UTC", ["cron cannot be read: syntax error, illegal stepping: 0"]],
    ["0 3 * * 1", "Mars/Base", ["timezone is no time zone"]],
    ["0 3 * * 1", "", ["timezone is no time zone"]],
    ["0 25 * * 1", "Mars/Base", [
      "cron cannot be read: invalid value for hour: 25",
      "timezone is no time zone",
    ]],
    ["0 0 30 2 *", "UTC", ["cron never comes due"]],
  ] as const
) {
  Deno.test(`scheduleProblems() of "${cron}" in "${timezone}" are ${expected.length}`, () => {
    const found = scheduleProblems({ cron, timezone });
    assert.deepEqual(found.map(({ key, message }) => `${key} ${message}`), expected);
    const broken = found.some((p) => p.severity === "error");
    if (broken) assert.throws(() => nextTime({ cron, timezone }, new Date()), InputError);
    else assert.doesNotThrow(() => nextTime({ cron, timezone }, new Date()));
  });
}
