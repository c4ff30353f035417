import assert from "node:assert/strict";
import { join } from "node:path";
import { actionKeys, blobs } from "../../lib/engine/store/action_list.ts";
import { Layout } from "../../lib/engine/system/layout.ts";
import { outcomes, Project, snapshot, textOf } from "./project.ts";

const specs = {
  first: { uses: "join", params: { text: "a" } },
  second: { uses: "join", params: { text: "b" }, from: ["first"], publish: "out" },
};

/** Runs once, damages the store, and checks that the next run ends with right bytes. */
async function afterDamage(damage: (project: Project, layout: Layout) => void | Promise<void>) {
  await using project = new Project();
  const engine = await project.open();
  const first = await engine.run(project.plan(specs));
  const layout = new Layout(Deno.realPathSync(project.root));
  await damage(project, layout);
  project.events.length = 0;
  const second = await engine.run(project.plan(specs));
  assert.equal(second.status, "succeeded");
  assert.equal(textOf(second, "second"), "b(a())");
  assert.equal(Deno.readTextFileSync(project.path("out/text.txt")), "b(a())");
  assert.deepEqual(second.tasks.map((t) => t.outputs), first.tasks.map((t) => t.outputs));
  const check = await engine.cacheCheck();
  assert.deepEqual(check.problems, []);
  return { second, events: project.events };
}

function textBlob(layout: Layout, text: string): string {
  return [...blobs(layout)].find((b) => Deno.readTextFileSync(b.path) === text)!.path;
}

/** Writes through the read-only mode, as root or a bad disk would. */
function overwrite(path: string, text: string): void {
  Deno.chmodSync(path, 0o644);
  Deno.writeTextFileSync(path, text);
}

Deno.test("a flipped byte in a blob is found on restore, with a warning (test 17)", async () => {
  const { second, events } = await afterDamage((_, layout) =>
    overwrite(textBlob(layout, "b(a())"), "b(x())")
  );
  assert.deepEqual(outcomes(second), { first: "restored", second: "ran" });
  assert.ok(events.some((e) => e.type === "store-warning"));
});

Deno.test("a truncated blob is a miss (test 18)", async () => {
  const { second } = await afterDamage((_, layout) => overwrite(textBlob(layout, "b(a())"), "b("));
  assert.equal(outcomes(second).second, "ran");
});

Deno.test("deleted blobs are rescued from artifact folders, and the other way round (test 18)", async () => {
  const one = await afterDamage((_, layout) => Deno.removeSync(layout.objects, { recursive: true }));
  assert.deepEqual(outcomes(one.second), { first: "restored", second: "restored" });
  const other = await afterDamage((_, layout) => Deno.removeSync(layout.artifacts, { recursive: true }));
  assert.deepEqual(outcomes(other.second), { first: "restored", second: "restored" });
});

Deno.test("content that is lost altogether is made again (test 18)", async () => {
  const { second } = await afterDamage((_, layout) => {
    Deno.removeSync(layout.objects, { recursive: true });
    Deno.removeSync(layout.artifacts, { recursive: true });
  });
  assert.deepEqual(outcomes(second), { first: "ran", second: "ran" });
});

Deno.test("one file missing from an artifact folder is put back from its blob (test 18)", async () => {
  const { second } = await afterDamage((_, layout) => {
    for (const { name } of Deno.readDirSync(layout.artifacts)) {
      Deno.removeSync(join(layout.artifacts, name, "text.txt"));
    }
  });
  assert.deepEqual(outcomes(second), { first: "restored", second: "restored" });
});

Deno.test("a record that is garbage, cut, empty, changed or newer is a miss that is told (test 6, 19)", async () => {
  const damages: ((text: string) => string)[] = [
    () => "",
    () => "\0".repeat(100),
    (text) => text.slice(0, text.length / 2),
    (text) => text.replace('"seconds":', '"Seconds":'),
    () => '{"check":"x","record":{"version":2}}',
    (text) => text.replace("a", "b"),
  ];
  for (const damage of damages) {
    const { second, events } = await afterDamage((_, layout) => {
      for (const key of [...actionKeys(layout)]) {
        const path = layout.action(key);
        Deno.writeTextFileSync(path, damage(Deno.readTextFileSync(path)));
      }
    });
    assert.deepEqual(outcomes(second), { first: "ran", second: "ran" });
    assert.ok(events.some((e) => e.type === "store-warning" && e.message.includes("record")));
  }
});

Deno.test("derived files can be deleted or damaged without losing a result (test 20)", async () => {
  for (
    const spoil of [
      (path: string) => Deno.removeSync(path),
      (path: string) => Deno.writeTextFileSync(path, "{"),
    ]
  ) {
    const { second } = await afterDamage((_, layout) => {
      spoil(layout.statCache);
      for (const { name } of Deno.readDirSync(layout.latest)) spoil(join(layout.latest, name));
    });
    assert.deepEqual(outcomes(second), { first: "restored", second: "restored" });
  }
});

Deno.test("a published file never shares its bytes with the store (test 21)", async () => {
  await afterDamage((project) => {
    overwrite(project.path("out/text.txt"), "spoilt!");
    Deno.removeSync(project.path("out/artifact.json"));
  });
});

Deno.test("cacheCheck() names damage that no stat shows, and removes it", async () => {
  await using project = new Project();
  const engine = await project.open();
  await engine.run(project.plan(specs));
  const path = textBlob(new Layout(Deno.realPathSync(project.root)), "a()");
  const { mtime } = Deno.statSync(path);
  overwrite(path, "z()");
  Deno.utimeSync(path, mtime!, mtime!);
  const report = await engine.cacheCheck();
  assert.match(
    report.problems.join("\n"),
    /was damaged and is removed[\s\S]*The result of first .* lost text/,
  );
  const again = await engine.run(project.plan(specs));
  assert.equal(outcomes(again).first, "ran");
  assert.equal(textOf(again, "second"), "b(a())");
});

Deno.test("cacheGc() keeps what was used last and leaves a store that is whole (test 12)", async () => {
  await using project = new Project();
  const engine = await project.open();
  const wide = (text: string) => ({ only: { uses: "join", params: { text: text.repeat(1000) } } });
  for (const text of ["a", "b", "c"]) {
    await engine.run(project.plan(wide(text)));
    const layout = new Layout(Deno.realPathSync(project.root));
    for (const key of actionKeys(layout)) {
      const info = Deno.statSync(layout.action(key));
      Deno.utimeSync(layout.action(key), info.atime!, new Date(info.mtime!.getTime() - 3_600_000));
    }
  }
  const before = snapshot(project.root);
  const dry = await engine.cacheGc({ maxBytes: 2500, dryRun: true });
  assert.deepEqual(snapshot(project.root), before);
  const done = await engine.cacheGc({ maxBytes: 2500 });
  assert.deepEqual({ ...dry, dryRun: false }, done);
  assert.deepEqual([done.removedActions, done.keptActions], [1, 2]);
  assert.deepEqual((await engine.cacheCheck()).problems, []);
  assert.equal(outcomes(await engine.run(project.plan(wide("c")))).only, "restored");
  assert.equal(outcomes(await engine.run(project.plan(wide("a")))).only, "ran");
});
