import assert from "node:assert/strict";
import { library, Rig } from "./rig.ts";

const judged = `import { z } from "zod";
import { Metrics } from "${library("artifacts/metrics.ts")}";
export default {
  type: "judged", summary: "Accuracy by subject", inputs: {}, outputs: { metrics: Metrics },
  params: z.strictObject({ values: z.array(z.number()) }),
  async run({ params: { values } }) {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const accuracy = { value: mean, n: 100, of: "windows", origin: "measured" };
    const per_subject = values.map((accuracy, i) => ({ subject: "s" + i, accuracy, odd: -accuracy, windows: 20 }));
    return { metrics: { metrics: { accuracy, odd: { ...accuracy, value: -mean } }, tables: { per_subject }, details: {} } };
  },
};
`;
const probe = `import { z } from "zod";
import { Metrics } from "${library("artifacts/metrics.ts")}";
export default {
  type: "probe", summary: "A table with an accuracy of its own", inputs: { judged: Metrics }, outputs: { metrics: Metrics },
  params: z.strictObject({}),
  async run() {
    const metrics = { code_flip_rate: { value: 0.1, n: 100, of: "windows", origin: "measured" } };
    return { metrics: { metrics, tables: { noise: [{ noise: 0.1, accuracy: 0.1 }] }, details: {} } };
  },
};
`;
const workflow = (values: number[]) =>
  `steps:
  judged: { uses: ./judged.ts, with: { values: [${values.join(", ")}] } }
  probe: { uses: ./probe.ts, from: judged }
`;

Deno.test("T119 compare judges two workflows' latest runs by subject, or two runs by id", async () => {
  await using rig = await Rig.open({
    "judged.ts": judged,
    "probe.ts": probe,
    "a.yaml": workflow([0.8, 0.83, 0.77, 0.86, 0.79, 0.81]),
    "b.yaml": workflow([0.9, 0.92, 0.88, 0.95, 0.91, 0.9]),
  });
  const none = await rig.run("compare", "a.yaml", "b.yaml");
  assert.equal(none.code, 2);
  assert.match(none.stderr, /there is no run a\.yaml\n {2}Nothing has been run in this project/);
  for (const file of ["a.yaml", "b.yaml"]) assert.equal((await rig.run("run", file, "--quiet")).code, 0);

  const said = await rig.run("compare", "a.yaml", "b.yaml");
  assert.equal(said.code, 0, said.stderr);
  assert.match(said.stdout, /^B is better on accuracy$/m);
  assert.match(said.stdout, /sign flips, 6 pairs of subjects/);

  const { verdict, a, tables } = JSON.parse((await rig.run("compare", "b.yaml", "a.yaml", "--json")).stdout);
  assert.deepEqual([verdict.winner, a.task, tables.comparison.length], ["A", "judged", 1]);
  const same = await rig.run("compare", a.run, "latest", "--json");
  assert.equal(JSON.parse(same.stdout).verdict.winner, "inconclusive");

  const odd = await rig.run("compare", "a.yaml", "b.yaml", "--metric", "odd");
  assert.match(odd.stdout, /^inconclusive on odd$/m);
  assert.match(odd.stdout, /nothing says whether more is better/);
  const told = await rig.run("compare", "a.yaml", "b.yaml", "--metric", "odd", "--lower", "odd");
  assert.match(told.stdout, /^B is better on odd$/m);
  assert.match((await rig.run("compare", "a.yaml", "b.yaml", "--metric", "ece")).stderr, /has no "ece"/);
  assert.equal((await rig.run("compare", "a.yaml", "b.yaml", "--look", "2")).code, 2);
});
