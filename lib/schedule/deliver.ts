/** Sends what waits in a project's outbox, one process at a time. */
import { join } from "node:path";
import { lock } from "../engine/system/lock.ts";
import { openDatabase } from "./database.ts";
import { messageOf } from "./history.ts";
import { withoutAddress } from "./call.ts";
import { flushOutbox, httpSender, type Sender } from "./outbox.ts";
import type { RunReport } from "./report.ts";
import { sinkAt } from "./sinks/list.ts";

/** How it is sent, and who is told what does not get through. */
interface Mail {
  onWarning: (message: string) => void;
  sender?: Sender;
}

/** Sends all that waits; what does not get through is told and waits for the next time. Never throws. */
export async function deliver(root: string, webhook: string, { onWarning, sender }: Mail): Promise<void> {
  try {
    // Two processes that send the same message at the same time would both be taken for the first.
    using _ = await lock(join(root, ".motiflow", "schedule", "outbox.lock"));
    const db = openDatabase(root);
    try {
      const { waiting, error, aside = [] } = await flushOutbox(db, webhook, sender);
      for (const { run, error } of aside) {
        onWarning(`the message of run ${run} is put aside, it cannot be delivered: ${error}`);
      }
      if (waiting > 0) onWarning(`${waiting} not delivered yet, kept for the next run: ${error}`);
    } finally {
      db.close();
    }
  } catch (error) {
    onWarning(`cannot send messages: ${withoutAddress((error as Error).message)}`);
  }
}

/** Sends the message of a run that no history could keep, e.g. on a full disk: once, now. Never throws. */
export async function sendUnkept(
  webhook: string,
  report: RunReport,
  { onWarning, sender = httpSender }: Mail,
): Promise<void> {
  try {
    const { sink, url } = sinkAt(webhook);
    const message = messageOf(report, { alerts: report.alerts, resolved: [] });
    await sender.post(url, JSON.stringify(sink.body(message)), `${report.run}-unkept`);
  } catch (error) {
    onWarning(`cannot send the message of this run: ${withoutAddress((error as Error).message)}`);
  }
}
