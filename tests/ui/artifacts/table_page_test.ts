import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { tablePage } from "../../../lib/ui/artifacts/table_page.ts";

const cells = (content: string) =>
  [...parseHTML(`<main>${tablePage("a", "t.csv", content)}</main>`).document.querySelectorAll("tr")]
    .map((tr) => [...tr.children].map((cell) => cell.textContent));

Deno.test("tablePage() shows what a file of comma-separated values says", () => {
  assert.deepEqual(cells('a,b\n1,"x, ""y"" <b>"\n,2\r\n'), [["a", "b"], ["1", 'x, "y" <b>'], ["", "2"]]);
  assert.deepEqual(cells("a"), [["a"]]);
  assert.deepEqual(cells(""), [[]]);
});

Deno.test("tablePage() shows the first 200 rows of many and says so", () => {
  const content = `n\n${Array.from({ length: 500 }, (_, i) => i).join("\n")}\n`;
  assert.equal(cells(content).length, 201);
  assert.match(tablePage("a", "t.csv", content).text, /the first 200 rows/);
});
