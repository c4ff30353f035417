import assert from "node:assert/strict";
import { StoreFs } from "../../../lib/engine/system/fs.ts";
import { actionKey, currentRuntime, type KeyParts } from "../../../lib/engine/key/action_key.ts";
import {
  estimate,
  keyOf,
  type Latest,
  latestTask,
  readLatest,
  writeLatest,
} from "../../../lib/engine/store/last_results.ts";
import { Layout } from "../../../lib/engine/system/layout.ts";
import { outcomes, Project, textOf } from "../project.ts";

const parts = (text: string, deno = currentRuntime().deno): KeyParts => ({
  schema: 1,
  uses: "join",
  code: "0".repeat(64),
  params: { text },
  seed: 7,
  env: {},
  inputs: {},
  files: { data: "1".repeat(64) },
  outputs: { text: "Text" },
  runtime: { ...currentRuntime(), deno },
  environment: {},
});

Deno.test("keyOf() gives the remembered key for the same parts only, and none of another runtime", async () => {
  await using project = new Project();
  const layout = new Layout(Deno.realPathSync(project.root));
  const shared = ({ schema, runtime }: KeyParts) => ({ schema, runtime });
  // A key that shows whether it was remembered.
  const key = "f".repeat(64);
  const record = { key, outputs: {}, created: "", seconds: 1, warnings: [] };
  const latest = readLatest(layout, "w", shared(parts("a")));
  latest.tasks.one = latestTask(layout, "join", parts("a"), record);
  writeLatest(new StoreFs(), layout, latest);

  const same = readLatest(layout, "w", shared(parts("a")));
  assert.equal(keyOf(same, "one", parts("a")), key);
  const { seed: _, ...seedless } = parts("a");
  const inputs = { text: { type: "Text", id: "2".repeat(64) } };
  for (
    const other of [
      parts("b"),
      seedless,
      { ...parts("a"), seed: 1 },
      { ...parts("a"), part: true as const },
      { ...parts("a"), files: {} },
      { ...parts("a"), inputs },
      { ...parts("a"), schema: 2 },
      { ...parts("a"), code: "9".repeat(64) },
    ]
  ) assert.equal(keyOf(same, "one", other), actionKey(other));
  assert.equal(keyOf(same, "two", parts("a")), actionKey(parts("a")));
  assert.equal(keyOf(same, "__proto__", parts("a")), actionKey(parts("a")));
  const newer = parts("a", "99.0.0");
  assert.equal(keyOf(readLatest(layout, "w", shared(newer)), "one", newer), actionKey(newer));
});

Deno.test("what tasks have in common is written once, and each has its own again", async () => {
  await using project = new Project();
  const layout = new Layout(Deno.realPathSync(project.root));
  const shared = ({ schema, runtime }: KeyParts) => ({ schema, runtime });
  const latest = readLatest(layout, "w", shared(parts("a")));
  const keys = ["a", "b", "c"].map((text) => ({ text, key: text.repeat(64) }));
  for (const { text, key } of keys) {
    const own = text === "c" ? { ...parts(text), code: "9".repeat(64) } : parts(text);
    latest.tasks[text] = latestTask(layout, "join", own, {
      key,
      outputs: {},
      created: "",
      seconds: 1,
      warnings: [],
    });
  }
  writeLatest(new StoreFs(), layout, latest);
  const [{ name }] = [...Deno.readDirSync(layout.latest)];
  const written = new TextDecoder("latin1").decode(Deno.readFileSync(`${layout.latest}/${name}`));
  assert.equal(written.split("0".repeat(64)).length - 1, 1);
  const again = readLatest(layout, "w", shared(parts("a")));
  assert.deepEqual(again, latest);
  assert.equal(keyOf(again, "b", parts("b")), keys[1]!.key);
  assert.notEqual(keyOf(again, "c", parts("c")), keys[2]!.key);
});

Deno.test("a remembered list that is damaged, of an older program or of another workflow is made again", async () => {
  await using project = new Project();
  const engine = await project.open();
  const plan = project.plan({ only: { uses: "join", params: { text: "a" } } });
  await engine.run(plan);
  const folder = project.path(".motiflow/latest");
  const [{ name }] = [...Deno.readDirSync(folder)];
  const whole = Deno.readFileSync(`${folder}/${name}`);
  const spoilt = whole.slice();
  // One digit of the parameter's neighbourhood: the text itself would still be JSON.
  spoilt[new TextDecoder("latin1").decode(whole).indexOf('"text":"a"') + 8] = "b".charCodeAt(0);
  for (
    const bytes of [
      spoilt,
      whole.slice(0, 40),
      new TextEncoder().encode('{"version":2,"tasks":{}}'),
      new Uint8Array(),
    ]
  ) {
    Deno.writeFileSync(`${folder}/${name}`, bytes);
    const other = await engine.run(project.plan({ only: { uses: "join", params: { text: "b" } } }));
    assert.equal(textOf(other, "only"), "b()");
    Deno.writeFileSync(`${folder}/${name}`, bytes);
    assert.deepEqual(outcomes(await engine.run(plan)), { only: "restored" });
  }
});

Deno.test("estimate() looks through the last results once, however many new tasks ask", () => {
  const seconds = { a: [5, 1, 9, 2], constructor: [7, 3, 4] };
  const tasks = Object.fromEntries(
    Object.entries(seconds).flatMap(([uses, all]) =>
      all.map((seconds, i) => [`${uses}${i}`, { key: "", uses, seconds }])
    ),
  );
  let looks = 0;
  const watched = new Proxy(tasks, {
    ownKeys: (target) => {
      looks++;
      return Reflect.ownKeys(target);
    },
  });
  const { schema, runtime } = parts("a");
  const latest: Latest = {
    workflow: "w",
    run: null,
    summary: null,
    shared: { schema, runtime },
    tasks: watched,
  };
  assert.equal(estimate(latest, "a2", "a"), 9, "its own last time");
  for (let i = 0; i < 1000; i++) {
    // Of four the upper one in the middle.
    assert.equal(estimate(latest, `new${i}`, "a"), 5);
    assert.equal(estimate(latest, `new${i}`, "constructor"), 4);
    assert.equal(estimate(latest, "toString", "toString"), null);
  }
  assert.equal(looks, 1);
});
