/** Values of environment variables that a workflow names: nothing that a run leaves may hold them. */
import assert from "node:assert/strict";
import { maskParams } from "../../../lib/engine/run/mask.ts";
import { Project, stepSource } from "../project.ts";

const secret = "hunter2-hunter2", other = "swordfish-swordfish";

/** All texts below a folder in one. */
function textBelow(folder: string): string {
  return [...Deno.readDirSync(folder)].map(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? textBelow(path) : new TextDecoder().decode(Deno.readFileSync(path));
  }).join("\n");
}

Deno.test("no record, log, event, reason or crate holds the value of a variable that the workflow names", async () => {
  await using project = new Project();
  const leaky = stepSource(`
    log("calling with " + params.token);
    warn("token " + params.token + " is old");
    progress({ fraction: 0.5, message: "as " + params.token });
    if (params.fail) throw new Error("refused " + params.token);
    return { text: "fine" };`);
  project.write("steps/leaky.ts", leaky);
  const plan = (value: string, fail: boolean) => {
    Deno.env.set("FLOCK_TOKEN", value);
    const params = { token: `Bearer ${value}`, list: [value], fail };
    return { ...project.plan({ a: { uses: "leaky", params } }), env: ["FLOCK_TOKEN"] };
  };
  try {
    const engine = await project.open();
    const first = await engine.run(plan(secret, false));
    assert.equal(first.status, "succeeded");
    assert.deepEqual((await engine.run(plan(secret, false))).tasks.map((t) => t.outcome), ["restored"]);
    const [why] = await engine.why(plan(other, false), "a");
    assert.match(why.reason, /params\.\w+ changed: .*\[FLOCK_TOKEN [0-9a-f]{12}\]/);
    const changed = await engine.run(plan(other, false));
    assert.deepEqual(changed.tasks.map((t) => t.outcome), ["ran"], "another value is another parameter");
    const failed = await engine.run(plan(other, true));
    assert.match(failed.tasks[0].error!, /refused Bearer \[FLOCK_TOKEN\]/);
    await engine.exportCrate(first.id, project.path("crate"));
    const left = textBelow(project.path(".motiflow")) + textBelow(project.path("crate")) +
      JSON.stringify([project.events, why, first, changed, failed]);
    assert.ok(left.includes("[FLOCK_TOKEN]"));
    for (const value of [secret, other]) assert.ok(!left.includes(value), value);
  } finally {
    Deno.env.delete("FLOCK_TOKEN");
  }
});

Deno.test("maskParams() replaces values at any depth, the longest first, and nothing else", () => {
  const values: Record<string, string> = { A: "abcd", B: "abcdef", SHORT: "ab" };
  const hashes = { A: "1".repeat(64), B: "2".repeat(64), SHORT: "3".repeat(64) };
  const masked = maskParams(
    { text: "x abcdef abcd ab", list: [{ deep: "abcd" }], n: 3, none: null },
    hashes,
    (name) => values[name],
  );
  assert.deepEqual(masked, {
    text: "x [B 222222222222] [A 111111111111] ab",
    list: [{ deep: "[A 111111111111]" }],
    n: 3,
    none: null,
  });
});
