/** Memory that a step declares, against what the user says there is. */
import assert from "node:assert/strict";
import { Rig } from "./rig.ts";

const workflow = `steps:
  recordings:
    uses: load
    with: { source: simulate, subjects: 2, minutes: 1 }
    resources: { cpu: 1, memory: 2GiB }
`;

Deno.test("plan and run refuse a step that wants more memory than there is, at its line", async () => {
  await using rig = await Rig.open({ "w.yaml": workflow });
  for (const verb of ["plan", "run"]) {
    const { code, stderr } = await rig.run(verb, "w.yaml", "--memory", "1GiB");
    assert.equal(code, 2);
    assert.match(stderr, /^w\.yaml:5:34: step "recordings" needs 2 GiB of memory, and there are 1 GiB$/m);
  }
  assert.ok(!rig.exists(".motiflow"));
  const plan = await rig.run("plan", "w.yaml", "--memory", "2GiB");
  assert.equal(plan.code, 0, plan.stderr);
  // Reading needs no memory.
  assert.equal((await rig.run("graph", "w.yaml")).code, 0);
  const wrong = await rig.run("plan", "w.yaml", "--memory", "much");
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /must be a size such as 500MB or 2GiB/);
});
