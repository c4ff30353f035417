import assert from "node:assert/strict";
import { lackOf } from "../../../../lib/hailo/package/c/tables.ts";

Deno.test("C tables hold digits of 8 bits, labels of 65536 codes, 255 labels and codes of an int32", () => {
  const lack = (levels: number[], labels = 2) => {
    const found = lackOf(levels, labels);
    return found === undefined ? "nothing" : found.codes ? "labels" : "codes";
  };
  assert.equal(lack([256, 256], 255), "nothing");
  assert.equal(lack([257]), "codes");
  assert.equal(lack([256, 256], 256), "labels");
  assert.equal(lack([256, 256, 3]), "labels");
  assert.equal(lack([255, 255, 255, 129]), "labels");
  assert.equal(lack([256, 256, 256, 128]), "codes");
  assert.equal(
    lackOf([256, 256, 3], 2)!.missing.slice(0, 57),
    "The C code gives no labels: a table of 196608 codes and 2",
  );
});
