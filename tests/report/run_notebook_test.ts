import assert from "node:assert/strict";
import { join } from "node:path";
import type { Notebook } from "../../lib/report/nbformat.ts";
import { runNotebook } from "../../lib/report/run_notebook.ts";

function notebook(cells: string[], more: Partial<Notebook> = {}): string {
  return JSON.stringify({
    cells: cells.map((source) => ({
      cell_type: "code",
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 4,
    ...more,
  });
}

async function withNotebook(
  text: string,
  use: (path: string, dir: string) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    const path = join(dir, "study.ipynb");
    await Deno.writeTextFile(path, text);
    await use(path, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a failing cell leaves notebook and page up to it, with the error, in place of the last success", async () => {
  await withNotebook(notebook(["1 + 1", '"fine"']), async (path, dir) => {
    const out = join(dir, "out");
    const good = await runNotebook(path, out, {});
    assert.deepEqual([good.failure, good.kept], [undefined, []]);
    assert.match(await Deno.readTextFile(good.html), /fine/);

    await Deno.writeTextFile(path, notebook(['"before"', 'throw new RangeError("too far")', '"after"']));
    const bad = await runNotebook(path, out, {});
    assert.deepEqual(bad.failure, { cell: 2, reason: "RangeError: too far" });
    const page = await Deno.readTextFile(bad.html);
    assert.match(page, /role="alert">This notebook did not finish: cell 2 failed \(RangeError: too far\)/);
    assert.match(page, /before/);
    assert.doesNotMatch(page, /fine/);
    const written = JSON.parse(await Deno.readTextFile(bad.notebook)) as Notebook;
    assert.equal(written.cells[1].outputs![0].output_type, "error");
    assert.deepEqual(written.cells[2].outputs, []);
  });
});

Deno.test("a cell that ends the kernel, or takes too long, is named like one that throws", async () => {
  for (
    const [source, reason, timeoutSeconds] of [
      [
        "console.log('so far'); await new Promise((r) => setTimeout(r, 300)); Deno.exit(3)",
        /exit code 3/,
        60,
      ],
      ["console.log('so far'); await new Promise((r) => setTimeout(r, 60_000));", /longer than 2 s/, 2],
    ] as const
  ) {
    await withNotebook(notebook(["1", source]), async (path, dir) => {
      const { failure, notebook } = await runNotebook(path, join(dir, "out"), { timeoutSeconds });
      assert.equal(failure?.cell, 2);
      assert.match(failure.reason, reason);
      const { cells } = JSON.parse(await Deno.readTextFile(notebook)) as Notebook;
      assert.deepEqual(cells[1].outputs!.map((o) => o.output_type), ["stream", "error"]);
    });
  }
});

Deno.test("the source is never overwritten, and is refused before anything runs", async () => {
  const source = notebook(["Deno.writeTextFileSync('ran.txt', '')"]);
  await withNotebook(source, async (path, dir) => {
    await assert.rejects(() => runNotebook(path, dir, { cwd: dir }), {
      message: /study\.ipynb: it is there/,
    });
    assert.equal(await Deno.readTextFile(path), source);
    assert.deepEqual([...Deno.readDirSync(dir)].map(({ name }) => name), ["study.ipynb"]);
  });
});

Deno.test("a notebook of another kernel is told so, not that a cell does not parse", async () => {
  const kernelspec = { name: "python3", language: "python", display_name: "Python 3" };
  await withNotebook(notebook(["x = 1"], { metadata: { kernelspec } }), async (path, dir) => {
    await assert.rejects(() => runNotebook(path, join(dir, "out"), {}), {
      message: /asks for the kernel python3, and there is Deno's/,
    });
  });
});

Deno.test("cells have ids only where the format has them, and a flood of output is cut and says so", async () => {
  const parameters = {
    cell_type: "code" as const,
    metadata: { tags: ["parameters"] },
    source: "let a = 1, b = 2;",
  };
  const flood = { ...parameters, metadata: {}, source: 'console.log("x".repeat(3_000_000)); b' };
  const text = JSON.stringify({ cells: [parameters, flood], metadata: {}, nbformat: 4, nbformat_minor: 4 });
  await withNotebook(text, async (path, dir) => {
    const { notebook } = await runNotebook(path, join(dir, "out"), { parameters: { b: 7 } });
    const written = await Deno.readTextFile(notebook);
    assert.ok(written.length < 1_100_000);
    assert.match(written, /cut: 3000001 characters, of which 1000000 are kept/);
    const { cells } = JSON.parse(written) as Notebook;
    assert.deepEqual(cells.map((cell) => "id" in cell), [false, false, false]);
    assert.match(JSON.stringify(cells[2].outputs), /"7"/);
  });
});
