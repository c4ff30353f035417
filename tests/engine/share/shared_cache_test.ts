import assert from "node:assert/strict";
import { join } from "node:path";
import type { RunResult } from "../../../lib/engine/mod.ts";
import { encodeRecord } from "../../../lib/engine/store/action_record.ts";
import { sha256 } from "../../../lib/engine/system/canonical_json.ts";
import { Project, type Spec } from "../project.ts";
import { BucketServer, keys } from "./bucket_server.ts";

const specs: Record<string, Spec> = {
  a: { uses: "join", params: { text: "a" } },
  b: { uses: "join", params: { text: "b" }, from: ["a"] },
};

/** Members of a team, each with a project of their own and the same shared cache. */
class Team implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "motiflow-shared-" });
  readonly #projects: Project[] = [];

  member(shared: string = this.folder, more: object = {}): Project {
    const project = new Project();
    const marker = { version: 1, name: "team", cache: { shared, ...more } };
    project.write("motiflow.json", JSON.stringify(marker));
    this.#projects.push(project);
    return project;
  }

  /** Files of the folder, from its root. */
  files(below = ""): string[] {
    return [...Deno.readDirSync(join(this.folder, below))].flatMap(({ name, isDirectory }) =>
      isDirectory ? this.files(`${below}${name}/`) : [`${below}${name}`]
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const project of this.#projects) await project[Symbol.asyncDispose]();
    Deno.removeSync(this.folder, { recursive: true });
  }
}

async function run(project: Project, options: { force?: string[] } = {}): Promise<RunResult> {
  return await (await project.open()).run(project.plan(specs), options);
}

const ends = ({ tasks }: RunResult) =>
  tasks.map(({ outcome, reason }) => outcome === "ran" ? outcome : reason);
const shared = "taken from the shared cache";
const textOf = (result: RunResult) => Deno.readTextFileSync(`${result.tasks[1]!.outputs.text!.dir}/text.txt`);

Deno.test("what one member made, another takes, byte by byte and without running anything", async () => {
  await using team = new Team();
  const made = await run(team.member());
  assert.deepEqual(ends(made), ["ran", "ran"]);
  const other = team.member();
  const taken = await run(other);
  assert.deepEqual(ends(taken), [shared, shared]);
  assert.equal(textOf(taken), textOf(made));
  assert.deepEqual(taken.tasks.map((t) => t.outputs.text!.id), made.tasks.map((t) => t.outputs.text!.id));
  assert.deepEqual(taken.storeWarnings, []);
  // From now on it is theirs: the store is whole, and the shared cache is not asked.
  const check = await (await other.open()).cacheCheck();
  assert.deepEqual(check.problems, []);
  Deno.removeSync(team.folder, { recursive: true });
  Deno.mkdirSync(team.folder);
  assert.deepEqual(ends(await run(other)), ["nothing changed", "nothing changed"]);
});

Deno.test("a plan says what the shared cache would answer, takes nothing, and agrees with the run after it", async () => {
  await using team = new Team();
  await run(team.member());
  const files = team.files();
  const other = team.member();
  const plan = async (force?: string[]) =>
    (await (await other.open()).plan(other.plan(specs), force === undefined ? {} : { force })).map((
      { status, reason },
    ) => [status, reason]);
  const both = [["restore", "in the shared cache"], ["restore", "in the shared cache"]];
  assert.deepEqual(await plan(), both);
  assert.throws(() => Deno.statSync(other.path(".motiflow")), Deno.errors.NotFound, "a plan writes nothing");
  assert.deepEqual(await plan(["b"]), [both[0], ["run", "forced"]]);
  assert.deepEqual(await plan(["a"]), [["run", "forced"], ["unknown", "depends on a"]]);
  // Content that is gone is no result, although its record is there.
  const content = files.filter((file) => file.startsWith("v1/objects/"));
  Deno.mkdirSync(join(team.folder, "aside"));
  for (const [i, file] of content.entries()) {
    Deno.renameSync(join(team.folder, file), join(team.folder, "aside", String(i)));
  }
  assert.deepEqual(await plan(), [["run", "first time"], ["unknown", "depends on a"]]);
  for (const [i, file] of content.entries()) {
    Deno.renameSync(join(team.folder, "aside", String(i)), join(team.folder, file));
  }
  assert.deepEqual(await plan(), both);
  assert.deepEqual(ends(await run(other)), [shared, shared]);
  assert.deepEqual(await plan(), [["restore", "nothing changed"], ["restore", "nothing changed"]]);
});

Deno.test("a plan whose shared cache cannot be used says so and goes without it", async () => {
  await using team = new Team();
  const project = team.member("s3://nobody.invalid");
  const planned = await (await project.open()).plan(project.plan(specs));
  assert.deepEqual(planned.map(({ status }) => status), ["run", "unknown"]);
  const warnings = project.events.filter((event) => event.type === "store-warning");
  assert.equal(warnings.length, 1, JSON.stringify(project.events));
  assert.match(warnings[0]!.message, /shared cache/);
});

Deno.test("nothing is shared unless the project says so", async () => {
  await using team = new Team();
  await run(team.member());
  const alone = team.member();
  alone.write("motiflow.json", JSON.stringify({ version: 1, name: "alone" }));
  assert.deepEqual(ends(await run(alone)), ["ran", "ran"]);
  const before = team.files();
  const reader = team.member(team.folder, { write: false });
  await (await reader.open()).run(reader.plan({ c: { uses: "join", params: { text: "c" } } }));
  assert.deepEqual(team.files(), before);
  assert.deepEqual(ends(await run(reader)), [shared, shared]);
});

Deno.test("a forced step is made, and a step that is never cached is neither taken nor handed on", async () => {
  await using team = new Team();
  await run(team.member());
  assert.deepEqual(ends(await run(team.member(), { force: ["b"] })), [shared, "ran"]);
  const before = team.files();
  const project = team.member();
  const never = { n: { uses: "join", params: { text: "n" }, cache: { mode: "never" as const } } };
  await (await project.open()).run(project.plan(never));
  assert.deepEqual(team.files(), before);
});

Deno.test("damaged content is noticed, told once, made again and replaced", async (t) => {
  const damage: Record<string, (bytes: Uint8Array) => Uint8Array> = {
    "one bit": (bytes) => bytes.map((byte, i) => i === 0 ? byte ^ 1 : byte),
    "cut short": (bytes) => bytes.subarray(0, bytes.length - 1),
    "grown": (bytes) => new Uint8Array([...bytes, 32]),
    "empty": () => new Uint8Array(),
  };
  for (const part of ["v1/objects/", "v1/actions/"]) {
    for (const [name, change] of Object.entries(damage)) {
      await t.step(`${part} ${name}`, async () => {
        await using team = new Team();
        const made = await run(team.member());
        for (const file of team.files().filter((f) => f.startsWith(part))) {
          const path = join(team.folder, file);
          Deno.writeFileSync(path, change(Deno.readFileSync(path)));
        }
        const again = await run(team.member());
        assert.equal(again.status, "succeeded");
        assert.deepEqual(ends(again), ["ran", "ran"]);
        assert.equal(textOf(again), textOf(made));
        assert.equal(again.storeWarnings.length, 1);
        assert.match(again.storeWarnings[0]!, /^The shared cache .* cannot be used: v1\/.* is damaged: /);
        assert.deepEqual(ends(await run(team.member())), [shared, shared]);
      });
    }
  }
});

Deno.test("a record that was made up is refused: wrong key, wrong outputs, paths that lead out", async (t) => {
  type Forged = Parameters<typeof encodeRecord>[0];
  const forgeries: Record<string, (record: Forged) => void> = {
    "ingredients of another key": (record) => void (record.ingredients.params = { text: "other" }),
    "another port": (record) => void (record.outputs = { other: record.outputs.text! }),
    "another type": (record) => void (record.outputs.text!.type = "Model"),
    "files of another artifact": (record) => void record.outputs.text!.files.pop(),
    "a path that leads out": (record) => {
      const { files } = record.outputs.text!;
      files[0]!.path = "../../../evil.txt";
      record.outputs.text!.id = sha256(JSON.stringify(files.map((f) => [f.path, f.size, f.sha256])));
    },
    "another shape": (record) => void (record.warnings = "none" as never),
  };
  for (const [name, forge] of Object.entries(forgeries)) {
    await t.step(name, async () => {
      await using team = new Team();
      await run(team.member());
      for (const file of team.files().filter((f) => f.startsWith("v1/actions/"))) {
        const path = join(team.folder, file);
        const { record } = JSON.parse(Deno.readTextFileSync(path));
        forge(record);
        Deno.writeTextFileSync(path, encodeRecord(record));
      }
      const project = team.member();
      const result = await run(project);
      assert.deepEqual(ends(result), ["ran", "ran"]);
      assert.match(result.storeWarnings.join(), /is damaged/);
      assert.throws(() => Deno.statSync(project.path("evil.txt")), Deno.errors.NotFound);
    });
  }
});

Deno.test("a shared cache that is away fails nothing and is told once", async (t) => {
  await t.step("no such folder, which is not made", async () => {
    await using team = new Team();
    const missing = join(team.folder, "unmounted");
    const result = await run(team.member(missing));
    assert.deepEqual(ends(result), ["ran", "ran"]);
    assert.equal(result.storeWarnings.length, 1);
    assert.match(result.storeWarnings[0]!, /this run goes on without it$/);
    assert.throws(() => Deno.statSync(missing), Deno.errors.NotFound);
  });
  await t.step("no keys in the environment", async () => {
    await using team = new Team();
    const result = await run(team.member("s3://team/results"));
    assert.deepEqual(ends(result), ["ran", "ran"]);
    assert.match(
      result.storeWarnings.join(),
      /^The shared cache s3:\/\/team\/results cannot be used: AWS_ACCESS_KEY_ID/,
    );
  });
});

/** Runs with the environment of a server. */
async function withServer(body: (server: BucketServer) => Promise<void>): Promise<void> {
  await using server = new BucketServer();
  const { environment } = server;
  for (const [name, value] of Object.entries(environment)) Deno.env.set(name, value);
  try {
    await body(server);
  } finally {
    for (const name of Object.keys(environment)) Deno.env.delete(name);
  }
}

Deno.test("a team shares by a bucket, and nothing secret is in results, records or messages", async () => {
  await withServer(async (server) => {
    await using team = new Team();
    const made = await run(team.member("s3://team/results"));
    assert.deepEqual(ends(made), ["ran", "ran"]);
    const other = team.member("s3://team/results/");
    const taken = await run(other);
    assert.deepEqual(ends(taken), [shared, shared]);
    assert.equal(textOf(taken), textOf(made));
    // The record comes last: whoever finds it finds what it names.
    const puts = server.seen.filter((line) => line.startsWith("PUT")).map((line) => line.split("/")[4]);
    assert.equal(puts.lastIndexOf("objects") < puts.lastIndexOf("actions"), true);
    assert.equal(server.seen.every((line) => line.includes(" /team/results/v1/")), true);
    const said = JSON.stringify([
      other.events,
      taken,
      [...server.objects.values()].map((b) => new TextDecoder().decode(b)),
    ]);
    assert.equal(said.includes(keys.AWS_SECRET_ACCESS_KEY) || said.includes(keys.AWS_ACCESS_KEY_ID), false);
  });
});

Deno.test("a server that fails, lies or goes away in the middle fails no run", async (t) => {
  const faults: Record<string, BucketServer["fault"]> = {
    "forbids all": () => new Response("<Error><Code>AccessDenied</Code></Error>", { status: 403 }),
    "forbids writing": (method) => method === "PUT" ? new Response("", { status: 403 }) : undefined,
    "answers nonsense": () => new Response("<html>Sign in to the network</html>"),
    "ends in the middle of content": (method, path) => {
      if (method !== "GET" || !path.includes("objects")) return undefined;
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array(3));
          controller.error(new Error("gone"));
        },
      });
      return new Response(body);
    },
  };
  for (const [name, fault] of Object.entries(faults)) {
    await t.step(name, async () => {
      await withServer(async (server) => {
        await using team = new Team();
        await run(team.member("s3://team/results"));
        server.fault = fault;
        const project = team.member("s3://team/results");
        const fresh: Record<string, Spec> = {
          ...specs,
          c: { uses: "join", params: { text: name }, from: ["b"] },
        };
        const result = await (await project.open()).run(project.plan(fresh));
        assert.equal(result.status, "succeeded");
        assert.equal(result.storeWarnings.length >= 1 && result.storeWarnings.length <= 2, true, name);
        const { problems } = await (await project.open()).cacheCheck();
        assert.deepEqual(problems, []);
      });
    });
  }
});
