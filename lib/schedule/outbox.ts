/** Messages to a webhook: kept on disk until the other side has taken them. */
import type { DatabaseSync } from "node:sqlite";

/** How {@linkcode flushOutbox} sends; tests put their own in its place. */
export interface Sender {
  post: (url: string, body: string, key: string) => Promise<void>;
  pause: (milliseconds: number) => Promise<void>;
}

/** Pauses between attempts of one flush. */
const PAUSES = [1000, 4000];
/** A webhook that does not answer must not hold up the end of a run. */
const TIMEOUT = 10_000;

/** Posts over HTTP. */
export const httpSender: Sender = {
  async post(url, body, key) {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body,
      signal: AbortSignal.timeout(TIMEOUT),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
  },
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

interface Message {
  id: number;
  run: string;
  body: string;
}

/**
 * Sends all waiting messages, the oldest first, each with a few attempts; stops at the first that does not get through.
 * A message may arrive twice when the program dies between sending and noting it: its `Idempotency-Key` is the same.
 */
export async function flushOutbox(
  db: DatabaseSync,
  url: string,
  { post, pause }: Sender = httpSender,
): Promise<{ sent: number; waiting: number; error?: string }> {
  const waiting = () =>
    db.prepare("SELECT id, run, body FROM outbox WHERE delivered IS NULL ORDER BY id")
      .all() as unknown as Message[];
  let sent = 0;
  for (const message of waiting()) {
    const error = await sendOne(db, url, message, { post, pause });
    if (error !== undefined) return { sent, waiting: waiting().length, error };
    sent++;
  }
  return { sent, waiting: 0 };
}

async function sendOne(
  db: DatabaseSync,
  url: string,
  { id, run, body }: Message,
  { post, pause }: Sender,
): Promise<string | undefined> {
  for (let attempt = 0;; attempt++) {
    try {
      await post(url, body, `${run}-${id}`);
      db.prepare("UPDATE outbox SET delivered = ?, error = NULL WHERE id = ?").run(
        new Date().toISOString(),
        id,
      );
      return undefined;
    } catch (cause) {
      // Addresses of webhooks are secrets: they stay out of logs and files.
      const message = (cause as Error).message.replaceAll(url, "the webhook").replace(
        /\(https?:[^)]*\)/g,
        "",
      );
      db.prepare("UPDATE outbox SET attempts = attempts + 1, error = ? WHERE id = ?").run(message, id);
      if (attempt === PAUSES.length) return message;
      await pause(PAUSES[attempt]);
    }
  }
}
