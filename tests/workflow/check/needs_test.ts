import assert from "node:assert/strict";
import { registry } from "../../../lib/steps/registry.ts";
import { checkWorkflow } from "../../../lib/workflow/check/check.ts";

const check = async (text: string) =>
  (await checkWorkflow(text, "needs.yaml", { registry, root: "/farm", folder: "/farm" })).diagnostics;

/** Mistakes of a workflow that has windows, a model and all that follows from it; `steps` stand on lines of their own. */
async function mistakes(...steps: string[]): Promise<string[]> {
  const text = `version: 1
name: needs
steps:
  recordings: { uses: load, with: { source: simulate, subjects: 6 } }
  windows: { uses: window, from: recordings, with: { length: 100 } }
  split: { uses: split, from: windows, with: { by: subject, folds: 3, fold: 0 } }
  model: { uses: train, from: [windows, split] }
  latents: { uses: encode, from: [windows, model] }
  codes: { uses: quantize, from: [latents, model] }
${steps.map((step) => `  ${step}\n`).join("")}`;
  return (await check(text)).filter(({ severity }) => severity === "error").map((
    { message, location, hint },
  ) => `${location.line}:${location.column}: ${message} | ${hint}`);
}

const motifs = (from: string, options: string) =>
  `m: { uses: cluster, from: [${from}], with: { ${options} } }`;

Deno.test("an input that a parameter makes necessary is asked for before anything runs, at the parameter", async () => {
  const [told, ...others] = await mistakes(motifs("codes, latents, split", "k: 5, neighbors: 2"));
  assert.deepEqual(others, []);
  assert.match(
    told!,
    /^10:\d+: neighbors averages .*, and nothing is connected to windows \| add a step that makes Windows to `from`$/,
  );
  const cases: [step: string, ...told: RegExp[]][] = [
    [motifs("split, windows", "k: 5"), /nothing to cluster, and nothing is connected to codes or latents/],
    [motifs("codes", "k: 5, space: latent"), /space latent is that of latents/],
    [motifs("latents", "k: 5, space: code"), /space code is that of codes/],
    [motifs("latents", "k: 5, method: lca"), /lca finds classes of codes/],
    [motifs("latents", "k: adaptive"), /connected to codes/, /connected to windows/],
    [motifs("codes", "method: assign"), /assign needs motifs to assign, and nothing is connected to fitted/],
    ["c: { uses: quantize, from: latents }", /levels are those of the model/],
    ["v: { uses: validate, from: [windows, split, model] }", /there is nothing to judge/],
    ["d: { uses: compare, with: { groups: treatment } }", /groups are compared by their behaviours/],
    ["d: { uses: compare }", /there is nothing to compare/],
  ];
  for (const [step, ...patterns] of cases) {
    const told = await mistakes(step);
    assert.equal(told.length, patterns.length, `${step}: ${told.join("\n")}`);
    patterns.forEach((pattern, i) => assert.match(told[i]!, pattern));
  }
});

Deno.test("a mistake in what one step is connected to hides or makes up nothing about others", async () => {
  const fine = motifs("codes, latents, split, windows", "k: 5, neighbors: 2");
  const wrong = "t: { uses: compare-motifs, from: [m, windows, split, latents] }";
  assert.deepEqual((await mistakes(fine, wrong)).map((line) => line.replace(/ \|.*/, "")), [
    '11:56: step "latents" gives Latents, which compare-motifs does not take',
  ]);
  const lacking = motifs("codes, split", "k: 5, neighbors: 2");
  const [first, second, ...others] = await mistakes(lacking, wrong);
  assert.match(first!, /^10:.*nothing is connected to windows/);
  assert.match(second!, /^11:.*which compare-motifs does not take/);
  assert.deepEqual(others, []);
  // Nobody knows what a step that is not there would have given.
  const unknown = await mistakes(motifs("codez, split", "k: 5"));
  assert.equal(unknown.length, 1, unknown.join("\n"));
  assert.match(unknown[0]!, /codez/);
});

Deno.test("what is connected, or is not needed by these parameters, is not asked for", async () => {
  for (
    const step of [
      motifs("codes, latents, split, windows", "k: 5, neighbors: 2"),
      motifs("codes, windows", "k: adaptive"),
      motifs("latents", "k: 5"),
      "c: { uses: quantize, from: latents, with: { levels: [4, 4, 4] } }",
      "v: { uses: validate, from: [windows, split, codes] }",
    ]
  ) assert.deepEqual(await mistakes(step), [], step);
});

Deno.test("a misspelt matrix axis is told once, not again at the axis and where it is gathered", async () => {
  const text = (axis: string) =>
    `version: 1
name: axes
matrix: { fold: [0, 1] }
steps:
  recordings: { uses: load, with: { source: simulate, subjects: 6 } }
  windows: { uses: window, from: recordings, with: { length: 100 } }
  split: { uses: split, from: windows, with: { by: subject, folds: 2, fold: "\${{ matrix.${axis} }}" } }
  model: { uses: train, from: [windows, split] }
  latents: { uses: encode, from: [windows, model] }
  metrics: { uses: validate, from: [model, windows, split, latents] }
  summary: { uses: summarize, from: metrics, over: fold }
`;
  const told = async (axis: string) => (await check(text(axis))).map(({ message }) => message);
  assert.deepEqual(await told("fold"), []);
  assert.deepEqual(await told("folds"), ["folds is not a matrix axis"]);
});

Deno.test("metrics that nobody measures are told before anything is trained, where gates, families and comparisons name them", async () => {
  const told = async (step: string) => {
    const text = `version: 1
name: names
steps:
  recordings: { uses: load, with: { source: simulate, subjects: 6 } }
  windows: { uses: window, from: recordings, with: { length: 100 } }
  split: { uses: split, from: windows, with: { by: subject, folds: 2, fold: 0 } }
  model: { uses: train, from: [windows, split] }
  metrics: { uses: validate, from: [model, windows, split] }
  s: { ${step} }
`;
    return (await check(text)).filter(({ location }) => location.line === 9).map((d) =>
      `${d.severity}: ${d.message} | ${d.hint}`
    );
  };
  const gate = (name: string) =>
    `uses: summarize, from: metrics, with: { gates: [{ metric: ${name}, at_least: 0.8 }] }`;
  assert.deepEqual(await told(gate("acuracy")), [
    'warning: gates[0].metric: no step measures "acuracy", so this gate would never pass | did you mean "accuracy"?',
  ]);
  for (const name of ["accuracy", "macro_f1", "wool_length"]) assert.deepEqual(await told(gate(name)), []);
  assert.deepEqual(await told("uses: summarize, from: metrics, with: { family: [ece, macro-f1] }"), [
    'warning: family[1]: no step measures "macro-f1", so it is in no family | did you mean "macro_f1"?',
  ]);
  assert.deepEqual(
    await told("uses: compare, from: { a: metrics, b: metrics }, with: { metrics: [acuracy] }"),
    ['warning: metrics[0]: no step measures "acuracy", so it cannot be compared | did you mean "accuracy"?'],
  );
});
