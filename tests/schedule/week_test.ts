/**
 * A week of simulated schedule, twice, each with a night in which the clock changes: a webhook that is dead, a limit that
 * breaks and holds again, a broken file, a night that fails, a clock that steps, a full disk, a scheduler that is killed.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { skipReason } from "../house/skip.ts";

const program = fileURLToPath(new URL("./week.ts", import.meta.url));
const canMount = (() => {
  try {
    const args = ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"];
    return new Deno.Command("unshare", { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
})();

interface Week {
  messages: any[];
  events: any[];
  warnings: string[];
  beats: number;
  beatsWhileFull: string[];
  occurrences: { file: string; due: string; state: string; exit: number | null; run: string | null }[];
  runs: { run: string; file: string; due: string | null; status: string }[];
  outbox: { delivered: number; aside: string | null }[];
}

async function week(first: string, full: boolean): Promise<Week> {
  const root = await Deno.makeTempDir({ prefix: "motiflow-week-" });
  try {
    const run = [
      Deno.execPath(),
      "run",
      "--quiet",
      "-A",
      "--no-check",
      program,
      root,
      first,
      full ? "full" : "",
    ];
    const [command, ...args] = full
      ? [
        "unshare",
        "-rm",
        "sh",
        "-c",
        'mount -t tmpfs -o size=3m tmpfs "$1" && shift && exec "$@"',
        "-",
        root,
        ...run,
      ]
      : run;
    const { stdout, stderr, success } = await new Deno.Command(command, { args, stdin: "null" }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Due times of a week as cron means them, counted by hand: every four hours, and half past two in Berlin. */
function dueTimes(first: string, nights: string[]): string[] {
  const start = Date.parse(`${first}T00:15:00Z`);
  const watch = Array.from({ length: 42 }, (_, i) => new Date(start + i * 4 * 3_600_000).toISOString());
  return [...watch.map((due) => `watch ${due}`), ...nights.map((due) => `nightly ${due}:00.000Z`)].sort();
}

const name = (file: string) => file.replace(/.*\/|\.yaml/g, "");
/** What a message says, in short. */
const gist = ({ workflow, alerts, failures, resolved, broken }: any) =>
  [
    workflow,
    ...(broken ? ["broken"] : failures.length > 0 ? ["failed"] : []),
    ...alerts.map(() => "limit broken"),
    ...resolved.map(({ message }: any) => `resolved: ${message}`),
  ].join(", ");

const told = [
  "watch, limit broken",
  "watch, resolved: codebook_utilization of validation is 0.5, no longer below 0.2",
  "watch, broken",
  "watch, resolved: flows/watch.yaml can be read again",
  "nightly, failed",
  "nightly, resolved: nightly succeeds again",
];

// Nights of 26 March to 1 April: the 29th skips two to three. Nights of 22 to 28 October: the 25th has it twice.
const spring = ["26T01:30", "27T01:30", "28T01:30", "29T01:00", "30T00:30", "31T00:30"].map((t) =>
  `2026-03-${t}`
);
const autumn = ["22T00:30", "23T00:30", "24T00:30", "25T00:30", "26T01:30", "27T01:30", "28T01:30"]
  .map((t) => `2026-10-${t}`);

for (
  const [first, nights, full] of [
    ["2026-03-26", [...spring, "2026-04-01T00:30"], false],
    ["2026-10-22", autumn, true],
  ] as const
) {
  const disk = full ? " with a full disk" : "";
  Deno.test(`nothing is lost, doubled or silent in the week from ${first}${disk}`, {
    ignore: skipReason(full && !canMount && "cannot mount"),
  }, async () => {
    const { messages, events, warnings, beats, beatsWhileFull, occurrences, runs, outbox } = await week(
      first,
      full,
    );
    const day = (n: number) => new Date(Date.parse(first) + n * 86_400_000).toISOString().slice(0, 10);

    // Lost: each due time has its end. Missed are those in which the scheduler was dead, or could write nothing.
    assert.deepEqual(occurrences.map((o) => `${name(o.file)} ${o.due}`).sort(), dueTimes(first, [...nights]));
    const missed = occurrences.filter((o) => o.state === "missed");
    const inFull = (due: string) => full && due >= `${day(5)}T01:00` && due < `${day(5)}T10:00`;
    const dead = [`${day(6)}T00:15:00.000Z`, `${day(6)}T04:15:00.000Z`];
    assert.deepEqual(missed.map((o) => o.due).filter((due) => !inFull(due)), dead.slice(0, missed.length));
    assert.ok(occurrences.every((o) => o.state === "done" || o.state === "missed"), "none is open");
    const madeUp = events.filter((e) => e.type === "started").reduce((sum, e) => sum + e.missed, 0);
    assert.equal(madeUp, missed.length, "each missed time is told with the run that makes up for it");

    // Doubled: one recorded run for each due time that was done, and no due time of a manual run.
    const scheduled = runs.filter((run) => run.due !== null);
    const done = occurrences.filter((o) => o.state === "done");
    assert.deepEqual(
      scheduled.map((r) => `${r.file} ${r.due}`).sort(),
      done.map((o) => `${o.file} ${o.due}`).sort(),
    );
    const brokenDues = scheduled.filter((r) => r.status === "broken").map((r) => r.due);
    assert.deepEqual(brokenDues, [
      `${day(1)}T16:15:00.000Z`,
      `${day(1)}T20:15:00.000Z`,
      `${day(2)}T00:15:00.000Z`,
      `${day(2)}T04:15:00.000Z`,
    ]);

    // Silent: every message once, in order, although the webhook was dead for the first two.
    assert.deepEqual(messages.map(gist).filter((text) => !full || told.includes(text)), told);
    assert.ok(outbox.every((message) => message.delivered === 1 && message.aside === null));
    assert.ok(warnings.some((text) => text.includes("not delivered yet")));
    assert.ok(warnings.some((text) => text.includes("flows/watch.yaml:2:1")));
    assert.ok(beats > 500);
    if (full) {
      const trouble = [...warnings, ...events.flatMap((e) => e.type === "warning" ? [e.message] : [])].join(
        "\n",
      );
      assert.match(trouble, /full|No space/, "a full disk is told");
      assert.ok(beatsWhileFull.length < 54, "signs of life stay away while nothing can be written");
    }
  });
}
