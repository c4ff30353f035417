import assert from "node:assert/strict";
import { join } from "node:path";
import { InputError } from "../../lib/errors.ts";
import { type Notebook, readNotebook, writeNotebook } from "../../lib/report/nbformat.ts";
import { collectOutputs, executeNotebook, NotebookError } from "../../lib/report/notebook.ts";
import { injectParameters, parameterNames } from "../../lib/report/parameters.ts";

type Draft = [kind: "code" | "markdown", source: string, ...tags: string[]];

function notebookOf(...cells: Draft[]): Notebook {
  return {
    cells: cells.map(([cell_type, source, ...tags], i) => ({
      cell_type,
      id: `c${i}`,
      metadata: tags.length > 0 ? { tags } : {},
      source,
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
}

async function withNotebook(
  notebook: Notebook,
  use: (path: string, dir: string) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await writeNotebook(join(dir, "n.ipynb"), notebook);
    await use(join(dir, "n.ipynb"), dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const parametrised = notebookOf(
  ["markdown", "# Title"],
  ["code", "let k = 3;\nlet name: string = 'a';\nconst fixed = 1;", "parameters"],
  ["code", "console.log(name.repeat(k)); k * 2"],
);

Deno.test("executeNotebook() injects parameters, runs all cells and keeps outputs as Jupyter does", async () => {
  await withNotebook(parametrised, async (path, dir) => {
    const seen: string[] = [];
    const options = {
      parameters: { k: 4, name: 'x"y' },
      onProgress: (done: number, total: number) => seen.push(`${done}/${total}`),
    };
    const done = await executeNotebook(path, options);
    assert.equal(done.cells.length, 4);
    assert.deepEqual(done.cells[2].metadata.tags, ["injected-parameters"]);
    assert.deepEqual(done.cells[2].outputs, []);
    assert.deepEqual(done.cells[3].outputs, [
      { output_type: "stream", name: "stdout", text: ['x"yx"yx"yx"y\n'] },
      { output_type: "execute_result", data: { "text/plain": ["8"] }, metadata: {}, execution_count: 3 },
    ]);
    assert.deepEqual(seen, ["0/3", "1/3", "2/3"]);
    const again = join(dir, "again.ipynb");
    await writeNotebook(again, done);
    assert.deepEqual(
      await executeNotebook(again, options),
      done,
      "an executed notebook runs again to the same bytes",
    );
    assert.deepEqual(await executeNotebook(again), done, "it keeps what it was executed with");
    const { cells } = await executeNotebook(again, { parameters: { k: 1 } });
    assert.deepEqual(cells[3].outputs?.[0], { output_type: "stream", name: "stdout", text: ['x"y\n'] });
    assert.deepEqual([...Deno.readDirSync(dir)].map((e) => e.name).sort(), ["again.ipynb", "n.ipynb"]);
    const other = await executeNotebook(path, {
      parameters: { name: "/private" },
      shownParameters: { name: "shown" },
    });
    assert.match(String(other.cells[2].source), /shown/);
    assert.doesNotMatch(String(other.cells[2].source), /private/);
  });
});

Deno.test("executeNotebook() names the cell that failed and keeps what ran before it", async () => {
  const failing = notebookOf(["markdown", "x"], ["code", "41 + 1"], ["code", "\nnull!.length"], [
    "code",
    "'never'",
  ]);
  await withNotebook(failing, async (path) => {
    await assert.rejects(executeNotebook(path), (error: NotebookError) => {
      assert.ok(error instanceof NotebookError);
      assert.equal(error.cell, 3);
      assert.match(error.message, /cell 3 failed \(null!\.length\)\nTypeError/);
      assert.equal(error.notebook.cells[1].outputs?.length, 1);
      assert.equal(error.notebook.cells[2].outputs?.[0].output_type, "error");
      assert.deepEqual(error.notebook.cells[3].outputs, []);
      return true;
    });
  });
});

Deno.test("executeNotebook() fails on a syntax error, a late rejection, a missing module and an endless cell", async () => {
  for (
    const [code, message] of [
      ["let = ;", /cell 1 failed/],
      ["Promise.reject(new Error('later'))", /cell 1 failed[^]*Unhandled rejection: Error: later/],
      ["for (;;);", /ran longer than 0.5 s/],
      ["await import('./missing.ts')", /cell 1 failed/],
    ] as const
  ) {
    await withNotebook(notebookOf(["code", code]), async (path) => {
      await assert.rejects(executeNotebook(path, { timeoutSeconds: 0.5 }), message);
    });
  }
});

Deno.test("executeNotebook() resolves imports from the notebook's folder", async () => {
  await withNotebook(notebookOf(["code", "import { x } from './m.ts'; x"]), async (path, dir) => {
    await Deno.writeTextFile(join(dir, "m.ts"), "export const x: number = 7;");
    const done = await executeNotebook(path);
    assert.deepEqual((done.cells[0].outputs?.[0] as any).data, { "text/plain": ["7"] });
  });
});

Deno.test("injectParameters() refuses names that the notebook does not declare", () => {
  assert.deepEqual(parameterNames(parametrised), ["k", "name", "fixed"]);
  assert.throws(
    () => injectParameters(parametrised, { kk: 1 }, "n.ipynb"),
    (error: Error) =>
      error instanceof InputError && /n\.ipynb: .*kk is not declared[^]*k, name, fixed/.test(error.message),
  );
  assert.throws(() => injectParameters(parametrised, { fixed: 2 }), /declared with const/);
  assert.throws(() => injectParameters(notebookOf(["code", "1"]), { k: 1 }), /no code cell is tagged/);
});

Deno.test("readNotebook() says what is wrong with a file", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const path = join(dir, "n.ipynb");
    await assert.rejects(readNotebook(path), InputError);
    for (
      const [content, message] of [
        ["{", /it is not JSON/],
        ["[]", /expected nbformat 4, got none/],
        ['{"nbformat": 3, "cells": []}', /expected nbformat 4, got 3/],
        ['{"nbformat": 4, "cells": [{"cell_type": "code", "source": ""}, {"cell_type": "x"}]}', /cell 2/],
      ] as const
    ) {
      await Deno.writeTextFile(path, content);
      await assert.rejects(readNotebook(path), message);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("collectOutputs() joins streams, honours clear_output and updates displays in place", () => {
  const stream = (name: string, text: string) => ({ type: "stream", content: { name, text } });
  const display = (type: string, text: string) => ({
    type,
    content: { data: { "text/plain": text }, metadata: {}, transient: { display_id: "d" } },
  });
  assert.deepEqual(
    collectOutputs([stream("stdout", "a"), stream("stdout", "b\nc"), stream("stderr", "e")], 1),
    [
      { output_type: "stream", name: "stdout", text: ["ab\n", "c"] },
      { output_type: "stream", name: "stderr", text: ["e"] },
    ],
  );
  const updated = collectOutputs([
    display("display_data", "one"),
    stream("stdout", "x"),
    display("update_display_data", "two"),
  ], 1);
  assert.deepEqual((updated[0] as any).data, { "text/plain": ["two"] });
  const clear = { type: "clear_output", content: { wait: true } };
  assert.equal(collectOutputs([stream("stdout", "a"), clear], 1).length, 1);
  assert.deepEqual(collectOutputs([stream("stdout", "a"), clear, stream("stdout", "b")], 1), [
    { output_type: "stream", name: "stdout", text: ["b"] },
  ]);
});
