import assert from "node:assert/strict";
import type { Quality } from "../../lib/artifacts/recording/quality.ts";
import { wornTables } from "../../lib/report/worn_tables.ts";

const text = (quality: Partial<Quality>) =>
  wornTables(quality as Quality)?.html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ") ?? "";
const day = (subject: string, k: number, hours = 24) => ({
  subject,
  day: `2026-01-${k}`,
  hours,
  enmo: 20 + k,
});

Deno.test("wornTables() shows nothing where load was asked for nothing", () => {
  assert.equal(wornTables({} as Quality), undefined);
});

Deno.test("wornTables() tells errors in mg, and why a sensor was not calibrated", () => {
  const fit = {
    sensor: "wrist",
    offset: [0, 0.01, 0],
    gain: [1, 1, 1.02],
    before: 0.0281,
    after: 0.0012,
    moments: 420,
  };
  const shown = text({
    calibration: [
      { ...fit, device: "a<b", applied: true } as never,
      { ...fit, device: "c", applied: false, refused: "29 still moments" } as never,
    ],
  });
  assert.match(
    shown,
    /wrist a&lt;b 0\.0000, 0\.0100, 0\.0000 1\.0000, 1\.0000, 1\.0200 28\.1 1\.20 420 yes/,
  );
  assert.match(shown, /no: 29 still moments/);
});

Deno.test("wornTables() lists days, and means of subjects where there are many", () => {
  assert.match(text({ days: [day("anna", 1), day("anna", 2, 12)] }), /anna 2026-01-2 12 22/);
  const many = Array.from(
    { length: 70 },
    (_, k) => day(k < 35 ? "anna" : "bob", 1 + k % 2, k % 2 === 0 ? 24 : 12),
  );
  // 18 hours of each in 35 days for anna: 18 days of 24 h and 17 of 12 h, weighted by hours.
  assert.match(text({ days: many }), /anna 35 18\.2 21\.3/);
});

Deno.test("wornTables() tells how long recordings were not worn", () => {
  assert.match(text({ notWorn: [{ recording: "a", hours: 4.006, share: 0.5 }] }), /a 4\.01 50/);
});

Deno.test("wornTables() tells how clocks of loggers go, and why one was believed", () => {
  const clock = {
    recording: "p1",
    sensor: "hip",
    against: "wrist",
    offset: 1.2345,
    ppm: 81.26,
    spread: 0.0021,
  };
  const shown = text({
    clocks: [
      { ...clock, windows: 90, looked: 120, applied: true },
      { ...clock, recording: "p2", windows: 1, looked: 9, applied: false, refused: "1 of 9 windows agree" },
      { ...clock, recording: "p3", by: "events", windows: 4, looked: 4, applied: true },
    ],
  });
  assert.match(shown, /p1 hip wrist 1\.23[45] 81\.3 2\.1 90 of 120 windows yes/);
  assert.match(shown, /p3 hip .* 2\.1 4 events yes/);
  assert.match(shown, /no: 1 of 9 windows agree/);
});
