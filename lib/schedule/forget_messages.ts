/** Drops what the schedule keeps of old runs: messages that were sent or given up, and due times. Numbers stay. */
import type { DatabaseSync } from "node:sqlite";
import { hasHistory, openDatabase } from "./database.ts";

/** How many were dropped. */
export interface Forgotten {
  messages: number;
  dueTimes: number;
}

/**
 * Messages older than so many days, but not those that wait or tell of a trouble that is not over; due times that are
 * done or were missed.
 */
export function forgetMessages(root: string, days: number, dryRun: boolean): Forgotten {
  if (!hasHistory(root)) return { messages: 0, dueTimes: 0 };
  const db = openDatabase(root);
  try {
    const limit = new Date(Date.now() - days * 86_400_000).toISOString();
    const drop = (table: string, which: string) => {
      if (!dryRun) return Number(db.prepare(`DELETE FROM ${table} WHERE ${which}`).run(limit).changes);
      return countOf(db, table, which, limit);
    };
    return {
      messages: drop(
        "outbox",
        `created < ? AND (delivered IS NOT NULL OR aside IS NOT NULL)
           AND run NOT IN (SELECT run FROM troubles)
           AND run NOT IN (SELECT run FROM alerts WHERE quiet = 0 AND resolved IS NULL)`,
      ),
      dueTimes: drop("occurrences", "due < ? AND state <> 'open'"),
    };
  } finally {
    db.close();
  }
}

function countOf(db: DatabaseSync, table: string, which: string, limit: string): number {
  return Number(db.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${which}`).get(limit)!.n);
}
