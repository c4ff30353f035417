import assert from "node:assert/strict";
import { ended, library, Rig } from "./rig.ts";

const step = `import { z } from "zod";
import { Metrics } from "${library("artifacts/metrics.ts")}";
export default {
  type: "say", summary: "Says", inputs: {}, outputs: { metrics: Metrics },
  params: z.strictObject({ n: z.number() }),
  run({ params }) {
    const value = params.n;
    return Promise.resolve({
      metrics: { metrics: { said: { value, n: 1, of: "words", origin: "measured" } }, tables: {}, details: {} },
    });
  },
};
`;

Deno.test("a workflow of several files runs as one, with profiles, files of params and nested params", async () => {
  await using rig = await Rig.open({
    "shared/say.ts": step,
    "shared/say.yaml": "params: { words: { n: 1, more: 2 } }\n" +
      'steps: { said: { uses: ./say.ts, with: { n: "${{ params.words.n }}" } } }\n',
    "workflows/w.yaml": `include: ../shared/say.yaml
profiles: { loud: { params: { words: { n: 10 } } } }
`,
    "over.json": '{ "words": { "n": 20 } }',
  });
  const said = async (args: string[], env: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await ended(rig.startWith(env, "run", "workflows/w.yaml", ...args));
    assert.equal(code, 0, stderr);
    return /said +(\d+)/.exec(stdout)?.[1];
  };
  assert.equal(await said([]), "1");
  assert.equal(await said([], { MOTIFLOW_PROFILE: "loud" }), "10");
  assert.equal(await said(["--profile", "loud", "--params-file", "over.json"]), "20");
  assert.equal(await said(["--params-file", "over.json", "--param", "words.n=30"]), "30");
  const record = JSON.parse((await rig.run("show", "latest", "--json")).stdout);
  assert.deepEqual(record.params, { words: { n: 30, more: 2 } });
  assert.deepEqual(record.fragments.map((f: { file: string }) => f.file), ["shared/say.yaml"]);

  // The command that goes on names the same layers.
  await rig.write("shared/say.ts", step.replace("return Promise", 'throw new Error("no"); return Promise'));
  const failed = await rig.run("run", "workflows/w.yaml", "--profile", "loud", "--params-file", "over.json");
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /resume: .* --params-file over\.json --profile loud/);

  await rig.write("shared/say.yaml", "steps: { said: { uses: ./say.ts, wiht: {} } }\n");
  const wrong = await rig.run("plan", "workflows/w.yaml", "--exit-code");
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /shared\/say\.yaml:1:34: unknown key "wiht"/);
  assert.match(
    (await rig.run("run", "workflows/w.yaml", "--params-file", "no.yaml")).stderr,
    /no\.yaml: Cannot read params/,
  );
});
