/** Messages to a webhook: kept on disk until the other side has taken them. */
import type { DatabaseSync } from "node:sqlite";
import { AnswerError, callAddress, withoutAddress } from "./call.ts";
import { type SinkAddress, sinkAt } from "./sinks/list.ts";

/** How {@linkcode flushOutbox} sends; tests put their own in its place. */
export interface Sender {
  post: (url: string, body: string, key: string) => Promise<void>;
  pause: (milliseconds: number) => Promise<void>;
}

/** What came of a flush. */
export interface Flushed {
  sent: number;
  /** Messages that wait for the next flush. */
  waiting: number;
  /** Why the first of them waits. */
  error?: string;
  /** Messages that were given up now, with their run; they stay in the outbox and are not sent again. */
  aside?: { run: string; error: string }[];
}

/** Pauses between attempts of one flush. */
const PAUSES = [1000, 4000];
/** Attempts after which a message that the other side refuses is put aside. */
const REFUSED_ATTEMPTS = 3;
/** The same where it is the address that is refused, which the user may put right before the next runs. */
const ADDRESS_ATTEMPTS = 9;
/** Messages that wait at most: a webhook may be down for as long as a project lives. */
const MOST_WAITING = 500;

/** Attempts that a message is worth after an error. */
function limitOf(error: unknown): number {
  const status = error instanceof AnswerError ? error.status : 0;
  // Too early, too often, too slow, or a fault of the other side: these pass.
  if (status < 300 || status >= 500 || [408, 425, 429].includes(status)) return Infinity;
  const ofAddress = status < 400 || [401, 403, 404, 407, 410].includes(status);
  return ofAddress ? ADDRESS_ATTEMPTS : REFUSED_ATTEMPTS;
}

/** Posts over HTTP. */
export const httpSender: Sender = {
  post: (url, body, key) => callAddress(url, body, "the webhook", { "idempotency-key": key }),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

interface Message {
  id: number;
  run: string;
  body: string;
  attempts: number;
}

/**
 * Sends all waiting messages, the oldest first, each with a few attempts. One that does not get through does not stop
 * those behind it; after two in a row the other side is taken to be down, and the rest waits. A message that is refused
 * (3xx, 4xx) is put aside: after 3 attempts, after 9 where the address is what is refused.
 *
 * A message may arrive twice when the program dies between sending and noting it: its `Idempotency-Key` is the same.
 *
 * @param address `URL` or `KIND:URL`, see {@linkcode sinkAt}.
 * @throws {InputError} where the address is none.
 */
export async function flushOutbox(
  db: DatabaseSync,
  address: string,
  sender: Sender = httpSender,
): Promise<Flushed> {
  const place = sinkAt(address);
  const aside: NonNullable<Flushed["aside"]> = dropOldest(db);
  const messages = db.prepare(
    "SELECT id, run, body, attempts FROM outbox WHERE delivered IS NULL AND aside IS NULL ORDER BY id",
  ).all() as unknown as Message[];
  let sent = 0, refused = 0, failedInRow = 0;
  let error: string | undefined;
  for (const message of messages) {
    // After one that failed, the next only has to tell whether anybody is there.
    const result = await sendOne(db, place, message, sender, failedInRow === 0 ? PAUSES : []);
    if (result === "sent") {
      sent++;
      failedInRow = 0;
    } else if (result.aside) {
      refused++;
      aside.push({ run: message.run, error: result.error });
    } else {
      error ??= result.error;
      failedInRow = result.refused ? 0 : failedInRow + 1;
      if (failedInRow === 2) break;
    }
  }
  return {
    sent,
    waiting: messages.length - sent - refused,
    ...(error === undefined ? {} : { error }),
    ...(aside.length === 0 ? {} : { aside }),
  };
}

/** Puts aside what is more than an outbox holds, the oldest first. By number: no clock that is wrong may lose one. */
function dropOldest(db: DatabaseSync): { run: string; error: string }[] {
  const error = `more than ${MOST_WAITING} messages wait`;
  const rows = db.prepare(
    `UPDATE outbox SET aside = ?, error = ? WHERE id IN
       (SELECT id FROM outbox WHERE delivered IS NULL AND aside IS NULL ORDER BY id DESC LIMIT -1 OFFSET ?)
     RETURNING run`,
  ).all(new Date().toISOString(), error, MOST_WAITING) as unknown as { run: string }[];
  return rows.map(({ run }) => ({ run, error }));
}

async function sendOne(
  db: DatabaseSync,
  { sink, url }: SinkAddress,
  { id, run, body, attempts }: Message,
  { post, pause }: Sender,
  pauses: readonly number[],
): Promise<"sent" | { error: string; refused: boolean; aside: boolean }> {
  for (let attempt = 0;; attempt++) {
    try {
      await post(url, JSON.stringify(sink.body(JSON.parse(body))), `${run}-${id}`);
      db.prepare("UPDATE outbox SET delivered = ?, error = NULL WHERE id = ?").run(
        new Date().toISOString(),
        id,
      );
      return "sent";
    } catch (cause) {
      const error = withoutAddress((cause as Error).message);
      const limit = limitOf(cause);
      const aside = ++attempts >= limit;
      db.prepare("UPDATE outbox SET attempts = ?, error = ?, aside = ? WHERE id = ?").run(
        attempts,
        error,
        aside ? new Date().toISOString() : null,
        id,
      );
      if (aside || attempt === pauses.length) return { error, refused: limit < Infinity, aside };
      await pause(pauses[attempt]);
    }
  }
}
