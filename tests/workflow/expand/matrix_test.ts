import assert from "node:assert/strict";
import { hash32 } from "../../../lib/random.ts";
import type { Workplan } from "../../../lib/workflow/workplan.ts";
import { planOf, printed } from "../fake_steps.ts";

const sources = (plan: Workplan, id: string, port: string) =>
  plan.tasks.find((t) => t.id === id)!.inputs[port].sources.map((s) => s.task);

Deno.test("a matrix expands only the steps that use an axis or depend on one that does", async () => {
  const plan = await planOf(`matrix: { flock: [1, 2], breed: [merino, lincoln] }
steps:
  wool: { uses: shear, with: { sheep: "\${{ matrix.flock }}" } }
  plain: { uses: shear }
  yarn: { uses: spin, from: wool, with: { twist: 1 } }
  fine: { uses: spin, from: plain, with: { twist: 2 } }
  dyed: { uses: shear, with: { breed: "\${{ matrix.breed }}" } }
  soft: { uses: spin, from: dyed, with: { twist: 3 } }
  cloth: { uses: weave, from: { warp: yarn, weft: soft } }
`);
  assert.deepEqual(plan.tasks.map((t) => t.id), [
    "wool[flock=1]",
    "wool[flock=2]",
    "plain",
    "yarn[flock=1]",
    "yarn[flock=2]",
    "fine",
    "dyed[breed=merino]",
    "dyed[breed=lincoln]",
    "soft[breed=merino]",
    "soft[breed=lincoln]",
    "cloth[flock=1,breed=merino]",
    "cloth[flock=1,breed=lincoln]",
    "cloth[flock=2,breed=merino]",
    "cloth[flock=2,breed=lincoln]",
  ]);
  assert.deepEqual(sources(plan, "cloth[flock=2,breed=merino]", "warp"), ["yarn[flock=2]"]);
  assert.deepEqual(sources(plan, "cloth[flock=2,breed=merino]", "weft"), ["soft[breed=merino]"]);
});

Deno.test("`over` gathers one axis or several, cell by cell of the others", async () => {
  const plan = await planOf(`matrix: { flock: [1, 2], breed: [merino, lincoln] }
steps:
  wool: { uses: shear, with: { sheep: "\${{ matrix.flock }}", breed: "\${{ matrix.breed }}" } }
  yarn: { uses: spin, from: wool, with: { twist: 1 } }
  each: { uses: tally, from: yarn, over: flock }
  all: { uses: tally, from: yarn, over: [flock, breed] }
  both: { uses: tally, from: each, over: breed }
`);
  assert.deepEqual(plan.tasks.slice(8).map((t) => t.id), [
    "each[breed=merino]",
    "each[breed=lincoln]",
    "all",
    "both",
  ]);
  assert.deepEqual(sources(plan, "each[breed=lincoln]", "bills"), [
    "yarn[flock=1,breed=lincoln]",
    "yarn[flock=2,breed=lincoln]",
  ]);
  assert.equal(sources(plan, "all", "bills").length, 4);
  assert.deepEqual(sources(plan, "both", "bills"), ["each[breed=merino]", "each[breed=lincoln]"]);
});

Deno.test("`include` and `exclude` shape the cells of every step", async () => {
  const plan = await planOf(`matrix:
  flock: [1, 2, 3]
  breed: [merino, lincoln]
  exclude: [{ flock: 3 }, { flock: 1, breed: lincoln }]
  include: [{ flock: 9, breed: merino }]
steps:
  wool: { uses: shear, with: { sheep: "\${{ matrix.flock }}", breed: "\${{ matrix.breed }}" } }
  other: { uses: shear, with: { sheep: "\${{ matrix.flock }}" } }
`);
  assert.deepEqual(plan.tasks.map((t) => t.id), [
    "wool[flock=1,breed=merino]",
    "wool[flock=2,breed=merino]",
    "wool[flock=2,breed=lincoln]",
    "wool[flock=9,breed=merino]",
    "other[flock=1]",
    "other[flock=2]",
    "other[flock=9]",
  ]);
});

Deno.test("axis values keep their type, and 1 and '1' are two cells", async () => {
  const plan = await planOf(
    `params: { flocks: [1, 2] }
matrix: { flock: "\${{ params.flocks }}", name: [1, "1", [4, 4], "a b"] }
steps:
  a: { uses: shear, with: { sheep: "\${{ matrix.flock }}" } }
  b: { uses: shear, with: { name: "x\${{ matrix.name }}" } }
`,
    { overrides: { flocks: "[5]" } },
  );
  assert.deepEqual(plan.tasks.map((t) => t.id), [
    "a[flock=5]",
    "b[name=1]",
    'b[name="1"]',
    "b[name=[4,4]]",
    'b[name="a b"]',
  ]);
  assert.deepEqual(plan.tasks.slice(1).map((t) => (t.params as { name: string }).name), [
    "x1",
    "x1",
    "x[4,4]",
    "xa b",
  ]);
});

Deno.test("mistakes of a matrix are told at their place", async () => {
  assert.equal(
    await printed(`matrix:
  flock: []
  breed: merino
  twist: [1, 1]
  include: [{ flock: 1 }]
  exclude: [{ flok: 1 }]
steps:
  a: { uses: shear, with: { sheep: "\${{ matrix.flock }}" } }
`),
    `wool.yaml:2:3: matrix axis flock has no values
  2 |   flock: []
    |   ^^^^^
  hint: give one value, or remove the axis

wool.yaml:3:3: warning: no step uses matrix axis breed
  3 |   breed: merino
    |   ^^^^^
  hint: use it as \${{ matrix.breed }}

wool.yaml:3:10: matrix axis breed must be a list, got "merino"
  3 |   breed: merino
    |          ^^^^^^

wool.yaml:4:3: warning: no step uses matrix axis twist
  4 |   twist: [1, 1]
    |   ^^^^^
  hint: use it as \${{ matrix.twist }}

wool.yaml:4:14: 1 stands twice on matrix axis twist
  4 |   twist: [1, 1]
    |              ^

wool.yaml:5:13: a cell of \`include\` names every axis; breed, twist is missing
  5 |   include: [{ flock: 1 }]
    |             ^^^^^^^^^^^^

wool.yaml:6:15: flok is not a matrix axis
  6 |   exclude: [{ flok: 1 }]
    |               ^^^^
  hint: did you mean "flock"?`,
  );
  assert.equal(
    await printed(`matrix: { flock: [1, 2], exclude: [{ flock: 1 }, { flock: 2 }] }
steps: { a: { uses: shear, with: { sheep: "\${{ matrix.flock }}" } } }`),
    `wool.yaml:1:9: the matrix has no cells left
  1 | matrix: { flock: [1, 2], exclude: [{ flock: 1 }, { flock: 2 }] }
    |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  hint: \`exclude\` removes all of them`,
  );
});

Deno.test("a matrix of more than 100 000 cells is refused before it is built", async () => {
  const axis = `[${Array.from({ length: 1000 }, (_, i) => i + 1).join(", ")}]`;
  const text = `matrix:
  a: ${axis}
  b: ${axis}
  c: ${axis}
steps: { s: { uses: shear, with: { sheep: "\${{ matrix.a }}", name: "\${{ matrix.b }} \${{ matrix.c }}" } } }`;
  assert.match(
    await printed(text),
    /^wool\.yaml:2:3: the matrix has 1000000000 cells, at most 100000 are possible/,
  );
});

Deno.test("mistakes of `over` are told at their place", async () => {
  assert.equal(
    await printed(`matrix: { flock: [1, 2] }
steps:
  wool: { uses: shear, with: { sheep: "\${{ matrix.flock }}" } }
  plain: { uses: shear }
  a: { uses: felt, from: wool, over: flock }
  b: { uses: felt, from: plain, over: flock }
  c: { uses: show, from: d, over: flock, with: { title: "x\${{ matrix.flock }}" } }
  d: { uses: felt, from: plain }
  e: { uses: felt, from: plain, over: flok }
`),
    `wool.yaml:5:26: port wool of felt takes one artifact, but step "wool" gives one for each flock
  5 |   a: { uses: felt, from: wool, over: flock }
    |                          ^^^^
  hint: remove \`over\`, or gather with a step that takes many, e.g. uses: summarize

wool.yaml:6:39: no input of step "b" is expanded over flock
  6 |   b: { uses: felt, from: plain, over: flock }
    |                                       ^^^^^

wool.yaml:7:35: step "c" gathers flock, so it cannot use matrix.flock itself
  7 |   c: { uses: show, from: d, over: flock, with: { title: "x\${{ matrix.flock }}" } }
    |                                   ^^^^^

wool.yaml:9:39: flok is not a matrix axis
  9 |   e: { uses: felt, from: plain, over: flok }
    |                                       ^^^^
  hint: did you mean "flock"?`,
  );
});

Deno.test("`if` leaves out a step and what cannot do without it", async () => {
  const plan = await planOf(`params: { spin: false }
matrix: { flock: [1, 2, 3] }
steps:
  wool: { uses: shear, with: { sheep: "\${{ matrix.flock }}" }, if: "\${{ matrix.flock != 2 }}" }
  yarn: { uses: spin, from: wool, with: { twist: 1 } }
  bills: { uses: tally, from: yarn, over: flock }
  never: { uses: shear, if: params.spin }
  felt: { uses: felt, from: never }
  none: { uses: spin, from: never, with: { twist: 1 } }
  empty: { uses: tally, from: none }
  off: { uses: shear, if: false }
`);
  assert.deepEqual(plan.tasks.map((t) => t.id), [
    "wool[flock=1]",
    "wool[flock=3]",
    "yarn[flock=1]",
    "yarn[flock=3]",
    "bills",
  ]);
  assert.deepEqual(sources(plan, "bills", "bills"), ["yarn[flock=1]", "yarn[flock=3]"]);
  assert.deepEqual(plan.skipped, [
    { id: "wool[flock=2]", step: "wool", reason: "`if` is false" },
    { id: "yarn[flock=2]", step: "yarn", reason: "needs wool, which is skipped" },
    { id: "never", step: "never", reason: "`if` is false" },
    { id: "felt", step: "felt", reason: "needs never, which is skipped" },
    { id: "none", step: "none", reason: "needs never, which is skipped" },
    { id: "empty", step: "empty", reason: "all its inputs are skipped" },
    { id: "off", step: "off", reason: "`if` is false" },
  ]);
});

Deno.test("a random step is seeded by the run seed and its id, or by its own seed", async () => {
  const seeds = async (head: string) => {
    const plan = await planOf(`${head}
matrix: { flock: [1, 2] }
steps:
  a: { uses: shear }
  b: { uses: shear, with: { sheep: "\${{ matrix.flock }}" } }
  c: { uses: shear, with: { seed: 11 } }
  d: { uses: felt, from: a }
`);
    return plan.tasks.map((t) => t.seed);
  };
  const of = (run: number) => [hash32(`${run}:a`), hash32(`${run}:b`), hash32(`${run}:b`), 11, undefined];
  assert.deepEqual(await seeds("name: x"), of(0));
  assert.deepEqual(await seeds("params: { seed: 7 }"), of(7));
});

Deno.test("an `exclude` that matches nothing is told, also beside an `include`, with the form that is meant", async () => {
  const text = (exclude: string, include: string) =>
    `matrix: { sheep: [1, 2], ${include} exclude: [${exclude}] }
steps: { a: { uses: shear, with: { sheep: "\${{ matrix.sheep }}" } } }
`;
  for (const include of ["", "include: [{ sheep: 9 }],"]) {
    assert.match(await printed(text('{ sheep: "1" }', include)), /matches no cell[^]*hint: write 1 for "1"/);
    assert.match(await printed(text("{ sheep: 7 }", include)), /matches no cell[^]*hint: sheep has 1, 2/);
    assert.equal(await printed(text("{ sheep: 1 }", include)), "");
  }
});
