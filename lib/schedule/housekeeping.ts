/** What a scheduler does beside its runs: sends what waits, and forgets old runs. */
import { openEngine } from "../engine/mod.ts";
import { openDatabase } from "./database.ts";
import { deliver } from "./deliver.ts";
import { forgetMessages } from "./forget_messages.ts";
import { type Outlets, webhookOf } from "./keep_report.ts";

/** Milliseconds between two looks at what waits, and between two cleanings. */
const SEND = 10 * 60_000, CLEAN = 24 * 3_600_000;

/**
 * Called at each turn; does what is its time, and waits for nothing. A message that a dead webhook did not take would
 * otherwise wait for the next run, which may be in a week.
 *
 * @param keepDays Days that runs are kept; undefined for ever.
 */
export function housekeeping(root: string, keepDays: number | undefined, outlets: Outlets): () => void {
  let sent = performance.now(), cleaned = -Infinity;
  return () => {
    const now = performance.now();
    const webhook = webhookOf(outlets);
    if (webhook !== undefined && now - sent >= SEND) {
      sent = now;
      void Promise.try(waits, root).then((some) => some ? deliver(root, webhook, outlets) : undefined)
        .catch((error) => outlets.onWarning(`cannot look for messages that wait: ${error.message}`));
    }
    if (keepDays !== undefined && now - cleaned >= CLEAN) {
      cleaned = now;
      void clean(root, keepDays).catch((error) =>
        outlets.onWarning(`cannot forget old runs: ${error.message}`)
      );
    }
  };
}

function waits(root: string): boolean {
  const db = openDatabase(root);
  try {
    return db.prepare("SELECT 1 FROM outbox WHERE delivered IS NULL AND aside IS NULL LIMIT 1").get() !==
      undefined;
  } finally {
    db.close();
  }
}

async function clean(root: string, days: number): Promise<void> {
  const engine = await openEngine({ root });
  await engine.forgetRuns(days);
  await engine.close();
  forgetMessages(root, days, false);
}
