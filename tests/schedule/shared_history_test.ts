/** One history for several users of a machine, and for those who may only read. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDatabase, openExisting } from "../../lib/schedule/database.ts";
import { readHistory, recordRun } from "../../lib/schedule/history.ts";
import { skipReason } from "../house/skip.ts";
import { report } from "./fixtures.ts";

const library = new URL("../../lib/schedule/", import.meta.url).href;
const owner = 1501, other = 1502, group = 1600;

/** Why no second user can be played here; undefined where one can. */
function noUsers(): string | undefined {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return "not root: cannot be another user";
  const as = ["--reuid", `${other}`, "--regid", `${group}`, "--clear-groups"];
  try {
    const looks = new Deno.Command("setpriv", { args: [...as, "test", "-r", fileURLToPath(library)] });
    return looks.outputSync().success ? undefined : "the program lies where another user may not look";
  } catch {
    return "no setpriv";
  }
}

/** Runs code as a user whose umask is given; what it printed. */
async function as(user: number, umask: string, folder: string, code: string): Promise<string> {
  const script = join(folder, `${crypto.randomUUID()}.ts`);
  await Deno.writeTextFile(script, code);
  // Every user has a cache of compiled modules of their own.
  const cache = await Deno.makeTempDir({ prefix: "motiflow-cache-" });
  await Deno.chown(cache, user, group);
  const run = [Deno.execPath(), "run", "--quiet", "-A", "--no-config", "--no-check", script];
  const { success, stdout, stderr } = await new Deno.Command("setpriv", {
    args: [
      "--reuid",
      `${user}`,
      "--regid",
      `${group}`,
      "--clear-groups",
      "sh",
      "-c",
      `umask ${umask}; exec "$@"`,
      "-",
      ...run,
    ],
    env: { DENO_DIR: cache, HOME: cache, NO_COLOR: "1" },
    cwd: folder,
  }).output();
  await Deno.remove(cache, { recursive: true });
  const [said, trouble] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  assert.ok(success, trouble);
  return said;
}

/** A project folder of the owner that hands its group on to what is made in it. */
async function withSharedFolder(use: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "motiflow-shared-" });
  try {
    await Deno.chown(root, owner, group);
    await Deno.chmod(root, 0o2775);
    await use(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const opening = (root: string) => `
  import { openDatabase } from "${library}database.ts";
  try {
    const db = openDatabase(${JSON.stringify(root)});
    db.exec("INSERT INTO schedules VALUES ('" + crypto.randomUUID() + "', '* * * * *', 'UTC', '')");
    console.log(db.prepare("SELECT count(*) AS n FROM schedules").get().n);
    db.close();
  } catch (error) {
    console.log(error.name + ": " + error.message);
  }`;

const files = (root: string) => [...Deno.readDirSync(join(root, ".motiflow"))].map((e) => e.name).sort();

Deno.test("two users of a group write into one history by turns, whoever began it", {
  ignore: skipReason(noUsers()),
}, async () => {
  await withSharedFolder(async (root) => {
    const said: string[] = [];
    for (const user of [owner, other, owner, other]) said.push(await as(user, "002", root, opening(root)));
    assert.deepEqual(said, ["1", "2", "3", "4"]);
  });
});

Deno.test("a user who may not write the history is told whose it is, and takes it from nobody", {
  ignore: skipReason(noUsers()),
}, async () => {
  await withSharedFolder(async (root) => {
    assert.equal(await as(owner, "022", root, opening(root)), "1");
    await Deno.chmod(join(root, ".motiflow"), 0o2775);
    const refused = await as(other, "022", root, opening(root));
    assert.match(
      refused,
      /^InputError: .*Cannot write the history: this user may not write history\.sqlite of user 1501/,
    );
    assert.match(refused, /chmod g\+w/);
    assert.deepEqual(files(root), ["history.sqlite"], "no log of the other user is left");
    assert.equal(await as(owner, "022", root, opening(root)), "2");
    const read = `
      import { openExisting } from "${library}database.ts";
      const db = openExisting(${JSON.stringify(root)});
      console.log(db.prepare("SELECT count(*) AS n FROM schedules").get().n);
      db.close();`;
    await Deno.chmod(join(root, ".motiflow"), 0o755);
    assert.equal(await as(other, "022", root, read), "2", "reading needs no right to write");
    assert.deepEqual(files(root), ["history.sqlite"]);
  });
});

Deno.test("openExisting() reads what a writer has open, and nothing where there is nothing", async () => {
  const root = await Deno.makeTempDir();
  try {
    assert.equal(openExisting(root), undefined);
    const writer = openDatabase(root);
    recordRun(writer, report("r1", "2026-01-01T00:00:00.000Z"), { exit: 0, notify: false });
    const reader = openExisting(root)!;
    assert.equal(readHistory(reader).length, 2);
    assert.throws(() => reader.exec("DELETE FROM metrics"), /readonly/);
    reader.close();
    writer.close();
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("a damaged history is named with what to do", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(root, ".motiflow"));
    await Deno.writeTextFile(
      join(root, ".motiflow/history.sqlite"),
      "this is no database at all\n".repeat(100),
    );
    for (const open of [() => openDatabase(root), () => openExisting(root)!.prepare("SELECT 1 FROM runs")]) {
      assert.throws(open, {
        name: "InputError",
        message: /history\.sqlite: Cannot open the history: .*[^]*Move the file away/,
      });
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
