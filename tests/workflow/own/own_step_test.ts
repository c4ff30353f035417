import assert from "node:assert/strict";
import { join } from "node:path";
import { formatDiagnostics } from "../../../lib/workflow/diagnostic.ts";
import { loadWorkflow } from "../../../lib/workflow/load.ts";
import { registry } from "../fake_steps.ts";

const library = new URL("../../../lib/", import.meta.url).href;

/** A step module; `more` goes before the definition, `parts` into it. */
function module(more = "", parts = ""): string {
  return `import { z } from "zod";
import { directoryType } from "${library}artifacts/artifact.ts";
${more}
export default {
  type: "own", summary: "", inputs: {}, outputs: { thing: directoryType("Thing", "") },
  params: z.strictObject({ size: z.int().min(1).default(2).describe("How large.") }),
  ${parts}
  run: () => { throw new Error("ran while checking"); },
};
`;
}

async function inProject(
  files: Record<string, string>,
  body: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(root, name), text);
    await body(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function printedIn(root: string): Promise<string> {
  const result = await loadWorkflow("w.yaml", { registry, cwd: root });
  return formatDiagnostics(result.diagnostics);
}

Deno.test("a user's own step is checked like a built-in one", async () => {
  const files = {
    "own.ts": module(
      "",
      `check: ({ size }) => size > 9 ? [{ path: ["size"], message: "too large" }] : [],
  files: ({ size }) => [{ name: "data", pattern: \`data\${size}.csv\` }],
  permissions: ({ size }) => size === 2 ? {} : { net: ["example.org"], ffi: true },`,
    ),
    "w.yaml": `steps:
  a: { uses: ./own.ts }
  b: { uses: ./own.ts, with: { sise: 0 } }
  c: { uses: ./own.ts, with: { size: 10 }, permissions: { net: [example.org], ffi: true } }
  d: { uses: ./own.ts, with: { size: 3 }, permissions: { net: [example.com] } }
  e: { uses: felt, from: a }
`,
  };
  await inProject(files, async (root) => {
    assert.equal(
      await printedIn(root),
      `w.yaml:3:32: unknown key "sise" in \`with\` of step "b"
  3 |   b: { uses: ./own.ts, with: { sise: 0 } }
    |                                ^^^^
  hint: did you mean "size"?

w.yaml:4:38: size: too large
  4 |   c: { uses: ./own.ts, with: { size: 10 }, permissions: { net: [example.org], ffi: true } }
    |                                      ^^

w.yaml:5:56: ./own.ts asks for permissions that the workflow does not grant
  5 |   d: { uses: ./own.ts, with: { size: 3 }, permissions: { net: [example.com] } }
    |                                                        ^^^^^^^^^^^^^^^^^^^^^^
  hint: to grant them, add to the step: permissions: { net: [example.org], ffi: true }

w.yaml:6:26: step "a" gives Thing, which felt does not take
  6 |   e: { uses: felt, from: a }
    |                          ^
  hint: felt takes wool: Wool`,
    );
    await Deno.writeTextFile(
      join(root, "w.yaml"),
      "steps: { a: { uses: ./own.ts, with: { size: 3 }, permissions: { net: [example.org], ffi: true } } }",
    );
    const result = await loadWorkflow("w.yaml", { registry, cwd: root });
    assert.ok(result.ok);
    const [task] = result.plan.tasks;
    assert.deepEqual(task.params, { size: 3 });
    assert.deepEqual(task.files, [{ name: "data", pattern: "data3.csv" }]);
    assert.deepEqual(task.permissions, { net: ["example.org"], ffi: true });
    assert.equal(task.module, new URL(`file://${root}/own.ts`).href);
  });
});

Deno.test("a step in a worker answers for each of a thousand cells, and names the first that is wrong", async () => {
  const own = `import { z } from "zod";
export default {
  type: "own", summary: "", inputs: {}, outputs: {}, params: z.strictObject({ i: z.int().max(997) }),
  files: ({ i }) => [{ name: "data", pattern: "data" + i + ".csv" }],
  run() {},
};`;
  const workflow = (n: number) =>
    `matrix: { i: [${Array.from({ length: n }, (_, i) => i)}] }\n` +
    `steps: { all: { uses: ./own.ts, with: { i: "\${{ matrix.i }}" } } }\n`;
  await inProject({ "own.ts": own, "w.yaml": workflow(998), "bad.yaml": workflow(1000) }, async (root) => {
    const good = await loadWorkflow("w.yaml", { registry, cwd: root });
    assert.ok(good.ok);
    assert.deepEqual(
      good.plan.tasks.map(({ files }) => files[0]),
      Array.from({ length: 998 }, (_, i) => ({ name: "data", pattern: `data${i}.csv` })),
    );
    const bad = await loadWorkflow("bad.yaml", { registry, cwd: root });
    assert.equal(bad.diagnostics.length, 1);
    assert.match(bad.diagnostics[0].message, /998/);
  });
});

Deno.test("checking a file gives its modules no permission and survives what they do", async () => {
  const bad: Record<string, [string, RegExp]> = {
    "writes.ts": [module(`Deno.writeTextFileSync("x", "");`), /asks for write x while it is loaded/],
    "reads.ts": [
      module(`Deno.readTextFileSync("/etc/hostname");`),
      /needs \/etc\/hostname, which is not in the project/,
    ],
    "runs.ts": [module(`new Deno.Command("true").outputSync();`), /asks for run true while it is loaded/],
    "env.ts": [module(`Deno.env.get("HOME");`), /asks for env HOME while it is loaded/],
    "net.ts": [
      module(`await fetch("http://127.0.0.1:8765/");`),
      /asks for net 127\.0\.0\.1:8765 while it is loaded/,
    ],
    "exits.ts": [module(`Deno.exit(0);`), /the module ends the program/],
    "throws.ts": [module(`throw new Error("no");`), /cannot be loaded: no/],
    "late.ts": [
      module(`Promise.reject(new Error("late")); await new Promise((r) => setTimeout(r, 50));`),
      /late/,
    ],
    "syntax.ts": ["export default {", /cannot be read at line 1/],
    "nothing.ts": ["export const x = 1;", /does not default-export a step/],
    "missing.ts": ["", /there is no such file/],
  };
  const steps = Object.keys(bad).map((name, i) => `  s${i}: { uses: ./${name} }`).join("\n") +
    "\n  again: { uses: ./throws.ts }";
  const files = Object.fromEntries(Object.entries(bad).map(([name, [text]]) => [name, text]));
  await inProject({ ...files, "w.yaml": `steps:\n${steps}\n` }, async (root) => {
    await Deno.remove(join(root, "missing.ts"));
    const result = await loadWorkflow("w.yaml", { registry, cwd: root });
    assert.equal(result.diagnostics.length, Object.keys(bad).length, "each module's problem is told once");
    for (const [i, [name, [, pattern]]] of Object.entries(bad).entries()) {
      assert.equal(result.diagnostics[i].location.line, i + 2);
      assert.match(result.diagnostics[i].message, pattern, name);
    }
  });
});

Deno.test("what a definition's functions give for some parameters is told with the function and the parameters", async () => {
  const wrong: Record<string, [part: string, told: string]> = {
    "object.ts": [
      'files: () => ({ name: "a" })',
      "`files` gives an object, and has to give a list of { name, pattern }",
    ],
    "path.ts": [
      'files: () => [{ name: "a", path: "b" }]',
      '`files` gives a list with {"name":"a","path":"b"}, and has to give a list of { name, pattern }',
    ],
    "later.ts": [
      "files: async () => []",
      "`files` gives a promise, and has to give a list of { name, pattern }",
    ],
    "throws.ts": ["files: (p) => p.a.b", "`files` fails: Cannot read properties of undefined (reading 'b')"],
    "reed.ts": [
      'permissions: () => ({ reed: ["x"] })',
      '`permissions` gives what has "reed", which is no permission; known are net, run, read, env, sys, ffi',
    ],
    "checks.ts": [
      'check: () => "bad"',
      '`check` gives the text "bad", and has to give a list of { path, message }',
    ],
    "schema.ts": [
      "params: z.object({}).refine(async () => true)",
      "`params` fails: Encountered Promise during synchronous parse. Use .parseAsync() instead.",
    ],
  };
  const steps = Object.keys(wrong).map((name, i) => `  s${i}: { uses: ./${name} }\n`).join("");
  const files = Object.fromEntries(
    Object.entries(wrong).map(([name, [part]]) => [name, module("", `${part},`)]),
  );
  await inProject({ ...files, "w.yaml": `steps:\n${steps}` }, async (root) => {
    const { diagnostics } = await loadWorkflow("w.yaml", { registry, cwd: root });
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      Object.entries(wrong).map(([name, [, told]]) => `./${name}: ${told}`),
    );
    assert.equal(diagnostics[0].hint, "with the parameters {}; mend it in the module");
  });
});

Deno.test("loadWorkflow() says when there is no such file, and refuses a huge one unread", async () => {
  await inProject({}, async (root) => {
    await assert.rejects(
      loadWorkflow("w.yaml", { registry, cwd: root }),
      /Cannot read workflow w\.yaml: there is no such file/,
    );
    await assert.rejects(loadWorkflow(".", { registry, cwd: root }), /it is not a file/);
    const huge = await Deno.create(join(root, "huge.yaml"));
    await huge.truncate(2 ** 33);
    huge.close();
    const result = await loadWorkflow("huge.yaml", { registry, cwd: root });
    assert.equal(
      formatDiagnostics(result.diagnostics),
      "huge.yaml:1:1: the file has 8589934592 bytes, a workflow may have 262144\n  hint: keep data in files of their own and name them with `path`",
    );
  });
});

Deno.test("a parameter that a user's schema would leave out in silence is told at its place, at any depth", async () => {
  const params = `z.object({ epochs: z.number().default(3), inner: z.object({ rate: z.number() }).optional(),
    list: z.array(z.object({ q: z.number() })).default([]), loose: z.looseObject({}).optional(),
    by: z.record(z.string(), z.object({ n: z.number() })).optional(),
    either: z.union([z.object({ a: z.number() }), z.object({ b: z.number() })]).optional() })`;
  const own = module().replace(/params: .*/, `params: ${params},`);
  const given = "inner: { rate: 1, rte: 2 }, list: [{ q: 1 }, { q: 1, r: 2 }], either: { b: 1, c: 2 }, " +
    "by: { x: { n: 1, m: 2 } }, loose: { all: 1 }";
  const files = {
    "own.ts": own,
    "w.yaml": `steps: { a: { uses: ./own.ts, with: { epochz: 5, ${given} } } }\n`,
    "right.yaml":
      "steps: { a: { uses: ./own.ts, with: { epochs: 5, either: { b: 1 }, loose: { all: 1 } } } }\n",
  };
  await inProject(files, async (root) => {
    const printed = await printedIn(root);
    const told = [...printed.matchAll(/unknown key "(\w+)" in (.*)/g)].map(([, key, where]) =>
      `${key} ${where}`
    );
    assert.deepEqual(told, [
      'epochz `with` of step "a"',
      "rte inner",
      "r list[1]",
      "c either",
      "m by.x",
    ]);
    assert.match(printed, /did you mean "epochs"\?/);
    const right = await loadWorkflow("right.yaml", { registry, cwd: root });
    assert.deepEqual(right.diagnostics, []);
  });
});

Deno.test("parameters that no record can hold as they were parsed are refused, with place and kind", async () => {
  const made = {
    "a Date at `t`": "z.coerce.date()",
    "a Set at `t`": "z.array(z.number()).transform((x) => new Set(x))",
    "a RegExp at `t\\[0\\]`": "z.array(z.any()).transform((x) => x.map((y) => new RegExp(String(y))))",
    "a function at `t`": "z.any().transform((x) => () => x)",
    "a bigint at `t.n`": "z.array(z.any()).transform((x) => ({ n: BigInt(x[0]) }))",
    "NaN at `t`": "z.any().transform(() => NaN)",
  };
  for (const [what, schema] of Object.entries(made)) {
    const written = what.includes("Date") ? "2026-01-31" : "[1]";
    const files = {
      "own.ts": module().replace(/params: .*/, `params: z.strictObject({ t: ${schema} }),`),
      "w.yaml": `steps: { a: { uses: ./own.ts, with: { t: ${written} } } }\n`,
    };
    await inProject(files, async (root) => {
      assert.match(await printedIn(root), new RegExp(`\`params\` makes ${what}, which no record can hold`));
    });
  }
});
