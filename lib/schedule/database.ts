/** The SQLite file behind schedule and metrics history. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { InputError } from "../errors.ts";

const VERSION = 1;

const tables = `
CREATE TABLE schedules (
  file TEXT PRIMARY KEY, cron TEXT NOT NULL, timezone TEXT NOT NULL, handled TEXT NOT NULL
) STRICT;
CREATE TABLE occurrences (
  file TEXT NOT NULL, due TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  exit INTEGER, run TEXT, ended TEXT, PRIMARY KEY (file, due)
) STRICT;
CREATE TABLE runs (
  run TEXT PRIMARY KEY, workflow TEXT NOT NULL, file TEXT NOT NULL, due TEXT, started TEXT NOT NULL,
  ended TEXT NOT NULL, status TEXT NOT NULL, UNIQUE (file, due)
) STRICT;
CREATE INDEX runs_by_workflow ON runs (workflow, started);
CREATE INDEX runs_by_file ON runs (file, ended);
CREATE TABLE metrics (
  run TEXT NOT NULL REFERENCES runs (run), task TEXT NOT NULL, metric TEXT NOT NULL, value REAL, n INTEGER NOT NULL,
  of TEXT NOT NULL, unit TEXT, origin TEXT NOT NULL, lower REAL, upper REAL, level REAL,
  PRIMARY KEY (run, task, metric)
) STRICT, WITHOUT ROWID;
CREATE TABLE alerts (
  run TEXT NOT NULL REFERENCES runs (run), file TEXT NOT NULL, task TEXT NOT NULL, metric TEXT NOT NULL,
  direction TEXT NOT NULL, threshold REAL NOT NULL, value REAL NOT NULL, n INTEGER NOT NULL, time TEXT NOT NULL,
  quiet INTEGER NOT NULL
) STRICT;
CREATE INDEX alerts_by_run ON alerts (run);
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY, run TEXT NOT NULL, body TEXT NOT NULL, created TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, error TEXT, delivered TEXT
) STRICT;
PRAGMA user_version = ${VERSION};
`;

/** The database of a project, to read only; undefined where nothing was kept yet. Close it after use. */
export function openExisting(root: string): DatabaseSync | undefined {
  const file = join(root, ".motiflow", "history.sqlite");
  return existsSync(file) ? openDatabase(root) : undefined;
}

/** Opens the database of a project and makes its tables where they are missing. Close it after use. */
export function openDatabase(root: string): DatabaseSync {
  const folder = join(root, ".motiflow");
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(join(folder, "history.sqlite"));
  try {
    // Several runs may end at the same time; a power cut must not take back what was said to be done.
    db.exec("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    transaction(db, () => {
      const { user_version } = db.prepare("PRAGMA user_version").get() as { user_version: number };
      if (user_version === 0) db.exec(tables);
      else if (user_version !== VERSION) {
        throw new InputError(
          `Cannot open .motiflow/history.sqlite: it is of version ${user_version}, this program knows ${VERSION}`,
          {
            hint: "Use the newer program, or move the file away to start a new history.",
          },
        );
      }
      addLater(db);
    });
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Added after the first version. A program that does not know these sends again what was put aside, and tells nothing
 * of what is well again.
 */
function addLater(db: DatabaseSync): void {
  for (const [table, column] of [["outbox", "aside"], ["alerts", "resolved"]] as const) {
    const known = db.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?").get(table, column);
    if (known === undefined) db.exec(`ALTER TABLE ${table} ADD COLUMN ${column} TEXT`);
  }
  db.exec("CREATE INDEX IF NOT EXISTS runs_by_start ON runs (started, run)");
  // What goes wrong with a file and was told: "broken" where it cannot be read, "failing" where its runs fail.
  db.exec(`CREATE TABLE IF NOT EXISTS troubles (
    file TEXT NOT NULL, kind TEXT NOT NULL, workflow TEXT NOT NULL, run TEXT NOT NULL, since TEXT NOT NULL,
    PRIMARY KEY (file, kind)
  ) STRICT`);
}

/** Does all or nothing of `work`. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}
