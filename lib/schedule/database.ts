/** The SQLite file behind schedule and metrics history. */
import { DatabaseSync } from "node:sqlite";
import { toFileUrl } from "../engine/system/file_url.ts";
import { look } from "../engine/system/stat.ts";
import { InputError } from "../errors.ts";
import { basename, dirname, join, resolve } from "../path.ts";

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
  const file = fileOf(root);
  if (!look(file)) return undefined;
  return guard(file, () => {
    // A reader of a write-ahead log makes files beside it that nobody else may write. Where no log is, there is nothing
    // to be found in it.
    const place = new URL(toFileUrl(resolve(file)));
    if (!look(`${file}-wal`) || !look(`${file}-shm`)) place.searchParams.set("immutable", "1");
    const db = new DatabaseSync(place, { readOnly: true });
    try {
      db.exec("PRAGMA busy_timeout = 10000");
      db.prepare("SELECT 1 FROM sqlite_schema").get();
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * Opens the database of a project and makes its tables where they are missing. Close it after use.
 *
 * @throws {InputError} where it is damaged, of a newer program, or not to be written by this user.
 */
export function openDatabase(root: string): DatabaseSync {
  const file = fileOf(root);
  Deno.mkdirSync(dirname(file), { recursive: true });
  // SQLite's own files would be closed to the group, whatever the umask says.
  if (!look(file)) Deno.openSync(file, { append: true, create: true }).close();
  refuseForeign(file);
  return guard(file, () => {
    const db = new DatabaseSync(file);
    try {
      prepare(db);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** Whether anything was kept yet. */
export function hasHistory(root: string): boolean {
  return look(fileOf(root));
}

function fileOf(root: string): string {
  return join(root, ".motiflow", "history.sqlite");
}

/**
 * By the file's rights where they tell: opening a database's file and closing it again would drop the locks that other
 * connections of this process hold on it. Who may write by a list of rights alone is found by opening.
 */
function isWritable(path: string): boolean {
  // Windows has no such numbers, and asks for no user either.
  const { uid, gid, mode } = Deno.statSync(path);
  const me = Deno.uid();
  if (me === null || me === 0 || gid === null || mode === null) return true;
  const own = uid === me ? 0o200 : gid === Deno.gid() || furtherGroups().includes(gid) ? 0o020 : 0o002;
  if ((mode & own) !== 0) return true;
  try {
    Deno.openSync(path, { append: true }).close();
    return true;
  } catch {
    return false;
  }
}

/** Groups of this process beside its first; unknown where there is no `/proc`. */
function furtherGroups(): number[] {
  try {
    const line = /^Groups:(.*)$/m.exec(Deno.readTextFileSync("/proc/self/status"));
    return (line?.[1] ?? "").trim().split(/\s+/).map(Number);
  } catch {
    return [];
  }
}

/**
 * A write-ahead log that one user leaves and another may not write takes the history from both: who may not write all
 * of it is refused before anything is left behind.
 */
function refuseForeign(file: string): void {
  const closed = ["", "-wal", "-shm"].map((end) => file + end).filter((path) =>
    look(path) && !isWritable(path)
  );
  if (closed.length === 0) return;
  const names = closed.map((path) => `${basename(path)} of user ${Deno.statSync(path).uid}`).join(", ");
  throw new InputError(`Cannot write the history: this user may not write ${names}`, {
    file: dirname(file),
    hint:
      "Let the owner open them to the group, chmod g+w .motiflow/history.sqlite*, or remove those that end with " +
      "-wal and -shm while nothing runs.",
  });
}

/** Names the file where SQLite only says what is wrong with it. */
function guard<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    if (!/not a database|malformed|unable to open/.test((cause as Error).message)) throw cause;
    throw new InputError(`Cannot open the history: ${(cause as Error).message}`, {
      file,
      hint: "Move the file away to start a new history; the records of runs are not in it.",
      cause,
    });
  }
}

function prepare(db: DatabaseSync): void {
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
    try {
      db.exec("ROLLBACK");
    } catch {
      // A full disk has ended the transaction already; what counts is why.
    }
    throw error;
  }
}
