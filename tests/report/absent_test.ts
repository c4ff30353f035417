import assert from "node:assert/strict";
import { withoutAbsent } from "../../lib/report/absent.ts";
import type { Cell } from "../../lib/report/nbformat.ts";
import { absent, note } from "../../lib/report/table.ts";

const markdown = (source: string): Cell => ({ cell_type: "markdown", metadata: {}, source });
const code = (...html: string[]): Cell => ({
  cell_type: "code",
  metadata: {},
  source: "x",
  outputs: html.map((text) => ({
    output_type: "display_data" as const,
    data: { "text/html": text },
    metadata: {},
  })),
});
const gone = code(absent("No codes are connected.").html), shown = code(note("a result").html);

Deno.test("withoutAbsent() leaves out sections that only say what is absent, and headings left without any", () => {
  const cells = [
    shown,
    markdown("## Codes\n\ntext"),
    gone,
    markdown("## Deployment\n\n### ONNX"),
    gone,
    markdown("### Latency"),
    gone,
    markdown("## References\n\n- one"),
  ];
  const { cells: kept, left } = withoutAbsent(cells);
  assert.deepEqual(kept, [cells[0], cells[7]]);
  assert.deepEqual(left, ["Codes", "ONNX", "Latency"]);
});

Deno.test("withoutAbsent() keeps a section that shows anything else", () => {
  const cells = [
    markdown("## A"),
    code(absent("none").html, note("but this").html),
    markdown("## B"),
    gone,
    shown,
    markdown("## C"),
    code(),
    markdown("## D"),
    markdown("### E"),
    gone,
    markdown("### F"),
    shown,
  ];
  const { cells: kept, left } = withoutAbsent(cells);
  assert.deepEqual(left, ["E"]);
  assert.deepEqual(kept, cells.filter((_, i) => i !== 8 && i !== 9));
});

Deno.test("withoutAbsent() leaves out a section that has nothing to name, without a word of it", () => {
  const { cells, left } = withoutAbsent([
    markdown("## Further"),
    code(absent("").html),
    markdown("## Last"),
    shown,
  ]);
  assert.deepEqual([cells.length, left], [2, []]);
});
