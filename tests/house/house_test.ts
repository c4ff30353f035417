import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

function* sources(dir: string): Generator<string> {
  for (const entry of Deno.readDirSync(join(root, dir))) {
    const path = join(dir, entry.name);
    if (entry.isDirectory) yield* sources(path);
    else if (path.endsWith(".ts")) yield path;
  }
}

const files = [...sources("lib")].map((path) => ({ path, text: Deno.readTextFileSync(join(root, path)) }));
const room = (path: string) => path.split("/")[1];

/** Local modules that a file imports, statically or lazily; type-only imports are marked. */
function imports(path: string, text: string): { target: string; typeOnly: boolean }[] {
  const found = [
    ...text.replaceAll(/\/\*[\s\S]*?\*\//g, "").matchAll(
      /(import|export)\s+(type\s+)?[^;]*?from\s+"(\.[^"]+)"|import\("(\.[^"]+)"\)/g,
    ),
  ];
  return found.map((m) => ({
    target: relative(root, join(root, dirname(path), m[3] ?? m[4])),
    typeOnly: m[2] !== undefined,
  }));
}

const science = [
  "signal",
  "fsq",
  "model",
  "cluster",
  "temporal",
  "metrics",
  "onnx",
  "hailo",
  "device",
  "stream",
];
const above = ["steps", "engine", "workflow", "cli", "report", "ui", "schedule"];
/** Every room, and what it may not import. */
const forbidden: Record<string, string[]> = {
  ...Object.fromEntries(science.map((name) => [name, above])),
  text: ["artifacts", ...science, ...above],
  artifacts: [...science, ...above],
  workflow: [...science, ...without(above, "workflow")],
  engine: [...science, "steps", "cli", "report", "ui", "schedule"],
  steps: ["engine", "cli", "ui", "schedule"],
  report: ["steps", "engine", "workflow", "cli", "ui", "schedule"],
  schedule: ["steps", "cli", "ui"],
  ui: ["steps", "cli"],
  research: ["steps", "cli", "ui"],
  cli: [],
};

function without(names: string[], name: string): string[] {
  return names.filter((other) => other !== name);
}

Deno.test("every room has a row, and no folder holds more than thirty files", () => {
  const rooms = new Set(files.map(({ path }) => room(path)).filter((name) => !name.endsWith(".ts")));
  assert.deepEqual([...rooms].filter((name) => forbidden[name] === undefined), []);
  const folders = Map.groupBy(files, ({ path }) => dirname(path));
  assert.deepEqual([...folders].filter(([, inside]) => inside.length > 30).map(([folder]) => folder), []);
});

Deno.test("no files import each other in a circle, type-only imports included", () => {
  const targets = new Map(
    files.map(({ path, text }) => [path, imports(path, text).map(({ target }) => target)]),
  );
  const done = new Set<string>();
  const visit = (path: string, trail: string[]): void => {
    const start = trail.indexOf(path);
    assert.equal(start, -1, `circle: ${[...trail.slice(start), path].join(" → ")}`);
    if (done.has(path)) return;
    for (const next of targets.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
});

Deno.test("every room imports only from the rooms below it", () => {
  const wrong: string[] = [];
  for (const { path, text } of files) {
    for (const { target } of imports(path, text)) {
      if (forbidden[room(path)]?.includes(room(target))) wrong.push(`${path} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("the command line calls science only in the verbs that are about it", () => {
  const about = /^lib\/cli\/verbs\/(levels\/\w+|stream|doctor)\.ts$/;
  const wrong = files.filter(({ path }) => room(path) === "cli" && !about.test(path)).flatMap((
    { path, text },
  ) =>
    imports(path, text).filter(({ target }) => science.includes(room(target))).map(({ target }) =>
      `${path} imports ${target}`
    )
  );
  assert.deepEqual(wrong, []);
});

Deno.test("science folders do not import each other in a circle", () => {
  const edges = new Map<string, Set<string>>(science.map((name) => [name, new Set()]));
  for (const { path, text } of files) {
    for (const { target, typeOnly } of imports(path, text)) {
      const [from, to] = [room(path), room(target)];
      if (!typeOnly && from !== to && science.includes(from) && science.includes(to)) {
        edges.get(from)!.add(to);
      }
    }
  }
  const visit = (name: string, trail: string[]): void => {
    assert.ok(!trail.includes(name), `circle: ${[...trail, name].join(" → ")}`);
    for (const next of edges.get(name)!) visit(next, [...trail, name]);
  };
  for (const name of science) visit(name, []);
});

Deno.test("the engine knows no step by name", async () => {
  const { registry } = await import("../../lib/steps/registry.ts");
  const names = registry.names.filter((name) => name.includes("-") || name.length > 8);
  const wrong = files.filter(({ path }) => room(path) === "engine")
    .flatMap(({ path, text }) =>
      names.filter((name) => text.includes(`"${name}"`)).map((name) => `${path}: ${name}`)
    );
  assert.deepEqual(wrong, []);
});

Deno.test("files stay small: median under 120 lines, none over 600", () => {
  const sizes = files.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }));
  sizes.sort((a, b) => a.lines - b.lines);
  assert.deepEqual(sizes.filter(({ lines }) => lines > 600), []);
  const median = sizes[sizes.length >> 1].lines;
  assert.ok(median < 120, `median ${median}`);
});

Deno.test("only the command line and its printers write to the console", () => {
  const wrong = files.filter(({ path, text }) =>
    room(path) !== "cli" && /\bconsole\.(log|error|warn)\(/.test(text)
  );
  assert.deepEqual(wrong.map(({ path }) => path), []);
});

Deno.test("randomness comes from lib/random.ts alone", () => {
  assert.deepEqual(files.filter(({ text }) => /Math\.random\(\)/.test(text)).map(({ path }) => path), []);
});

Deno.test("every step file defines the step it is named after", async () => {
  const { registry } = await import("../../lib/steps/registry.ts");
  for (const name of registry.names) {
    const definition = await registry.load(name);
    assert.equal(definition.type, name);
    assert.ok(registry.moduleOf(name)!.endsWith(`/${name.replaceAll("-", "_")}.ts`));
    assert.ok(definition.summary.length > 10);
  }
});
