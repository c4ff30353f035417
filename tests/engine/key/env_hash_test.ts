import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { relative } from "node:path";
import { EnvHasher } from "../../../lib/engine/key/env_hash.ts";
import { Layout } from "../../../lib/engine/system/layout.ts";
import { Project, stepSource } from "../project.ts";

const secret = "s3cret-value-of-a-token";

/** All text below the store's folder that is not code. */
function everything(project: Project): string {
  let text = "";
  const walk = (dir: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(dir)) {
      if (isDirectory) walk(`${dir}/${name}`);
      else text += Deno.readTextFileSync(`${dir}/${name}`);
    }
  };
  walk(project.path(".motiflow"));
  return text;
}

Deno.test("the value of a declared variable reaches the step and nothing else (test 48)", async () => {
  await using project = new Project();
  project.write(
    "steps/leak.ts",
    stepSource(`
    const token = Deno.env.get("MOTIFLOW_TOKEN")!;
    log("log " + token); warn("warn " + token); progress({ message: "at " + token });
    if (params.fail) throw new Error("denied for " + token);
    return { text: String(token.length) };`),
  );
  const permissions = { env: ["MOTIFLOW_TOKEN"] };
  const specs = {
    good: { uses: "leak", permissions, params: { fail: false } },
    bad: { uses: "leak", permissions, params: { fail: true } },
  };
  Deno.env.set("MOTIFLOW_TOKEN", secret);
  try {
    const engine = await project.open({ workers: true });
    const result = await engine.run(project.plan(specs), { keepGoing: true });
    assert.deepEqual(result.tasks[0].warnings, ["warn [MOTIFLOW_TOKEN]"]);
    assert.equal(result.tasks[1].error, "denied for [MOTIFLOW_TOKEN]");
    for (const told of [JSON.stringify(result), JSON.stringify(project.events), everything(project)]) {
      assert.ok(!told.includes(secret), told);
      assert.ok(told.includes("[MOTIFLOW_TOKEN]"));
    }
    // A hash that anybody could compute from a guess would give a short secret away.
    for (const guess of [secret, `MOTIFLOW_TOKEN=${secret}`]) {
      const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(guess));
      assert.ok(!everything(project).includes(new Uint8Array(bytes).toHex()));
    }
  } finally {
    Deno.env.delete("MOTIFLOW_TOKEN");
  }
});

Deno.test("a variable that is not declared does not reach the step (test 48)", async () => {
  await using project = new Project();
  project.write("steps/look.ts", stepSource("return { text: JSON.stringify(Deno.env.toObject()) };"));
  Deno.env.set("MOTIFLOW_TOKEN", secret);
  try {
    const engine = await project.open({ workers: true });
    const { tasks: [task] } = await engine.run(
      project.plan({ look: { uses: "look", permissions: { env: ["LANG"] } } }),
    );
    assert.equal(task.errorKind, "permission");
    assert.ok(!everything(project).includes(secret));
  } finally {
    Deno.env.delete("MOTIFLOW_TOKEN");
  }
});

for (const kept of ["", "k", "0123456789abcdef".repeat(4), "ä".repeat(40), "long ".repeat(50)]) {
  Deno.test(`a hash with the secret "${kept.slice(0, 20)}" of ${kept.length} characters is node:crypto's HMAC`, async () => {
    await using project = new Project();
    const layout = new Layout(project.root);
    project.write(relative(project.root, layout.secret), kept);
    Deno.env.set("MOTIFLOW_HASHED", "wert ü=\n");
    try {
      const right = createHmac("sha256", kept).update("MOTIFLOW_HASHED=wert ü=\n").digest("hex");
      const names = ["MOTIFLOW_NOWHERE", "MOTIFLOW_HASHED"];
      const found = await new EnvHasher(layout).hash(names);
      assert.deepEqual(found, { MOTIFLOW_HASHED: right, MOTIFLOW_NOWHERE: null });
    } finally {
      Deno.env.delete("MOTIFLOW_HASHED");
    }
  });
}
