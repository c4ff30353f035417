import assert from "node:assert/strict";
import { join } from "node:path";
import { only, skipReason } from "../../house/skip.ts";
import { check, planOf, printed } from "../fake_steps.ts";

/** Reads from a table of texts by absolute path. */
function files(texts: Record<string, string>) {
  return {
    read: (path: string) =>
      Promise.resolve(Object.hasOwn(texts, path) ? new TextEncoder().encode(texts[path]) : undefined),
  };
}

const wool = `params: { sheep: 4, twist: 12 }
steps:
  wool: { uses: shear, with: { sheep: "\${{ params.sheep }}" } }
`;
const yarn = `steps:
  yarn: { uses: spin, from: wool, with: { twist: "\${{ params.twist }}" } }
`;

Deno.test("a workflow has the steps and params of what it includes, and its own values hold", async () => {
  const plan = await planOf(
    `include: [parts/wool.yaml, parts/yarn.yaml]
params: { sheep: 9 }
steps: { cloth: { uses: felt, from: wool } }
`,
    files({ "/farm/parts/wool.yaml": wool, "/farm/parts/yarn.yaml": yarn }),
  );
  assert.deepEqual(plan.tasks.map((t) => t.id).sort(), ["cloth", "wool", "yarn"]);
  assert.deepEqual(plan.params, { sheep: 9, twist: 12 });
  assert.equal((plan.tasks.find((t) => t.id === "wool")!.params as { sheep: number }).sheep, 9);
  assert.equal((plan.tasks.find((t) => t.id === "yarn")!.params as { twist: number }).twist, 12);
  const { location } = plan.tasks.find((t) => t.id === "yarn")!;
  assert.deepEqual([location.file, location.line, location.column], ["parts/yarn.yaml", 2, 3]);
  assert.deepEqual(plan.fragments!.map(({ file, source }) => [file, source]), [
    ["parts/wool.yaml", wool],
    ["parts/yarn.yaml", yarn],
  ]);
});

Deno.test("a step is the same task wherever it stands", async () => {
  const together = await planOf(wool);
  const included = await planOf("include: a.yaml\n", files({ "/farm/a.yaml": wool }));
  const { location: _, ...there } = included.tasks[0]!;
  const { location: __, ...here } = together.tasks[0]!;
  assert.deepEqual(there, here);
});

Deno.test("mistakes are told where they stand: in the included file, at its line, with its caret", async () => {
  assert.equal(
    await printed(
      "include: parts/wool.yaml\nsteps: { cloth: { uses: felt, from: wol } }\n",
      files({
        "/farm/parts/wool.yaml":
          "# ten sheep\nsteps:\n  wool: { uses: shear, with: { sheeps: 10 } }\n  b: { uses: sheer }\n",
      }),
    ),
    `wool.yaml:2:37: there is no step "wol"
  2 | steps: { cloth: { uses: felt, from: wol } }
    |                                     ^^^
  hint: did you mean "wool"?

parts/wool.yaml:3:32: unknown key "sheeps" in \`with\` of step "wool"
  3 |   wool: { uses: shear, with: { sheeps: 10 } }
    |                                ^^^^^^
  hint: did you mean "sheep"?

parts/wool.yaml:4:14: there is no step type "sheer"
  4 |   b: { uses: sheer }
    |              ^^^^^
  hint: did you mean "shear"?`,
  );
});

Deno.test("a number where a text is meant is quoted as the included file has it", async () => {
  const text = "steps:\n  wool: { uses: shear, with: { name: 1.10 } }\n";
  const said = await printed("include: a.yaml\n", files({ "/farm/a.yaml": text }));
  assert.match(said, /a\.yaml:2:38: name must be text, got 1\.1\n[^]*put it into quotes: "1\.10"/);
});

Deno.test("broken syntax of an included file is its own, and hides no other", async () => {
  const said = await printed(
    "include: [a.yaml, b.yaml, c.yaml]\nsteps: {}\n",
    files({ "/farm/a.yaml": "steps: [\n", "/farm/b.yaml": "- no map\n", "/farm/c.yaml": wool }),
  );
  assert.match(said, /^a\.yaml:/);
  assert.match(said, /b\.yaml:1:1: b\.yaml must be a map/);
  assert.doesNotMatch(said, /wool|no steps/);
});

Deno.test("own steps start at the folder of the file that names them", async () => {
  const result = await check(
    "include: parts/own.yaml\nsteps: { here: { uses: ./mine.ts } }\n",
    files({ "/farm/parts/own.yaml": "steps: { there: { uses: ./mine.ts } }\n" }),
  );
  assert.ok(!result.ok);
  // Neither file is there: what is told is where each was looked for.
  assert.deepEqual(result.diagnostics.map((d) => `${d.location.file}: ${d.message}`), [
    "wool.yaml: ./mine.ts: there is no such file",
    "parts/own.yaml: ./mine.ts: there is no such file",
  ]);
});

Deno.test("includes reach through files, take each once, and go round in no circle", async () => {
  const plan = await planOf(
    "include: [a.yaml, b/b.yaml]\n",
    files({
      "/farm/a.yaml": "include: b/b.yaml\nsteps: { cloth: { uses: felt, from: wool } }\n",
      "/farm/b/b.yaml": "include: ../wool.yml\n",
      "/farm/wool.yml": wool,
    }),
  );
  assert.deepEqual(plan.tasks.map((t) => t.id), ["wool", "cloth"]);
  const round = files({ "/farm/a.yaml": "include: b.yaml\n", "/farm/b.yaml": "include: a.yaml\n" });
  assert.match(
    await printed("include: a.yaml\nsteps: { w: { uses: shear } }\n", round),
    /b\.yaml:1:10: cannot include a\.yaml: the files include each other/,
  );
  assert.match(
    await printed("include: wool.yaml\nsteps: { w: { uses: shear } }\n", files({ "/farm/wool.yaml": wool })),
    /wool\.yaml:1:10: cannot include wool\.yaml: the files include each other/,
  );
});

Deno.test("what is not there, or not of the project, cannot be included", async () => {
  const said = (path: string) => printed(`include: ${path}\nsteps: { w: { uses: shear } }\n`, files({}));
  assert.match(await said("no.yaml"), /:1:10: cannot include no\.yaml: there is no such file/);
  assert.match(await said("../other/x.yaml"), /it is outside of the project/);
  assert.match(await said("/farm/x.yaml"), /name a file of the project by its way from here/);
  assert.match(await said("https://host/x.yaml"), /name a file of the project by its way from here/);
});

Deno.test("a link is followed within the project and not out of it", {
  ignore: skipReason(only("not windows")),
}, async () => {
  const above = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "motiflow-include-" }));
  try {
    const root = join(above, "farm");
    Deno.mkdirSync(root);
    Deno.writeTextFileSync(join(above, "out.yaml"), wool);
    Deno.writeTextFileSync(join(root, "in.yaml"), wool);
    Deno.symlinkSync("../out.yaml", join(root, "out.yaml"));
    Deno.symlinkSync("in.yaml", join(root, "link.yaml"));
    const said = (path: string) =>
      printed(`include: ${path}\nparams: { sheep: 1 }\n`, { root, folder: root });
    assert.match(await said("out.yaml"), /:1:10: cannot include out\.yaml: it is a link out of the project/);
    assert.equal(await said("link.yaml"), "");
  } finally {
    Deno.removeSync(above, { recursive: true });
  }
});

Deno.test("a step has one place; two files may not each have their value of a param", async () => {
  assert.equal(
    await printed(`include: a.yaml\nsteps:\n  wool: { uses: shear }\n`, files({ "/farm/a.yaml": wool })),
    `a.yaml:3:3: step "wool" stands in two files
  3 |   wool: { uses: shear, with: { sheep: "\${{ params.sheep }}" } }
    |   ^^^^
  wool.yaml:3:3: and here
  3 |   wool: { uses: shear }
    |   ^^^^`,
  );
  const both = files({ "/farm/a.yaml": "params: { n: 1 }\n", "/farm/b.yaml": "params: { n: 2 }\n" });
  const text = (own: string) => `include: [a.yaml, b.yaml]\n${own}steps: { w: { uses: shear } }\n`;
  assert.equal((await planOf(text("params: { n: 3 }\n"), both)).params.n, 3);
  assert.match(
    await printed(text(""), both),
    /b\.yaml:1:11: param "n" stands in two files[^]*a\.yaml:1:11: and here/,
  );
});

Deno.test("axes, environment and alerts come along; what a file says of itself does not", async () => {
  const plan = await planOf("include: a.yaml\nname: mine\nalerts: [{ metric: x, above: 1 }]\n", {
    environment: () => "here",
    ...files({
      "/farm/a.yaml": `version: 1
name: other
description: not mine
schedule: { cron: "0 3 * * 1" }
env: [FARM]
matrix: { flock: [1, 2] }
alerts: [{ metric: y, below: 2 }]
steps: { wool: { uses: shear, with: { sheep: "\${{ matrix.flock }}", name: "\${{ env.FARM }}" } } }
`,
    }),
  });
  assert.deepEqual([plan.name, plan.description, plan.schedule], ["mine", "", undefined]);
  assert.deepEqual(plan.tasks.map((t) => t.id), ["wool[flock=1]", "wool[flock=2]"]);
  assert.deepEqual(plan.alerts.map((a) => a.metric), ["x", "y"]);
  assert.match(
    await printed("include: a.yaml\n", files({ "/farm/a.yaml": `stepz: {}\n${wool}` })),
    /a\.yaml:1:1: unknown key "stepz" in an included file[^]*did you mean "steps"/,
  );
});
