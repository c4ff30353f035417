import assert from "node:assert/strict";
import { collapsed } from "../../lib/fsq/collapse.ts";

Deno.test("T247 T263 collapsed() needs two epochs in a row, by perplexity or by one code's share", () => {
  const alive = { perplexity: 20, topShare: 0.2 };
  const narrow = { perplexity: 1.4, topShare: 0.7 };
  const top = { perplexity: 3, topShare: 0.81 };
  assert.equal(collapsed([]), false);
  assert.equal(collapsed([narrow]), false);
  assert.equal(collapsed([alive, narrow]), false);
  assert.equal(collapsed([alive, narrow, top]), true);
  assert.equal(collapsed([narrow, top]), true);
  assert.equal(collapsed([narrow, narrow, alive]), false);
  assert.equal(collapsed([{ perplexity: 1.5, topShare: 0.8 }, { perplexity: 1.5, topShare: 0.8 }]), false);
});
