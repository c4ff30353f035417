import { program } from "../../../lib/text/program.ts";
import assert from "node:assert/strict";
import { check, planOf, printed } from "../fake_steps.ts";

Deno.test("checkWorkflow() reports unknown keys at the key, on every level, with the nearest known one", async () => {
  assert.equal(
    await printed(`nme: x
steps:
  wool:
    uses: shear
    wiht: {}
    with: { sheeps: 3 }
    resources: { cpu: 0 }
`),
    `wool.yaml:1:1: unknown key "nme" in the workflow
  1 | nme: x
    | ^^^
  hint: did you mean "name"?

wool.yaml:5:5: unknown key "wiht" in steps.wool
  5 |     wiht: {}
    |     ^^^^
  hint: did you mean "with"?

wool.yaml:6:13: unknown key "sheeps" in \`with\` of step "wool"
  6 |     with: { sheeps: 3 }
    |             ^^^^^^
  hint: did you mean "sheep"?

wool.yaml:7:23: steps.wool.resources.cpu must be at least 1, got 0
  7 |     resources: { cpu: 0 }
    |                       ^
  hint: cpu: CPU threads that the step uses.`,
  );
});

Deno.test("checkWorkflow() reports wrong, missing and misspelt parameters at their place", async () => {
  assert.equal(
    await printed(`steps:
  wool: { uses: shear, with: { sheep: many, breed: lincon, name: 1.10 } }
  a: { uses: spin, from: wool }
  b: { uses: spin, from: wool, with: { twist: 101 } }
  c: { uses: spin, from: wool, with: { twist: 1, plies: [1, 0.5, []], dye: { kind: plant } } }
  d: { uses: spin, from: wool, with: { twist: 1, plies: [], dye: { kind: plnt } } }
`),
    `wool.yaml:2:39: sheep must be a whole number, got "many"
  2 |   wool: { uses: shear, with: { sheep: many, breed: lincon, name: 1.10 } }
    |                                       ^^^^
  hint: sheep: How many sheep are shorn.

wool.yaml:2:52: breed must be one of merino, lincoln, got "lincon"
  2 |   wool: { uses: shear, with: { sheep: many, breed: lincon, name: 1.10 } }
    |                                                    ^^^^^^
  hint: did you mean "lincoln"?

wool.yaml:2:66: name must be text, got 1.1
  2 |   wool: { uses: shear, with: { sheep: many, breed: lincon, name: 1.10 } }
    |                                                                  ^^^^
  hint: put it into quotes: "1.10"

wool.yaml:3:14: "twist" is missing in \`with\` of step "a"
  3 |   a: { uses: spin, from: wool }
    |              ^^^^
  hint: twist: Turns per centimetre.

wool.yaml:4:47: twist above 100 breaks the yarn
  4 |   b: { uses: spin, from: wool, with: { twist: 101 } }
    |                                               ^^^

wool.yaml:5:61: plies[1] must be a whole number, got 0.5
  5 |   c: { uses: spin, from: wool, with: { twist: 1, plies: [1, 0.5, []], dye: { kind: plant } } }
    |                                                             ^^^

wool.yaml:5:66: plies[2] must be a whole number, got an empty list
  5 |   c: { uses: spin, from: wool, with: { twist: 1, plies: [1, 0.5, []], dye: { kind: plant } } }
    |                                                                  ^^

wool.yaml:5:71: "plant" is missing in dye
  5 |   c: { uses: spin, from: wool, with: { twist: 1, plies: [1, 0.5, []], dye: { kind: plant } } }
    |                                                                       ^^^

wool.yaml:6:57: plies must have at least 1 item, got an empty list
  6 |   d: { uses: spin, from: wool, with: { twist: 1, plies: [], dye: { kind: plnt } } }
    |                                                         ^^
  hint: plies: Plies of each bobbin.

wool.yaml:6:74: dye.kind must be one of plant, powder, got "plnt"
  6 |   d: { uses: spin, from: wool, with: { twist: 1, plies: [], dye: { kind: plnt } } }
    |                                                                          ^^^^
  hint: did you mean "plant"?`,
  );
});

Deno.test("checkWorkflow() explains edges that do not fit", async () => {
  assert.equal(
    await printed(`steps:
  wool: { uses: shear }
  yarn: { uses: spin, from: wool, with: { twist: 1 } }
  other: { uses: spin, from: wool, with: { twist: 2 } }
  a: { uses: weave, from: [yarn, other] }
  b: { uses: weave, from: { warp: yarn, wef: other } }
  c: { uses: weave, from: { warp: yarn, weft: wool } }
  d: { uses: weave, from: { warp: yarn } }
  e: { uses: weave, from: { warp: [yarn, other], weft: yarn.yarm } }
  f: { uses: felt }
  g: { uses: felt, from: yarn }
  h: { uses: felt, from: [wool, wol] }
  i: { uses: felt, from: [wool, yarn, wool] }
  j: { uses: shear, from: wool }
`),
    `wool.yaml:5:27: ports warp and weft of weave all take Yarn
  5 |   a: { uses: weave, from: [yarn, other] }
    |                           ^^^^^^^^^^^^^
  hint: say which is which: from: { warp: yarn, weft: other }

wool.yaml:5:34: yarn and other both give Bill, but port bill of weave takes one
  5 |   a: { uses: weave, from: [yarn, other] }
    |                                  ^^^^^
  hint: keep one of them, or name the port: from: { bill: yarn, … }

wool.yaml:6:41: weave has no input port "wef"
  6 |   b: { uses: weave, from: { warp: yarn, wef: other } }
    |                                         ^^^
  hint: did you mean "weft"?

wool.yaml:7:47: port weft of weave takes Yarn, but step "wool" gives Wool
  7 |   c: { uses: weave, from: { warp: yarn, weft: wool } }
    |                                               ^^^^

wool.yaml:8:27: step "d" needs Yarn on port weft, but \`from\` names none
  8 |   d: { uses: weave, from: { warp: yarn } }
    |                           ^^^^^^^^^^^^^^
  hint: yarn, other make Yarn: add one of them to \`from\`

wool.yaml:9:42: port warp takes one Yarn, not 2
  9 |   e: { uses: weave, from: { warp: [yarn, other], weft: yarn.yarm } }
    |                                          ^^^^^

wool.yaml:9:56: step "yarn" has no output "yarm"
  9 |   e: { uses: weave, from: { warp: [yarn, other], weft: yarn.yarm } }
    |                                                        ^^^^^^^^^
  hint: did you mean "yarn"?

wool.yaml:10:3: step "f" needs Wool on port wool, but it has no \`from\`
  10 |   f: { uses: felt }
     |   ^
  hint: wool, j make Wool: add one of them to \`from\`

wool.yaml:11:26: step "yarn" gives Yarn, Bill, which felt does not take
  11 |   g: { uses: felt, from: yarn }
     |                          ^^^^
  hint: felt takes wool: Wool

wool.yaml:12:33: there is no step "wol"
  12 |   h: { uses: felt, from: [wool, wol] }
     |                                 ^^^
  hint: did you mean "wool"?

wool.yaml:13:33: step "yarn" gives Yarn, Bill, which felt does not take
  13 |   i: { uses: felt, from: [wool, yarn, wool] }
     |                                 ^^^^
  hint: felt takes wool: Wool

wool.yaml:13:39: step "wool" stands twice in \`from\`
  13 |   i: { uses: felt, from: [wool, yarn, wool] }
     |                                       ^^^^
  wool.yaml:13:27: first here
  13 |   i: { uses: felt, from: [wool, yarn, wool] }
     |                           ^^^^

wool.yaml:14:27: step "wool" gives Wool, which shear does not take
  14 |   j: { uses: shear, from: wool }
     |                           ^^^^
  hint: shear takes no inputs`,
  );
});

Deno.test("checkWorkflow() shows a cycle as a path and names a step that needs itself", async () => {
  assert.equal(
    await printed(`steps:
  a: { uses: tally, from: c }
  b: { uses: tally, from: a }
  c: { uses: tally, from: [b, d] }
  d: { uses: tally, from: [d] }
`),
    `wool.yaml:3:27: the steps need each other in a cycle: a → c → b → a
  3 |   b: { uses: tally, from: a }
    |                           ^
  hint: take one of these steps out of a \`from\`

wool.yaml:5:28: step "d" takes its input from itself
  5 |   d: { uses: tally, from: [d] }
    |                            ^`,
  );
});

Deno.test("checkWorkflow() reports unknown step types and missing or misplaced parts of a step", async () => {
  assert.equal(
    await printed(`steps:
  a: { uses: sheer }
  b: { with: {} }
  c: { uses: shear, permissions: { net: [example.org] } }
  d: { uses: shear, timeout: soon, cache: { ttl: 3 weeks }, retries: 99 }
  e: shear
  f: { uses: shear.ts }
  7g: { uses: shear }
alerts: [{ metric: cost }]
`),
    `wool.yaml:2:14: there is no step type "sheer"
  2 |   a: { uses: sheer }
    |              ^^^^^
  hint: did you mean "shear"?

wool.yaml:3:3: "uses" is missing in steps.b
  3 |   b: { with: {} }
    |   ^
  hint: uses: The step type, or the path of your own step, e.g. ./my-step.ts.

wool.yaml:4:21: shear has its permissions already
  4 |   c: { uses: shear, permissions: { net: [example.org] } }
    |                     ^^^^^^^^^^^
  hint: \`permissions\` is for your own steps: uses: ./my-step.ts

wool.yaml:5:30: steps.d.timeout must be a duration such as 30s, 5m or 2h, got "soon"
  5 |   d: { uses: shear, timeout: soon, cache: { ttl: 3 weeks }, retries: 99 }
    |                              ^^^^
  hint: timeout: Longest duration of one attempt, e.g. 30s, 5m, 2h.

wool.yaml:5:50: steps.d.cache.ttl must be a duration such as 30s, 5m or 2h, got "3 weeks"
  5 |   d: { uses: shear, timeout: soon, cache: { ttl: 3 weeks }, retries: 99 }
    |                                                  ^^^^^^^

wool.yaml:5:70: steps.d.retries must be at most 10, got 99
  5 |   d: { uses: shear, timeout: soon, cache: { ttl: 3 weeks }, retries: 99 }
    |                                                                      ^^
  hint: retries: Attempts after the first, for passing failures only.

wool.yaml:6:6: steps.e must be a map, got "shear"
  6 |   e: shear
    |      ^^^^^
  hint: write e: { uses: … }

wool.yaml:7:14: there is no step type "shear.ts"
  7 |   f: { uses: shear.ts }
    |              ^^^^^^^^
  hint: for your own step write ./shear.ts

wool.yaml:8:3: "7g" cannot be a name
  8 |   7g: { uses: shear }
    |   ^^
  hint: begin with a letter; letters, digits, - and _ follow

wool.yaml:9:10: an alert needs a limit
  9 | alerts: [{ metric: cost }]
    |          ^^^^^^^^^^^^^^^^
  hint: add \`below:\` or \`above:\``,
  );
});

Deno.test("checkWorkflow() reports mistakes in expressions inside the text", async () => {
  assert.equal(
    await printed(`params: { sheep: 3 }
steps:
  a: { uses: shear, with: { sheep: "\${{ params.shep }}", name: "x \${{ 1 + 2 }} \${{ env.HOME }}" } }
  b: { uses: shear, with: { sheep: "\${{ matrix.flock }}", name: "\${{ parms.sheep }} \${{ params.sheep" } }
  c: { uses: shear, if: params.sheep = 3 }
  d: { uses: shear, if: params.sheep && true }
  e: { uses: shear, if: "'yes'", with: { name: "\${{ params.sheep.deep }}" } }
`),
    `wool.yaml:3:41: param shep is not declared
  3 |   a: { uses: shear, with: { sheep: "\${{ params.shep }}", name: "x \${{ 1 + 2 }} \${{ env.HOME }}" } }
    |                                         ^^^^^^^^^^^
  hint: did you mean "sheep"?

wool.yaml:3:73: unexpected + in the expression
  3 |   a: { uses: shear, with: { sheep: "\${{ params.shep }}", name: "x \${{ 1 + 2 }} \${{ env.HOME }}" } }
    |                                                                         ^

wool.yaml:3:84: environment variable HOME is not declared
  3 |   a: { uses: shear, with: { sheep: "\${{ params.shep }}", name: "x \${{ 1 + 2 }} \${{ env.HOME }}" } }
    |                                                                                    ^^^^^^^^
  hint: add it to the list: env: [HOME]

wool.yaml:4:41: flock is not a matrix axis
  4 |   b: { uses: shear, with: { sheep: "\${{ matrix.flock }}", name: "\${{ parms.sheep }} \${{ params.sheep" } }
    |                                         ^^^^^^^^^^^^
  hint: declare it below \`matrix:\`

wool.yaml:4:70: unknown name parms in the expression
  4 |   b: { uses: shear, with: { sheep: "\${{ matrix.flock }}", name: "\${{ parms.sheep }} \${{ params.sheep" } }
    |                                                                      ^^^^^^^^^^^
  hint: did you mean "params"?

wool.yaml:4:85: the closing }} is missing
  4 |   b: { uses: shear, with: { sheep: "\${{ matrix.flock }}", name: "\${{ parms.sheep }} \${{ params.sheep" } }
    |                                                                                     ^^^^^^^^^^^^^^^^

wool.yaml:5:38: unexpected = in the expression
  5 |   c: { uses: shear, if: params.sheep = 3 }
    |                                      ^
  hint: compare with ==

wool.yaml:6:25: && takes true or false, not 3
  6 |   d: { uses: shear, if: params.sheep && true }
    |                         ^^^^^^^^^^^^

wool.yaml:7:25: \`if\` must be true or false, got "yes"
  7 |   e: { uses: shear, if: "'yes'", with: { name: "\${{ params.sheep.deep }}" } }
    |                         ^^^^^^^

wool.yaml:7:53: params.sheep.deep does not exist
  7 |   e: { uses: shear, if: "'yes'", with: { name: "\${{ params.sheep.deep }}" } }
    |                                                     ^^^^^^^^^^^^^^^^^`,
  );
});

Deno.test("checkWorkflow() takes overrides as YAML values and refuses unknown ones with a place", async () => {
  const text = `params: { sheep: 3, name: flock }
steps:
  a: { uses: shear, with: { sheep: "\${{ params.sheep }}", name: "\${{ params.name }}" } }
`;
  const plan = await planOf(text, { overrides: { sheep: "5", name: "'5'" } });
  assert.deepEqual(plan.params, { sheep: 5, name: "5" });
  assert.deepEqual(plan.tasks[0].params, { sheep: 5, breed: "merino", name: "5" });
  assert.equal(
    await printed(text, { overrides: { shep: "5", sheep: "[1, 2", name: "x" } }),
    `--param shep:1:1: the workflow has no param "shep"
  1 | 5
    | ^
  hint: did you mean "sheep"?

--param sheep:1:1: the closing ] is missing
  1 | [1, 2
    | ^`,
  );
});

Deno.test("checkWorkflow() reads only declared environment variables", async () => {
  const environment = (name: string) => ({ FLOCK: "south" })[name];
  const plan = await planOf(
    `env: [FLOCK]
steps: { a: { uses: shear, with: { name: "\${{ env.FLOCK }} $(rm -rf /) \`x\`" } } }`,
    { environment },
  );
  assert.equal((plan.tasks[0].params as { name: string }).name, "south $(rm -rf /) `x`");
  assert.equal(
    await printed("env: [FLOCK, BARN]\nsteps: { a: { uses: shear } }", { environment }),
    `wool.yaml:1:14: environment variable BARN is not set
  1 | env: [FLOCK, BARN]
    |              ^^^^
  hint: set it before the command, e.g. BARN=… ${program()} run …`,
  );
});

Deno.test("checkWorkflow() keeps what run, schedule and alerts need", async () => {
  const plan = await planOf(`version: 1
description: Wool
schedule: { cron: "0 3 * * 1" }
alerts: [{ metric: cost, above: 3 }]
steps:
  wool: { uses: shear, retries: 2, timeout: 5m, cache: { ttl: 7d }, resources: { cpu: 2, memory: 1.5GiB, exclusive: true, shears: 1 } }
  shown: { uses: show, from: cloth }
  cloth: { uses: felt, from: wool, publish: out/cloth/ }
`);
  assert.equal(plan.name, "wool");
  assert.deepEqual(plan.schedule, { cron: "0 3 * * 1", timezone: "UTC" });
  assert.deepEqual(plan.alerts, [{ metric: "cost", above: 3 }]);
  assert.deepEqual(plan.tasks.map((t) => t.id), ["wool", "cloth", "shown"]);
  const [wool, cloth, shown] = plan.tasks;
  assert.deepEqual(wool.cache, { mode: "ttl", seconds: 604800 });
  assert.deepEqual(wool.resources, { cpu: 2, memory: 1.5 * 2 ** 30, exclusive: true, named: { shears: 1 } });
  assert.equal(wool.timeout, 300);
  assert.equal(wool.retries, 2);
  assert.equal(cloth.publish, "out/cloth");
  assert.deepEqual(shown.cache, { mode: "never" });
  assert.deepEqual(shown.inputs, {
    cloth: { arity: "one", sources: [{ task: "cloth", port: "cloth" }] },
    rest: { arity: "many", sources: [] },
  });
});

Deno.test("checkWorkflow() refuses to publish outside the project or twice into one folder", async () => {
  for (
    const path of [
      "/etc",
      "../x",
      "a/../../b",
      "./x",
      ".",
      "~/x",
      "C:/x",
      ".motiflow/objects",
      ".git/hooks",
      "a\\nb",
    ]
  ) {
    const result = await check(`steps: { a: { uses: shear, publish: "${path}" } }`);
    assert.equal(result.ok, false, path);
    assert.match(result.diagnostics[0].message, /^cannot publish/, path);
  }
  assert.equal(
    await printed(`matrix: { flock: [1, 2] }
steps:
  a: { uses: shear, with: { sheep: "\${{ matrix.flock }}" }, publish: out/a }
  b: { uses: shear, publish: out }
  c: { uses: shear, publish: OUT/B }
  d: { uses: shear, with: { sheep: "\${{ matrix.flock }}" }, publish: "x/\${{ matrix.flock == 3 }}" }
  e: { uses: shear, publish: "x/\u00fc" }
  f: { uses: shear, publish: "x/u\u0308" }
`),
    `wool.yaml:3:70: a[flock=1] and a[flock=2] publish into the same folder out/a
  3 |   a: { uses: shear, with: { sheep: "\${{ matrix.flock }}" }, publish: out/a }
    |                                                                      ^^^^^
  hint: make it differ by cell, e.g. out/a/\${{ matrix.flock }}

wool.yaml:4:30: a[flock=1] and b publish into folders that lie in each other, out
  4 |   b: { uses: shear, publish: out }
    |                              ^^^
  hint: give each step a folder of its own

wool.yaml:6:70: d[flock=1] and d[flock=2] publish into the same folder x/false
  6 |   d: { uses: shear, with: { sheep: "\${{ matrix.flock }}" }, publish: "x/\${{ matrix.flock == 3 }}" }
    |                                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  hint: rename one of their values: as names of folders they are the same, or one lies in the other

wool.yaml:8:30: e and f publish into the same folder x/u\u0308
  8 |   f: { uses: shear, publish: "x/u\u0308" }
    |                              ^^^^^^
  hint: give each step a folder of its own`,
  );
});

Deno.test("checkWorkflow() asks the scheduler what is wrong with a schedule, and not at all where there is none", async () => {
  const asked: unknown[] = [];
  const checkSchedule = (schedule: { cron: string; timezone: string }) => {
    asked.push(schedule);
    return Promise.resolve(
      [
        { key: "cron", severity: "error", message: "is odd", hint: "make it even" },
        { key: "timezone", severity: "warning", message: "is far", hint: "stay here" },
      ] as const,
    );
  };
  const steps = "steps: { wool: { uses: shear } }\n";
  assert.equal(await printed(steps, { checkSchedule }), "");
  assert.deepEqual(asked, []);
  assert.equal(
    await printed(`${steps}schedule: { cron: 1 2 3 4 5 }\n`, { checkSchedule }),
    `wool.yaml:2:11: warning: schedule.timezone "UTC" is far
  2 | schedule: { cron: 1 2 3 4 5 }
    |           ^^^^^^^^^^^^^^^^^^^
  hint: stay here

wool.yaml:2:19: schedule.cron "1 2 3 4 5" is odd
  2 | schedule: { cron: 1 2 3 4 5 }
    |                   ^^^^^^^^^
  hint: make it even`,
  );
  assert.deepEqual(asked, [{ cron: "1 2 3 4 5", timezone: "UTC" }]);
});

for (
  const [permissions, column, expected] of [
    ['net: ["https://a.org"]', 51, "steps.own.permissions.net[0] must be a host or host:port, no URL"],
    ["net: [a.org:99999]", 51, "steps.own.permissions.net[0] is not accepted: a port is at most 65535"],
    ["sys: [cpu]", 51, "steps.own.permissions.sys[0] must be one of"],
    ['env: [""]', 51, "steps.own.permissions.env[0] must have at least 1 character"],
  ] as const
) {
  Deno.test(`checkWorkflow() refuses permissions that Deno would refuse at the first attempt: ${permissions}`, async () => {
    const text = `steps: { own: { uses: shear, permissions: { ${permissions} } } }\n`;
    const { diagnostics } = await check(text);
    const found = diagnostics.find((d) => d.message.startsWith(expected));
    assert.equal(found?.location.column, column, JSON.stringify(diagnostics));
  });
}

Deno.test("checkWorkflow() refuses a timeout and a memory of nothing", async () => {
  const text = "steps: { wool: { uses: shear, timeout: 0s, resources: { memory: 0GiB } } }\n";
  const { diagnostics } = await check(text);
  assert.deepEqual(diagnostics.map((d) => d.message), [
    'steps.wool.timeout is not accepted: a duration must be longer than nothing, got "0s"',
    'steps.wool.resources.memory is not accepted: a size must be more than nothing, got "0GiB"',
  ]);
});

for (const name of ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"]) {
  Deno.test(`checkWorkflow() takes ${name} for an unknown step type, step, port, param and parameter`, async () => {
    const { diagnostics } = await check(`steps:
  a: { uses: ${name} }
  b: { uses: spin, from: ${name} }
  c: { uses: spin, from: { ${name}: a } }
  d: { uses: shear, with: { name: "\${{ params.${name} }}" } }
  e: { uses: shear, over: ${name} }
`);
    const found = diagnostics.map((d) => d.message);
    for (
      const message of [
        `there is no step type "${name}"`,
        `there is no step "${name}"`,
        `spin has no input port "${name}"`,
        `param ${name} is not declared`,
        `${name} is not a matrix axis`,
      ]
    ) assert.ok(found.includes(message), `${message}\n${found.join("\n")}`);
  });
}

Deno.test("checkWorkflow() takes names of an object's own methods for steps, params, axes and variables", async () => {
  const names = ["constructor", "toString", "valueOf", "hasOwnProperty"];
  for (const name of names) {
    const plan = await planOf(
      `params: { ${name}: 7 }
env: [${name}]
matrix: { ${name}: [a, b] }
steps:
  ${name}: { uses: shear, with: { sheep: "\${{ params.${name} }}", name: "\${{ matrix.${name} }}\${{ env.${name} }}" } }
`,
      { environment: () => "!" },
    );
    assert.deepEqual(plan.tasks.map((t) => t.id), [`${name}[${name}=a]`, `${name}[${name}=b]`]);
    assert.deepEqual(plan.tasks.map((t) => (t.params as { name: string }).name), ["a!", "b!"]);
  }
  const refused = await printed(
    "params: { __proto__: 1 }\nsteps: { __proto__: { uses: shear }, a: { uses: shear } }\n",
  );
  assert.match(refused, /wool\.yaml:1:11: "__proto__" cannot be a name/);
  assert.match(refused, /wool\.yaml:2:10: "__proto__" cannot be a name/);
});

Deno.test("an `if` that is nothing is a mistake, not a yes", async () => {
  const text = (go: string) =>
    `params: { go: ${go} }\nsteps: { a: { uses: shear, if: "\${{ params.go }}" } }\n`;
  for (const go of ["", "null"]) {
    assert.match(await printed(text(go)), /:2:32: `if` must be true or false, got nothing/);
  }
  assert.match(await printed(text("0")), /`if` must be true or false, got 0/);
  assert.equal((await planOf(text("false"))).tasks.length, 0);
});

Deno.test("a workflow's name is one line", async () => {
  assert.match(
    await printed('name: "two\\nlines"\nsteps: { a: { uses: shear } }\n'),
    /name must be one line of text, got "two/,
  );
});
