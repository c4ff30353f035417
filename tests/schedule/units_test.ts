import assert from "node:assert/strict";
import { calendarLines, cronLines, systemdUnits } from "../../lib/schedule/units.ts";

const cronie = { zone: "UTC", knowsZones: true };
const job = (cron: string, timezone = "Europe/Berlin") => ({ file: "workflows/a b.yaml", cron, timezone });

Deno.test("calendarLines() says in systemd's words what cron says", () => {
  const cases: [string, string[]][] = [
    ["0 3 * * 1", ["Mon *-*-* 03:00:00 UTC"]],
    ["*/20 8-17/4 * * mon-fri", ["Mon,Tue,Wed,Thu,Fri *-*-* 08,12,16:00,20,40:00 UTC"]],
    ["30 2 1 jan,7 *", ["*-01,07-01 02:30:00 UTC"]],
    ["0 0 13 * 5", ["*-*-13 00:00:00 UTC", "Fri *-*-* 00:00:00 UTC"]],
    ["5 4 * * 0,7", ["Sun *-*-* 04:05:00 UTC"]],
    ["* * * * *", ["*-*-* *:*:00 UTC"]],
  ];
  for (const [cron, expected] of cases) assert.deepEqual(calendarLines(job(cron, "UTC")), expected, cron);
});

Deno.test("systemdUnits() and cronLines() refuse what the machine's timers cannot say", () => {
  assert.throws(() => calendarLines(job("0 0 L * *")), /its day is "L"/);
  assert.throws(
    () => cronLines(job("0 0 0 * * *"), { words: ["a"], folder: "/" }, cronie),
    /it counts seconds/,
  );
});

Deno.test("systemdUnits() quotes words and makes up for what was missed", () => {
  const units = systemdUnits(job("0 3 * * 1"), {
    words: ["/bin/deno", "run", "/a b/50%.yaml"],
    folder: "/a b",
  });
  const [service, timer] = Object.values(units);
  assert.deepEqual(Object.keys(units), ["motiflow-workflows-a-b.service", "motiflow-workflows-a-b.timer"]);
  assert.match(service, /^ExecStart=\/bin\/deno run "\/a b\/50%%\.yaml"$/m);
  assert.match(timer, /^OnCalendar=Mon \*-\*-\* 03:00:00 Europe\/Berlin\nPersistent=true$/m);
});

const command = { words: ["deno", "it's.yaml", "50%"], folder: "/a b" };
const line = "0 3 * * 1 cd '/a b' && deno 'it'\\''s.yaml' 50\\%";

Deno.test("cronLines() sets the zone and quotes for the shell and for cron", () => {
  assert.deepEqual(cronLines(job("0 3 * * 1"), command, cronie), ["CRON_TZ=Europe/Berlin", line]);
});

Deno.test("cronLines() refuses for Debian's cron what it would run at another hour, and sets no zone for it", () => {
  const debian = (zone: string) => ({ zone, knowsZones: false });
  assert.deepEqual(cronLines(job("0 3 * * 1"), command, debian("Europe/Berlin")), [line]);
  assert.deepEqual(cronLines(job("0 3 * * 1", "Etc/UTC"), command, debian("UTC")), [line]);
  assert.throws(
    () => cronLines(job("0 3 * * 1"), command, debian("UTC")),
    /its zone is Europe\/Berlin, and this machine's cron knows UTC only[^]*--print systemd/,
  );
});
